"""Owns the editor that is open in a cell: made, filled, staged; knows no action and no selection."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.models.changed import Changed
from desktop.models.record_model import RecordModel
from desktop.schema.describe import Column
from ui.grid.cell_delegate import CellDelegate, Index

if TYPE_CHECKING:  # the first rows on the screen wait for no editor
    from ui.editors.base import Editor
    from ui.grid.open_cell import OpenCell

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_STAYS = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Reasons for which the focus comes back: a list or a menu opens, another program is in front."""


class EditDelegate(CellDelegate):
    """Edits cells of a RecordModel; what is entered is staged, never written to the database."""

    opened = Signal()
    """An editor was opened or closed."""
    left = Signal(object)
    """The editor was closed by a key: (rows down, columns right) to go from there."""

    def __init__(self, everything: Callable[[], bool], view: QAbstractItemView) -> None:
        super().__init__(everything, view)
        self._view = view
        self._open: OpenCell | None = None

    @property
    def editor(self) -> Editor | None:
        """The editor that is open."""
        return self._open.editor if self._open is not None else None

    def commit(self) -> None:
        """Stage what stands in the open editor, and close it."""
        if self._open is not None:
            self._close(write=True)

    def go_to_end(self) -> None:
        """Nobody has typed yet: a long text is to be gone on with, not replaced."""
        if self._open is not None:
            self._open.go_to_end()

    def take_saved(self, changed: Changed) -> None:
        """The record being edited may be one of those saved, and be called otherwise now."""
        if self._open is not None:
            self._open.take_saved(changed)

    def rows_going(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Where the record being edited stands in one of them, what stands in the editor is staged."""
        if self._open is not None and any(map(self.still_at, range(first, last + 1))):
            self.commit()

    def still_at(self, row: int) -> bool:
        """Whether the record being edited stands in that row; True where nothing is edited."""
        return self._open is None or self._open.model.ref_at(row) == self._open.ref

    # Qt's questions

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        assert isinstance(model, RecordModel)
        column, ref = model.column_at(index.column()), model.ref_at(index.row())
        if ref is None or not isinstance(column, Column):  # the rows changed between the key and now
            return QWidget(parent)
        from ui.grid.open_cell import OpenCell

        self._open = now = OpenCell(model, ref, column, index, parent)
        now.editor.focus_target().installEventFilter(self)
        now.editor.changed.connect(self._typed)
        if now.picker is not None:
            now.picker.taken.connect(self._taken)
        self.opened.emit()
        return now.editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        now = self._open
        if now is not None and now.editor is editor:
            now.fill(index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Not through the index: the record may stand in another row by now."""
        now = self._open
        if now is not None and now.editor is editor:
            now.stage()

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if self._open is not None and self._open.editor is editor:
            self._open.let_go()
            self._open = None
        super().destroyEditor(editor, index)
        self.opened.emit()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        if self._open is not None and self._open.editor is editor:
            self._open.place(option.rect, self._view.viewport().rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._open is None:
            return False
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and self._is_mine(event):
                event.accept()
                return True
            return event.type() == QEvent.Type.KeyPress and self._on_key(event)
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STAYS:
            focus = QApplication.focusWidget()
            if focus is not None and not (
                focus is self._open.editor or self._open.editor.isAncestorOf(focus)
            ):
                self._close(write=True, focus=False)
        return False

    def _is_mine(self, event: QKeyEvent) -> bool:
        """Keys that mean something else while the grid itself has the focus."""
        if event.key() in (*_ENTER, *_TABS, Qt.Key.Key_Escape, Qt.Key.Key_Insert):
            return True
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() == Qt.Key.Key_Down:
            return True
        pressed = QKeySequence(event.keyCombination())
        return any(pressed == key for action in self._view.actions() for key in action.shortcuts())

    def _on_key(self, event: QKeyEvent) -> bool:
        assert self._open is not None
        held, key = event.modifiers(), event.key()
        back = -1 if held & Qt.KeyboardModifier.ShiftModifier else 1
        special = held & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape:
            self._close(write=False)
        elif key in _ENTER and special:
            return self._new_line()
        elif key in _ENTER:
            self._leave(back, 0)
        elif key in _TABS and not special:
            self._leave(0, -1 if key == Qt.Key.Key_Backtab else back)
        else:
            return False
        return True

    def _new_line(self) -> bool:
        """Alt+Enter breaks the line of a long text, as Enter itself goes on."""
        if self._open is not None:
            self._open.break_line()
        return True

    def _leave(self, down: int, right: int) -> None:
        self._close(write=True)
        self.left.emit((down, right))

    def _typed(self) -> None:
        if self._open is not None:
            self._open.hold()

    def _taken(self) -> None:
        """A record was picked from the list: that is the answer, as Enter is elsewhere."""
        if self._open is not None:
            self._leave(1, 0)

    def _close(self, *, write: bool, focus: bool = True) -> None:
        now = self._open
        assert now is not None
        self._open = None  # before anything is told: closing moves the focus, which ends here again
        if write:
            now.stage()
        now.let_go()
        self.closeEditor.emit(now.editor, QAbstractItemDelegate.EndEditHint.NoHint)
        if focus:
            self._view.setFocus()
