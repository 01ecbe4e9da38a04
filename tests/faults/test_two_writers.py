"""Two writers on one record: whatever they do to it and however locks are had, nothing is overwritten unseen.

The other one commits before the save begins (lock), while the save waits for a row, of SQLite for the file
(waiting), or, where no lock can be had, at any moment before the statement that writes (guard).
"""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Reason, RefusedError
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import read, ref
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond

FULL = os.environ.get("FAULTS") == "full"

VALUES: dict[str, dict[str, tuple[str, str, str, str, object]]] = {
    "postgresql": {
        "text": ("text", "'base'", "'theirs'", "mine", None),
        "real": ("real", "0.1", "0.2", "0.3", 0.3),
        "json": ("json", """'{"a": 1}'""", """'{"a":  1}'""", '{"a": 2}', None),
        "same area": ("box", "'(1,1),(0,0)'", "'(2,2),(1,1)'", "(3,3),(0,0)", None),
        "infinity": ("timestamp", "'infinity'", "'-infinity'", "2026-01-01", None),
        "bc": ("date", "'0044-03-15 BC'", "'0045-03-15 BC'", "2026-01-01", None),
        "nan": ("double precision", "'NaN'", "1", "2", 2.0),
        "scale": ("numeric", "1.0", "1.00", "2", Decimal(2)),
        "interval": ("interval", "'1 mon'", "'30 days'", "2 days", None),
        "point": ("point", "'(1,2)'", "'(1,3)'", "(2,2)", None),
    },
    "sqlite": {
        "text": ("TEXT", "'base'", "'theirs'", "mine", None),
        "real": ("REAL", "0.1", "0.2", "0.3", 0.3),
        "json": ("JSON", """'{"a": 1}'""", """'{"a":  1}'""", '{"a": 2}', None),
        "date": ("DATE", "'infinity'", "'soon'", "2026-01-01", None),
        "number in text": ("TEXT", "x'31'", "x'32'", "mine", None),
        "text in integer": ("INTEGER", "'many'", "'few'", "5", 5),
        "not utf-8": ("TEXT", "CAST(x'ff41' AS TEXT)", "CAST(x'ff42' AS TEXT)", "mine", None),
        "decimal": ("NUMERIC", "1.5", "2.5", "3.5", Decimal("3.5")),
        "blob": ("BLOB", "x'00'", "x'01'", "x", b"x"),
        "empty": ("TEXT", "NULL", "''", "mine", None),
    },
}
"""By kind: type, base, theirs (as SQL), mine (as text, and as a value where that is another)."""
PLACES = range(10) if FULL else (0, 1, 2, 5, 6)
OTHERS = ["same field", "other field", "deleted"]


STRATEGIES = ["lock", "guard", "waiting", *(["many"] if FULL else [])]
"""``many``: among so many others that none is read beforehand (tests/edit/test_as_seen.py asks for more)."""
BESIDE = range(2, 62)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("they", OTHERS)
def test_nothing_is_overwritten_unseen(
    make_database: MakeDatabase, second: OpenSecond, backend: Backend, place: int, they: str, strategy: str
) -> None:
    type_name, base, theirs, mine, as_value = list(VALUES[backend].values())[place]
    database = make_database(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {type_name}, w VARCHAR(9))",
        f"INSERT INTO t VALUES (1, {base}, 'base')",  # noqa: S608 - fixed rows of this test
    )
    theirs_sql = {
        "same field": f"UPDATE t SET v = {theirs} WHERE id = 1",  # noqa: S608
        "other field": "UPDATE t SET w = 'theirs' WHERE id = 1",
        "deleted": "DELETE FROM t WHERE id = 1",
    }[they]
    seen = read(database, ref(database.find("t"), 1)).values["v"]
    unit = Unit(_without_locks(database) if strategy == "guard" else database)
    other = second(database)
    keys = [1]
    if strategy == "many":
        others = ", ".join(f"({number}, {base}, 'base')" for number in BESIDE)
        other.exec_driver_sql(f"INSERT INTO t VALUES {others}")  # noqa: S608
        keys += BESIDE
    for key in keys:
        unit.stage(ref(database.find("t"), key), "v", seen, as_value if as_value is not None else mine)
    refused = _save(unit, database, other, theirs_sql, waiting=strategy == "waiting")
    rows = other.execute(sa.text("SELECT w FROM t WHERE id = 1")).scalars().all()
    if they == "same field":
        assert refused is not None and refused.refusal.reason is Reason.CONFLICT
        assert [one.column for one in refused.refusal.conflicts] == ["v"]
        stored = read(database, ref(database.find("t"), 1)).values["v"]
        assert stored == refused.refusal.conflicts[0].theirs or stored != stored
    elif they == "deleted":
        assert refused is not None and refused.refusal.reason is Reason.GONE
        assert rows == []
    else:
        assert refused is None and rows == ["theirs"]


def _save(
    unit: Unit, database: Database, other: sa.Connection, theirs: str, *, waiting: bool
) -> RefusedError | None:
    """Save, with the other's statement committed before, or while the save waits for the row."""
    if not waiting:
        other.exec_driver_sql(theirs)
        return _refusal(unit)
    other.exec_driver_sql("BEGIN")
    other.exec_driver_sql(theirs)
    found: list[RefusedError | None] = []
    saving = threading.Thread(target=lambda: found.append(_refusal(unit)))
    saving.start()
    if database.capabilities.row_locks:
        _until(lambda: bool(other.exec_driver_sql(_WAITING).scalar()))
    else:  # who waits for a file is not listed anywhere
        saving.join(0.1)
        assert saving.is_alive()
    other.exec_driver_sql("COMMIT")
    saving.join(20)
    return found[0]


_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(2000):
        if holds():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it never waited")


def _refusal(unit: Unit) -> RefusedError | None:
    try:
        unit.save()
    except RefusedError as error:
        return error
    return None


def _without_locks(database: Database) -> Database:
    able = dataclasses.replace(database.capabilities, row_locks=False, whole_lock=False)
    return dataclasses.replace(database, capabilities=able)
