"""Very many updates are not read beforehand: their own statement compares, as strictly as reading does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import pytest
import sqlalchemy as sa

from desktop.base.raw import RawText
from desktop.base.refusal import Reason, RefusedError
from desktop.edit.as_seen import MANY
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from desktop.values.special import Clipped
from tests.edit.craft import count, insert, read, ref
from tests.edit.test_recording import Notes
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond, SqlLog

Listen: TypeAlias = Callable[[Database], SqlLog]
RECORDS = MANY + 10


def _table(make: MakeDatabase, *columns: str, values: tuple[object, ...] = ()) -> Database:
    return make(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(columns)})",
        insert("t", ((n, *values) for n in range(1, RECORDS + 1))),
    )


def _stage_all(database: Database, column: str, new: Callable[[int], object]) -> Unit:
    unit, name = Unit(database), database.find("t")
    for number in range(1, RECORDS + 1):
        record = ref(name, number)
        unit.stage(record, column, read(database, record).values[column], new(number))
    return unit


def _refused(unit: Unit) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        unit.save()
    return caught.value


def test_nothing_is_read_before_it_is_written(
    make_database: MakeDatabase, second: OpenSecond, sql_log: Listen
) -> None:
    database = _table(make_database, "a VARCHAR(20)", "b INTEGER", values=("x", 5))
    unit = _stage_all(database, "a", lambda number: f"new {number}" if number % 2 else None)
    log = sql_log(database)
    saved = unit.save()
    (update,) = log.writes
    assert update.count(" IS ") == 1 and "b" not in update.partition("WHERE")[0].split()
    before = log.statements[: log.statements.index(update)]
    assert not [statement for statement in before if "FROM t" in statement]
    assert len(saved.updated) == len(saved.records) == RECORDS and not saved.adjusted
    assert saved.records[ref(database.find("t"), 3)].values == {"a": "new 3"}
    assert count(second(database), "t", "a LIKE 'new %'") == RECORDS // 2


def test_what_a_save_has_replaced_is_noted_all_the_same(make_database: MakeDatabase) -> None:
    database, notes = _table(make_database, "a VARCHAR(20)", values=("x",)), Notes()
    staged = _stage_all(database, "a", lambda number: f"new {number}")
    Unit(database, staged.changes, recorder=notes).save()
    assert len(notes.rows) == RECORDS
    row = notes.rows["t", (7,), (7,)]
    assert row.before == {"a": "x"} and row.after == {"a": "new 7"}


def test_every_conflict_among_them_is_told_and_nothing_written(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    database = _table(make_database, "a VARCHAR(20)", "b INTEGER", values=("x", 5))
    unit, other, table = _stage_all(database, "a", lambda _: "mine"), second(database), database.find("t")
    other.execute(sa.text("UPDATE t SET a = 'theirs' WHERE id IN (3, 40)"))
    other.execute(sa.text("UPDATE t SET a = 'mine', b = 6 WHERE id = 5"))  # as wanted: no conflict
    other.execute(sa.text("DELETE FROM t WHERE id = 20"))
    told = {refusal.record: refusal for refusal in _refused(unit).refusals}
    assert told.keys() == {ref(table, 3), ref(table, 40), ref(table, 20)}
    (conflict,) = told[ref(table, 3)].conflicts
    assert (conflict.base, conflict.theirs, conflict.mine) == ("x", "theirs", "mine")
    assert told[ref(table, 20)].reason is Reason.GONE
    assert count(other, "t", "a = 'mine'") == 1 and len(unit.changes) == RECORDS


def test_a_change_to_another_field_is_none(make_database: MakeDatabase, second: OpenSecond) -> None:
    database = _table(make_database, "a VARCHAR(20)", "b INTEGER", values=("x", 5))
    unit = _stage_all(database, "a", lambda _: "mine")
    second(database).execute(sa.text("UPDATE t SET b = 6"))
    unit.save()
    assert count(second(database), "t", "a = 'mine' AND b = 6") == RECORDS


NEARLY: dict[str, tuple[str, object, str]] = {
    "case": ("a TEXT COLLATE NOCASE", "abc", "'ABC'"),
    "space": ("a TEXT COLLATE RTRIM", "abc", "'abc '"),
    "float": ("a DOUBLE PRECISION", 0.1, "0.10000000000000002"),
    "empty": ("a TEXT", "", "NULL"),
    "composed": ("a TEXT", "é", "'e' || CHAR(769)"),
    "text of a number": ("a INTEGER", 5, "'5x'"),
    "bytes of a text": ("a TEXT", "abc", "X'616263'"),
    "moment": ("a DATETIME", "2026-01-01 10:00:00", "'2026-01-01 10:00:00.000001'"),
}
NEARLY_ON_A_SERVER: dict[str, tuple[str, object, str]] = {
    "float": ("a DOUBLE PRECISION", 0.1, "0.10000000000000002"),
    "real": ("a REAL", 0.1, "0.10000001"),
    "empty": ("a TEXT", "", "NULL"),
    "scale": ("a NUMERIC", 1.5, "1.50"),
    "padding": ("a VARCHAR(5)", "ab", "'ab '"),
    "infinity": ("a DATE", "2026-01-01", "'infinity'"),
    "json": ("a JSON", '{"a": 1}', "'{\"a\":1}'"),
    "microsecond": ("a TIMESTAMP", "2026-01-01 10:00:00", "'2026-01-01 10:00:00.000001'"),
}


@pytest.mark.parametrize("case", NEARLY)
def test_nearly_the_same_is_a_conflict(make_sqlite: MakeDatabase, second: OpenSecond, case: str) -> None:
    column, value, theirs = NEARLY[case]
    _nearly_the_same(_table(make_sqlite, column, values=(value,)), second, theirs)


@pytest.mark.parametrize("case", NEARLY_ON_A_SERVER)
def test_nearly_the_same_is_a_conflict_on_a_server(
    make_postgres: MakeDatabase, second: OpenSecond, case: str
) -> None:
    column, value, theirs = NEARLY_ON_A_SERVER[case]
    _nearly_the_same(_table(make_postgres, column, values=(value,)), second, theirs)


def _nearly_the_same(database: Database, second: OpenSecond, theirs: str) -> None:
    table = database.find("t")
    of_text = isinstance(read(database, ref(table, 1)).values["a"], str)
    unit = _stage_all(database, "a", lambda _: "{}" if of_text else None)
    second(database).exec_driver_sql(f"UPDATE t SET a = {theirs} WHERE id = 9")  # noqa: S608 - fixed
    error = _refused(unit)
    assert [refusal.record for refusal in error.refusals] == [ref(table, 9)]
    assert error.refusal.reason is Reason.CONFLICT


def test_the_same_moment_written_otherwise_is_none(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    database = _table(make_sqlite, "a DATETIME", values=("2026-01-01 10:00:00",))
    unit = _stage_all(database, "a", lambda _: datetime(2026, 2, 2, 10, 0))
    second(database).execute(sa.text("UPDATE t SET a = '2026-01-01T10:00:00' WHERE id = 9"))
    unit.save()
    assert count(second(database), "t", "a = '2026-02-02 10:00:00'") == RECORDS


def test_odd_values_among_them_are_saved_as_ever(make_sqlite: MakeDatabase, second: OpenSecond) -> None:
    """A preview, text that is no valid UTF-8, a number where text is expected: their records are read."""
    database = _table(make_sqlite, "a TEXT", "b BLOB", values=("long enough", 1))
    unit, table = Unit(database), database.find("t")
    for number in range(1, RECORDS + 1):
        unit.stage(ref(table, number), "a", Clipped("long", 11), "new")
        unit.stage(ref(table, number), "b", RawText("1", 1), b"new")
    unit.stage(ref(table, 5), "a", Clipped("long", 11), "n\udce9w")
    unit.save()
    other = second(database)
    assert count(other, "t", "a = 'new' AND b = X'6e6577'") == RECORDS - 1
    assert count(other, "t", "CAST(a AS BLOB) = X'6ee977'") == 1


def test_one_that_is_swallowed_ends_the_save(
    make_database: MakeDatabase, second: OpenSecond, backend: Backend
) -> None:
    ignore = (
        ("CREATE TRIGGER no BEFORE UPDATE ON t WHEN old.id = 9 BEGIN SELECT RAISE(IGNORE); END",)
        if backend == "sqlite"
        else ("CREATE RULE no AS ON UPDATE TO t WHERE old.id = 9 DO INSTEAD NOTHING",)
    )
    rows = insert("t", ((n, "x") for n in range(1, RECORDS + 1)))
    database = make_database("CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(20))", rows, *ignore)
    error = _refused(_stage_all(database, "a", lambda _: "mine"))
    assert [refusal.record for refusal in error.refusals] == [ref(database.find("t"), 9)]
    assert "did not store" in error.refusal.sentence
    assert count(second(database), "t", "a = 'mine'") == 0


def test_what_the_server_makes_of_them_is_told(make_postgres: MakeDatabase) -> None:
    database = _table(make_postgres, "a TIMESTAMP(0)", values=("2026-01-01 10:00:00",))
    half = datetime(2026, 2, 2, 10, 0, 0, 700_000)
    saved = _stage_all(
        database, "a", lambda number: half if number == 9 else half.replace(microsecond=0)
    ).save()
    record = ref(database.find("t"), 9)
    assert saved.adjusted == {record: {"a": half}}
    assert saved.records[record].values["a"] == datetime(2026, 2, 2, 10, 0, 1)


def test_two_large_saves_of_the_same_records_do_not_wait_in_a_circle(
    make_database: MakeDatabase, second: OpenSecond
) -> None:
    """Whatever the order in which they were staged, the statement goes along the keys."""
    database = _table(make_database, "a VARCHAR(20)", values=("x",))
    unit, table = Unit(database), database.find("t")
    sent: list[Any] = []
    for number in range(RECORDS, 0, -1):
        unit.stage(ref(table, number), "a", "x", f"new {number}")

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.startswith("UPDATE"):
            sent.extend(parameters)

    unit.save()
    keys = [row["key_0"] if isinstance(row, dict) else row[1] for row in sent]
    assert keys == list(range(1, RECORDS + 1))
    assert count(second(database), "t", "a = 'new ' || id") == RECORDS
