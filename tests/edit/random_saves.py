"""Owns saves made up at random over the newsroom: updates, inserts with children, deletes, links."""

from __future__ import annotations

import random

import sqlalchemy as sa

from desktop.base.keys import Key, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.browse.fetch import read_records
from desktop.edit.save_log import Recorder
from desktop.edit.saved import Saved
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POSTS, TAGS, USERS

_TEXTS = ("a", "Ünïcødé", "two\nlines", "", "’quoted’", "x" * 200)


def dump(database: Database) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, in one order."""
    found = {}
    with database.engine.connect() as connection:
        for name in sorted(database.schema.tables, key=str):
            table = database.sa(name)
            rows = [dict(row._mapping) for row in connection.execute(sa.select(table))]
            plain = [{table.c[str(key)].name if str(key) in table.c else str(key): value
                      for key, value in row.items()} for row in rows]  # fmt: skip
            found[name.name] = sorted(plain, key=repr)
        connection.rollback()
    return found


def keys(database: Database, table: TableName) -> list[Key]:
    """All keys of a table."""
    with database.engine.connect() as connection:
        columns = database.key_columns(table)
        found = [tuple(row) for row in connection.execute(sa.select(*columns).order_by(*columns))]
        connection.rollback()
    return found


class RandomSaves:
    """One after the other, the same for the same seed."""

    def __init__(self, database: Database, seed: int) -> None:
        self._database = database
        self._chance = random.Random(seed)
        self._number = 0

    def save(self, recorder: Recorder | None = None) -> Saved:
        """Some random changes, saved; tried again with others where they are refused."""
        while True:
            unit = Unit(self._database, recorder=recorder)
            for _ in range(self._chance.randint(1, 5)):
                self._chance.choice((self._update, self._insert, self._delete, self._link))(unit)
            if not unit.dirty:
                continue
            try:
                return unit.save()
            except RefusedError:
                continue

    def _any(self, table: TableName) -> RecordRef | None:
        there = keys(self._database, table)
        return RecordRef(table, self._chance.choice(there)) if there else None

    def _text(self) -> str:
        self._number += 1
        return f"{self._chance.choice(_TEXTS)} {self._number}"

    def _update(self, unit: Unit) -> None:
        ref = self._any(self._chance.choice((POSTS, COMMENTS, USERS, TAGS)))
        if ref is None or unit.changes.get(ref) is not None:
            return
        assert isinstance(ref.key, tuple)
        (record,) = read_records(self._database, ref.table, [ref.key])
        column = {POSTS: "title", COMMENTS: "body", USERS: "name", TAGS: "name"}[ref.table]
        unit.stage(ref, column, record.values[column], self._text())
        author = self._any(USERS)
        if ref.table == POSTS and author is not None and isinstance(author.key, tuple):
            unit.stage(ref, "author_id", record.values["author_id"], author.key[0])

    def _insert(self, unit: Unit) -> None:
        author = unit.stage_insert(USERS, {"name": self._text(), "email": f"{self._number}@example.org"})
        post = unit.stage_insert(
            POSTS, {"title": self._text(), "body": "b", "author_id": author.key, "status": "draft"}
        )
        for _ in range(self._chance.randint(0, 3)):
            unit.stage_insert(COMMENTS, {"post_id": post.key, "author_name": "N", "body": self._text()})
        tag = unit.stage_insert(TAGS, {"name": self._text(), "slug": f"slug-{self._number}"})
        unit.stage_link(post, "tags", added=[tag.key])

    def _delete(self, unit: Unit) -> None:
        ref = self._any(self._chance.choice((POSTS, POSTS, COMMENTS, TAGS)))
        if ref is not None:
            unit.stage_delete(ref)

    def _link(self, unit: Unit) -> None:
        ref = self._any(POSTS)
        if ref is None or unit.changes.get(ref) is not None:
            return
        assert isinstance(ref.key, tuple)
        (record,) = read_records(self._database, POSTS, [ref.key])
        linked = [one.key for one in record.links["tags"]]
        free = [key for key in keys(self._database, TAGS) if key not in linked]
        unit.stage_link(
            ref,
            "tags",
            added=self._chance.sample(free, min(len(free), 2)),
            removed=linked[: len(linked) // 2 + 1],
        )
