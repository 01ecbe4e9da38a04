"""Owns ``make bench``: builds the data, runs every job beside its limit, prints one table of ratios.

ROWS sets the size (1,000,000 by default), RUNS how often each pair is run; --peer drives
DB Browser for SQLite too, --only chooses groups. Status 1 if a goal was missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from desktop.connect.profile import Profile
from desktop.schema.database import open_database
from tests.bench.bulk import bulk
from tests.bench.data import build_postgres, build_sqlite
from tests.bench.exports import exports
from tests.bench.grid import painting
from tests.bench.jobs import Bench, first_rows, picker
from tests.bench.launch import launch
from tests.bench.measure import Line, table
from tests.bench.peer import beside_peer
from tests.bench.positions import positions
from tests.bench.saving import saving
from tests.bench.staging import staged_editing
from tests.bench.standing import standing_still
from tests.fixtures.postgres import running_server
from ui.app import application

SMALL = 1_000
_FOLDERS = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
Group: TypeAlias = Callable[[Bench, int], list[Line]]
_EVERYWHERE: Mapping[str, Group] = {
    "first": lambda bench, runs: [first_rows(bench, 2 * runs + 1)],
    "positions": positions,
    "picker": lambda bench, runs: picker(bench, 2 * runs + 1),
    "saving": saving,
    "exports": exports,
    "bulk": bulk,
    "staging": lambda bench, runs: staged_editing(bench.name, bench.small.profile, runs),
    "still": lambda bench, _runs: [standing_still(bench)],
}
_SQLITE: Mapping[str, Group] = {"painting": painting, "launch": launch, "peer": beside_peer}


def main() -> int:
    """Run everything, or what was chosen; the table goes to standard output."""
    chosen = _chosen(sys.argv[1:])
    rows = int(os.environ.get("ROWS", "1000000"))
    runs = int(os.environ.get("RUNS", "3"))
    app = application()
    lines: list[Line] = []
    try:
        _measure(lines, chosen, rows, runs)
    finally:  # what was measured is told, even where the next job fails
        sys.stdout.write(table(lines) + "\n")
    del app
    return 0 if all(line.met for line in lines) else 1


def _chosen(arguments: list[str]) -> Collection[str]:
    """The names of the groups: all but the peer's, unless told otherwise."""
    names = [*_EVERYWHERE, *_SQLITE]
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--peer", action="store_true", help="drive DB Browser for SQLite too")
    parser.add_argument("--only", nargs="+", choices=names, help="measure these groups alone")
    told = parser.parse_args(arguments)
    return told.only or [name for name in names if name != "peer" or told.peer]


def _measure(lines: list[Line], chosen: Collection[str], rows: int, runs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="rowkeeper-bench-") as folder:
        os.environ.update(dict.fromkeys(_FOLDERS, folder))  # the window keeps settings and drafts
        for bench in _benches(Path(folder), rows, servers=any(name in _EVERYWHERE for name in chosen)):
            sys.stderr.write(f"{bench.name}, {rows:,} records…\n")
            groups = {**_EVERYWHERE, **(_SQLITE if bench.large.profile.backend == "sqlite" else {})}
            for name, group in groups.items():
                if name in chosen:
                    lines += group(bench, runs)


def _benches(folder: Path, rows: int, servers: bool) -> Iterator[Bench]:
    with _bench(build_sqlite(folder, rows), build_sqlite(folder, SMALL), folder, rows) as bench:
        yield bench
    if not servers:
        return
    with running_server() as server:
        large, small = build_postgres(server.url, rows), build_postgres(server.url, SMALL)
        with _bench(large, small, folder, rows) as bench:
            yield bench


@contextmanager
def _bench(large: Profile, small: Profile, folder: Path, rows: int) -> Iterator[Bench]:
    opened = open_database(large), open_database(small)
    try:
        yield Bench(*opened, folder, rows)
    finally:
        for database in opened:
            database.dispose()


if __name__ == "__main__":
    sys.exit(main())
