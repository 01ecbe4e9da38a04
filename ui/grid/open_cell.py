"""Owns one cell while it is edited: its editor, filled and read; makes no editor close and tells no view.

Apart from the delegate because it loads every kind of editor: the first rows on the screen wait for none.
"""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QWidget

from desktop.base.keys import NewKey, RecordRef
from desktop.models.cells import CellRole
from desktop.models.changed import Changed
from desktop.models.record_model import RecordModel
from desktop.models.workbench import Workbench
from desktop.schema.describe import Column
from desktop.schema.labels import column_heading
from desktop.schema.rules import check_value
from desktop.staging.staging import Edit, Invalid
from desktop.staging.unique import twin_words
from desktop.staging.words import title_of
from desktop.values.kinds import BadValue
from desktop.values.special import DEFAULT
from ui import look
from ui.editors.factory import fitting, make_cell_editor
from ui.editors.long_text import LongTextEditor
from ui.editors.lookup import LookupEditor
from ui.editors.lookup_several import SeveralLookup
from ui.editors.moment import MomentEditor
from ui.editors.texts import enter_text, text_in
from ui.grid.cell_delegate import Index
from ui.grid.compact import compact
from ui.grid.several import picker_key, several_edits, stored
from ui.grid.staged_cell import record_title, seen

_NARROWEST = 80
_WITH_BUTTON = 190
"""Pixels an editor needs; in a narrower column it stands out over the next one."""


class OpenCell:
    """The cell being edited. By record and column: rows may move under an open editor."""

    def __init__(
        self, model: RecordModel, ref: RecordRef, column: Column, index: Index, parent: QWidget
    ) -> None:
        self.model = model
        self.ref = ref
        self.column = fitting(column, seen(model, ref, index))
        self._title = record_title(model, index.row())
        self._filled = False
        self.editor = make_cell_editor(
            self.column, model.connection, parent, foreign_key=picker_key(model, ref, column.name)
        )
        compact(self.editor, column_heading(model.table, column.name))
        if isinstance(self.editor, LookupEditor):
            self.editor.own = ref

    @property
    def bench(self) -> Workbench:
        return self.model.connection.workbench

    @property
    def written(self) -> bool:
        """Something was entered since it was filled."""
        return self._filled and self.editor.touched

    @property
    def picker(self) -> LookupEditor | None:
        """The editor, where it picks a record."""
        return self.editor if isinstance(self.editor, LookupEditor) else None

    def fill(self, index: Index) -> None:
        """Show the value of the cell; once: later news must not write over what is being typed."""
        if self._filled:
            return
        self._filled = True
        editor, value = self.editor, seen(self.model, self.ref, index)
        if isinstance(editor, LookupEditor):
            label = self.model.data(index, int(CellRole.LABEL))
            editor.know(value, str(label) if label else "")
        if isinstance(editor, SeveralLookup):
            editor.know_partners(stored(self.model, self.ref))
        editor.set_value(value)
        if isinstance(editor, LongTextEditor):
            editor.area.selectAll()  # as Qt does with a line: what is typed replaces it
        staged = self.bench.staging.field(self.ref, self.column.name)
        if isinstance(staged, Invalid):
            enter_text(editor, staged.text)
            editor.mark_error(staged.reason)

    def take_saved(self, changed: Changed) -> None:
        """Go on in the record as it is called now; what is entered is compared with what is stored now."""
        self.ref = changed.final.get(self.ref, self.ref)
        record = changed.records.get(self.ref)
        if isinstance(self.editor, LookupEditor):
            self.editor.own = self.ref
        if record is not None and self.column.name in record.values and self._filled:
            value = record.values[self.column.name]
            if isinstance(self.editor, LookupEditor):
                self.editor.know(value, record.labels.get(self.column.name, ""))
            self.editor.rebase(value)

    def stage(self) -> None:
        """Stage what was entered, if anything was."""
        if not self.written:
            return
        self._name_record()
        self.bench.edit(f"set {column_heading(self.model.table, self.column.name)}", self._edits())

    def hold(self) -> None:
        """Let drafts know what stands in the editor, and say what is known to be wrong with it; nothing keeps
        anybody from typing on."""
        if not self._filled:
            return
        sentence = self._problem()
        if sentence:
            self.editor.mark_error(sentence)
        self._name_record()
        self.bench.editor.hold(self._edits() if self.editor.touched else ())
        self.editor.focus_target().setToolTip(sentence or "")

    def let_go(self) -> None:
        """Nothing stands in the editor any more."""
        self.bench.editor.hold(())

    def go_to_end(self) -> None:
        """A long text is to be gone on with, not replaced."""
        if isinstance(self.editor, LongTextEditor):
            self.editor.area.moveCursor(QTextCursor.MoveOperation.End)

    def break_line(self) -> None:
        """Begin a new line in a long text."""
        if isinstance(self.editor, LongTextEditor):
            self.editor.area.insertPlainText("\n")

    def place(self, cell: QRect, room: QRect) -> None:
        """Lay the editor over its cell, as wide as it must be, within that room."""
        rect = QRect(cell)
        if isinstance(self.editor, LongTextEditor):
            rect.setSize(rect.size().expandedTo(self.editor.sizeHint()))
        else:
            least = _WITH_BUTTON if isinstance(self.editor, LookupEditor | MomentEditor) else _NARROWEST
            rect.setWidth(max(rect.width(), look.scaled(least)))
        rect.moveRight(min(rect.right(), max(room.right(), rect.width() - 1)))
        rect.moveBottom(min(rect.bottom(), max(room.bottom(), rect.height() - 1)))
        self.editor.setGeometry(rect)

    def _name_record(self) -> None:
        self.bench.staging.titles.setdefault(self.ref, self._title)

    def _edits(self) -> list[Edit]:
        """What was entered, to be staged; a text that is no value stays as it was typed."""
        model, ref, name, editor = self.model, self.ref, self.column.name, self.editor
        label: str | None = None
        new: object
        try:
            new = editor.value()
            if isinstance(editor, LookupEditor) and new is not None:
                label = editor.shown(new)
        except BadValue as bad:
            new = Invalid(text_in(editor), bad.sentence)
        else:
            heading = column_heading(model.table, name)
            reason = None if new is DEFAULT else check_value(self.column, new, heading)
            if reason:
                new = Invalid(text_in(editor), reason)
        edit = Edit(ref, name, editor.base, new, label)
        return several_edits(model, ref, editor, edit) if isinstance(editor, SeveralLookup) else [edit]

    def _problem(self) -> str | None:
        """What is known to be wrong with what stands in the editor, as far as it is a value."""
        editor, model, ref, bench = self.editor, self.model, self.ref, self.bench
        if isinstance(editor, LookupEditor) and editor.searching:
            return None
        try:
            value = editor.value()
        except BadValue:
            return None
        name, table = editor.column.name, model.table
        plain = value is not DEFAULT and not isinstance(value, NewKey)
        problem = check_value(editor.column, value, column_heading(table, name)) if plain else None
        if problem:
            return problem
        values = {**bench.uniques.values_of(ref, stored(model, ref)), name: value}
        other = bench.uniques.twin(table, ref, name, values)
        if other is None:
            return None
        database, locale = model.connection.database, model.connection.locale
        return twin_words(title_of(other, bench.staging, database, locale))
