"""Owns turning the cells of an imported row into values: by kind, by rule, and names into keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal
from desktop.schema.database import Database
from desktop.schema.describe import Column, ForeignKey, Kind, Table
from desktop.schema.labels import column_heading
from desktop.schema.rules import check_value
from desktop.transfer.csv_source import CsvFile, CsvRow
from desktop.transfer.matching import ColumnMatch
from desktop.transfer.names import Found, match_names
from desktop.transfer.text import unprotect
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import PLAIN, Locale

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)


class BadRow(Exception):
    """A row that cannot be imported."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


Names: TypeAlias = Mapping[str, Mapping[str, Found]]
"""By column, then by the name as the file has it."""


class Converter:
    """Converts rows of one file; asks no database."""

    def __init__(
        self, table: Table, matches: Sequence[ColumnMatch], names: Names, width: int, locale: Locale = PLAIN
    ) -> None:
        self._table = table
        self._names = names
        self._width = width
        self._locale = locale
        self._columns = [
            (match.index, table.column(match.column)) for match in matches if match.column is not None
        ]

    def convert(self, row: CsvRow) -> dict[str, object]:
        """The values by column; an empty field that has a default is left out. BadRow where one is wrong."""
        if len(row.cells) != self._width:
            found = "is 1 field" if len(row.cells) == 1 else f"are {len(row.cells)} fields"
            sentence = f"There {found} here but {self._width} in the header."
            raise BadRow(Refusal(Reason.BAD_VALUE, sentence, table=self._table.name))
        values: dict[str, object] = {}
        for index, column in self._columns:
            cell = row.cells[index]
            if cell is None and not column.nullable and (column.has_default or column.identity):
                continue
            values[column.name] = self._value(cell, column)
            self._add_beside(values, cell, column)
        return values

    def _add_beside(self, values: dict[str, object], cell: str | None, column: Column) -> None:
        """A name in a foreign key of several columns says what all of them hold; the file's own go first."""
        found = None if cell is None else self._names.get(column.name, {}).get(unprotect(cell))
        given = {one.name for _, one in self._columns}
        if found is not None:
            values.update({name: value for name, value in found.beside.items() if name not in given})

    def _value(self, cell: str | None, column: Column) -> object:
        value = None if cell is None else self._parsed(unprotect(cell), column)
        title = column_heading(self._table, column.name)
        problem = check_value(column, value, title)
        if problem:
            reason = Reason.REQUIRED if value is None else Reason.BAD_VALUE
            raise self._bad(column, problem, reason)
        return value

    def _parsed(self, text: str, column: Column) -> object:
        found = self._names.get(column.name, {}).get(text)
        if found is not None:
            if found.problem:
                raise self._bad(column, found.problem, Reason.MISSING_PARENT)
            return found.value
        try:
            return kind_for(column).parse(text, column, self._locale)
        except BadValue as error:
            title = column_heading(self._table, column.name)
            raise self._bad(column, f"{title}: {error.sentence}", Reason.BAD_VALUE) from error

    def _bad(self, column: Column, sentence: str, reason: Reason) -> BadRow:
        return BadRow(Refusal(reason, sentence, table=self._table.name, fields=(column.name,)))


def find_names(
    database: Database,
    table: TableName,
    file: CsvFile,
    matches: Sequence[ColumnMatch],
    *,
    locale: Locale = PLAIN,
    token: CancelToken,
) -> Names:
    """Read the file once for the names in its foreign-key columns and look each up once.

    What reads as a key of the target is taken as one; all else must be the name of exactly one record.
    """
    described = database.table(table)
    wanted: dict[int, tuple[Column, ForeignKey, set[str]]] = {}
    for match in matches:
        foreign_key = described.foreign_key_on(match.column) if match.column else None
        if match.column and foreign_key and foreign_key.target in database.schema.tables:
            wanted[match.index] = (described.column(match.column), foreign_key, set())
    if not wanted:
        return {}
    for row in file.rows():
        token.check()
        for index, (_, _, texts) in wanted.items():
            cell = row.cells[index] if index < len(row.cells) else None
            if cell is not None:
                texts.add(unprotect(cell))
    return {
        column.name: _found(database, column, foreign_key, texts, locale, token)
        for column, foreign_key, texts in wanted.values()
    }


def _found(
    database: Database,
    column: Column,
    foreign_key: ForeignKey,
    texts: set[str],
    locale: Locale,
    token: CancelToken,
) -> dict[str, Found]:
    names = sorted(text for text in texts if not _is_key(text, column, locale))
    return match_names(database, foreign_key, column.name, names, locale=locale, token=token)


def _is_key(text: str, column: Column, locale: Locale) -> bool:
    """Text can be both a key and a name: then the table must tell."""
    if column.kind in _TEXTS:
        return not text
    try:
        kind_for(column).parse(text, column, locale)
    except BadValue:
        return False
    return True
