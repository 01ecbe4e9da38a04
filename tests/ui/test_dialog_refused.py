"""Every kind of refusal through the form: nothing typed is lost, fields are marked where they are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import shiboken6
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.edit.test_refused_cases import POSTGRES, POSTGRES_TABLES, SQLITE, SQLITE_TABLES, Case
from tests.fixtures.boxes import Boxes
from tests.fixtures.databases import (
    Backend,
    MakeDatabase,
    OpenSecond,
    SqlLog,
    postgres_schemas,
    sqlite_files,
)
from tests.fixtures.postgres import Server
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.base import Editor
from ui.editors.lookup import LookupEditor

EMPTIED = {"not null", "domain not null"}
"""Of a text that must be there the form can send no NULL: see the last tests."""
FORM_LEVEL: Case = ("r", {"n": 50, "m": 5}, ())
"""Row-level security tells no column."""
CASES: dict[tuple[Backend, str], Case] = {
    **{("sqlite", name): case for name, case in SQLITE.items() if name not in EMPTIED},
    **{("postgresql", name): case for name, case in POSTGRES.items() if name not in EMPTIED},
    ("postgresql", "row-level security"): FORM_LEVEL,
}


@dataclass(frozen=True)
class Desk:
    """A window over one database, for all the cases of a backend."""

    connection: Connection
    window: QWidget

    @contextmanager
    def open(self, table: str, qtbot: QtBot, boxes: Boxes) -> Iterator[RecordDialog]:
        """The last record of a table in its dialog; what is left in it at the end is let go."""
        database = self.connection.database
        name = database.find(table)
        with database.engine.connect() as connection:
            key = connection.scalar(sa.select(sa.func.max(database.sa(name).c.id)))
        self.window.show()
        dialog = RecordDialog(self.connection, name, (key,), parent=self.window)
        try:
            dialog.open()
            qtbot.waitUntil(lambda: dialog.ready)
            yield dialog
        finally:
            if shiboken6.isValid(dialog) and dialog.isVisible():
                if boxes.open is not None:
                    boxes.escape()
                dialog.done(0)
            self.window.hide()


@contextmanager
def _desk(make: MakeDatabase, tables: tuple[str, ...]) -> Iterator[Desk]:
    connection, window = Connection(make(*tables)), QWidget()
    yield Desk(connection, window)
    connection.close()
    shiboken6.delete(window)


@pytest.fixture(scope="module")
def sqlite_desk(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with sqlite_files(tmp_path_factory.mktemp("refused")) as make, _desk(make, SQLITE_TABLES) as made:
        yield made


@pytest.fixture(scope="module")
def postgresql_desk(qapp: object, postgres_server: Server, schema_maker: sa.Engine) -> Iterator[Desk]:
    with postgres_schemas(postgres_server, schema_maker) as make, _desk(make, POSTGRES_TABLES) as made:
        yield made


@pytest.fixture
def desk(backend: Backend, request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue(f"{backend}_desk")
    return found


def _enter(editor: Editor, value: object) -> object:
    """As a person would; what stands there then."""
    target = editor.focus_target()
    if isinstance(editor, LookupEditor):
        editor.put(value)
    elif isinstance(target, QLineEdit) and not target.isReadOnly() and target.isEnabled():
        target.setFocus()
        target.selectAll()
        if value is None:
            QTest.keyClick(target, Qt.Key.Key_Delete)
        else:
            target.insert(str(value))
    else:
        editor.put(value)
    return _standing(editor)


def _standing(editor: Editor) -> object:
    target = editor.focus_target()
    return target.text() if isinstance(target, QLineEdit) else editor.value()


def _marked(dialog: RecordDialog) -> set[str]:
    fields = dialog.form.fields.items()
    return {name for name, field in fields if field.problem.isVisibleTo(field) and field.problem.text()}


def _rows(behind: sa.Connection, desk: Desk, table: str) -> list[object]:
    """All that is stored, as a second connection sees it."""
    database = desk.connection.database
    return list(behind.execute(sa.select(database.sa(database.find(table))).order_by("id")).all())


@contextmanager
def _limited(desk: Desk) -> Iterator[None]:
    """Transactions run with a role that row-level security holds for."""

    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET LOCAL ROLE pg_monitor")

    engine = desk.connection.database.engine
    sa.event.listen(engine, "begin", limit)
    yield
    sa.event.remove(engine, "begin", limit)


@pytest.mark.parametrize(("backend", "name"), CASES)
def test_refused(
    desk: Desk, backend: Backend, name: str, boxes: Boxes, qtbot: QtBot, second: OpenSecond
) -> None:
    table, values, fields = CASES[backend, name]
    behind = second(desk.connection.database)
    before = _rows(behind, desk, table)
    with desk.open(table, qtbot, boxes) as dialog:
        form = dialog.form.fields
        entered = {column: _enter(form[column].editor, value) for column, value in values.items()}
        if fields:
            dialog.save()
        else:
            with _limited(desk) if table == "r" else _as_it_is():
                dialog.save()
                qtbot.waitUntil(lambda: boxes.open is not None)
        qtbot.waitUntil(lambda: not dialog.saving)
        said = boxes.escape().sentence if boxes.open is not None else ""
        assert dialog.isVisible()
        assert {column: _standing(form[column].editor) for column in entered} == entered
        assert _marked(dialog) == set(fields), said
        assert said or fields, "said at the form where no field is known"
        assert _rows(behind, desk, table) == before


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


def test_sixty_of_them() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    ("backend", "column"), [("sqlite", "need"), ("postgresql", "need"), ("postgresql", "f")]
)
def test_a_text_that_must_be_there_is_emptied_to_the_empty_text(
    desk: Desk, column: str, boxes: Boxes, qtbot: QtBot, second: OpenSecond
) -> None:
    behind = second(desk.connection.database)
    asked = sa.text(f"SELECT {column} FROM t WHERE id = 2")  # noqa: S608
    with desk.open("t", qtbot, boxes) as dialog:
        target = dialog.form.fields[column].editor.focus_target()
        assert isinstance(target, QLineEdit) and target.text() == "x"
        target.setFocus()
        QTest.keyClick(target, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
        assert target.text() == "x", "the key for NULL does nothing here"
        target.selectAll()
        QTest.keyClick(target, Qt.Key.Key_Delete)
        dialog.save()
        qtbot.waitUntil(lambda: not shiboken6.isValid(dialog) or not dialog.isVisible())
    assert behind.scalar(asked) == "", "not NULL, which the database would refuse"
    behind.execute(sa.text(f"UPDATE t SET {column} = 'x' WHERE id = 2"))  # noqa: S608


def test_no_null_is_sent_where_none_may_be(
    desk: Desk, boxes: Boxes, qtbot: QtBot, sql_log: Callable[[Database], SqlLog]
) -> None:
    with desk.open("t", qtbot, boxes) as dialog:
        editor = dialog.form.fields["must"].editor
        assert _enter(editor, None) == "" and editor.value() is None
        log = sql_log(desk.connection.database)
        dialog.save()
        assert not dialog.saving and _marked(dialog) == {"must"}
        assert not log.statements
