"""Owns the frozen description of a database's tables; knows neither SQLAlchemy nor a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from desktop.base.keys import TableName

if TYPE_CHECKING:
    from desktop.schema.check_rules import OrderRule, ValueRule


class Kind(Enum):
    """What a value is to the person; decides parsing, showing, editor and alignment."""

    TEXT = "text"
    LONG_TEXT = "long text"
    INTEGER = "whole number"
    DECIMAL = "decimal number"
    FLOAT = "number"
    BOOLEAN = "yes/no"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "date and time"
    TIMESTAMP_TZ = "date and time with zone"
    CHOICE = "choice"
    JSON = "JSON"
    UUID = "UUID"
    BYTES = "binary"
    INTERVAL = "length of time"
    ARRAY = "list"
    RANGE = "range"
    NETWORK = "network address"
    """These four, too, travel as the database's own text form; what is typed is checked and made it."""
    OTHER = "other"
    """Anything else, as the database's own text form (multiranges, geometry, search vectors...)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the form, the grid and the rules need it."""

    name: str
    kind: Kind
    type_name: str
    """The database's own name of the type, for hints and casts."""
    nullable: bool = True
    has_default: bool = False
    default_text: str = ""
    """The default as the database writes it; empty where there is none."""
    generated: bool = False
    """Computed by the database: never sent."""
    identity: bool = False
    """Numbered by the database when left out (serial, identity, INTEGER PRIMARY KEY)."""
    length: int | None = None
    """Most characters allowed."""
    padded: bool = False
    """The type fills up with blanks to that length, and takes no notice of them."""
    precision: int | None = None
    scale: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    """Inclusive range of an integer type."""
    choices: tuple[str, ...] = ()
    """Allowed values of an enum or of a simple CHECK (col IN (...))."""
    element: Column | None = None
    """What an array's entries and a range's bounds are; its name is empty."""
    comment: str = ""
    rules: tuple[ValueRule, ...] = ()
    """What simple CHECKs demand of a value here."""

    @property
    def required(self) -> bool:
        """The person must fill it in on a new record."""
        return not (self.nullable or self.has_default or self.identity or self.generated)

    @property
    def writable(self) -> bool:
        return not self.generated


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns here that point to a record elsewhere."""

    name: str
    table: TableName
    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    """NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT."""


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique constraint or a full unique index (partial and expression indexes are not listed)."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint: its own text and the columns that occur in it."""

    name: str
    text: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A many-to-many relation through a table that holds nothing but two foreign keys."""

    name: str
    """Its heading, unique within the table (e.g. ``tags``)."""
    through: TableName
    here: ForeignKey
    """The through table's key that points to the record at hand."""
    there: ForeignKey
    """The through table's key that points to the linked record."""


@dataclass(frozen=True, slots=True)
class Marker:
    """How a table soft-deletes: set ``column`` (a timestamp to now, a flag to true), and back to restore."""

    column: str
    by_column: str | None = None
    """Filled with who deleted, where the table has such a column of text kind."""


@dataclass(frozen=True, slots=True)
class Label:
    """How a record is named: these parts together; a foreign key is the name of what it points to."""

    parts: tuple[str | tuple[str, ...], ...]
    """Each a column of the table, or the way to one elsewhere: foreign keys to follow, then a column."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's own columns that are read for it."""
        return tuple(dict.fromkeys(part if isinstance(part, str) else part[0] for part in self.parts))

    @property
    def is_own(self) -> bool:
        """Whether the parts are the table's own columns, so that a record's fields tell its name."""
        return all(isinstance(part, str) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view, complete; ``key`` is empty where records cannot be told apart."""

    name: TableName
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    key_is_rowid: bool = False
    """SQLite table without a primary key: ``key`` is ("rowid",), which is not among ``columns``."""
    row_number: str = ""
    """The name of SQLite's number for each row, by which rows lie on disk; empty where there is none."""
    is_view: bool = False
    read_only_reason: str = ""
    """Why records here cannot be changed, as a sentence; empty where they can."""
    uniques: tuple[Unique, ...] = ()
    checks: tuple[Check, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    links: tuple[Link, ...] = ()
    marker: Marker | None = None
    label: Label = Label(())
    orders: tuple[OrderRule, ...] = ()
    """What simple CHECKs demand of two fields of a record."""
    comment: str = ""
    unreadable: tuple[str, ...] = ()
    """Columns that the person may not read; they are not among ``columns``."""
    lockable: bool = True
    """The person may lock records here, where the database locks records: PostgreSQL asks for UPDATE."""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def foreign_key_on(self, column: str) -> ForeignKey | None:
        """The foreign key whose record is shown in that column, where there is one.

        A key of several columns is shown in the last of them that no key of one column has.
        """
        alone = self._foreign_key_alone(column)
        if alone is not None:
            return alone
        return next((fk for fk in self.foreign_keys if self.shown_in(fk) == column), None)

    def foreign_key_with(self, column: str) -> ForeignKey | None:
        """The foreign key that is edited when the column is: its own, else one it is a part of."""
        alone = self.foreign_key_on(column)
        if alone is not None:
            return alone
        return next((fk for fk in self.foreign_keys if column in fk.columns and self.shown_in(fk)), None)

    def is_partner(self, column: str) -> bool:
        """Whether the column is part of a foreign key that another column shows."""
        return self.foreign_key_on(column) is None and self.foreign_key_with(column) is not None

    def shown_in(self, key: ForeignKey) -> str | None:
        """The column that shows the record a foreign key points to; None where each shows another's."""
        free = [c for c in key.columns if len(key.columns) == 1 or self._foreign_key_alone(c) is None]
        return free[-1] if free else None

    @property
    def joint(self) -> str:
        """What stands between the parts of a record's name: nothing much in one that is all text."""
        texts = (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE)
        kinds = {column.name: column.kind for column in self.columns}
        plain = all(
            isinstance(part, str) and kinds.get(part) in texts and self.foreign_key_on(part) is None
            for part in self.label.parts
        )
        return " " if plain else " · "

    def _foreign_key_alone(self, column: str) -> ForeignKey | None:
        return next((fk for fk in self.foreign_keys if fk.columns == (column,)), None)


@dataclass(frozen=True, slots=True)
class Broken:
    """A table or view that could not be read; listed with the reason, never hiding the others."""

    name: TableName
    reason: str


@dataclass(frozen=True, slots=True)
class Schema:
    """All that was found in one database."""

    tables: Mapping[TableName, Table]
    broken: tuple[Broken, ...] = ()
    incoming: Mapping[TableName, tuple[ForeignKey, ...]] = field(default_factory=dict)
    """For each table, the foreign keys elsewhere (or in itself) that point to it."""
