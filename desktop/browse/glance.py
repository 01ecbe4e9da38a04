"""Owns what is needed to show a table's first rows before SQLAlchemy is loaded; remembers and paints nothing.

A glance is made from a view while its database is open (``glance_of``), and read at the next start
(``read_glance``): the rows are always the file's own, of that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.browse.row_layout import RowLayout, Values
from desktop.browse.rows import Row
from desktop.connect.sqlite_file import look_into
from desktop.schema.stored_values import READERS

if TYPE_CHECKING:  # what this module is there to do without
    import sqlalchemy as sa

    from desktop.browse.view import View
    from desktop.schema.database import Database

ROWS = 100
"""More than any screen holds."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One view of one table of an SQLite file, ready to be read by the driver alone."""

    table: str
    statement: str
    parameters: tuple[str | int | float | None, ...]
    readers: tuple[str | None, ...]
    """For everything selected the name of its reader in ``READERS``; None where stored values are meant."""
    layout: RowLayout
    title: str
    """What the table is called on the screen."""
    word: str
    """What one of its records is called."""
    headings: tuple[str, ...]
    """Of the columns, then of the many-to-many relations, whose names are not read."""
    references: tuple[bool, ...]
    """For each column whether it is a foreign key."""
    widths: tuple[int, ...] = ()
    """Of the heads as they were last, in pixels."""
    count: int = 0
    """How many records there were."""


def read_glance(path: str, glance: Glance) -> list[Row]:
    """The first rows of the file as it is now, at most ROWS. Raises sqlite3.Error, KeyError and ValueError
    where the file or the glance is not what it was."""
    fetched = look_into(path, glance.statement, glance.parameters)
    if not fetched:
        return []
    columns: list[Values] = list(zip(*fetched, strict=True))
    read = zip(glance.readers, columns, strict=True)
    return glance.layout.rows([_read(reader, values) for reader, values in read])


def glance_of(database: Database, view: View) -> Glance | None:
    """How to read the view's first rows; None where that is not quick and plain: a server, a query, a filter,
    an order of its own, a value that only SQLAlchemy can read."""
    from desktop.browse.select import compile_view
    from desktop.schema.labels import column_heading, heading, record_word

    plain = not (view.is_filtered or view.sort or view.only_staged)
    if database.profile.backend != "sqlite" or database.table(view.table).is_view or not plain:
        return None
    statement, decoder = compile_view(database, view).page((), ROWS)
    dialect = database.engine.dialect
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    parameters = tuple(values[name] for name in compiled.positiontup or ())
    readers = [_reader(type_, dialect) for type_ in decoder.types]
    if "" in readers or not all(isinstance(value, str | int | float | None) for value in parameters):
        return None
    table = database.table(view.table)
    return Glance(
        str(view.table),
        str(compiled),
        parameters,
        tuple(readers),
        decoder.layout,
        title=heading(view.table.name),
        word=record_word(table),
        headings=tuple(column_heading(table, name) for name in view.columns)
        + tuple(map(heading, view.links)),
        references=tuple(table.foreign_key_on(name) is not None for name in view.columns),
    )


def _read(reader: str | None, values: Sequence[object]) -> Sequence[object]:
    return values if reader is None else list(map(READERS[reader], values))


def _reader(type_: sa.types.TypeEngine[object], dialect: sa.Dialect) -> str | None:
    """The name of what reads values of the type; empty where it has none."""
    from desktop.schema.labels import LabelText
    from desktop.schema.types_sqlite import Lossless

    if isinstance(type_, Lossless):
        return type_.read.__name__
    if isinstance(type_, LabelText):
        return "read_label"
    return None if type_.dialect_impl(dialect).result_processor(dialect, None) is None else ""
