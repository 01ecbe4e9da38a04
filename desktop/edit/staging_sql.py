"""Owns the statements a save of what is staged would send, as text to read; executes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import sqlalchemy as sa

from desktop.base.keys import Key, NewKey, RecordRef
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
    # Named places, as no driver has them: the text is for reading, and a percent sign stays single.
    named: type[Any] = type(database.engine.dialect)
    dialect: sa.Dialect = named(paramstyle="named")
    statements = _statements(staging.changes, database, dialect)
    texts = [f"{_text(statement, dialect)};" for statement in islice(statements, MOST)]
    if next(statements, None) is not None:
        texts.append("-- and more")
    return "\n\n".join(texts)


def _statements(
    changes: ChangeSet, database: Database, dialect: sa.Dialect
) -> Iterator[sa.sql.expression.UpdateBase]:
    try:
        inserts = [change for level in insert_levels(changes) for change in level]
    except RefusedError:  # records that wait for each other: saving refuses, reading need not
        inserts = [change for change in changes if change.action is Action.INSERT]
    updates = [change for change in changes if change.action is Action.UPDATE]
    for change in inserts:
        yield sa.insert(database.sa(change.ref.table)).values(_values(database, change, dialect)).inline()
    for change in updates:
        if change.fields:
            values = _values(database, change, dialect)
            statement = sa.update(database.sa(change.ref.table)).values(values)
            yield statement.where(*_is(database, change.ref, dialect))
    for change in (*inserts, *updates):
        yield from _links(database, change, dialect)
    deletes = [change for change in changes if change.action is Action.DELETE]
    for change in delete_order(deletes, database.schema):
        yield sa.delete(database.sa(change.ref.table)).where(*_is(database, change.ref, dialect))


def _values(database: Database, change: RecordChange, dialect: sa.Dialect) -> dict[sa.Column[Any], object]:
    found: dict[sa.Column[Any], object] = {}
    for name, value in change.values.items():
        column = column_of(database, change.ref.table, name)
        if value is DEFAULT and change.action is Action.INSERT:
            continue
        found[column] = (
            default_expression(database, change.ref.table, name)
            if value is DEFAULT
            else _bound(value, column, dialect)
        )
    return found


def _bound(value: object, column: sa.Column[Any], dialect: sa.Dialect) -> sa.ColumnElement[Any]:
    """The value in a form that can be written out, where there is one."""
    if isinstance(value, NewKey):
        return sa.literal_column(f":new_{value.number}")
    asked = sa.literal(value, column.type)
    if value is None or _written_out(asked, dialect):
        return asked
    process = column.type.bind_processor(dialect)  # what the driver is given: a plain number or text
    sent = process(value) if process is not None else value
    plain = sa.literal(sent, _PLAIN[type(sent)]) if type(sent) in _PLAIN else asked
    return plain if _written_out(plain, dialect) else asked


def _written_out(element: sa.ClauseElement, dialect: sa.Dialect) -> str | None:
    try:
        return str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    except _CANNOT_WRITE_OUT:
        return None


def _is(database: Database, ref: RecordRef, dialect: sa.Dialect) -> list[sa.ColumnElement[bool]]:
    assert not isinstance(ref.key, NewKey)
    columns = database.key_columns(ref.table)
    return [column == _bound(part, column, dialect) for column, part in zip(columns, ref.key, strict=True)]


def _links(
    database: Database, change: RecordChange, dialect: sa.Dialect
) -> Iterator[sa.sql.expression.UpdateBase]:
    for name, links in change.links.items():
        link = link_named(database, change, name)
        through = database.sa(link.through)
        here = _link_values(database, link.here, change.ref.key, dialect)
        for key in links.removed:
            row = {**here, **_link_values(database, link.there, key, dialect)}
            yield sa.delete(through).where(*(column == value for column, value in row.items()))
        for added in links.added:
            yield sa.insert(through).values({**here, **_link_values(database, link.there, added, dialect)})


def _link_values(
    database: Database, foreign_key: ForeignKey, key: Key | NewKey, dialect: sa.Dialect
) -> dict[sa.Column[Any], Any]:
    """The columns of the table in between, with the key they point to (a unique column: by its place)."""
    columns = [column_of(database, foreign_key.table, name) for name in foreign_key.columns]
    if isinstance(key, NewKey):
        return {column: _bound(key, column, dialect) for column in columns}
    names = database.table(foreign_key.target).key
    places = [names.index(name) if name in names else 0 for name in foreign_key.target_columns]
    return {
        column: _bound(key[place], column, dialect) for column, place in zip(columns, places, strict=True)
    }


def _text(statement: sa.sql.expression.UpdateBase, dialect: sa.Dialect) -> str:
    written = _written_out(statement, dialect)
    if written is not None:
        return written
    compiled = statement.compile(dialect=dialect)
    return str(compiled) + _listed(compiled.params.items())


def _listed(values: Iterable[tuple[str, object]]) -> str:
    return "".join(f"\n-- :{name} = {value!r}" for name, value in values)
