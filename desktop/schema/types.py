"""Owns the lossless column types both backends share and PostgreSQL's; it knows no table and no connection.

Whatever is read through these types and written back unchanged leaves the stored value as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, UserDefinedType

from desktop.base.raw import RawText


class Bytea(TypeDecorator[bytes]):
    """PostgreSQL's bytes, which can also be written out in a statement."""

    impl = sa.LargeBinary
    cache_ok = True

    def literal_processor(self, dialect: sa.Dialect) -> Callable[[bytes], str]:
        return lambda value: f"'\\x{value.hex()}'"


class NamedType(UserDefinedType[str]):
    """A type of the database by its own name, only ever the target of a cast."""

    cache_ok = True

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def get_col_spec(self, **kw: object) -> str:
        return self.type_name


class AsText(TypeDecorator[str]):
    """A PostgreSQL type that travels as the server's own text form in both directions."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, type_name: str, orderable: bool = True) -> None:
        super().__init__()
        self.type_name = type_name
        self.orderable = orderable
        """Whether the server can compare and sort values of the type as they are."""

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return sa.cast(column, sa.Text)

    def bind_expression(self, bindparam: sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
        return sa.cast(bindparam, NamedType(self.type_name))

    def process_bind_param(self, value: object, dialect: sa.Dialect) -> Any:
        return value.bind if isinstance(value, RawText) else value


class CastText(TypeDecorator[str]):
    """A PostgreSQL type that the driver reads as str anyway, cast when written: enums and char(n).

    SQLAlchemy's own Enum would refuse a label that was added to the type after it was reflected, and
    a char(n) compared with a varchar does not match its own padding.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, type_name: str) -> None:
        super().__init__()
        self.type_name = type_name

    def bind_expression(self, bindparam: sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
        return sa.cast(bindparam, NamedType(self.type_name))


class Tolerant(TypeDecorator[Any]):
    """A native PostgreSQL type whose values may also arrive as RawText (infinity, BC dates, 24:00)."""

    impl: Any = sa.types.NullType
    cache_ok = True

    def __init__(self, native: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.native = native
        self.impl = native

    def process_bind_param(self, value: object, dialect: sa.Dialect) -> Any:
        return value.bind if isinstance(value, RawText) else value


class Real(TypeDecorator[float]):
    """PostgreSQL ``real``: the cast makes a value equal to itself again (0.1 as double is another number)."""

    impl = sa.REAL
    cache_ok = True

    def bind_expression(self, bindparam: sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
        return sa.cast(bindparam, sa.REAL)


def is_orderable(column: sa.ColumnElement[Any]) -> bool:
    """Whether the database can sort and compare by the column itself; else cast it to text first."""
    return not isinstance(column.type, AsText) or column.type.orderable
