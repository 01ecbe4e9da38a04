"""Owns what the columns of a view are called and how their cells are made; no Qt model, no query."""

from __future__ import annotations

from desktop.base.keys import TableName
from desktop.browse.rows import Row
from desktop.browse.view import View
from desktop.models.cells import Cell, ColumnCells, chips_cell, column_cells
from desktop.schema.database import Database
from desktop.schema.describe import Column, Link, Table
from desktop.schema.labels import column_heading, heading, label_tables
from desktop.values.locale import Locale

_KEPT = 500
"""Rows whose cells are kept: some screens full."""


class ViewColumns:
    """The columns and many-to-many relations of one view, by section."""

    def __init__(self, database: Database, view: View, locale: Locale) -> None:
        self.locale = locale
        self.database = database
        self.table: Table = database.table(view.table)
        self._cells: list[ColumnCells] = [column_cells(self.table, name, locale) for name in view.columns]
        links = {link.name: link for link in self.table.links}
        self._links: list[Link] = [links[name] for name in view.links]
        self._names = True
        self._made: dict[int, tuple[Row, dict[int, Cell]]] = {}
        self.tables = _tables_of(database, self.table, view)
        """Every table whose change can be seen in this view."""

    def __len__(self) -> int:
        return len(self._cells) + len(self._links)

    @property
    def names(self) -> bool:
        """Whether foreign keys are shown as the names of the records they point to."""
        return self._names

    @names.setter
    def names(self, shown: bool) -> None:
        self._names = shown
        self._made.clear()

    def of_view(self, view: View, database: Database) -> ViewColumns:
        """Those of another view, references shown as here."""
        columns = ViewColumns(database, view, self.locale)
        columns.names = self.names
        return columns

    def at(self, section: int) -> Column | str:
        """The column, or the relation's name; IndexError past the end."""
        if section < len(self._cells):
            return self._cells[section].column
        return self._links[section - len(self._cells)].name

    def section_of(self, name: str) -> int:
        """The section of a column or relation; -1 where it is not shown."""
        names = [cells.column.name for cells in self._cells] + [link.name for link in self._links]
        return names.index(name) if name in names else -1

    def maker(self, section: int) -> ColumnCells | None:
        """What makes the cells of a column; None for a many-to-many relation."""
        return self._cells[section] if section < len(self._cells) else None

    def link(self, section: int) -> Link:
        """The many-to-many relation shown there."""
        return self._links[section - len(self._cells)]

    def cell(self, row: Row, section: int) -> Cell:
        """The cell of a row. Made once while the row is on the screen: rows and cells never change, and a
        grid asks for the same ones at every painting."""
        made = self._made.get(id(row))
        if made is None or made[0] is not row:
            if len(self._made) >= _KEPT:
                self._made.clear()
            made = self._made[id(row)] = row, {}
        cell = made[1].get(section)
        if cell is None:
            cell = made[1][section] = self._make(row, section)
        return cell

    def _make(self, row: Row, section: int) -> Cell:
        if section < len(self._cells):
            return self._cells[section].cell(row, section, self._names)
        return chips_cell(row, section - len(self._cells))

    def values(self, row: Row) -> dict[str, object]:
        """What was read of a record, by column."""
        return {maker.column.name: value for maker, value in zip(self._cells, row.values, strict=True)}

    def right(self, section: int) -> bool:
        """Whether the column is set right."""
        return section < len(self._cells) and self._cells[section].right

    def heading(self, section: int) -> str:
        """What the column is called on the screen."""
        if section >= len(self._cells):
            return heading(self._links[section - len(self._cells)].name)
        return column_heading(self.table, self._cells[section].column.name)

    def tip(self, section: int) -> str:
        """The column's own name, type and comment."""
        if section >= len(self._cells):
            link = self._links[section - len(self._cells)]
            return f"{link.there.target} through {link.through}"
        column = self._cells[section].column
        parts = [f"{column.name} · {column.type_name}"]
        key = self.table.foreign_key_on(column.name)
        if key is not None:
            parts.append(f"refers to {key.target}")
        if column.comment:
            parts.append(column.comment)
        return "\n".join(parts)


def _tables_of(database: Database, table: Table, view: View) -> frozenset[TableName]:
    found = {table.name}
    for name in view.columns:
        key = table.foreign_key_on(name)
        if key is not None:
            found |= label_tables(database, key.target)
    for link in table.links:
        if link.name in view.links:
            found |= {link.through} | label_tables(database, link.there.target)
    return frozenset(found)
