"""Owns the Qt table model over one view; answers from what is loaded and never runs a query itself."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.base.keys import Key
from desktop.browse.rows import Row
from desktop.browse.view import View
from desktop.models.cells import BLANK_CELL, LOADING_CELL, Cell, CellRole, cell_tip
from desktop.models.columns import ViewColumns
from desktop.models.connection import Changed, Connection
from desktop.models.pages import Pages
from desktop.schema.describe import Column, Table

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_DESCRIPTION = int(Qt.ItemDataRole.AccessibleDescriptionRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_ROLES = frozenset({_DISPLAY, _SPOKEN, _DESCRIPTION, _TIP, _ALIGNMENT, *map(int, CellRole)})
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROOT = QModelIndex()


class RecordModel(QAbstractTableModel):
    """The rows of one view: shown as they arrive, read by block when they come into sight."""

    counted = Signal(object)
    """How many rows there are (an int), each time it is known better; see ``exact``."""
    refused = Signal(object)
    """A Refusal: a filter that cannot be understood (``fields`` names the column), a lost connection..."""
    loaded = Signal()
    """The first rows of a new view, or of a refresh, are here."""
    found = Signal(object)
    """The answer to ``locate``: a row number, or None where the view does not show that record."""
    reordered = Signal()
    """Records stand in other places than before: whoever remembers positions must ask again."""

    def __init__(self, connection: Connection, view: View, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = connection
        self.columns = ViewColumns(connection.database, view, connection.locale)
        """Headings and cells of the view that is shown."""
        self._rows = 0
        self.pages = Pages(connection, view, self, self)
        """What is loaded; the grid tells it what is on the screen."""
        self.pages.counted.connect(self.counted)
        self.pages.refused.connect(self.refused)
        self.pages.loaded.connect(self.loaded)
        self.pages.found.connect(self.found)
        self.pages.reordered.connect(self.reordered)
        connection.changed.connect(self._on_changed)
        self.pages.ask(view)

    @property
    def view(self) -> View:
        """The view last asked for; until its first rows arrive those of ``shown_view`` stay."""
        return self.pages.asked or self.pages.shown

    @property
    def shown_view(self) -> View:
        """The view whose rows are shown."""
        return self.pages.shown

    @property
    def table(self) -> Table:
        return self.columns.table

    @property
    def count(self) -> int:
        """How many rows the view has, as well as is known; see ``exact``."""
        return self.pages.count

    @property
    def exact(self) -> bool:
        """Whether ``count`` was counted, not estimated."""
        return self.pages.exact

    def row_at(self, row: int) -> Row | None:
        """The row at that position, or None while it is not loaded; asks for nothing."""
        return self.pages.peek(row) if 0 <= row < self._rows else None

    def key_at(self, row: int) -> Key | None:
        """The key at that position; None while it is not loaded or where the table has none."""
        found = self.row_at(row)
        return found.key if found is not None and found.key else None

    def column_at(self, section: int) -> Column | str:
        """The column at that section, or the name of the many-to-many relation."""
        return self.columns.at(section)

    def section_of(self, name: str) -> int:
        """The section of a column or relation; -1 where it is not shown."""
        return self.columns.section_of(name)

    def cell_at(self, row: int, section: int) -> Cell:
        """The cell, from what is loaded; asks for its block where that is missing."""
        found = self.pages.row(row)
        if found is None:
            return LOADING_CELL if self.pages.awaited(row) else BLANK_CELL
        return self.columns.cell(found, section)

    def set_view(self, view: View) -> None:
        """Show another view; the present rows stay until the first ones of the new view are here.

        Where the view is refused (``refused``) they stay for good, and ``view`` falls back to theirs.
        """
        self.pages.ask(view)

    def refresh(self, keep_key: Key | None = None) -> None:
        """Read all again, without flicker; ``found`` then tells where ``keep_key`` stands now."""
        self.pages.refresh(keep_key)

    def locate(self, key: Key) -> None:
        """Ask for the row number of a record; ``found`` answers, at once where it is loaded."""
        self.pages.locate(key)

    def show_names(self, shown: bool) -> None:
        """Show foreign keys as the names of the records they point to, or as the values stored."""
        self.columns.names = shown
        if self._rows:
            self.rows_read(0, self._rows - 1)

    def close(self) -> None:
        """Stop all reading; the model shows what it has."""
        self.pages.stop()
        self.connection.changed.disconnect(self._on_changed)

    # Qt's questions

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        # Views ask for seven roles per cell: the unknown ones leave before anything is looked up.
        if role not in _ROLES or not index.isValid():
            return None
        cell = self.cell_at(index.row(), index.column())
        if role in (_DISPLAY, _SPOKEN):
            return cell.text
        if role == _ALIGNMENT:
            return _RIGHT if cell.right else _LEFT
        if role in (_TIP, _DESCRIPTION):
            return cell_tip(cell)
        return cell.answer(CellRole(role))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> object:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == _DISPLAY else None
        if not 0 <= section < len(self.columns):
            return None
        if role in (_DISPLAY, _SPOKEN):
            return self.columns.heading(section)
        if role == _TIP:
            return self.columns.tip(section)
        if role == _ALIGNMENT:
            return _RIGHT if self.columns.right(section) else _LEFT
        return None

    # what the pages tell

    def view_changing(self, view: View) -> None:
        self.beginResetModel()
        names = self.columns.names
        self.columns = ViewColumns(self.connection.database, view, self.connection.locale)
        self.columns.names = names

    def view_changed(self) -> None:
        self._rows = self.pages.rows
        self.endResetModel()

    def resized(self, rows: int) -> None:
        if rows > self._rows:
            self.beginInsertRows(_ROOT, self._rows, rows - 1)
            self._rows = rows
            self.endInsertRows()
        elif rows < self._rows:
            self.beginRemoveRows(_ROOT, rows, self._rows - 1)
            self._rows = rows
            self.endRemoveRows()

    def rows_read(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    def _on_changed(self, changed: Changed) -> None:
        if changed.tables & self.columns.tables:
            self.refresh()
