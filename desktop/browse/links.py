"""Owns the names of linked records (many-to-many): one query per relation for all records at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.base.keys import Key
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.keys_clause import keys_clause
from desktop.browse.rows import Linked, Row
from desktop.schema.database import Database
from desktop.schema.describe import Link, Table
from desktop.schema.labels import label_expression

MOST_NAMES = 50
"""Names fetched per record for a grid; a file gets them all."""
MOST_LINKED = 1_000
"""Links read for a form; of more it says how many."""


@dataclass(frozen=True, slots=True)
class FirstLinked:
    """The records one is linked to, the first by name."""

    linked: tuple[Linked, ...] = ()
    more: int = 0
    """How many there are beyond those read."""


_NONE = FirstLinked()


def find_link(table: Table, name: str) -> Link:
    """The relation of that name; RefusedError where there is none."""
    for link in table.links:
        if link.name == name:
            return link
    raise RefusedError(Refusal(Reason.OTHER, f"There is no relation named {name}.", table=table.name))


def with_links(
    connection: sa.Connection,
    database: Database,
    table: Table,
    names: Sequence[str],
    rows: list[Row],
    *,
    full: bool = False,
) -> list[Row]:
    """The rows with the names of their linked records, one query per relation."""
    if not names or not rows:
        return rows
    keys = [row.key for row in rows]
    found = [
        linked_records(connection, database, find_link(table, name), keys, None if full else MOST_NAMES)
        for name in names
    ]
    return [_with_names(row, [each.get(row.key, _NONE) for each in found]) for row in rows]


def _with_names(row: Row, found: Sequence[FirstLinked]) -> Row:
    names = tuple(tuple(one.label for one in each.linked) for each in found)
    return row._replace(links=names, more_links=tuple(each.more for each in found))


def linked_records(
    connection: sa.Connection,
    database: Database,
    link: Link,
    keys: Sequence[Key],
    limit: int | None = None,
) -> Mapping[Key, FirstLinked]:
    """For each key, its linked records by name, at most ``limit`` of each."""
    statement = _statement(database, link, keys, limit)
    width = len(database.table(link.here.target).key)
    found: defaultdict[Key, list[Linked]] = defaultdict(list)
    totals: dict[Key, int] = {}
    for row in connection.execute(statement):
        key, there, label, total = tuple(row[:width]), tuple(row[width:-2]), row[-2], row[-1]
        found[key].append(Linked(there, label if label is not None else ""))
        totals[key] = total or 0
    return {
        key: FirstLinked(tuple(linked), max(totals[key] - len(linked), 0)) for key, linked in found.items()
    }


def _statement(database: Database, link: Link, keys: Sequence[Key], limit: int | None) -> sa.Select[Any]:
    """Selects the record's key, the linked record's key, its name and, with a limit, how many there are; in
    order of the names."""
    base = database.sa(link.here.target)
    through = database.sa(link.through).alias("through")
    target = database.sa(link.there.target).alias("target")
    mine = _pairs(through, link.here.columns, base, link.here.target_columns)
    theirs = _pairs(through, link.there.columns, target, link.there.target_columns)
    label = label_expression(database, link.there.target, target)
    own = [column.label(f"k{i}") for i, column in enumerate(database.key_columns(link.here.target))]
    there = [target.c[name].label(f"t{i}") for i, name in enumerate(database.table(link.there.target).key)]
    source = base.join(through, mine).join(target, theirs)
    picked = keys_clause(database, link.here.target, keys)
    order = [label, *(target.c[name] for name in database.table(link.there.target).key)]
    statement = sa.select(*own, *there, label.label("label")).select_from(source).where(picked)
    if limit is None:
        return statement.add_columns(sa.null().label("total")).order_by(*order)
    of_each = database.key_columns(link.here.target)
    total = sa.func.count().over(partition_by=of_each)
    number = sa.func.row_number().over(partition_by=of_each, order_by=order)
    inner = statement.add_columns(total.label("total"), number.label("n")).subquery("linked")
    columns = [column for column in inner.c if column.name != "n"]
    return sa.select(*columns).where(inner.c.n <= limit).order_by(inner.c.n)


def _pairs(
    left: sa.FromClause, left_names: Sequence[str], right: sa.FromClause, right_names: Sequence[str]
) -> sa.ColumnElement[bool]:
    return sa.and_(*(left.c[a] == right.c[b] for a, b in zip(left_names, right_names, strict=True)))
