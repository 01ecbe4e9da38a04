"""Owns how a record is named: which columns make its label, and the SQL expression that yields it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from desktop.base.keys import TableName
from desktop.schema import words
from desktop.schema.describe import Column, Kind, Label, Schema, Table
from desktop.schema.stored_values import read_label
from desktop.schema.types import AsText, CastText
from desktop.schema.words import heading

if TYPE_CHECKING:
    from desktop.schema.database import Database

__all__ = [
    "LabelText",
    "column_heading",
    "guess_label",
    "heading",
    "key_text",
    "label_expression",
    "label_tables",
    "record_word",
    "records_word",
]

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE)
_FIRST_NAMES = ("firstname", "givenname", "forename")
_LAST_NAMES = ("lastname", "surname", "familyname")
_NAMES = ("name", "fullname", "displayname", "preferreddisplayname")
_TITLES = ("title", "label", "caption", "subject", "headline")
_CODES = ("code", "slug", "number", "reference", "isbn", "sku")
_PEOPLE = ("email", "emailaddress", "username", "login")
_HOPS = 3
"""How many foreign keys a name follows at most, one behind the other."""
_SORTS = ("type", "kind", "status", "state", "url", "path")
"""Endings of columns that sort records rather than name them."""
_NO_NAMES = (
    *("username", "filename", "hostname", "pathname", "typename"),
    *("shipname", "shippingname", "shiptoname", "billingname", "billtoname", "deliveryname"),
)


class LabelText(TypeDecorator[str]):
    """Always text, whatever SQLite stored in the column."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: object, dialect: sa.Dialect) -> str | None:
        return read_label(value)


def record_word(table: Table) -> str:
    """One record in words: ``post``, ``order detail``."""
    return words.singular_name(table.name.name)


def records_word(table: Table, n: int) -> str:
    """The word that goes with a count: ``post`` for 1, else ``posts``."""
    return record_word(table) if n == 1 else words.plural_name(table.name.name)


def column_heading(table: Table, column: str) -> str:
    """The heading of a column; one that points to another table is headed by what it points to."""
    key = table.foreign_key_on(column)
    tables = (table.name.name,) if key is None else (key.target.name, table.name.name)
    return heading(words.parted(column, tables), foreign_key=key is not None)


def guess_label(table: Table, schema: Schema) -> Label:
    """The columns that name a record best, by their names, kinds and uniqueness; at worst the key."""
    own = {c.name: _plain(c.name) for c in table.columns if _may_name(c, table)}
    by_plain = {plain: name for name, plain in reversed(own.items())}
    first = next((by_plain[n] for n in _FIRST_NAMES if n in by_plain), None)
    last = next((by_plain[n] for n in _LAST_NAMES if n in by_plain), None)
    if first and last and not any(n in by_plain for n in _NAMES):
        return Label((first, last))
    wanted = next((by_plain[n] for n in _wanted(table) if n in by_plain), None)
    if wanted is None:
        wanted = next((n for n, p in own.items() if p.endswith("name") and p not in _NO_NAMES), None)
    if wanted is None:
        wanted = next((by_plain[n] for n in (*_CODES, *_PEOPLE) if n in by_plain), None)
    if wanted is None:
        described = (n for n, p in own.items() if p.endswith(("description", "desc")))
        wanted = next(_by_nature(table, own), next(described, None))
    return Label((wanted,)) if wanted is not None else Label(_by_reference(table, schema) or table.key)


def _wanted(table: Table) -> Iterator[str]:
    """Column names that name a record, best first: ``name``, ``title``, and in a table of cities ``city``."""
    own = _plain(words.singular_name(table.name.name))
    yield from _NAMES
    yield f"{own}name"
    yield own
    yield from _TITLES
    yield from (f"{own}title", f"{own}description", f"{own}desc")


def _by_nature(table: Table, own: dict[str, str]) -> Iterator[str]:
    """A text that must be unique, else one that must be filled in; never the key itself or a choice."""
    texts = (n for n in own if table.column(n).kind is Kind.TEXT and n not in table.key)
    plain = [n for n in texts if not own[n].endswith(_SORTS)]
    unique = {u.columns[0] for u in table.uniques if len(u.columns) == 1}
    yield from (n for n in plain if n in unique)
    yield from (n for n in plain if not table.column(n).nullable)


def _by_reference(table: Table, schema: Schema) -> tuple[str, ...]:
    """A record without a text of its own is named by others: what it ties together, or whose it is.

    The line of an order is the order and the product; an order is its number and the customer.
    """
    keys = {table.shown_in(fk): fk for fk in table.foreign_keys if fk.target != table.name}
    pointing = [c for c in table.columns if c.name in keys]
    in_key = [c.name for c in pointing if c.name in table.key]
    if len(in_key) > 1:
        return tuple(in_key[:2])
    if not table.key or table.is_view:
        return ()
    required = [c.name for c in pointing if not c.nullable and c.name not in table.key]
    if len(required) > 1 and _is_named_by_others(keys[required[0]].target, schema):
        return tuple(required[:2])
    free = required or [c.name for c in pointing if c.name not in table.key]
    return (*table.key, *free[:1]) if free else ()


def _is_named_by_others(name: TableName, schema: Schema) -> bool:
    """Whether records of that table have no text of their own to be called by."""
    table = schema.tables.get(name)
    if table is None or not table.foreign_keys:
        return False
    alone = replace(table, foreign_keys=())
    texts = [c for c in alone.columns if table.foreign_key_on(c.name) is None]
    return guess_label(replace(alone, columns=tuple(texts)), schema).columns == table.key


def _may_name(column: Column, table: Table) -> bool:
    return column.kind in _TEXTS and table.foreign_key_on(column.name) is None


def _plain(name: str) -> str:
    return "".join(words.words_of(name)).replace("-", "")


def label_expression(
    database: Database, table: TableName, alias: sa.FromClause, *, trail: tuple[TableName, ...] = ()
) -> sa.ColumnElement[str]:
    """The label of the record at hand in ``alias`` (the table or an alias of it) as a text expression.

    A part that is a foreign key shows the label at its other end by a correlated sub-select, and so on for
    a few steps; ``trail`` are the tables that led here, whose keys are not followed again. Where nothing
    names the record, the key does.
    """
    described = database.table(table)
    columns = described.label.parts or described.key or (described.columns[0].name,)
    way = _Way(database, (*trail, table), follow=not trail or (table not in trail and len(trail) < _HOPS))
    parts = [way.part(described, alias, name) for name in columns]
    if len(parts) == 1:
        label = parts[0]
    elif described.joint == " ":
        joined: sa.ColumnElement[Any] = sa.func.coalesce(parts[0], "")
        for part in parts[1:]:
            joined = joined.concat(" ").concat(sa.func.coalesce(part, ""))
        label = sa.func.nullif(sa.func.trim(joined), "")
    else:
        label = _enumerated(parts, described.joint)
    may_be_empty = all(
        not isinstance(name, str) or name in described.key or _nullable(described, name) for name in columns
    )
    if may_be_empty and described.key and columns != described.key:
        label = sa.func.coalesce(label, key_text(database, table, alias))
    return sa.type_coerce(label, LabelText())


def _enumerated(parts: Sequence[sa.ColumnElement[Any]], joint: str) -> sa.ColumnElement[Any]:
    """The parts that are there, with the joint between them; NULL where none is."""
    joined: sa.ColumnElement[Any] = sa.func.coalesce(parts[0], "")
    for part in parts[1:]:
        following = sa.literal(joint, sa.Text()).concat(sa.func.nullif(part, ""))
        joined = joined.concat(sa.func.coalesce(following, ""))
    return sa.func.nullif(sa.func.ltrim(joined, joint), "")


def label_tables(database: Database, table: TableName) -> frozenset[TableName]:
    """The table, and all that its records take their names from."""
    found: set[TableName] = set()
    _collect(database, table, found, _HOPS)
    return frozenset(found)


def _collect(database: Database, name: TableName, found: set[TableName], hops: int) -> None:
    if name not in database.schema.tables or name in found:
        return
    found.add(name)
    table = database.table(name)
    for part in table.label.parts if hops else ():
        way = (part,) if isinstance(part, str) else part
        at = table
        for step in way:
            key = at.foreign_key_on(step)
            if key is None or key.target not in database.schema.tables:
                break
            _collect(database, key.target, found, hops - 1)
            at = database.table(key.target)


def key_text(database: Database, table: TableName, alias: sa.FromClause) -> sa.ColumnElement[str]:
    """The key as text, parts joined by ``, ``."""
    parts = [sa.cast(alias.c[column.name], sa.Text) for column in database.key_columns(table)]
    text: sa.ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        text = text.concat(", ").concat(part)
    return text


def _nullable(table: Table, name: str) -> bool:
    return any(c.name == name and c.nullable for c in table.columns)


@dataclass(frozen=True)
class _Way:
    """How a label got where it is, which says whether it goes on from there."""

    database: Database
    trail: tuple[TableName, ...]
    follow: bool

    def part(self, table: Table, alias: sa.FromClause, part: str | tuple[str, ...]) -> sa.ColumnElement[Any]:
        name, rest = (part, ()) if isinstance(part, str) else (part[0], part[1:])
        column = alias.c[name]
        key = table.foreign_key_on(name) if self.follow or rest else None
        if key is None or key.target not in self.database.schema.tables:
            return column if _is_text(table, name, column) else sa.cast(column, sa.Text)
        target = self.database.sa(key.target).alias()
        there: sa.ColumnElement[Any]
        if rest:
            onward = replace(self, trail=(*self.trail, key.target))
            there = onward.part(self.database.table(key.target), target, rest)
        else:
            there = label_expression(self.database, key.target, target, trail=self.trail)
        pairs = zip(key.target_columns, key.columns, strict=True)
        met = [target.c[theirs] == alias.c[ours] for theirs, ours in pairs]
        sub = sa.select(there).where(*met).correlate(alias).limit(1).scalar_subquery()
        return sub if rest else sa.func.coalesce(sub, sa.cast(column, sa.Text))


def _is_text(table: Table, name: str, column: sa.ColumnElement[Any]) -> bool:
    if not any(c.name == name and c.kind in (Kind.TEXT, Kind.LONG_TEXT) for c in table.columns):
        return False
    return not isinstance(column.type, AsText | CastText)
