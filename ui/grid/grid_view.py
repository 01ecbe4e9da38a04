"""Owns the grid of one view: keys, mouse, copying and what is told to the window; opens nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop.models.pages import rows_that_fit
from desktop.models.record_model import RecordModel
from desktop.models.view_changes import toggle_sort
from desktop.schema.labels import heading
from ui.grid.column_widths import ColumnWidths
from ui.grid.copying import GridCopying
from ui.grid.edit_delegate import EditDelegate
from ui.grid.editing import GridEditing
from ui.grid.filter_row import FilterRow
from ui.grid.grid_keys import GridKeys
from ui.grid.grid_selection import GridSelection
from ui.grid.header import GridHeader
from ui.grid.pasting import GridPasting
from ui.grid.records import GridRecords
from ui.grid.rows_view import RowsView
from ui.grid.several import reference_at
from ui.grid.steps import GridSteps

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_FLAGS = QItemSelectionModel.SelectionFlag


class GridView(RowsView):
    """Rows of one RecordModel, selected whole, with a current cell."""

    activated_record = Signal(object)
    """The key of the record to open in its form, a NewKey where it is staged: Shift+Enter; Enter or a
    double-click on a cell that cannot be edited in place."""
    selection_changed = Signal()
    context_menu_wanted = Signal(QPoint)
    """Over the rows, at this global position."""
    header_menu_wanted = Signal(str, QPoint)
    """Over a column head: its name, global position."""
    delete_wanted = Signal()
    """The selected records are to be deleted at once."""
    typed = Signal(str)
    """Somebody typed into the rows: the window may start a search with it."""
    refused = Signal(object)
    """A Refusal of copying."""
    reference_wanted = Signal(object)
    """The RecordRef that a cell names is to be opened."""
    scrolled = Signal()
    """Other rows are on the screen than before."""

    def __init__(self, model: RecordModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._span = (-1, -1)
        self._delegate = EditDelegate(self._everything, self)
        self.setModel(model)
        self.selected = GridSelection(model, self.selectionModel(), self)
        self.editing = GridEditing(self, model, self.selected, self._delegate)
        """What can be done to cells."""
        self.steps = GridSteps(self, model)
        """Where Enter and Tab go."""
        self.records = GridRecords(self, model, self.selected)
        """What can be done to whole records."""
        self.copying = GridCopying(self, model, self.selected)
        self.pasting = GridPasting(self, model, self.selected, self.records)
        self._keys = GridKeys(self._handlers())
        self._header = GridHeader(model, self)
        self._set_up()
        self.widths = ColumnWidths(model, self._header, self._delegate)
        self.setAccessibleName(heading(model.table.name.name))
        self.selected.changed.connect(self._on_selection)
        for moved in (model.loaded, model.dataChanged, self.scrolled):  # queued: a paint may have said it
            moved.connect(self._widen, Qt.ConnectionType.QueuedConnection)
        self._header.sort_wanted.connect(self._sort)
        self._header.menu_wanted.connect(self.header_menu_wanted)
        self._delegate.left.connect(self.steps.go_on)
        self.editing.refused.connect(self.refused)
        self.copying.refused.connect(self.refused)
        self.pasting.refused.connect(self.refused)
        self.editing.dialog_wanted.connect(self.activate)
        self.steps.past_end.connect(self.records.new)
        self.records.refused.connect(self.refused)
        self.records.too_many.connect(self.delete_wanted)
        self.filter_row.left.connect(self.setFocus)
        self.filter_row.entered.connect(self._show_column)
        self.horizontalScrollBar().valueChanged.connect(self._header.place_filters)
        # Qt lays out later, in the middle of painting, and then paints all of it once more.
        for more in (model.modelReset, model.rowsInserted):
            more.connect(self.executeDelayedItemsLayout)

    @property
    def filter_row(self) -> FilterRow:
        return self._header.filter_row

    @property
    def record_model(self) -> RecordModel:
        return self._model

    @property
    def visible_rows(self) -> tuple[int, int]:
        """First and last row on the screen; (-1, -1) where there are none."""
        rows = self._model.rowCount()
        if not rows:
            return -1, -1
        last = self.rowAt(self.viewport().height() - 1)
        return max(self.rowAt(0), 0), last if last >= 0 else rows - 1

    def show_filters(self, shown: bool) -> None:
        """Show or hide the filter row."""
        self._header.show_filters(shown)
        self.updateGeometries()

    def show_row(self, row: int, section: int = -1, *, select: bool = True, scroll: bool = True) -> None:
        """Make this row the current and only selected one (else what is selected stays so), and bring it into
        sight; the section stays where none is given."""
        column = section if section >= 0 else max(self.currentIndex().column(), 0)
        index = self._model.index(row, column)
        only = _FLAGS.ClearAndSelect | _FLAGS.Rows | _FLAGS.Current
        self.setAutoScroll(scroll)
        self.selectionModel().setCurrentIndex(index, only if select else _FLAGS.NoUpdate)
        self.setAutoScroll(True)
        if scroll:
            self.scrollTo(index)

    def selectAll(self) -> None:
        """All that match the filter, by a flag; never a selection of a million rows."""
        self.selected.select_everything()

    def copy(self, *, header: bool = False) -> None:
        """Put the selected records on the clipboard; the current cell where none is selected."""
        self.copying.copy(header=header)

    def activate(self) -> None:
        """Ask for the current record to be opened in its form."""
        ref = self.records.current
        if ref is not None:
            self.activated_record.emit(ref.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Delete and not event.modifiers() and self.selected.size:
            self.delete_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape and self.selected.everything:
            self.selected.clear()
        elif self._keys.press(event) or self.editing.key(event):
            pass  # done by it
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Whatever moves the current cell takes what stands in the open editor; Qt would close it half."""
        self._delegate.commit()
        super().currentChanged(current, previous)

    def selectionCommand(
        self, index: Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Ctrl+Home and Ctrl+End take the selection along, as other moves do; Qt leaves it behind."""
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            return (_FLAGS.SelectCurrent if shift else _FLAGS.ClearAndSelect) | _FLAGS.Rows
        return super().selectionCommand(index, event)

    def keyboardSearch(self, search: str) -> None:
        """Qt would ask every row of the model for its text; the database searches better."""
        if search.strip():
            self.typed.emit(search)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ctrl+click on a name opens the record it is the name of; anywhere else it selects."""
        at = self.indexAt(event.position().toPoint())
        only_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.button() == Qt.MouseButton.LeftButton and only_control and at.isValid():
            named = reference_at(self._model, at.row(), at.column())
            if named is not None:
                self.reference_wanted.emit(named)
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.editing.begin()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(rect.bottomLeft())
        self.context_menu_wanted.emit(place)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._delegate.forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        span = self.visible_rows
        if span[0] >= 0:
            self._model.pages.show_rows(*span)
        ground = self.viewport().palette().brush(self.viewport().backgroundRole())
        with QPainter(self.viewport()) as painter:
            painter.fillRect(event.rect(), ground)
        super().paintEvent(event)
        if span != self._span:
            self._span = span
            self.scrolled.emit()

    def _set_up(self) -> None:
        self.setHorizontalHeader(self._header)
        self.setItemDelegate(self._delegate)
        # Qt then moves what is painted when it scrolls, instead of painting all of it again. A style sheet
        # keeps Qt from seeing that the ground is covered: ``paintEvent`` covers it.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        # Typing opens an editor where a cell can be edited, and searches elsewhere. F2 is an action.
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed)
        self._model.pages.most_rows = rows_that_fit(self.verticalHeader().defaultSectionSize())

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """What the keys of actions do here; the window's own actions come first where they reach."""
        cells, records, copying, pasting = self.editing, self.records, self.copying, self.pasting
        return {
            "cell.edit": cells.begin,
            "cell.null": cells.set_null,
            "cell.empty": cells.set_empty,
            "cell.default": cells.set_default,
            "cell.fill_down": cells.fill_down,
            "cell.from_above": cells.from_above,
            "cell.today": cells.today,
            "cell.now": cells.now,
            "edit.copy_headers": partial(copying.copy, header=True),
            "edit.copy_cells": copying.copy_cells,
            "edit.paste": pasting.paste,
            "edit.paste_new": pasting.paste_new,
            "record.new": records.new,
            "record.edit": self.activate,
            "record.duplicate": records.duplicate,
            "record.delete": records.delete,
        }

    def _everything(self) -> bool:
        return self.selected.everything

    def _on_selection(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()

    def _show_column(self, name: str) -> None:
        """Scroll sideways until the whole column is in sight, as far as there is room for it."""
        if not name:
            return
        section, bar = self._model.section_of(name), self.horizontalScrollBar()
        left, width = self._header.sectionPosition(section), self._header.sectionSize(section)
        farthest = max(left + width - self.viewport().width(), 0)
        bar.setValue(min(max(bar.value(), farthest), left))

    def _widen(self) -> None:
        first, last = self.visible_rows
        found = map(self._model.pages.row, range(max(first, 0), last + 1))
        self.widths.widen([row for row in found if row is not None])

    def _sort(self, column: str, add: bool) -> None:
        self.editing.commit()
        self._model.set_view(toggle_sort(self._model.view, column, add=add))
        self._header.viewport().update()
