"""Killed in the middle of a save, the program has saved all or nothing, and saves nothing twice later."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.connect.profile import Profile
from desktop.journal.drafts import drafts_folder
from tests.faults.saver import ROWS
from tests.fixtures.databases import MakeDatabase, OpenSecond

ROOT = Path(__file__).resolve().parents[2]
KILLS = 100 if os.environ.get("FAULTS") == "full" else 6
SEED = 20261122
ID = {
    "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT",
    "postgresql": "integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}


def url_of(profile: Profile) -> str:
    if profile.backend == "sqlite":
        return f"sqlite:///{profile.path}"
    schema = profile.options["options"].replace("=", "%3D")
    return f"postgresql://{profile.user}@{profile.host}:{profile.port}/{profile.database}?options={schema}"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", ["DELETE", "WAL", "server"])
def test_a_save_is_never_torn_lost_or_done_twice(
    make_sqlite: MakeDatabase, make_postgres: MakeDatabase, second: OpenSecond, way: str
) -> None:
    backend, make = ("postgresql", make_postgres) if way == "server" else ("sqlite", make_sqlite)
    database = make(
        "CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL)",
        f"CREATE TABLE log (id {ID[backend]}, text text NOT NULL)",
        "INSERT INTO notes VALUES " + ", ".join(f"({key}, 'as it was')" for key in range(1, ROWS + 1)),  # noqa: S608
    )
    behind = second(database)
    if backend == "sqlite":
        behind.execute(sa.text(f"PRAGMA journal_mode = {way}"))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.saver", url_of(database.profile), str(KILLS), str(SEED)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    announced = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("saving")]
    saved = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("saved")]
    assert len(announced) >= KILLS and saved
    logged = [str(text) for (text,) in behind.execute(sa.text("SELECT text FROM log ORDER BY id"))]
    assert len(logged) == len(set(logged)), "saved twice"
    assert set(announced) <= set(logged), "lost"
    assert {str(text) for (text,) in behind.execute(sa.text("SELECT text FROM notes"))} == {logged[-1]}, (
        "torn"
    )
    assert list(drafts_folder().iterdir()) == [], "what is saved leaves no draft behind"
