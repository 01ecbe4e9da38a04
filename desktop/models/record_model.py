"""Owns the Qt table model over one view; answers from what is loaded and never runs a query itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.base.keys import Key, RecordRef
from desktop.browse.fetch import BLOCK
from desktop.browse.rows import Row
from desktop.browse.view import View
from desktop.models.cell_edits import edit_for, step_name
from desktop.models.cells import BLANK_CELL, LOADING_CELL, Cell, CellRole, cell_tip
from desktop.models.columns import ViewColumns
from desktop.models.connection import Changed, Connection
from desktop.models.overlay import Overlay
from desktop.models.pages import Pages
from desktop.models.staged_rows import StagedRows
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
_READABLE = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _READABLE | Qt.ItemFlag.ItemIsEditable
_EDIT = int(Qt.ItemDataRole.EditRole)


class RecordModel(QAbstractTableModel):
    """The rows of one view, read by block when they come into sight, with what is staged laid over them."""

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
    shrinking = Signal()
    """Rows are about to be removed, and Qt to deselect them: no person has."""

    def __init__(self, connection: Connection, view: View, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.connection = connection
        self.columns = ViewColumns(connection.database, view, connection.locale)
        """Headings and cells of the view that is shown."""
        self.overlay = Overlay(connection.workbench, connection.database.profile.read_only)
        self.rows = StagedRows(self)
        """Which record stands in which row: those read, then the new ones staged."""
        self.pages = Pages(connection, view, self.rows, self)
        """What is loaded; the grid tells it what is on the screen."""
        self.pages.counted.connect(self.counted)
        self.pages.refused.connect(self.refused)
        self.pages.loaded.connect(self.loaded)
        self.pages.loaded.connect(self.rows.kept.look)
        self.pages.loaded.connect(self.rows.let_go)
        self.pages.found.connect(self.found)
        self.pages.found.connect(self.rows.let_go)  # whoever stood there stands elsewhere now
        self.pages.reordered.connect(self.reordered)
        connection.changed.connect(self._on_changed)
        connection.workbench.changed.connect(self._on_staged)
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
        return self.rows.row_at(row)

    def key_at(self, row: int) -> Key | None:
        """The key at that position; None while it is not loaded or where the table has none."""
        found = self.row_at(row)
        return found.key if found is not None and found.key else None

    def ref_at(self, row: int) -> RecordRef | None:
        """The record in that row, stored or new; None while it is not loaded or where it has no key."""
        return self.rows.ref_at(row)

    def column_at(self, section: int) -> Column | str:
        """The column at that section, or the name of the many-to-many relation."""
        return self.columns.at(section)

    def section_of(self, name: str) -> int:
        """The section of a column or relation; -1 where it is not shown."""
        return self.columns.section_of(name)

    def cell_at(self, row: int, section: int) -> Cell:
        """The cell, from what is staged and loaded; asks for its block where that is missing."""
        if row >= self.rows.read:
            ref = self.rows.extra[row - self.rows.read]
            cell = self.overlay.cell(self.columns, ref, self.rows.row_at(row), section)
            aside = self.rows.aside(ref)
            return replace(cell, aside=aside) if aside else cell
        found = self.pages.row(row)
        if found is None:
            return BLANK_CELL if self.pages.cache.fresh(row // BLOCK) else LOADING_CELL
        found = self.rows.as_saved(found)
        if self.overlay.idle or not found.key:
            return self.columns.cell(found, section)
        ref = RecordRef(self.table.name, found.key)
        cell = self.overlay.cell(self.columns, ref, found, section)
        aside = self.rows.asides.among_read(ref, found)
        return replace(cell, aside=aside) if aside else cell

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
        if self.rows.total:
            self.rows.rows_read(0, self.rows.total - 1)

    def close(self) -> None:
        """Stop all reading; the model shows what it has."""
        self.pages.stop()
        self.rows.kept.stop()
        self.connection.changed.disconnect(self._on_changed)
        self.connection.workbench.changed.disconnect(self._on_staged)

    # Qt's questions

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self.rows.total

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        if role == _EDIT and index.isValid():
            ref, found = self.ref_at(index.row()), self.row_at(index.row())
            return self.overlay.value(self.columns, ref, found, index.column()) if ref else None
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

    def setData(self, index: Index, value: object, role: int = _EDIT) -> bool:
        """Stage a value (see ``edit_for``); False where the cell cannot be edited."""
        if role != _EDIT or not index.isValid():
            return False
        edit = edit_for(self, index.row(), index.column(), value)
        if edit is not None:
            self.connection.workbench.edit(step_name(self, index.column()), [edit])
        return edit is not None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        # Asked for every cell painted: constants, as making flags anew takes longer than the answer.
        section, found = index.column(), self.row_at(index.row())
        if found is not None and found.key and self.overlay.idle:
            editable = self.overlay.editable_as_read(self.columns, found, section)
        else:
            ref = self.ref_at(index.row())
            editable = ref is not None and self.overlay.editable(self.columns, ref, found, section)
        return _EDITABLE if editable else _READABLE

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

    # what others tell

    def _on_changed(self, changed: Changed) -> None:
        if changed.tables & self.columns.tables:
            self.rows.saved(changed)
            self.refresh()

    def _on_staged(self, refs: frozenset[RecordRef] | None) -> None:
        self.rows.staged(refs)
