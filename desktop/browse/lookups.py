"""Owns what a picker offers: records of another table found by their name or number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, NewKey, TableName
from desktop.browse.conditions import deleted_clause
from desktop.browse.filter_text import TEXT_KINDS, check_text
from desktop.browse.filter_tree import Contains
from desktop.browse.filters import Clause, Fold, as_text, text_clause
from desktop.browse.keys_clause import key_chunks, keys_clause
from desktop.browse.reading import fetch, reading
from desktop.browse.rows import Candidate
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import label_expression
from desktop.schema.words import words_of
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import PLAIN, Locale

_EXTRA = 3
_TEXTS = (Kind.TEXT, Kind.CHOICE)
_DAYS = (Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)
_MOST_EXACT = 8
_SECRETS = frozenset(("password", "passwd", "pwd", "passphrase", "secret", "token", "hash", "salt"))
"""Words in the names of columns that tell nobody anything, and are not for everybody's eyes."""


@dataclass(frozen=True, slots=True)
class FirstMatches:
    """What a picker can show at once."""

    candidates: tuple[Candidate, ...]
    complete: bool
    """Nothing else matches, and they stand in their order; else ``lookup`` knows the best."""


def lookup(
    database: Database,
    target: TableName,
    columns: Sequence[str],
    text: str,
    *,
    limit: int = 50,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> list[Candidate]:
    """Records whose name starts with the text, then those that contain it; the first by name for no text.

    ``columns``: what a foreign key refers to; none for the key. Soft-deleted records are left out.
    """
    offers = _Offers(database, target, columns, text, locale)
    return offers.read(offers.best(limit), token or CancelToken())


def first_matches(
    database: Database,
    target: TableName,
    columns: Sequence[str],
    text: str,
    *,
    limit: int = 50,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> FirstMatches:
    """The first records found whose name contains the text, whatever their order.

    Reading ends as soon as ``limit`` are found, so a common text is answered at once in a table of any size,
    with or without an index.
    """
    offers = _Offers(database, target, columns, text, locale)
    some = offers.read(offers.any_of(limit), token or CancelToken())
    return FirstMatches(tuple(sorted(some, key=offers.rank)), len(some) < limit)


def exact_matches(
    database: Database,
    target: TableName,
    columns: Sequence[str],
    text: str,
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> list[Candidate]:
    """The records an index knows by the text: whose key it is, whose unique name begins with it."""
    offers = _Offers(database, target, columns, text, locale)
    token = token or CancelToken()
    found: dict[Key | NewKey, Candidate] = {}
    for statement in offers.by_index():
        for candidate in offers.read(statement, token):
            if offers.matches(candidate):
                found.setdefault(candidate.key, candidate)
    return list(found.values())


def candidates_of(
    database: Database,
    target: TableName,
    columns: Sequence[str],
    keys: Sequence[Key],
    *,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
) -> list[Candidate]:
    """The records of these keys that can still be chosen, in this order."""
    offers = _Offers(database, target, columns, "", locale)
    wanted = offers.statement.where(keys_clause(database, target, keys))
    found = {candidate.key: candidate for candidate in offers.read(wanted, token or CancelToken())}
    return [found[key] for key in keys if key in found]


class _Offers:
    """The statements of one search, and what their rows are."""

    def __init__(
        self, database: Database, target: TableName, columns: Sequence[str], text: str, locale: Locale
    ) -> None:
        check_text(text, columns[0] if columns else "")
        self._database, self._locale, self._text = database, locale, text.strip()
        self.words = text.split()
        self._table, base = database.table(target), database.sa(target)
        self._label = label_expression(database, target, base)
        self._key = database.key_columns(target)
        self._values = [base.c[name] for name in columns] or list(self._key)
        self._extra = extra_columns(self._table)
        self.statement: sa.Select[Any] = sa.select(
            self._label.label("label"),
            *(column.label(f"k{i}") for i, column in enumerate(self._key)),
            *(column.label(f"v{i}") for i, column in enumerate(self._values)),
            *(base.c[column.name].label(f"x{i}") for i, column in enumerate(self._extra)),
        )
        gone = deleted_clause(database, self._table)
        if gone is not None:
            self.statement = self.statement.where(sa.not_(gone))

    def best(self, limit: int) -> sa.Select[Any]:
        """The best of all, in order: every match is looked at."""
        order: list[sa.ColumnElement[Any]] = [self._label, *self._key]
        statement = self.statement
        if self.words:
            starts = text_clause(Contains((self._text,), from_start=True), self._label, self._fold)
            same = self._same_value()
            statement = statement.where(self._hits if same is None else sa.or_(self._hits, same))
            order.insert(0, sa.case(*([] if same is None else [(same, 0)]), (starts, 1), else_=2))
        return statement.order_by(*order).limit(limit)

    def any_of(self, limit: int) -> sa.Select[Any]:
        """As many as are found first."""
        if not self.words:
            return self.statement.limit(limit)
        same = self._same_value()
        hits = self._hits if same is None else sa.or_(self._hits, same)
        return self.statement.where(hits).limit(limit)

    def by_index(self) -> Iterator[sa.Select[Any]]:
        """Statements that an index answers at once; what they bring is still to be held against the text."""
        same = self._same_value()
        if same is not None:
            yield self.statement.where(same).limit(_MOST_EXACT)
        label = self._table.label.parts
        if any(unique.columns == label for unique in self._table.uniques) and len(label) == 1:
            # In the order of the index, names that begin with the text follow it directly.
            name = self._database.sa(self._table.name).c[self._table.label.columns[0]]
            for start in dict.fromkeys((self._text, self._text[:1].upper() + self._text[1:])):
                from_there = self.statement.where(name >= sa.literal(start, sa.Text()))
                yield from_there.order_by(name).limit(_MOST_EXACT)

    def matches(self, candidate: Candidate) -> bool:
        """Its key is the text, or its name begins with it."""
        return candidate.label.casefold().startswith(self._text.casefold()) or self._is_value(candidate)

    def rank(self, candidate: Candidate) -> tuple[bool, bool, str]:
        """The order of ``best``, as near as can be told without the database."""
        label = candidate.label.casefold()
        return not self._is_value(candidate), not label.startswith(self._text.casefold()), label

    def _is_value(self, candidate: Candidate) -> bool:
        return str(candidate.values[-1]).casefold() == self._text.casefold()

    def read(self, statement: sa.Select[Any], token: CancelToken) -> list[Candidate]:
        return [self._candidate(row) for row in fetch(self._database, statement, token)]

    @property
    def _fold(self) -> Fold:
        return self._database.capabilities.fold

    @property
    def _hits(self) -> Clause:
        return sa.and_(*(text_clause(Contains((word,)), self._label, self._fold) for word in self.words))

    def _same_value(self) -> Clause | None:
        return _same_value(self._table, self._values[-1], self._text, self._locale)

    def _candidate(self, row: Sequence[Any]) -> Candidate:
        after = 1 + len(self._key)
        key, values = tuple(row[1:after]), tuple(row[after : after + len(self._values)])
        texts = (
            "" if value is None else kind_for(column).show(value, column, self._locale)
            for column, value in zip(self._extra, row[after + len(self._values) :], strict=True)
        )
        label = row[0] if row[0] is not None else ", ".join(map(str, key))
        return Candidate(key, values[0], label, tuple(texts), values)


def named(
    database: Database,
    target: TableName,
    columns: Sequence[str],
    names: Collection[str],
    values: tuple[str, Collection[object]],
    *,
    token: CancelToken | None = None,
) -> list[tuple[tuple[object, ...], str]]:
    """What these columns hold, and the name, of each record that has one of the names (whatever the case), or
    one of the values of that column.

    One statement, or as many as their number asks for. Soft-deleted records are left out.
    """
    base = database.sa(target)
    label, (by, wanted) = label_expression(database, target, base), values
    value = base.c[by]
    statement: sa.Select[Any] = sa.select(
        label.label("label"), *(base.c[name].label(f"v{i}") for i, name in enumerate(columns))
    )
    gone = deleted_clause(database, database.table(target))
    if gone is not None:
        statement = statement.where(sa.not_(gone))
    fold = database.capabilities.fold
    asked = [
        *(sa.literal(one, value.type) for one in wanted),
        *(fold(sa.literal(name, sa.Text())) for name in names),
    ]
    found: dict[tuple[object, ...], str] = {}
    size = database.capabilities.max_parameters // 2
    with reading(database, token or CancelToken()) as connection:
        for start in range(0, len(asked), size):
            by_value = asked[start : min(start + size, len(wanted))]
            by_name = asked[max(start, len(wanted)) : start + size]
            hits = sa.or_(value.in_(by_value), fold(label).in_(by_name))
            for row in connection.execute(statement.where(hits)):
                found[tuple(row[1:])] = row[0] or ", ".join(map(str, row[1:]))
    return list(found.items())


def labels_of(
    database: Database, target: TableName, keys: Sequence[Key], *, token: CancelToken | None = None
) -> Mapping[Key, str]:
    """The names of the records that still exist."""
    base = database.sa(target)
    label = label_expression(database, target, base).label("label")
    key = [column.label(f"k{i}") for i, column in enumerate(database.key_columns(target))]
    found: dict[Key, str] = {}
    with reading(database, token or CancelToken()) as connection:
        for chunk in key_chunks(database, keys):
            statement = sa.select(*key, label).where(keys_clause(database, target, chunk))
            for row in connection.execute(statement):
                found[tuple(row[:-1])] = row[-1] if row[-1] is not None else ", ".join(map(str, row[:-1]))
    return found


def _same_value(table: Table, value: sa.ColumnElement[Any], text: str, locale: Locale) -> Clause | None:
    """Whether the text is the referred value itself, such as a number; None where it cannot be."""
    column = next((c for c in table.columns if c.name == value.key), None)
    if column is None:
        return None
    if column.kind in TEXT_KINDS:
        return as_text(value) == sa.literal(text.strip(), sa.Text())
    try:
        parsed = kind_for(column).parse(text, column, locale)
    except BadValue:
        return None
    if isinstance(parsed, int) and not -(2**63) <= parsed < 2**63:
        return None
    return value == sa.literal(parsed, value.type)


def extra_columns(table: Table) -> list[Column]:
    """What tells namesakes apart: unique columns first, then short texts, then a day."""
    unique = {u.columns[0] for u in table.uniques if len(u.columns) == 1}
    taken = {*table.label.columns, *table.key}
    if table.marker is not None:
        taken |= {table.marker.column, table.marker.by_column or ""}
    free = [c for c in table.columns if c.name not in taken and not table.foreign_key_with(c.name)]
    free = [c for c in free if _SECRETS.isdisjoint(words_of(c.name))]
    texts = [c for c in free if c.kind in _TEXTS]
    days = [c for c in free if c.kind in _DAYS and not c.has_default]
    texts.sort(key=lambda c: c.name not in unique)
    return [*texts[: _EXTRA - 1], *days[:1], *texts[_EXTRA - 1 :]][:_EXTRA]
