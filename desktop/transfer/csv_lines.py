"""Owns CSV by lines: SQLite joins each row to one value, this module finishes and passes them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.reading import reading
from desktop.browse.same_state import reading_same_state
from desktop.browse.stream import Pace, WantedRows
from desktop.schema.labels import LabelText
from desktop.transfer.csv_file import CsvWriter
from desktop.transfer.csv_finish import END, Convert, Finisher, UnclearError
from desktop.transfer.line_pages import come_in_pages, is_too_long, pages
from desktop.transfer.sqlite_cells import cell, line

_BYTES = 262_144
"""Lines are finished when there are about so many bytes of them."""
_READERS = 2
"""Connections that read pages at the same time, where there is more than one processor: with two, on two
processors, SQLite's part of the work took 0.62 of the time. More would only take from the window."""


@dataclass(frozen=True, eq=False)
class LinesRun:
    """One export by lines."""

    wanted: WantedRows
    names: tuple[str, ...]
    """Foreign keys written as names."""

    def write(
        self,
        writer: CsvWriter,
        *,
        token: CancelToken,
        total: int | None,
        progress: Progress,
    ) -> int:
        """Write every row; how many they are. UnclearError where a line does not tell what is stored."""
        finisher = self._finisher(writer)
        done = 0
        for rows, lines in self._lines(token):
            token.check()
            writer.append(finisher.finish(lines, rows))
            done += rows
            progress(done, total)
        return done

    def _select(self, *, as_bytes: bool) -> sa.Select[Any]:
        """Every row as one line."""
        compiled = self.wanted.compiled
        labels = {name: compiled.names[name].label for name in self.names}
        computed = compiled.table.is_view
        cells = [
            cell(c, compiled.base.c[c.name], labels.get(c.name), computed=computed) for c in compiled.columns
        ]
        text = line(cells)
        written = sa.cast(text, sa.LargeBinary) if as_bytes else text
        return compiled.written([written.label("line")], self.names, self.wanted.where)

    def _lines(self, token: CancelToken) -> Iterator[tuple[int, bytes]]:
        wanted = self.wanted
        database = wanted.compiled.database
        if come_in_pages(wanted.compiled) and not wanted.where:
            with reading_same_state(database, token, 1 + _READERS) as connections:
                yield from pages(connections, wanted.compiled, self._select(as_bytes=False))
        else:
            with reading(database, token, snapshot=True) as connection:
                try:
                    yield from self._one_by_one(connection)
                except sa.exc.DBAPIError as error:
                    if is_too_long(error):
                        raise UnclearError from error
                    raise

    def _one_by_one(self, connection: sa.Connection) -> Iterator[tuple[int, bytes]]:
        held: list[bytes] = []
        size = 0
        pace = Pace(self.wanted.chunk, (0,))
        with connection.execute(self._select(as_bytes=True)) as result:
            while rows := result.fetchmany(pace.rows):
                pace.saw(rows)
                held += (line for (line,) in rows)
                size += sum(len(line) for (line,) in rows)
                if size >= _BYTES:
                    yield len(held), END.join(held)
                    held, size = [], 0
        if held:
            yield len(held), END.join(held)

    def _finisher(self, writer: CsvWriter) -> Finisher:
        dialect = self.wanted.compiled.database.engine.dialect
        label = _converter(LabelText(), dialect, writer)
        base = self.wanted.compiled.base
        values = [_converter(base.c[c.name].type, dialect, writer) for c in self.wanted.compiled.columns]
        return Finisher(values, [label] * len(values), writer.delimiter)


def _converter(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect, writer: CsvWriter) -> Convert:
    """From a stored value to a cell, by the very steps a cursor's values take."""
    read: Callable[[Any], object] | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return writer.cell if read is None else lambda stored: writer.cell(read(stored))
