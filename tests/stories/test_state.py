"""What the window remembers, and what happens when a database cannot be opened at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase
from tests.stories.conftest import Sit
from tests.stories.kit import Person
from ui.app import WindowOptions
from ui.dialogs.columns_dialog import ColumnsDialog
from ui.dialogs.connect_dialog import ConnectDialog


def test_tabs_widths_filter_row_and_size_are_remembered(sit: Sit, newsroom: Database) -> None:
    person = sit(newsroom)
    person.open("users")
    person.open("posts")
    person.press("Ctrl+Shift+F")
    person.tab.grid.horizontalHeader().resizeSection(person.tab.model.section_of("status"), 171)
    person.window.resize(720, 610)
    person.press("Ctrl+Shift+Tab")
    assert person.tab.title == "Users"
    person.window.close()

    again = sit(newsroom, resized=False)
    again.wait(lambda: [tab.title for tab in again.desk.workspace.tabs] == ["Users", "Posts"])
    assert again.tab.title == "Users"
    assert (again.window.width(), again.window.height()) == (720, 610)
    again.press("Ctrl+Tab")
    again.settled()
    assert again.tab.title == "Posts"
    assert again.tab.grid.columnWidth(again.tab.model.section_of("status")) == 171
    assert again.tab.grid.filter_row.isVisible()


def test_columns_are_remembered_when_a_tab_is_closed(person: Person) -> None:
    tab = person.open("posts")
    person.press("Ctrl+Shift+K")
    dialog = person.dialog(ColumnsDialog)
    dialog.search.setFocus()
    person.write("body")
    shown = [row for row in range(dialog.list.count()) if not dialog.list.isRowHidden(row)]
    dialog.list.setCurrentRow(shown[0])
    dialog.list.setFocus()
    person.press("Space")
    person.click(dialog.go_button)
    person.gone(dialog)
    person.wait(lambda: "body" in tab.model.shown_view.columns)
    person.press("Ctrl+W")
    person.wait(lambda: not person.desk.workspace.tabs)
    again = person.open("posts")
    assert "body" in again.model.shown_view.columns


def test_the_command_line_names_file_table_and_read_only(sit: Sit, make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE makers (id INTEGER PRIMARY KEY)",
        "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)",
    )
    options = WindowOptions(database.profile.path, table="things", read_only=True)
    person = sit(database, options=options)
    person.settled()
    assert person.tab.title == "Things"
    assert "Read-only: " in person.foot and "no records" in person.foot
    assert not person.can("record.new")
    assert person.database.profile.read_only


def refused(person: Person, target: Path) -> str:
    """Open a target that cannot be opened: the sentence of the box; what was open stays open."""
    person.desk.workspace.opener.open_target(str(target))
    box = person.boxes.escape()
    assert person.foot.startswith("1–3 of 3")
    return box.sentence


def test_a_mistyped_path_makes_no_file(person: Person, tmp_path: Path) -> None:
    person.open("tags")
    missing = tmp_path / "newsrom.sqlite"
    assert refused(person, missing).startswith("There is no file")
    assert not missing.exists()


def test_a_file_that_is_no_database(person: Person, tmp_path: Path) -> None:
    person.open("tags")
    letter = tmp_path / "letter.sqlite"
    letter.write_text("Dear editor, " * 200, encoding="utf-8")
    sentence = refused(person, letter)
    assert "letter.sqlite" in sentence and "database" in sentence
    assert letter.read_text(encoding="utf-8").startswith("Dear editor")


@pytest.mark.parametrize("target", ["folder", "postgresql://nobody@127.0.0.1:1/nothing"])
def test_other_targets_that_cannot_be_opened(
    sit: Sit, make_sqlite: MakeDatabase, tmp_path: Path, target: str
) -> None:
    person = sit(make_sqlite("CREATE TABLE things (id INTEGER PRIMARY KEY)"))
    (tmp_path / "folder").mkdir()
    person.desk.workspace.opener.open_target(target if "://" in target else str(tmp_path / target))
    assert person.boxes.read().sentence
    person.boxes.escape()
    if "://" in target:  # a server's refusal leads to the fields
        dialog = person.dialog(ConnectDialog)
        assert dialog.host.text() == "127.0.0.1" and dialog.user.text() == "nobody"
        person.press("Esc")
        person.gone(dialog)
    assert person.connection.database.profile.backend == "sqlite"
