"""Values of any length: a file, a copy or a form holds a few rows of them at once, whatever they weigh."""

from __future__ import annotations

import pytest

from desktop.base.keys import TableName
from desktop.browse import stream as stream_module
from desktop.browse.selection import AllMatching
from desktop.browse.stream import CHUNK, Pace, stream
from desktop.browse.view import View
from desktop.schema.database import Database
from tests.fixtures.databases import Backend, MakeDatabase

PAPERS = TableName(None, "papers")
VIEW = View(PAPERS, ("id", "body", "scan"))
ROWS = 300
LONG = 5_000
"""Characters of every long value: they begin in the middle of the table."""


@pytest.fixture
def papers(make_database: MakeDatabase, backend: Backend) -> Database:
    """The first hundred papers are short, the others are not."""
    if backend == "sqlite":
        text, blob = f"substr(replace(hex(zeroblob({LONG})), '0', 'x'), 1, {LONG})", "CAST(body AS BLOB)"
    else:
        text, blob = f"repeat('x', {LONG})", "convert_to(body, 'UTF8')"
    bytes_ = "BLOB" if backend == "sqlite" else "bytea"
    return make_database(
        f"CREATE TABLE papers (id INTEGER PRIMARY KEY, body TEXT, scan {bytes_})",
        "INSERT INTO papers (id, body) WITH RECURSIVE c(n) AS"  # noqa: S608
        f" (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS})"
        f" SELECT n, CASE WHEN n > 100 THEN {text} ELSE 'short' END FROM c",
        f"UPDATE papers SET scan = {blob}",  # noqa: S608
    )


def test_long_values_are_held_a_few_at_once(papers: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "_USUAL_WEIGHT", 8 * LONG)
    chunks = [[row.key[0] for row in rows] for rows in stream(papers, AllMatching(VIEW), VIEW)]
    assert [key for chunk in chunks for key in chunk] == list(range(1, ROWS + 1))
    assert len(chunks[0]) == 1  # nobody knows yet
    later = chunks[[200 in chunk for chunk in chunks].index(True) + 1 :]
    assert later and max(map(len, later)) == 4  # two long values in each row


def test_short_values_come_as_many_at_once_as_ever(papers: Database) -> None:
    view = View(PAPERS, ("id",))
    assert [len(rows) for rows in stream(papers, AllMatching(view), view)] == [ROWS]
    previews = [len(rows) for rows in stream(papers, AllMatching(VIEW), VIEW, full=False)]
    assert previews == [ROWS]


def test_the_pace_follows_the_heaviest_row() -> None:
    pace = Pace(CHUNK, (1,))
    asked = []
    for length in (1, 1, 1, 1, 4_000_000, 1, 20_000_000, 1):
        asked.append(pace.rows)
        pace.saw([("x" * 9, "y"), (None, "y" * length)])
    assert asked == [1, 8, 64, 512, CHUNK, 2, 16, 1]
    assert Pace(CHUNK, ()).rows == CHUNK
