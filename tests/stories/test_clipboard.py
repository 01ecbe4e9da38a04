"""Copying and pasting at the window, with what spreadsheets put on the clipboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from desktop.models.cells import CellState
from desktop.transfer import clipboard
from desktop.transfer.clipboard_cells import MIME
from tests.stories.grid_kit import at, children, entry, saved
from tests.stories.kit import Person

COLUMNS = (
    *("title", "author_id", "status", "view_count", "body"),
    *("created_at", "updated_at", "deleted_by", "deleted_at"),
)


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
    person.wait(lambda: clipboard.text() != "")
    return clipboard.mimeData()


def show(person: Person, *columns: str) -> None:
    """Show just these columns."""
    person.tab.model.set_view(replace(person.tab.model.view, columns=columns))
    person.settled()


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


def test_a_value_pasted_over_several_records_fills_the_column(editor: Person) -> None:
    put("Archived")
    editor.select(1, 2, 4)
    grid, model = editor.tab.grid, editor.tab.model
    row = next(row for row in range(model.count) if model.key_at(row) == (4,))
    index = model.index(row, model.section_of("status"))
    grid.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
    pasted(editor)
    assert editor.connection.workbench.staging.undo_name == "paste 3 records"
    editor.press("Ctrl+Z")
    assert not editor.connection.workbench.staging.dirty
    editor.press("Ctrl+Y")
    saved(editor)
    assert editor.rows("SELECT id FROM posts WHERE status = 'archived' ORDER BY id") == [(1,), (2,), (4,)]


def test_copies_are_cells_text_and_a_table_and_come_back_exactly(editor: Person) -> None:
    editor.elsewhere("UPDATE posts SET deleted_by = '', body = '' WHERE id = 2")
    show(editor, *COLUMNS)
    editor.select(2)
    data = copied(editor, "Ctrl+Shift+C")
    assert data.text().splitlines()[0].startswith("Title\t")
    assert "<th>Title</th>" in data.html()
    assert data.hasFormat(MIME)
    pasted(editor, "Ctrl+Shift+V")
    saved(editor)
    columns = ", ".join(COLUMNS)
    twins = editor.rows(f"SELECT {columns} FROM posts WHERE id = 2 OR id > 6")  # noqa: S608 - fixed names
    assert len(twins) == 2
    assert twins[0] == twins[1]
    assert twins[0][-2:] == ("", None)


def test_one_cell_is_copied_where_nothing_is_selected_or_it_is_asked_for(editor: Person) -> None:
    title = editor.cell(2, "title")
    at(editor, 2, "title")
    assert copied(editor, "Ctrl+Alt+C").text() == title
    editor.tab.grid.selected.clear()
    assert copied(editor).text() == title


def test_copies_say_what_is_staged(editor: Person) -> None:
    at(editor, 2, "title")
    entry(editor, "Not saved yet")
    at(editor, 2, "title")
    assert copied(editor, "Ctrl+Alt+C").text() == "Not saved yet"
    editor.select(2)
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    editor.act("copy.markdown")
    editor.wait(lambda: clipboard.text() != "")
    assert clipboard.text().splitlines()[2].startswith("| Not saved yet |")


def test_copied_statements_make_the_same_records(editor: Person) -> None:
    show(editor, *COLUMNS)
    editor.select(1, 4)
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    editor.act("copy.sql")
    editor.wait(lambda: clipboard.text() != "")
    for statement in clipboard.text().split(";\n"):
        if statement:
            editor.behind.exec_driver_sql(statement.replace("%", "%%"))
    columns = ", ".join(COLUMNS)
    assert len(editor.rows(f"SELECT DISTINCT {columns} FROM posts")) == 6  # noqa: S608 - fixed names
    assert editor.stored("SELECT count(*) FROM posts") == 8
    clipboard.clear()
    editor.act("copy.json")
    editor.wait(lambda: clipboard.text() != "")
    assert [one["author_id"] for one in json.loads(clipboard.text())] == ["Ada Lovelace", "Grace Hopper"]


def test_a_block_is_pasted_among_the_children_of_a_record(editor: Person) -> None:
    grid = children(editor)
    model = grid.record_model
    grid.setCurrentIndex(model.index(0, model.section_of("author_name")))
    put("Zoë\tfirst\nYann\tsecond\nXaver\tthird")
    pasted(editor)
    rows = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert rows == ["Zoë", "Yann", "Xaver"]  # two over the old ones, one new
    assert not [ref for ref in editor.connection.workbench.staging.refs if ref.table.name != "comments"]
    editor.press("Ctrl+Z")
    grid.selectRow(1)
    assert copied(editor, "Ctrl+Shift+C").text().splitlines()[0].startswith("Author name\t")
    put("Author name\tBody\tCreated at\nWilla\tin the panel\tsoon")
    pasted(editor, "Ctrl+Shift+V")
    panel = editor.window.panel
    assert panel is not None
    told = [label.text() for label in panel.findChildren(QLabel) if label.text().startswith("Pasted")]
    assert told == ["Pasted 1 record; 1 cell does not fit and is marked."]
    grid.setCurrentIndex(model.index(2, model.section_of("created_at")))
    editor.press("Ctrl+Backspace")
    saved(editor)
    assert editor.rows("SELECT post_id, author_name, body FROM comments ORDER BY id DESC LIMIT 1") == [
        (1, "Willa", "in the panel")
    ]


def test_what_is_too_large_for_a_clipboard_says_where_it_can_go(
    editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "MOST_CHARACTERS", 60)
    editor.tab.grid.setFocus()
    editor.press("Ctrl+A", "Ctrl+C")
    box = editor.boxes.escape()
    assert box.sentence == "These records of posts hold more than 60 characters."
    assert box.hint == "Export them to a file instead."
    assert QGuiApplication.clipboard().text() == ""
    editor.select(6)
    assert copied(editor).text()
