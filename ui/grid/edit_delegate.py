"""Owns the editor that is open in a cell: made, filled, staged; knows no action and no selection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.base.keys import RecordRef
from desktop.models.cells import CellRole
from desktop.models.record_model import RecordModel
from desktop.models.workbench import Workbench
from desktop.schema.describe import Column
from desktop.schema.labels import column_heading
from desktop.schema.rules import check_value
from desktop.staging.staging import Edit, Invalid
from desktop.values.kinds import BadValue
from desktop.values.special import DEFAULT
from ui import look
from ui.editors.base import Editor
from ui.editors.factory import fitting, make_cell_editor
from ui.editors.long_text import LongTextEditor
from ui.editors.lookup import LookupEditor
from ui.editors.lookup_several import SeveralLookup
from ui.editors.moment import MomentEditor
from ui.editors.texts import enter_text, text_in
from ui.grid.cell_delegate import CellDelegate, Index
from ui.grid.compact import compact
from ui.grid.several import picker_key, several_edits, stored
from ui.grid.staged_cell import problem_of, record_title, seen

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_NARROWEST = 80
_WITH_BUTTON = 190
"""Pixels an editor needs; in a narrower column it stands out over the next one."""
_STAYS = (
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
"""Reasons for which the focus comes back: a list or a menu opens, another program is in front."""


@dataclass(slots=True)
class _Open:
    """The cell being edited. By record and column: rows may move under an open editor."""

    editor: Editor
    model: RecordModel
    ref: RecordRef
    column: Column
    title: str
    filled: bool = False


class EditDelegate(CellDelegate):
    """Edits cells of a RecordModel; what is entered is staged, never written to the database."""

    opened = Signal()
    """An editor was opened or closed."""
    left = Signal(object)
    """The editor was closed by a key: (rows down, columns right) to go from there."""

    def __init__(self, everything: Callable[[], bool], view: QAbstractItemView) -> None:
        super().__init__(everything, view)
        self._view = view
        self._open: _Open | None = None

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
        if isinstance(self.editor, LongTextEditor):
            self.editor.area.moveCursor(QTextCursor.MoveOperation.End)

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
        column = fitting(column, seen(model, ref, index))
        editor = make_cell_editor(
            column, model.connection, parent, foreign_key=picker_key(model, ref, column.name)
        )
        heading = column_heading(model.table, column.name)
        compact(editor, heading)
        editor.focus_target().installEventFilter(self)
        editor.changed.connect(self._typed)
        if isinstance(editor, LookupEditor):
            editor.taken.connect(self._taken)
            editor.own = ref
        self._open = _Open(editor, model, ref, column, record_title(model, index.row()))
        self.opened.emit()
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        now = self._open
        if now is None or now.editor is not editor or now.filled:
            return  # filled once: later news must not write over what is being typed
        now.filled = True
        value = seen(now.model, now.ref, index)
        if isinstance(now.editor, LookupEditor):
            label = now.model.data(index, int(CellRole.LABEL))
            now.editor.know(value, str(label) if label else "")
        if isinstance(now.editor, SeveralLookup):
            now.editor.know_partners(stored(now.model, now.ref))
        now.editor.set_value(value)
        if isinstance(now.editor, LongTextEditor):
            now.editor.area.selectAll()  # as Qt does with a line: what is typed replaces it
        staged = now.model.connection.workbench.staging.field(now.ref, now.column.name)
        if isinstance(staged, Invalid):
            enter_text(now.editor, staged.text)
            now.editor.mark_error(staged.reason)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Not through the index: the record may stand in another row by now."""
        now = self._open
        if now is not None and now.editor is editor and now.filled and now.editor.touched:
            _stage(now)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if self._open is not None and self._open.editor is editor:
            _bench(self._open).editor.hold(())
            self._open = None
        super().destroyEditor(editor, index)
        self.opened.emit()

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = QRect(option.rect)
        room = self._view.viewport().rect()
        if isinstance(editor, LongTextEditor):
            rect.setSize(rect.size().expandedTo(editor.sizeHint()))
        else:
            least = _WITH_BUTTON if isinstance(editor, LookupEditor | MomentEditor) else _NARROWEST
            rect.setWidth(max(rect.width(), look.scaled(least)))
        rect.moveRight(min(rect.right(), max(room.right(), rect.width() - 1)))
        rect.moveBottom(min(rect.bottom(), max(room.bottom(), rect.height() - 1)))
        editor.setGeometry(rect)

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
        editor = self._open.editor if self._open is not None else None
        if isinstance(editor, LongTextEditor):
            editor.area.insertPlainText("\n")
        return True

    def _leave(self, down: int, right: int) -> None:
        self._close(write=True)
        self.left.emit((down, right))

    def _typed(self) -> None:
        """Say what is known to be wrong while somebody types; nothing keeps them from typing on."""
        now = self._open
        if now is None or not now.filled:
            return
        sentence = problem_of(now.editor, now.model, now.ref)
        if sentence:
            now.editor.mark_error(sentence)
        _bench(now).staging.titles.setdefault(now.ref, now.title)
        _bench(now).editor.hold(_edits(now) if now.editor.touched else ())
        now.editor.focus_target().setToolTip(sentence or "")

    def _taken(self) -> None:
        """A record was picked from the list: that is the answer, as Enter is elsewhere."""
        if self._open is not None:
            self._leave(1, 0)

    def _close(self, *, write: bool, focus: bool = True) -> None:
        now = self._open
        assert now is not None
        self._open = None  # before anything is told: closing moves the focus, which ends here again
        if write and now.filled and now.editor.touched:
            _stage(now)
        _bench(now).editor.hold(())
        self.closeEditor.emit(now.editor, QAbstractItemDelegate.EndEditHint.NoHint)
        if focus:
            self._view.setFocus()


def _bench(now: _Open) -> Workbench:
    return now.model.connection.workbench


def _stage(now: _Open) -> None:
    bench = _bench(now)
    bench.staging.titles.setdefault(now.ref, now.title)
    bench.edit(f"set {column_heading(now.model.table, now.column.name)}", _edits(now))


def _edits(now: _Open) -> list[Edit]:
    """What was entered, to be staged; a text that is no value stays as it was typed."""
    model, ref, name = now.model, now.ref, now.column.name
    label: str | None = None
    new: object
    try:
        new = now.editor.value()
        if isinstance(now.editor, LookupEditor) and new is not None:
            label = now.editor.shown(new)
    except BadValue as bad:
        new = Invalid(text_in(now.editor), bad.sentence)
    else:
        reason = None if new is DEFAULT else check_value(now.column, new, column_heading(model.table, name))
        if reason:
            new = Invalid(text_in(now.editor), reason)
    edit = Edit(ref, name, now.editor.base, new, label)
    return several_edits(model, ref, now.editor, edit) if isinstance(now.editor, SeveralLookup) else [edit]
