"""Owns inserting rows with numbers that the database always gives itself (GENERATED ALWAYS AS IDENTITY).

That is how a deleted record is put back under its own key. It must be used for nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from desktop.base.keys import TableName
from desktop.edit.changes import RecordChange
from desktop.schema.database import Database
from desktop.schema.mapping import attribute
from desktop.values.special import DEFAULT


class _Insisting(sa.Select[Any]):
    """The values of a row, numbers included."""

    inherit_cache = True


@compiles(_Insisting)
def _compile(element: _Insisting, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.visit_select(element, **options)  # type: ignore[no-untyped-call]
    return f"OVERRIDING SYSTEM VALUE {text}"


def insists(database: Database, table: TableName, changes: Sequence[RecordChange]) -> bool:
    """Whether any of these new records brings a number that the database would give itself."""
    always = [column.name for column in database.table(table).columns if column.identity and column.generated]
    return any(change.values.get(name, DEFAULT) is not DEFAULT for change in changes for name in always)


def insert_insisting(session: Session, database: Database, table: TableName, record: object) -> None:
    """Insert what stands in a mapped object, which the Session itself cannot: it knows no OVERRIDING."""
    columns = database.sa(table).c
    names = {attribute(type(record), column.name): column for column in columns}
    sent = {column: record.__dict__[name] for name, column in names.items() if name in record.__dict__}
    values: list[Any] = [
        value if isinstance(value, sa.ClauseElement) else sa.bindparam(None, value, type_=column.type)
        for column, value in sent.items()
    ]
    row: _Insisting = _Insisting(*values)
    statement = sa.insert(database.sa(table)).from_select(list(sent), row, include_defaults=False)
    session.connection().execute(statement)
