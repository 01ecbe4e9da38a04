"""Copying and pasting at the window, with what spreadsheets put on the clipboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from desktop.models.cells import CellState
from tests.stories.grid_kit import entry, saved
from tests.stories.kit import Person


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts, with an empty clipboard."""
    QGuiApplication.clipboard().clear()
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()
    QGuiApplication.clipboard().clear()


def put(text: str, html: str = "") -> None:
    """What another program has copied."""
    data = QMimeData()
    data.setText(text)
    if html:
        data.setHtml(html)
    QGuiApplication.clipboard().setMimeData(data)


def pasted(person: Person, keys: str = "Ctrl+V") -> None:
    """Paste, and wait until it is staged."""
    before = person.connection.workbench.staging.undo_name
    person.press(keys)
    person.wait(lambda: person.connection.workbench.staging.undo_name != before)


def copied(person: Person, keys: str = "Ctrl+C") -> QMimeData:
    """Copy, and wait until it is on the clipboard."""
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    person.press(keys)
    person.wait(lambda: clipboard.mimeData().hasText())
    return clipboard.mimeData()


def block(*lines: tuple[str, ...]) -> str:
    """A table as Excel puts it on the clipboard."""
    rows = "".join(
        "<tr height=20>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines
    )
    return (
        "<html><head><meta name=Generator content='Microsoft Excel 15'><style>td {}</style></head><body>"
        f"<table border=0><!--StartFragment--><col width=64>{rows}<!--EndFragment--></table></body></html>"
    )


def test_a_block_from_a_spreadsheet_with_names(editor: Person) -> None:
    count = editor.counts()["posts"]
    html = block(
        ("Author", "Title", "Status", "View count", "Body"),
        ("Grace Hopper", "First&nbsp;of &amp; all", "published", "1,200", "one<br>two"),
        ("Nobody Known", "Second", "draft", "5", "text"),
        ("ada lovelace", "Third", "Review", "many", "text"),
    )
    put("never read", html)
    pasted(editor, "Ctrl+Shift+V")
    assert editor.connection.workbench.staging.undo_name == "paste 3 records"
    editor.wait(lambda: "Pasted 3 records; 2 cells do not fit and are marked." in editor.foot)
    assert editor.counts()["posts"] == count
    model, grid = editor.tab.model, editor.tab.grid
    first = model.rows.read
    author, views = model.section_of("author_id"), model.section_of("view_count")
    assert grid.currentIndex().row() == first
    assert [model.cell_at(first + at, author).text for at in range(3)] == [
        "Grace Hopper",
        "Nobody Known",
        "Ada Lovelace",
    ]
    assert model.cell_at(first + 1, author).state is CellState.INVALID
    assert "named “Nobody Known”" in model.cell_at(first + 1, author).note
    assert model.cell_at(first + 2, views).state is CellState.INVALID
    editor.press("Ctrl+S")
    assert "Author" in editor.boxes.press("Edit Author").sentence
    assert editor.counts()["posts"] == count
    put("Grace Hopper")
    grid.setCurrentIndex(model.index(first + 1, author))
    pasted(editor)
    grid.setCurrentIndex(model.index(first + 2, views))
    entry(editor, "7")
    saved(editor)
    assert editor.rows(
        "SELECT u.name, p.title, p.status, p.view_count, p.body"
        " FROM posts p JOIN users u ON u.id = p.author_id ORDER BY p.id DESC LIMIT 3"
    ) == [
        ("Ada Lovelace", "Third", "review", 7, "text"),
        ("Grace Hopper", "Second", "draft", 5, "text"),
        ("Grace Hopper", "First of & all", "published", 1200, "one\ntwo"),
    ]
