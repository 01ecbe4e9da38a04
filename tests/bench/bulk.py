"""Owns the benchmark of bulk work: deletes and updates of a tenth of the records, beside bare SQL."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Callable

from sqlalchemy import orm

from desktop.browse.fetch import count
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import ColumnFilter, View
from desktop.edit.bulk import SetValue, delete_selected, set_field
from desktop.edit.save_log import Recorders
from tests.bench.jobs import ORDERS, Bench, raw_connection, raw_postgres
from tests.bench.measure import Line, compare, seconds

_SQLITE_CHUNK = 500
_POSTGRES_CHUNK = 5_000
_OBJECTS = 2_000
"""Records deleted one object at a time; more of them would only take longer, not tell more."""
_AMOUNT = 470
"""Amounts go up to 1,000: about half of them are smaller."""
_MOST_DELETES = 3
"""Pairs of deletes of a tenth each; the next line deletes twice, and one tenth stays for the updates."""


def bulk(bench: Bench, runs: int) -> list[Line]:
    """Set a field, delete, and delete as an ORM does it without thought; each committed."""
    update = "UPDATE orders SET city = 'Bergen' WHERE id"
    return [
        compare(
            f"{bench.name}: set a field on {bench.chosen:,} chosen records",
            lambda: _set(bench),
            lambda: _raw(bench, update, _kept(bench)),
            1.3,
            2 * runs + 1,  # half a second each, and the disk has its moods
        ),
        _set_on_all_that_match(bench, runs),
        compare(
            f"{bench.name}: delete {bench.chosen:,} chosen records",
            lambda: _delete(bench),
            lambda: _raw(bench, "DELETE FROM orders WHERE id", bench.next_keys()),
            1.3,
            min(runs, _MOST_DELETES),
        ),
        compare(
            f"{bench.name}: that delete against {_OBJECTS:,} loaded objects, for each record",
            lambda: _delete(bench) / bench.chosen * _OBJECTS,
            lambda: _delete_objects(bench),
            1 / 20,
            1,
        ),
    ]


def _set_on_all_that_match(bench: Bench, runs: int) -> Line:
    """As the window does it, with somebody who keeps what is saved; the limit is the one statement."""
    view = View(ORDERS, (), filters=(ColumnFilter("amount", f"< {_AMOUNT}"),))
    matching, values = AllMatching(view), itertools.cycle(("Tromsø", "Bergen", "Narvik"))
    expected = count(bench.large, matching)

    def ours() -> object:
        value = SetValue(next(values))
        return set_field(bench.large, matching, "city", value, expected, recorder=Recorders(()))

    def raw() -> None:
        with contextlib.closing(raw_connection(bench)) as connection:
            place = "?" if bench.large.profile.backend == "sqlite" else "%s"
            statement = f"UPDATE orders SET city = {place} WHERE amount < {_AMOUNT}"  # noqa: S608
            connection.execute(statement, (next(values),))
            connection.commit()

    _ = seconds(ours), seconds(raw)  # rows that have grown once need no other place
    job = f"{bench.name}: set a field on all {expected:,} that match"
    return compare(job, lambda: seconds(ours), lambda: seconds(raw), 1.3, 2 * runs + 1)


def _chosen(keys: list[int]) -> ChosenKeys:
    return ChosenKeys(ORDERS, tuple((key,) for key in keys))


def _kept(bench: Bench) -> list[int]:
    """Keys that are never deleted: set by turns to two values, so that every update changes something."""
    return list(range(10, bench.rows + 1, 10))


def _set(bench: Bench) -> float:
    keys = _kept(bench)
    chosen = _chosen(keys)
    return seconds(lambda: set_field(bench.large, chosen, "city", SetValue("Tromsø"), len(keys)))


def _delete(bench: Bench) -> float:
    keys = bench.next_keys()
    chosen = _chosen(keys)
    return seconds(lambda: delete_selected(bench.large, chosen, len(keys)))


def _raw(bench: Bench, statement: str, keys: list[int]) -> float:
    """The statement over these keys: chunked IN on SQLite, = ANY on PostgreSQL."""
    run: Callable[[Bench, str, list[int]], None]
    run = _sqlite if bench.large.profile.backend == "sqlite" else _postgres
    return seconds(lambda: run(bench, statement, keys))


def _sqlite(bench: Bench, statement: str, keys: list[int]) -> None:
    connection = sqlite3.connect(bench.large.profile.path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    for at in range(0, len(keys), _SQLITE_CHUNK):
        chunk = keys[at : at + _SQLITE_CHUNK]
        connection.execute(f"{statement} IN ({','.join('?' * len(chunk))})", chunk)
    connection.execute("COMMIT")
    connection.close()


def _postgres(bench: Bench, statement: str, keys: list[int]) -> None:
    with raw_postgres(bench) as connection:
        for at in range(0, len(keys), _POSTGRES_CHUNK):
            connection.execute(f"{statement} = ANY(%s)", [keys[at : at + _POSTGRES_CHUNK]])


def _delete_objects(bench: Bench) -> float:
    keys = bench.next_keys()[:_OBJECTS]
    mapped = bench.large.cls(ORDERS)

    def work() -> None:
        with orm.Session(bench.large.engine) as session:
            for key in keys:
                session.delete(session.get(mapped, key))
                session.flush()
            session.commit()

    return seconds(work)
