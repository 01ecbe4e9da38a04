"""Owns the benchmark of a large save: 10,000 changed records through the unit, beside the driver alone."""

from __future__ import annotations

import gc
from dataclasses import dataclass

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, TableName
from desktop.browse.fetch import read_records
from desktop.edit.changes import ChangeSet
from desktop.edit.unit import Unit
from tests.bench.jobs import Bench
from tests.bench.measure import Line, compare, seconds

RECORDS = 10_000
GOAL = 3.0


@dataclass
class _Work:
    """The same records and columns again and again, with other values each time."""

    bench: Bench
    table: TableName
    keys: list[Key]
    turn: int = 0

    def changes(self) -> ChangeSet:
        """What a person has staged."""
        self.turn += 1
        staged = ChangeSet()
        for record in read_records(self.bench.large, self.table, self.keys, token=CancelToken()):
            title = f"Turn {self.turn} of {record.values['id']}"
            staged.set_field(record.ref, "title", record.values["title"], title)
            staged.set_field(record.ref, "city", record.values["city"], f"City {self.turn}")
        return staged

    def ours(self) -> float:
        """Lock, compare, write, verify, commit, read back."""
        staged = self.changes()  # which stays staged until the window has taken the answer
        unit = Unit(self.bench.large, staged.copy())
        return seconds(unit.save)

    def limit(self) -> float:
        """One executemany of the driver on the application's own connection, and COMMIT."""
        self.turn += 1
        rows = [(f"Turn {self.turn} of {key[0]}", f"City {self.turn}", key[0]) for key in self.keys]
        with self.bench.large.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            mark = "?" if self.bench.large.engine.dialect.paramstyle == "qmark" else "%s"
            text = f"UPDATE orders SET title = {mark}, city = {mark} WHERE id = {mark}"  # noqa: S608 - fixed

            def write() -> None:
                cursor = driver.cursor()
                cursor.execute("BEGIN")
                cursor.executemany(text, rows)
                cursor.execute("COMMIT")
                cursor.close()

            return seconds(write)


def saving(bench: Bench, runs: int) -> list[Line]:
    """A save of 10,000 changed records that lie side by side, and of as many all over the table; both sides
    without the automatic collector, as in the program, which looks for cycles between two events only."""
    table = bench.large.find("orders")
    places = {
        "side by side": range(1, RECORDS + 1),
        "all over the table": range(1, bench.rows + 1, max(bench.rows // RECORDS, 1)),
    }
    gc.disable()
    try:
        return [_line(bench, table, where, [(one,) for one in ids], runs) for where, ids in places.items()]
    finally:
        gc.enable()


def _line(bench: Bench, table: TableName, where: str, keys: list[Key], runs: int) -> Line:
    work = _Work(bench, table, keys)
    work.keys = [staged.ref.key for staged in work.changes() if isinstance(staged.ref.key, tuple)]
    work.ours(), work.limit()  # both once before: neither pays for a cold cache
    job = f"{bench.name}: save {len(work.keys):,} changed records {where}"
    return compare(job, work.ours, work.limit, GOAL, runs)
