"""Owns writing many-to-many links: rows of the table in between, by executemany, counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.binding import equals
from desktop.edit.changes import LinkChange, RecordChange
from desktop.edit.explain import Attempt
from desktop.edit.expressions import column_of
from desktop.edit.newkeys import NewKeys
from desktop.edit.recording import Recording
from desktop.edit.session import Effort, not_stored
from desktop.edit.stored import existing_keys, values_by_key
from desktop.schema.database import Database
from desktop.schema.describe import Link
from desktop.schema.labels import heading


def write_links(
    session: Session,
    database: Database,
    change: RecordChange,
    new_keys: NewKeys,
    effort: Effort,
    recording: Recording,
) -> None:
    """Remove and add the staged links of one record, whose row is already written.

    Raises RefusedError where a link to remove is not there any more or one to add is there already
    (conflict), and where a record to link is gone.
    """
    for name, links in change.links.items():
        link = link_named(database, change, name)
        effort.attempt = Attempt(link.through, change.ref, {}, "insert")
        _write_relation(session, database, change, link, links, new_keys, effort, recording)


def link_named(database: Database, change: RecordChange, name: str) -> Link:
    """The relation of that name; KeyError where there is none."""
    for link in database.table(change.ref.table).links:
        if link.name == name:
            return link
    raise KeyError(name)


def _write_relation(
    session: Session,
    database: Database,
    change: RecordChange,
    link: Link,
    links: LinkChange,
    new_keys: NewKeys,
    effort: Effort,
    recording: Recording,
) -> None:
    here_key = new_keys.key(change.ref.key)
    here = values_by_key(session, database, link.here.target, [here_key], link.here.target_columns)
    added = [new_keys.key(key) for key in links.added]
    there = values_by_key(
        session, database, link.there.target, [*added, *links.removed], link.there.target_columns
    )
    missing = [key for key in (*added, *links.removed) if key not in there]
    chosen = [key for key in links.added if not isinstance(key, NewKey)]
    stored = existing_keys(session, database, link.there.target, chosen)
    if here_key not in here or missing or not stored.issuperset(chosen):
        raise RefusedError(_gone(change, link))

    def row(key: Key) -> dict[str, object]:
        columns = (*link.here.columns, *link.there.columns)
        return dict(zip(columns, (*here[here_key], *there[key]), strict=True))

    for key in links.removed:
        recording.unlinking(link.through, row(key))
    if links.removed and _remove(session, database, link, [row(key) for key in links.removed]) != len(
        links.removed
    ):
        raise RefusedError(_changed_meanwhile(change, link))
    if not isinstance(change.ref.key, NewKey) and _linked(session, database, link, [row(k) for k in chosen]):
        raise RefusedError(_changed_meanwhile(change, link))
    if added and _add(session, database, link, [row(key) for key in added]) != len(added):
        raise RefusedError(not_stored(effort.attempt))
    for key in added:
        recording.linked(link.through, row(key))


def _linked(session: Session, database: Database, link: Link, rows: Sequence[dict[str, object]]) -> bool:
    """Whether one of these links is there already."""
    same = [
        sa.and_(*(equals(column_of(database, link.through, name), value) for name, value in row.items()))
        for row in rows
    ]
    query = sa.select(sa.literal(1)).select_from(database.sa(link.through)).where(sa.or_(sa.false(), *same))
    return bool(rows) and session.execute(query.limit(1)).first() is not None


def _add(session: Session, database: Database, link: Link, rows: Sequence[dict[str, object]]) -> int:
    names = {name: column_of(database, link.through, name) for name in rows[0]}
    statement = sa.insert(database.sa(link.through))
    result = session.connection().execute(
        statement,
        [{names[name].key: value for name, value in row.items()} for row in rows],
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount


def _remove(session: Session, database: Database, link: Link, rows: Sequence[dict[str, object]]) -> int:
    columns = {name: column_of(database, link.through, name) for name in rows[0]}
    clauses: list[sa.ColumnElement[Any]] = [
        column == sa.bindparam(f"old_{place}", type_=column.type)
        for place, column in enumerate(columns.values())
    ]
    statement = sa.delete(database.sa(link.through)).where(*clauses)
    parameters = [{f"old_{place}": value for place, value in enumerate(row.values())} for row in rows]
    return session.connection().execute(statement, parameters).rowcount


def _gone(change: RecordChange, link: Link) -> Refusal:
    return Refusal(
        Reason.MISSING_PARENT,
        f"One of the chosen {heading(link.name).lower()} does not exist any more: somebody has deleted it.",
        hint="Nothing was saved. Take it off the list and save again.",
        table=change.ref.table,
        fields=(link.name,),
        record=change.ref,
    )


def _changed_meanwhile(change: RecordChange, link: Link) -> Refusal:
    return Refusal(
        Reason.CONFLICT,
        f"Somebody else has changed the {heading(link.name).lower()} of this record meanwhile.",
        hint="Nothing was saved. Refresh (F5) to see them as they are now.",
        table=change.ref.table,
        fields=(link.name,),
        record=change.ref,
        other=change.ref,
    )
