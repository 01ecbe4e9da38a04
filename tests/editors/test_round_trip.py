"""Every kind of value in every editor on both databases: untouched it stays, entered it is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta, timezone

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.browse.records import read_records
from desktop.browse.rows import Record
from desktop.edit.compare import same_value
from desktop.edit.unit import Unit
from desktop.models.connection import Connection
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind
from desktop.values.json_ import is_by_value, same_json
from desktop.values.locale import Locale
from desktop.values.special import RawText
from tests.editors import hard_values as hard
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog
from tests.fixtures.samples import NAUGHTY
from ui.editors.base import Editor
from ui.editors.blob import BlobEditor
from ui.editors.combo import ComboEditor
from ui.editors.factory import fitting, make_cell_editor, make_editor
from ui.editors.texts import enter_text, text_in

HARD = TableName(None, "hard")
GERMAN = Locale(decimal=",", group=".", zone=timezone(timedelta(hours=5, minutes=45)), language="de")
MOMENTS = (Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)
PLACES = ("form", "cell")


class Bench:
    """A database full of hard values, and editors for them."""

    def __init__(self, database: Database, behind: sa.Connection, parent: QWidget) -> None:
        self.database, self.behind, self.parent = database, behind, parent
        self.connection = Connection(database, locale=GERMAN)
        self.table = database.table(HARD)
        self.values = [column for column in self.table.columns if column.name.startswith("v")]
        self.rows = hard.rows(database.profile.backend)

    def records(self) -> list[Record]:
        return read_records(self.database, HARD, [(key,) for key in range(1, self.rows + 1)])

    def editor(self, place: str, column: Column, value: object) -> Editor:
        """An open editor, as the form or the grid makes it."""
        fit = fitting(column, value)
        if place == "cell":
            made = make_cell_editor(fit, self.connection, self.parent)
        else:
            made = make_editor(fit, self.connection, self.parent, given=value)
        made.set_value(value)
        return made

    def stored(self, key: int) -> dict[str, object]:
        return hard.stored(self.behind, self.database, key)


@pytest.fixture
def bench(make_database: MakeDatabase, backend: Backend, second: OpenSecond, qtbot: QtBot) -> Iterator[Bench]:
    database = make_database(*hard.table(backend))
    parent = QWidget()
    qtbot.addWidget(parent)
    behind = second(database)
    hard.fill(behind, backend)
    made = Bench(database, behind, parent)
    yield made
    made.connection.close()


@pytest.mark.parametrize("place", PLACES)
def test_opened_and_left_nothing_is_staged_and_nothing_sent(
    bench: Bench, place: str, sql_log: Callable[[Database], SqlLog]
) -> None:
    records = bench.records()
    log = sql_log(bench.database)
    unit = Unit(bench.database)
    for record in records:
        for column in bench.values:
            value = record.values[column.name]
            editor = bench.editor(place, column, value)
            QTest.keyClick(editor.focus_target(), Qt.Key.Key_Tab)
            if not isinstance(editor, ComboEditor):  # there it means the last one
                QTest.keyClick(editor.focus_target(), Qt.Key.Key_End)
            assert not editor.touched, (column.type_name, value)
            assert editor.value() is value
            assert editor.text_is_valid() is None
            unit.stage(record.ref, column.name, editor.base, editor.value())
            editor.deleteLater()
    assert not unit.dirty
    assert not log.statements


def test_another_field_is_sent_alone_and_every_stored_byte_stays(
    bench: Bench, sql_log: Callable[[Database], SqlLog]
) -> None:
    before = {key: bench.stored(key) for key in range(1, bench.rows + 1)}
    log = sql_log(bench.database)
    for record in bench.records():
        unit = Unit(bench.database)
        unit.stage(record.ref, "note", "note", "changed")
        unit.save()
    assert len(log.writes) == bench.rows
    for update in log.writes:
        assert update.startswith("UPDATE hard SET note=")
        assert update.split(" WHERE ")[0].count("=") == 1
    assert {key: bench.stored(key) for key in before} == before
    assert set(bench.behind.execute(sa.text("SELECT note FROM hard WHERE id < 100")).scalars()) == {"changed"}


@pytest.mark.parametrize("place", PLACES)
def test_the_displayed_text_typed_anew_stores_the_same_value(bench: Bench, place: str) -> None:
    for record in bench.records():
        key = _number(record) + 100
        typed = _save_typed(bench, place, record, key)
        (again,) = read_records(bench.database, HARD, [(key,)])
        before, after = bench.stored(_number(record)), bench.stored(key)
        for column in typed:
            was, now = record.values[column.name], again.values[column.name]
            if before[column.name] != after[column.name]:  # a moment can be written in several ways
                assert column.kind in MOMENTS and bench.database.profile.backend == "sqlite"
            assert _same(column, now, was), (column.type_name, was, now)


def _save_typed(bench: Bench, place: str, record: Record, key: int) -> list[Column]:
    """Type what the record shows into an empty one; the columns in which that can be done."""
    unit, typed = Unit(bench.database), []
    for column in bench.values:
        value = record.values[column.name]
        shown = bench.editor(place, column, value)
        if isinstance(value, RawText) or isinstance(shown, ComboEditor | BlobEditor):
            continue  # not of the column's kind; chosen or loaded instead of typed
        if (
            not text_in(shown).strip("\u2028\u2029\ufeff\u00a0\n")
            or "\r" in str(value)
            or "\u2029" in str(value)
        ):
            continue  # nothing is seen of it, or not all: a field shows one kind of line end
        editor = bench.editor(place, fitting(column, value), None)
        enter_text(editor, text_in(shown))
        if editor.text_is_valid() is not None:
            assert value == "no json"
            continue
        unit.stage(RecordRef(HARD, (key,)), column.name, None, editor.value())
        typed.append(column)
    unit.save()
    return typed


@pytest.mark.parametrize("place", PLACES)
def test_every_value_is_set_over_every_other_and_stored_exactly(bench: Bench, place: str) -> None:
    records = bench.records()
    for column in bench.values:
        _set_each_over_every_other(bench, place, column, records)
    key = 101
    for record in [*records, *records[:1]]:
        unit = Unit(bench.database)
        seen = read_records(bench.database, HARD, [(key,)])[0].values
        for column in bench.values:
            editor = bench.editor(place, column, seen[column.name])
            editor.put(record.values[column.name])
            unit.stage(RecordRef(HARD, (key,)), column.name, editor.base, editor.value())
            editor.deleteLater()
        unit.save()
        assert bench.stored(key) == bench.stored(_number(record))


def _set_each_over_every_other(bench: Bench, place: str, column: Column, records: list[Record]) -> None:
    """Whatever stands in the field, what is put there is what will be written."""
    values = list(
        {repr(record.values[column.name]): record.values[column.name] for record in records}.values()
    )
    for base in [None, *values]:
        editor = bench.editor(place, column, base)
        for wanted in values:
            editor.set_value(base)
            editor.put(wanted)
            got = editor.value()
            assert _same(column, got, wanted), (column.type_name, base, wanted, got)
        editor.deleteLater()


def _same(column: Column, got: object, wanted: object) -> bool:
    """Exactly the same; lists and ranges may be written otherwise, which the database is asked about."""
    if isinstance(got, str) and isinstance(wanted, str):
        if column.kind in (Kind.ARRAY, Kind.RANGE):
            return True
        if is_by_value(column):
            return same_json(got, wanted)
    return same_value(got, wanted)


def _number(record: Record) -> int:
    assert isinstance(record.ref.key, tuple)
    return int(str(record.ref.key[0]))


@pytest.mark.parametrize("place", PLACES)
def test_naughty_texts_are_stored_as_they_were_typed(
    place: str, make_database: MakeDatabase, second: OpenSecond, qtbot: QtBot
) -> None:
    if not NAUGHTY.exists():
        pytest.skip("the collection of naughty strings is not beside this checkout")
    texts: list[str] = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    database = make_database("CREATE TABLE words (id integer PRIMARY KEY, v text)")
    behind, words = second(database), TableName(None, "words")
    behind.execute(sa.text("INSERT INTO words (id) VALUES (:id)"), [{"id": n} for n in range(len(texts))])
    connection, parent, unit = Connection(database), QWidget(), Unit(database)
    qtbot.addWidget(parent)
    column = database.table(words).column("v")
    make = make_cell_editor if place == "cell" else make_editor
    fits = {fit.kind: fit for fit in (fitting(column, text) for text in texts)}
    editors = {kind: make(fit, connection, parent) for kind, fit in fits.items()}
    for number, text in enumerate(texts):
        editor = editors[fitting(column, text).kind]
        editor.set_value(None)
        enter_text(editor, text) if text.strip("\ufeff\ufffe") else editor.put(text)
        unit.stage(RecordRef(words, (number,)), "v", None, editor.value())
    unit.save()
    connection.close()
    stored = behind.execute(sa.text("SELECT v FROM words ORDER BY id")).scalars().all()
    assert stored == texts
