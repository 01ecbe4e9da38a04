"""Owns the statements a save of what is staged would send, as text to read; executes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import sqlalchemy as sa

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.edit.changes import Action, ChangeSet, RecordChange
from desktop.edit.expressions import column_of, default_expression
from desktop.edit.links import link_named
from desktop.edit.plan import delete_order, insert_levels
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.values.special import DEFAULT

_PLACE = "\0"
"""Around the number of a value in a statement written once; no text of a database holds it."""
MOST = 500
"""Statements; nobody reads more, and writing them out would take seconds."""
_PLAIN: dict[type, sa.types.TypeEngine[Any]] = {str: sa.String(), int: sa.BigInteger(), float: sa.Float()}
_CANNOT_WRITE_OUT = (sa.exc.CompileError, NotImplementedError, TypeError, ValueError, AttributeError)
"""What a type says whose values cannot be written into a statement."""


def sql_of(changes: ChangeSet, database: Database) -> str:
    """The statements in the order a save sends them; empty where nothing valid is staged. Any thread.

    Values are written out where their type allows it, else listed below their statement; the key of a new
    record, which the database makes, stands as ``:new_1``.
    """
    writer = _Writer(database)
    statements = _statements(changes, database, writer)
    texts = [writer.text(statement) for statement in islice(statements, MOST)]
    if next(statements, None) is not None:
        texts.append("-- and more")
    return "\n\n".join(texts)


def insert_statements(
    database: Database, table: TableName, rows: Iterable[Mapping[str, object]]
) -> Iterator[str]:
    """One INSERT for each row of values by column, as ``sql_of`` writes them."""
    writer, target = _Writer(database), database.sa(table)
    columns = {
        column.name: column_of(database, table, column.name) for column in database.table(table).columns
    }
    shapes: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        names = tuple(row)
        if names not in shapes:  # written once for all rows alike, the places of the values by their number
            places: dict[sa.Column[Any], Any] = {
                columns[name]: sa.literal_column(f"{_PLACE}{at}{_PLACE}") for at, name in enumerate(names)
            }
            shapes[names] = writer.shape(sa.insert(target).values(places).inline()).split(_PLACE)
        values = [writer.value_text(value, columns[name]) for name, value in row.items()]
        parts = shapes[names]
        yield writer.noted("".join(values[int(one)] if at % 2 else one for at, one in enumerate(parts)))


class _Writer:
    """Writes statements out, and below each the values that cannot stand in it."""

    def __init__(self, database: Database) -> None:
        # Named places, as no driver has them: the text is for reading, and a percent sign stays single.
        named: type[Any] = type(database.engine.dialect)
        self._dialect: sa.Dialect = named(paramstyle="named")
        self._notes: list[str] = []
        self._literals = self._dialect.statement_compiler(self._dialect, None)
        self._ways: dict[tuple[sa.Column[Any], type], int | None] = {}
        """Which of ``_plain_forms`` is written for values of a column and a type; None: ask each time."""

    def value_text(self, value: object, column: sa.Column[Any]) -> str:
        """As ``value``, written out; quick for the next value of the same column and type."""
        kind = column, type(value)
        way = self._ways.get(kind)
        if way is not None and (plain := self._literal(*self._plain_forms(value, column)[way])) is not None:
            return plain
        text = self.shape(self.value(value, column))
        if kind not in self._ways and value is not None and not isinstance(value, NewKey):
            forms = [self._literal(*form) for form in self._plain_forms(value, column)]
            self._ways[kind] = forms.index(text) if text in forms else None
        return text

    def shape(self, element: sa.ClauseElement) -> str:
        """What of it needs no value, written out."""
        return self._written(element) or str(element.compile(dialect=self._dialect))

    def value(self, value: object, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        """The value in a form that can be written out, else its place, noted below."""
        if isinstance(value, NewKey):
            return sa.literal_column(f":new_{value.number}")
        if value is None:
            return sa.literal(value, column.type)
        for form in self._plain_forms(value, column):
            plain = sa.literal(*form)
            if self._written(plain) is not None:
                return plain
        self._notes.append(f"-- :{column.name} = {value!r}")
        return sa.literal_column(f":{column.name}")

    def text(self, statement: sa.sql.expression.UpdateBase) -> str:
        """The statement, and what has been noted since the last one."""
        return self.noted(self.shape(statement))

    def noted(self, written: str) -> str:
        """A statement written out, with what has been noted since the last one."""
        notes, self._notes = self._notes, []
        return "\n".join([f"{written};", *notes])

    def _plain_forms(
        self, value: object, column: sa.Column[Any]
    ) -> list[tuple[object, sa.types.TypeEngine[Any]]]:
        """The value as it is, and as the driver is given it: a number or text."""
        process = column.type.bind_processor(self._dialect)
        sent = process(value) if process is not None else value
        forms: list[tuple[object, sa.types.TypeEngine[Any]]] = [(value, column.type)]
        return [*forms, (sent, _PLAIN[type(sent)])] if type(sent) in _PLAIN else forms

    def _literal(self, value: object, type_: sa.types.TypeEngine[Any]) -> str | None:
        try:
            written: str = self._literals.render_literal_value(value, type_)
        except _CANNOT_WRITE_OUT:
            return None
        return written

    def _written(self, element: sa.ClauseElement) -> str | None:
        try:
            return str(element.compile(dialect=self._dialect, compile_kwargs={"literal_binds": True}))
        except _CANNOT_WRITE_OUT:
            return None


def _statements(
    changes: ChangeSet, database: Database, writer: _Writer
) -> Iterator[sa.sql.expression.UpdateBase]:
    try:
        inserts = [change for level in insert_levels(changes) for change in level]
    except RefusedError:  # records that wait for each other: saving refuses, reading need not
        inserts = [change for change in changes if change.action is Action.INSERT]
    updates = [change for change in changes if change.action is Action.UPDATE]
    for change in inserts:
        yield sa.insert(database.sa(change.ref.table)).values(_values(database, change, writer)).inline()
    for change in updates:
        if change.fields:
            values = _values(database, change, writer)
            statement = sa.update(database.sa(change.ref.table)).values(values)
            yield statement.where(*_is(database, change.ref, writer))
    for change in (*inserts, *updates):
        yield from _links(database, change, writer)
    deletes = [change for change in changes if change.action is Action.DELETE]
    for change in delete_order(deletes, database.schema):
        yield sa.delete(database.sa(change.ref.table)).where(*_is(database, change.ref, writer))


def _values(database: Database, change: RecordChange, writer: _Writer) -> dict[sa.Column[Any], object]:
    found: dict[sa.Column[Any], object] = {}
    for name, value in change.values.items():
        column = column_of(database, change.ref.table, name)
        if value is DEFAULT and change.action is Action.INSERT:
            continue
        found[column] = (
            default_expression(database, change.ref.table, name)
            if value is DEFAULT
            else writer.value(value, column)
        )
    return found


def _is(database: Database, ref: RecordRef, writer: _Writer) -> list[sa.ColumnElement[bool]]:
    assert not isinstance(ref.key, NewKey)
    columns = database.key_columns(ref.table)
    return [column == writer.value(part, column) for column, part in zip(columns, ref.key, strict=True)]


def _links(
    database: Database, change: RecordChange, writer: _Writer
) -> Iterator[sa.sql.expression.UpdateBase]:
    for name, links in change.links.items():
        link = link_named(database, change, name)
        through = database.sa(link.through)
        here = _link_values(database, link.here, change.ref.key, writer)
        for key in links.removed:
            row = {**here, **_link_values(database, link.there, key, writer)}
            yield sa.delete(through).where(*(column == value for column, value in row.items()))
        for added in links.added:
            yield sa.insert(through).values({**here, **_link_values(database, link.there, added, writer)})


def _link_values(
    database: Database, foreign_key: ForeignKey, key: Key | NewKey, writer: _Writer
) -> dict[sa.Column[Any], Any]:
    """The columns of the table in between, with the key they point to (a unique column: by its place)."""
    columns = [column_of(database, foreign_key.table, name) for name in foreign_key.columns]
    if isinstance(key, NewKey):
        return {column: writer.value(key, column) for column in columns}
    names = database.table(foreign_key.target).key
    places = [names.index(name) if name in names else 0 for name in foreign_key.target_columns]
    return {column: writer.value(key[place], column) for column, place in zip(columns, places, strict=True)}
