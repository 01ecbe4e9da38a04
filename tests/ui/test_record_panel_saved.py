"""What the record panel shows from the moment a save has ended, before anything is read again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.models.changed import Changed
from desktop.sample.models import Base
from desktop.schema.database import Database
from tests.fixtures.databases import NEWSROOM_ROWS, MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.ui.panel_kit import bench_of, go, panel_of, target, text, type_into
from tests.ui.window_kit import Stage, show_window
from ui.panels.form_page import FormPage

POSTS = TableName(None, "posts")


@pytest.fixture
def paper(make_database: MakeDatabase) -> Database:
    """The small newsroom."""
    return make_database(Base.metadata, *NEWSROOM_ROWS)


@pytest.fixture
def stage(qtbot: QtBot, paper: Database, app_connection: AppConnection) -> Stage:
    """A window over the small newsroom."""
    return show_window(qtbot, app_connection(paper))


def _line(page: FormPage, column: str) -> QLineEdit:
    found = target(page, column)
    assert isinstance(found, QLineEdit)
    return found


def _save(stage: Stage, qtbot: QtBot) -> None:
    """Until the window is told that it is saved, and not a moment longer: nothing was read again by then."""
    with qtbot.waitSignal(bench_of(stage)._connection.changed):
        stage.window.actions_["data.save"].trigger()


def test_what_was_saved_is_never_seen_as_it_was(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "posts", 4)
    type_into(page, "title", "What she saw")
    seen: list[str] = []
    _line(page, "title").textChanged.connect(seen.append)
    told: list[Changed] = []
    bench_of(stage)._connection.changed.connect(told.append)
    bench_of(stage)._connection.changed.connect(lambda _: seen.append(text(page, "title")))
    _save(stage, qtbot)
    assert told and set(seen) == {"What she saw"}
    assert page.record is not None and page.record.values["title"] == "What she saw"


def test_what_is_typed_at_once_is_no_conflict(
    stage: Stage, paper: Database, second: OpenSecond, qtbot: QtBot
) -> None:
    page = go(stage, "posts", 4)
    type_into(page, "title", "What she saw")
    _save(stage, qtbot)
    line = _line(page, "title")
    QTest.keyClicks(line, " there")
    _save(stage, qtbot)
    panel_of(stage)
    saved = second(paper).exec_driver_sql("SELECT title FROM posts WHERE id = 4").scalar()
    assert (saved, text(page, "title")) == ("What she saw there", "What she saw there")
    assert not bench_of(stage).staging.dirty


def test_the_cursor_stays_where_somebody_types(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "tags", 1)
    line = _line(page, "name")
    line.setFocus()
    line.setCursorPosition(2)
    QTest.keyClicks(line, "XY")
    _save(stage, qtbot)
    QTest.keyClicks(_line(page, "name"), "Z")
    panel_of(stage)
    QTest.keyClicks(_line(page, "name"), "!")
    assert text(page, "name") == "waXYZ!ter"


def test_the_cursor_stays_in_a_long_text(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "posts", 4)
    area = target(page, "body")
    assert isinstance(area, QPlainTextEdit)
    area.setFocus()
    area.setPlainText("")
    QTest.keyClicks(area, "One line")
    QTest.keyClick(area, Qt.Key.Key_Return)
    QTest.keyClicks(area, "and another")
    _save(stage, qtbot)
    QTest.keyClicks(area, ", typed on")
    _save(stage, qtbot)
    panel_of(stage)
    area = target(page, "body")
    assert isinstance(area, QPlainTextEdit)
    QTest.keyClicks(area, ".")
    assert area.toPlainText() == "One line\nand another, typed on."


def test_a_form_made_anew_goes_on_in_the_middle_of_a_text(stage: Stage, qtbot: QtBot) -> None:
    """Something else of the record was changed meanwhile."""
    page = go(stage, "posts", 4)
    area, form = target(page, "body"), page.form
    assert isinstance(area, QPlainTextEdit) and page.record is not None
    area.setFocus()
    area.setPlainText("abcdef")
    cursor = area.textCursor()
    cursor.setPosition(3)
    area.setTextCursor(cursor)
    page.show_record(page.record._replace(values=dict(page.record.values) | {"title": "Another"}))
    area = target(page, "body")
    assert page.form is not form and isinstance(area, QPlainTextEdit)
    QTest.keyClicks(area, "X")
    assert (area.toPlainText(), text(page, "title")) == ("abcXdef", "Another")


def test_the_form_is_not_made_anew_where_nothing_else_has_changed(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "tags", 1)
    form = page.form
    type_into(page, "name", "rain")
    _save(stage, qtbot)
    panel_of(stage)
    assert page.form is form and text(page, "name") == "rain"
    QTest.keyClick(_line(page, "name"), Qt.Key.Key_Backspace)
    change = bench_of(stage).staging.changes.get(RecordRef(TableName(None, "tags"), (1,)))
    assert change is not None and (change.fields["name"].base, change.fields["name"].new) == ("rain", "rai")


def test_a_reference_saved_keeps_its_name(stage: Stage, qtbot: QtBot) -> None:
    page = go(stage, "posts", 4)
    assert page.form is not None
    page.form.fields["author_id"].editor.choose(1, "Ada Lovelace")  # type: ignore[attr-defined]
    seen: list[str] = []
    _line(page, "author_id").textChanged.connect(seen.append)
    _save(stage, qtbot)
    panel_of(stage)
    assert set(seen) <= {"Ada Lovelace"} and text(page, "author_id") == "Ada Lovelace"
