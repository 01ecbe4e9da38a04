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
from desktop.edit.staged import Staged
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.values.special import DEFAULT

MOST = 500
"""Statements; nobody reads more, and writing them out would take seconds."""
_PLAIN: dict[type, sa.types.TypeEngine[Any]] = {str: sa.String(), int: sa.BigInteger(), float: sa.Float()}
_CANNOT_WRITE_OUT = (sa.exc.CompileError, NotImplementedError, TypeError, ValueError, AttributeError)
"""What a type says whose values cannot be written into a statement."""


def sql_of(staging: Staged, database: Database) -> str:
    """The statements in the order a save sends them; empty where nothing valid is staged.

    Values are written out where their type allows it, else listed below their statement; the key of a new
    record, which the database makes, stands as ``:new_1``.
    """
    writer = _Writer(database)
    statements = _statements(staging.changes, database, writer)
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
    for row in rows:
        values = {columns[name]: writer.value(value, columns[name]) for name, value in row.items()}
        yield writer.text(sa.insert(target).values(values).inline())


class _Writer:
    """Writes statements out, and below each the values that cannot stand in it."""

    def __init__(self, database: Database) -> None:
        # Named places, as no driver has them: the text is for reading, and a percent sign stays single.
        named: type[Any] = type(database.engine.dialect)
        self._dialect: sa.Dialect = named(paramstyle="named")
        self._notes: list[str] = []

    def value(self, value: object, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        """The value in a form that can be written out, else its place, noted below."""
        if isinstance(value, NewKey):
            return sa.literal_column(f":new_{value.number}")
        asked = sa.literal(value, column.type)
        if value is None or self._written(asked) is not None:
            return asked
        process = column.type.bind_processor(self._dialect)  # what the driver is given: a number or text
        sent = process(value) if process is not None else value
        plain = sa.literal(sent, _PLAIN[type(sent)]) if type(sent) in _PLAIN else asked
        if self._written(plain) is not None:
            return plain
        self._notes.append(f"-- :{column.name} = {value!r}")
        return sa.literal_column(f":{column.name}")

    def text(self, statement: sa.sql.expression.UpdateBase) -> str:
        """The statement, and what has been noted since the last one."""
        written = self._written(statement) or str(statement.compile(dialect=self._dialect))
        notes, self._notes = self._notes, []
        return "\n".join([f"{written};", *notes])

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
