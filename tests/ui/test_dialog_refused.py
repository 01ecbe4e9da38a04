"""Every kind of refusal through the form: nothing typed is lost, the field is marked where it is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
import sqlalchemy as sa
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.edit.test_refused_cases import POSTGRES, POSTGRES_TABLES, SQLITE, SQLITE_TABLES, Case
from tests.fixtures.boxes import Boxes
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.base import Editor
from ui.editors.lookup import LookupEditor

UNSENT = {"not null", "domain not null"}
"""Of a text that must be there the form sends no NULL."""


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    yield made


def _enter(editor: Editor, value: object) -> object:
    """As a person would; what stands there then."""
    target = editor.focus_target()
    if value is None:
        editor.set_null()
    elif isinstance(editor, LookupEditor):
        editor.put(value)
    elif isinstance(target, QLineEdit) and not target.isReadOnly() and target.isEnabled():
        target.setFocus()
        target.selectAll()
        target.insert(str(value))
    else:
        editor.put(value)
    return _standing(editor)


def _standing(editor: Editor) -> object:
    target = editor.focus_target()
    return target.text() if isinstance(target, QLineEdit) else editor.value()


def _check(
    name: str,
    case: Case,
    connection: Connection,
    window: QWidget,
    boxes: Boxes,
    qtbot: QtBot,
    behind: sa.Connection,
) -> None:
    table, values, fields = case
    database = connection.database
    columns = database.sa(database.find(table))
    before = behind.execute(sa.select(columns).order_by("id")).all()
    behind.commit()
    dialog = RecordDialog(connection, database.find(table), (before[-1].id,), parent=window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.ready)
    entered = {
        column: _enter(dialog.form.fields[column].editor, value)
        for column, value in values.items()
        if column in dialog.form.fields
    }
    assert entered
    dialog.save()
    qtbot.waitUntil(lambda: not dialog.saving)
    if boxes.open is not None:
        boxes.escape()
    assert dialog.isVisible()
    assert {column: _standing(dialog.form.fields[column].editor) for column in entered} == entered
    marked = {column for column, field in dialog.form.fields.items() if field.problem.isVisibleTo(field)}
    if fields:
        assert marked and marked <= set(fields), (name, marked)
        assert all(dialog.form.fields[column].problem.text() for column in marked)
    else:
        assert not marked, "never a guess"
    assert behind.execute(sa.select(columns).order_by("id")).all() == before
    behind.commit()
    dialog.reject()
    if boxes.open is not None:
        boxes.press("Discard")
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible())


def _all(
    cases: dict[str, Case],
    database: Database,
    connection: Connection,
    window: QWidget,
    boxes: Boxes,
    qtbot: QtBot,
    behind: sa.Connection,
) -> None:
    wrong = {}
    for name, case in cases.items():
        if name in UNSENT:
            continue
        try:
            _check(name, case, connection, window, boxes, qtbot, behind)
        except (AssertionError, RuntimeError) as error:
            wrong[name] = str(error)[:300]
            for dialog in window.findChildren(RecordDialog):
                if boxes.open is not None:
                    boxes.escape()
                dialog.done(0)
    assert not wrong


def test_on_sqlite(
    make_sqlite: MakeDatabase,
    app_connection: AppConnection,
    window: QWidget,
    boxes: Boxes,
    qtbot: QtBot,
    second: OpenSecond,
) -> None:
    database = make_sqlite(*SQLITE_TABLES)
    _all(SQLITE, database, app_connection(database), window, boxes, qtbot, second(database))


def test_on_postgresql(
    make_postgres: MakeDatabase,
    app_connection: AppConnection,
    window: QWidget,
    boxes: Boxes,
    qtbot: QtBot,
    second: OpenSecond,
) -> None:
    database = make_postgres(*POSTGRES_TABLES)
    _all(POSTGRES, database, app_connection(database), window, boxes, qtbot, second(database))
