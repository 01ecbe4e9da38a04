"""Owns which records a view lets through: its filters, its search, and what is soft-deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from desktop.browse.binding import equals
from desktop.browse.filter_text import check_text
from desktop.browse.filter_tree import BadFilter, Contains, Empty, Filter
from desktop.browse.filters import (
    Clause,
    Field,
    as_text,
    combine,
    contains,
    filter_clause,
    parse_filter,
    text_clause,
)
from desktop.browse.view import ColumnFilter, Deleted, View
from desktop.schema.database import Database
from desktop.schema.describe import Column, ForeignKey, Kind, Link, Table
from desktop.schema.labels import label_expression
from desktop.values.locale import Locale

SEARCHED = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE})
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_MOST_WORDS = 50


def view_conditions(database: Database, view: View, locale: Locale) -> tuple[Clause, ...]:
    """All that must hold for a record to be in the view; BadFilter where a filter cannot be understood."""
    table = database.table(view.table)
    try:
        found = [_filter(database, table, item, locale) for item in view.filters if item.text.strip()]
        found += _search(database, table, view.search)
    except BadFilter as error:
        raise BadFilter(error.column, error.sentence, table.name) from error
    if view.only_staged:
        found.append(sa.false())
    else:
        found += [equals(database.sa(table.name).c[name], value) for name, value in view.pinned]
    gone = deleted_clause(database, table)
    if gone is not None and view.deleted is not Deleted.SHOWN:
        found.append(gone if view.deleted is Deleted.ONLY else sa.not_(gone))
    return tuple(found)


def deleted_clause(database: Database, table: Table) -> Clause | None:
    """Whether a record is soft-deleted, never NULL; None where the table has no marker."""
    if table.marker is None:
        return None
    column = database.sa(table.name).c[table.marker.column]
    kind = table.column(table.marker.column).kind
    if kind is Kind.BOOLEAN:
        return sa.func.coalesce(column, sa.literal(False, column.type)) == sa.literal(True, column.type)
    if kind is Kind.INTEGER:
        return sa.func.coalesce(column, sa.literal(0, sa.BigInteger())) != sa.literal(0, sa.BigInteger())
    return column.is_not(None)


def named_key(database: Database, table: Table, column: str) -> ForeignKey | None:
    """The foreign key on that column, if the record it points to can be found and named."""
    key = table.foreign_key_on(column)
    if key is None or key.target not in database.schema.tables:
        return None
    target = database.table(key.target)
    unique = key.target_columns == target.key or any(u.columns == key.target_columns for u in target.uniques)
    return key if unique else None


def _filter(database: Database, table: Table, item: ColumnFilter, locale: Locale) -> Clause:
    column = next((c for c in table.columns if c.name == item.column), None)
    if column is None:
        link = next((link for link in table.links if link.name == item.column), None)
        if link is None:
            raise BadFilter(item.column, f"There is no field named {item.column}.")
        tree = parse_filter(item.text, Column(link.name, Kind.TEXT, ""), locale)
        return combine(tree, lambda leaf: _linked(database, table, link, leaf))
    key = named_key(database, table, column.name)
    tree = parse_filter(item.text, column, locale, names=key is not None)
    return filter_clause(tree, _field(database, table, column, key))


def _field(database: Database, table: Table, column: Column, key: ForeignKey | None) -> Field:
    expression = database.sa(table.name).c[column.name]
    fold = database.capabilities.fold
    if key is None:
        return Field(column, expression, fold)
    return Field(column, expression, fold, lambda tree: _pointing_to(database, key, tree))


def _pointing_to(database: Database, key: ForeignKey, tree: Filter) -> Clause:
    """The foreign key is one of those whose records have such a name."""
    base, target = database.sa(key.table), database.sa(key.target).alias()
    name = label_expression(database, key.target, target)
    named = text_clause(tree, name, database.capabilities.fold)
    pointing = [base.c[name] for name in key.columns]
    referred = sa.select(*(target.c[name] for name in key.target_columns)).where(named)
    return pointing[0].in_(referred) if len(pointing) == 1 else sa.tuple_(*pointing).in_(referred)


def _linked(database: Database, table: Table, link: Link, tree: Filter) -> Clause:
    """At least one linked record has such a name; ``empty``: there is none."""
    through = database.sa(link.through).alias()
    target = database.sa(link.there.target).alias()
    base = database.sa(table.name)
    mine = [
        through.c[a] == base.c[b] for a, b in zip(link.here.columns, link.here.target_columns, strict=True)
    ]
    any_linked: sa.Select[Any] = (
        sa.select(sa.literal_column("1")).select_from(through).where(*mine).correlate(base)
    )
    if isinstance(tree, Empty):
        return sa.not_(any_linked.exists())
    theirs = [
        through.c[a] == target.c[b]
        for a, b in zip(link.there.columns, link.there.target_columns, strict=True)
    ]
    name = label_expression(database, link.there.target, target)
    named = text_clause(tree, name, database.capabilities.fold)
    return any_linked.join(target, sa.and_(*theirs)).where(named).exists()


def words_of(text: str) -> list[str]:
    """What a search looks for, one by one; what stands in quotes belongs together."""
    return [match[1] or match[2] for match in _WORD.finditer(text)]


def _search(database: Database, table: Table, text: str) -> Iterator[Clause]:
    """Every word must occur in some text column, or in the name of a foreign key's record."""
    check_text(text, "")
    words = words_of(text)
    if len(words) > _MOST_WORDS:
        raise BadFilter("", f"A search may have at most {_MOST_WORDS} words.")
    for word in words:
        yield _word_occurs(database, table, word)


def _word_occurs(database: Database, table: Table, word: str) -> Clause:
    base, fold = database.sa(table.name), database.capabilities.fold
    own, named = list[Clause](), list[Clause]()
    for column in table.columns:
        key = named_key(database, table, column.name)
        if column.kind in SEARCHED:
            own.append(contains(as_text(base.c[column.name]), word, fold))
        if key is not None:
            named.append(_pointing_to(database, key, Contains((word,))))
    # Names last: SQLite looks them up only once a record comes whose own texts do not match.
    return sa.or_(*own, *named) if own or named else sa.false()
