"""Owns one tab of a record: the records of another table that point to it, stored or staged."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Refusal
from desktop.browse.rows import Record
from desktop.browse.view import View
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from desktop.models.staged_rows import holds
from desktop.schema.describe import Column, ForeignKey
from desktop.schema.labels import record_word, records_word
from ui import icons
from ui.actions.within import shortcut_within
from ui.grid.grid_view import GridView

_FLAGS = QItemSelectionModel.SelectionFlag


class ChildrenTab(QWidget):
    """A small grid with a fixed condition; reads nothing before it is looked at, and nothing at all where the
    record it belongs to is only staged."""

    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    cell_opened = Signal()
    """The editor of a cell was opened or closed."""
    refused = Signal(object)
    """A Refusal of what was tried in a cell."""

    def __init__(self, connection: Connection, key: ForeignKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self.table = connection.database.table(key.table)
        self._word = record_word(self.table)
        self._own = key.target == key.table
        self._view: View | None = None
        self._owner = ""
        self._begin: Record | None = None
        self._sought: tuple[RecordRef, str] | None = None
        self.model: RecordModel | None = None
        self.grid: GridView | None = None
        self.sentence = QLabel()
        self.sentence.setProperty("role", "muted")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        self.remark = QLabel()
        """What a paste could not do as asked, until something else is staged."""
        self.remark.setProperty("role", "muted")
        self.remark.setTextFormat(Qt.TextFormat.PlainText)
        self.remark.setWordWrap(True)
        self.new_button = QPushButton(icons.icon("plus", "muted"), f"New {self._word}")
        self._lay_out()

    @property
    def staged_count(self) -> int:
        """How many new records are staged here."""
        view = self._view
        if view is None:
            return 0
        here = self._connection.workbench.staging.changes.new_in(self.table.name)
        return sum(holds(change.values, view.pinned) for change in here.values())

    def show_view(self, view: View | None, owner: str, begin: Record) -> None:
        """Show these records once the tab is looked at; ``owner`` is what they belong to ("post"), ``begin``
        what a new one begins with."""
        self._view, self._owner, self._begin = view, owner, begin
        self.new_button.setEnabled(view is not None)
        if self.isVisible():
            self._show()

    def look(self) -> None:
        """The tab has come to the front."""
        self._show()

    def new(self) -> None:
        """Stage a new record that belongs here, and go to its first field."""
        self._show()
        ref = self.grid.records.new() if self.grid is not None and self._view is not None else None
        if ref is not None:
            self.reveal(ref, "")

    def holds(self, ref: RecordRef) -> bool:
        """Whether that record is shown here, or may be."""
        if ref.table != self.table.name or self._view is None:
            return False
        if isinstance(ref.key, NewKey):
            change = self._connection.workbench.staging.changes.get(ref)
            return change is not None and holds(change.values, self._view.pinned)
        return self.model is not None and self.model.rows.row_of(ref) is not None

    def reveal(self, ref: RecordRef, column: str) -> None:
        """Make a record the current one as soon as it is shown: at that column, or where a person begins."""
        self._sought = (ref, column)
        self._show()
        self._seek()

    def refresh(self) -> None:
        """Read again what is shown."""
        if self.model is not None:
            self.model.refresh()

    def close_model(self) -> None:
        """Stop reading; the tab is about to go."""
        if self.model is not None and self.grid is not None:
            self.grid.editing.commit()
            self.model.close()

    # building

    def _lay_out(self) -> None:
        # The sentence lies over a grid without rows: that keeps the focus, and with it the keys of a grid.
        self.sentence.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        holder = QWidget(self)
        self._layers = QGridLayout(holder)
        self._layers.setContentsMargins(0, 0, 0, 0)
        self._layers.addWidget(self.sentence, 0, 0)
        self.new_button.setProperty("role", "flat")
        self.new_button.setToolTip(f"Begin a new {self._word} here  Ctrl+N")
        self.new_button.clicked.connect(lambda: self.new())
        below = QHBoxLayout()
        below.setContentsMargins(8, 6, 8, 8)
        below.addWidget(self.new_button)
        below.addWidget(self.remark, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(holder, 1)
        column.addLayout(below)
        self.new_button.setVisible(not self.table.read_only_reason)

    def _show(self) -> None:
        view = self._view
        if view is None:
            self._say_none()
            if self.grid is not None:
                self.grid.hide()  # the record before had these
            return
        if self.model is None:
            self._build(view)
        elif self.model.view.pinned != view.pinned:
            # Columns and order stay as the person set them for the record before.
            self.model.set_view(replace(self.model.view, pinned=view.pinned))
        else:
            self._on_rows()
        if self.grid is not None and self._begin is not None:
            self.grid.records.labels = self._begin.labels

    def _build(self, view: View) -> None:
        model = self.model = RecordModel(self._connection, view, self)
        grid = self.grid = GridView(model, self)
        # The grid's own menu actions belong to the tab in front; here only F2 is wanted.
        shortcut_within(grid, "F2", grid.editing.begin)
        grid.editing.opened.connect(self.cell_opened)
        grid.refused.connect(self.refused)
        grid.pasting.pasted.connect(self._on_pasted)
        grid.reference_wanted.connect(self.open_wanted)
        grid.activated_record.connect(lambda key: self.open_wanted.emit(RecordRef(self.table.name, key)))
        model.loaded.connect(self._on_rows)
        model.counted.connect(self._on_rows)
        model.rowsInserted.connect(self._on_rows)
        model.rowsRemoved.connect(self._on_rows)
        model.refused.connect(self._on_refused)
        self._layers.addWidget(grid, 0, 0)
        self.setFocusProxy(grid)
        self.sentence.hide()
        self.sentence.raise_()

    # what happens

    def _on_rows(self) -> None:
        assert self.model is not None and self.grid is not None
        if self.model.rowCount():
            self.sentence.hide()
            self.grid.show()
            self._seek()
        elif self.model.exact:
            self._say_none()

    def _seek(self) -> None:
        """Go to the record that somebody waits for, once it has its row."""
        model, grid = self.model, self.grid
        row = model.rows.row_of(self._sought[0]) if self._sought is not None and model is not None else None
        if row is None or model is None or grid is None or self._sought is None:
            return
        column, self._sought = self._sought[1], None
        section = model.section_of(column) if column else _first_field(model, row)
        index = model.index(row, max(section, 0))
        grid.selectionModel().setCurrentIndex(index, _FLAGS.ClearAndSelect | _FLAGS.Rows)
        grid.scrollTo(index)
        grid.setFocus()

    def _on_pasted(self, words: str) -> None:
        self.remark.setText(words)
        once = Qt.ConnectionType.SingleShotConnection
        self._connection.workbench.changed.connect(self.remark.clear, once)

    def _on_refused(self, refusal: Refusal) -> None:
        self._say(f"{refusal.sentence} {refusal.hint}".strip())
        if self.grid is not None:
            self.grid.hide()  # what it shows is not known to be true

    def _say_none(self) -> None:
        if self._own:
            self._say(f"No other {self._word} refers to this one.")
        else:
            self._say(f"This {self._owner} has no {records_word(self.table, 0)}.")
        if self.grid is not None:
            self.grid.show()

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.show()


def _first_field(model: RecordModel, row: int) -> int:
    """The first that can be edited here and that the database does not fill in by itself."""
    fields = [
        section
        for section in range(model.columnCount())
        if model.flags(model.index(row, section)) & Qt.ItemFlag.ItemIsEditable
    ]
    asked = [section for section in fields if not _fills_itself(model.column_at(section))]
    return next(iter((*asked, *fields)), 0)


def _fills_itself(column: Column | str) -> bool:
    return isinstance(column, str) or column.has_default or column.identity or column.generated
