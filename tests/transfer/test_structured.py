"""Lists, ranges, lengths of time, addresses and bytes go out to a file and come back as they were."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.edit.load import OnConflict
from desktop.transfer.import_csv import import_csv, match_columns, read_csv
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.transfer.test_export import run, view

OFFERS = TableName(None, "offers")
NAMES = ("id", "tags", "days", "span", "lasts", "host", "doc", "raw", "slots")
VALUES = (
    'INSERT INTO offers VALUES (1, \'{"a,b",NULL,"NULL","\\"",""," x "}\', \'{2024-02-29,infinity}\','
    " '[1,5)', '-1 mons +2 days -03:00:00.5', '10.0.0.1/8', '{\"a\": 1.10}', '\\x00ff', '{[1,3),[5,7)}'),"
    " (2, '{}', NULL, 'empty', '00:00:00', '2001:db8::1', '[]', '\\x', '{}'),"
    " (3, '{{a},{b}}', '{}', '(,)', NULL, NULL, NULL, NULL, NULL)"
)


def test_out_and_in_again(make_postgres: MakeDatabase, second: OpenSecond, tmp_path: Path) -> None:
    database = make_postgres(
        "CREATE TABLE offers (id integer PRIMARY KEY, tags text[], days date[], span int4range,"
        " lasts interval, host inet, doc jsonb, raw bytea, slots int4multirange)",
        VALUES,
    )
    whole, behind = sa.text("SELECT CAST(o AS text) FROM offers AS o ORDER BY id"), second(database)
    before = behind.execute(whole).scalars().all()
    for suffix in ("csv", "json", "xlsx"):
        assert run(database, view(database, *NAMES, table="offers"), tmp_path / f"out.{suffix}").rows == 3
    records = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [list(record.values())[3] for record in records] == ["[1,5)", "empty", "(,)"]
    behind.execute(sa.text("DELETE FROM offers"))
    source = read_csv(tmp_path / "out.csv")
    matches = match_columns(source.header, database.table(OFFERS))
    result = import_csv(database, OFFERS, source, matches, OnConflict.STOP)
    assert result.refused == () and result.inserted == 3
    assert behind.execute(whole).scalars().all() == before
