"""Owns writing many-to-many links: rows of the table in between, in few statements, verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.edit.changes import RecordChange
from desktop.edit.explain import Attempt
from desktop.edit.newkeys import NewKeys
from desktop.edit.recording import Recording
from desktop.edit.session import Effort, not_stored
from desktop.edit.stored import existing_keys, values_by_key
from desktop.schema.database import Database
from desktop.schema.describe import Link
from desktop.schema.labels import heading

Pair: TypeAlias = tuple[object, ...]
"""The values of a link's row: the columns that point here, then those that point there."""

_AT_ONCE = 100
"""Links looked up in one statement where they are not the key of the table in between."""


def write_links(
    session: Session,
    database: Database,
    changes: Sequence[RecordChange],
    name: str,
    new_keys: NewKeys,
    effort: Effort,
    recording: Recording,
) -> None:
    """Remove and add the staged links of one relation, of records that are already written.

    What somebody else has linked or unlinked meanwhile just as wanted is as wanted. Raises RefusedError
    where a record to link is gone.
    """
    link = link_named(database, changes[0], name)
    effort.attempt = Attempt(link.through, changes[0].ref, {}, "insert")
    added, removed = _pairs(session, database, changes, link, new_keys)
    there = _linked(session, database, link, [*added, *removed])
    if going := [pair for pair in removed if pair in there]:
        recording.unlinking(link.through, _rows(link, going))
        _remove(session, database, link, going)
    if coming := [pair for pair in added if pair not in there]:
        _add(session, database, link, coming)
    if going or coming:
        now = _linked(session, database, link, [*going, *coming])
        if now != set(coming):
            raise RefusedError(not_stored(effort.attempt))
    recording.linked(link.through, _rows(link, coming))


def link_named(database: Database, change: RecordChange, name: str) -> Link:
    """The relation of that name; KeyError where there is none."""
    for link in database.table(change.ref.table).links:
        if link.name == name:
            return link
    raise KeyError(name)


def _pairs(
    session: Session, database: Database, changes: Sequence[RecordChange], link: Link, new_keys: NewKeys
) -> tuple[list[Pair], list[Pair]]:
    """The rows of the table in between to add and to remove."""
    here_keys = [new_keys.key(change.ref.key) for change in changes]
    here = values_by_key(session, database, link.here.target, here_keys, link.here.target_columns)
    staged = [change.links[link.name] for change in changes]
    added = [[new_keys.key(key) for key in links.added] for links in staged]
    wanted = [key for keys in added for key in keys]
    gone = [key for links in staged for key in links.removed]
    there = values_by_key(session, database, link.there.target, [*wanted, *gone], link.there.target_columns)
    chosen = [key for links in staged for key in links.added if not isinstance(key, NewKey)]
    stored = existing_keys(session, database, link.there.target, chosen)
    plus: list[Pair] = []
    minus: list[Pair] = []
    for change, own_key, keys, links in zip(changes, here_keys, added, staged, strict=True):
        lost = any(not isinstance(key, NewKey) and key not in stored for key in links.added)
        if own_key not in here or lost or any(key not in there for key in keys):
            raise RefusedError(_gone(change, link))
        plus += [(*here[own_key], *there[key]) for key in keys]
        minus += [(*here[own_key], *there[key]) for key in links.removed if key in there]
    return list(dict.fromkeys(plus)), list(dict.fromkeys(minus))


def _columns(database: Database, link: Link) -> list[sa.Column[Any]]:
    table = database.sa(link.through)
    return [table.c[name] for name in (*link.here.columns, *link.there.columns)]


def _linked(session: Session, database: Database, link: Link, pairs: Sequence[Pair]) -> set[Pair]:
    """Which of these links are there."""
    names = (*link.here.columns, *link.there.columns)
    key = database.table(link.through).key
    if sorted(key) == sorted(names):
        places = [names.index(name) for name in key]
        keys: list[Key] = [tuple(pair[place] for place in places) for pair in pairs]
        back = [key.index(name) for name in names]
        found = existing_keys(session, database, link.through, keys)
        return {tuple(one[place] for place in back) for one in found}
    columns = _columns(database, link)
    linked: set[Pair] = set()
    for part in _parts(pairs):
        same = [sa.and_(*map(equals, columns, pair)) for pair in part]
        linked.update(map(tuple, session.execute(sa.select(*columns).where(sa.or_(*same)))))
    return linked


def _rows(link: Link, pairs: Sequence[Pair]) -> list[dict[str, object]]:
    names = (*link.here.columns, *link.there.columns)
    return [dict(zip(names, pair, strict=True)) for pair in pairs]


def _parts(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    rest = iter(pairs)
    while part := list(islice(rest, _AT_ONCE)):
        yield part


def _add(session: Session, database: Database, link: Link, pairs: Sequence[Pair]) -> None:
    names = [column.key for column in _columns(database, link)]
    rows = [dict(zip(names, pair, strict=True)) for pair in pairs]
    session.connection().execute(sa.insert(database.sa(link.through)), rows)


def _remove(session: Session, database: Database, link: Link, pairs: Sequence[Pair]) -> None:
    columns = _columns(database, link)
    clauses: list[sa.ColumnElement[bool]] = [
        column == sa.bindparam(f"old_{place}", type_=column.type) for place, column in enumerate(columns)
    ]
    statement = sa.delete(database.sa(link.through)).where(*clauses)
    rows = [{f"old_{place}": value for place, value in enumerate(pair)} for pair in pairs]
    session.connection().execute(statement, rows)


def _gone(change: RecordChange, link: Link) -> Refusal:
    return Refusal(
        Reason.MISSING_PARENT,
        f"One of the chosen {heading(link.name).lower()} does not exist any more: somebody has deleted it.",
        hint="Nothing was saved. Take it off the list and save again.",
        table=change.ref.table,
        fields=(link.name,),
        record=change.ref,
    )
