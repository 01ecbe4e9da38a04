"""What is not saved yet is told before a bulk action, and neither outlives its records nor gets lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import ColumnFilter, View
from desktop.edit.bulk import SetValue, set_field
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.schema.database import Database
from desktop.staging.staging import Edit
from tests.fixtures.databases import OpenSecond
from tests.fixtures.windows import AppConnection
from ui.dialogs.bulk_dialog import BulkDialog
from ui.dialogs.delete_dialog import DeleteDialog
from ui.dialogs.set_field_dialog import SetFieldDialog


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def connection(newsroom: Database, app_connection: AppConnection) -> Iterator[Connection]:
    """Two comments and a post have changes that are not saved."""
    found = app_connection(newsroom)
    for key in (1, 2):
        stage(found, "comments", key, "body", "before", "after")
    stage(found, "posts", 1, "title", "before", "after")
    yield found


def stage(connection: Connection, table: str, key: int, column: str, base: object, new: object) -> None:
    ref = RecordRef(connection.database.find(table), (key,))
    connection.workbench.edit("set", [Edit(ref, column, base, new)])


def chosen(connection: Connection, table: str, *keys: int) -> ChosenKeys:
    return ChosenKeys(connection.database.find(table), tuple((key,) for key in keys))


def told(dialog: BulkDialog, qtbot: QtBot) -> str:
    """What an open dialog says of unsaved changes."""
    dialog.open()
    qtbot.waitUntil(lambda: dialog.expected is not None)
    qtbot.waitUntil(lambda: not any(lane.is_busy for lane in dialog.connection.lanes))
    return dialog.unsaved.text() if dialog.unsaved.isVisible() else ""


def press_go(dialog: BulkDialog, qtbot: QtBot) -> None:
    button, lanes = dialog.go_button, dialog.connection.lanes
    assert button is not None
    qtbot.waitUntil(button.isEnabled)
    with qtbot.waitSignal(dialog.done_count):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not any(lane.is_busy for lane in lanes))


def test_a_delete_says_so_and_lets_them_go(connection: Connection, window: QWidget, qtbot: QtBot) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "comments", 1, 2, 3), window)
    assert told(dialog, qtbot) == "2 of them have unsaved changes, which go with them."
    press_go(dialog, qtbot)
    assert [ref.table.name for ref in connection.workbench.staging.refs] == ["posts"]
    connection.workbench.undo()
    assert not connection.workbench.staging.dirty  # no step leads back to what is gone
    assert connection.workbench.undo() is None


def test_what_a_delete_takes_along_goes_too(connection: Connection, window: QWidget, qtbot: QtBot) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "posts", 1), window, for_good=True)
    assert told(dialog, qtbot) == "1 of them has unsaved changes, which go with it."
    press_go(dialog, qtbot)
    with connection.database.engine.connect() as inside:
        left = set(inside.scalars(sa.text("SELECT id FROM comments")))
    staged = {ref.key[0] for ref in connection.workbench.staging.refs if isinstance(ref.key, tuple)}
    assert staged == left & {1, 2}
    assert len(staged) < 2


def test_marking_as_deleted_keeps_them(connection: Connection, window: QWidget, qtbot: QtBot) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "posts", 1, 2), window)
    assert told(dialog, qtbot) == "1 of them has unsaved changes, which stay, to be saved later."
    dialog.for_good.setChecked(True)
    qtbot.waitUntil(lambda: dialog.unsaved.text().endswith("which go with it."))
    dialog.for_good.setChecked(False)
    press_go(dialog, qtbot)
    assert connection.workbench.staging.record_count == 3


def test_all_that_match_are_asked_of_the_database(
    connection: Connection, window: QWidget, qtbot: QtBot
) -> None:
    view = View(connection.database.find("comments"), ("body",), filters=(ColumnFilter("id", "= 2"),))
    dialog = SetFieldDialog(connection, AllMatching(view), window)
    assert told(dialog, qtbot) == "1 of them has unsaved changes, which stay, to be saved later."
    dialog.reject()
    other = SetFieldDialog(connection, chosen(connection, "comments", 3), window)
    assert told(other, qtbot) == ""
    other.reject()


@pytest.mark.parametrize(("column", "saves"), [("view_count", True), ("title", False)])
def test_a_bulk_update_conflicts_only_where_it_changed_the_same_field(
    connection: Connection, qtbot: QtBot, second: OpenSecond, column: str, saves: bool
) -> None:
    connection.workbench.discard()
    with second(connection.database) as other:
        title = other.scalar(sa.text("SELECT title FROM posts WHERE id = 1"))
    stage(connection, "posts", 1, "title", title, "Mine")
    value: object = 7 if column == "view_count" else "Theirs"
    set_field(connection.database, chosen(connection, "posts", 1), column, SetValue(value), 1)
    answers: list[Saved | Exception] = []
    connection.workbench.save(answers.append, answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert isinstance(answers[0], Saved) is saves
