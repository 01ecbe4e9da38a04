"""Owns one tab of the record panel: the records of another table that point to the one shown."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from desktop.base.keys import RecordRef
from desktop.base.refusal import Refusal
from desktop.browse.rows import Record
from desktop.browse.view import View
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from desktop.schema.describe import ForeignKey
from desktop.schema.labels import record_word, records_word
from ui import icons
from ui.actions.within import shortcut_within
from ui.grid.grid_view import GridView


class ChildrenTab(QWidget):
    """A small grid with a fixed condition; reads nothing before it is looked at."""

    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    new_wanted = Signal(object)
    """A Record with what a new one here begins with."""
    cell_opened = Signal()
    """The editor of a cell was opened or closed."""
    refused = Signal(object)
    """A Refusal of what was tried in a cell."""

    def __init__(self, connection: Connection, key: ForeignKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self.table = connection.database.table(key.table)
        self._view: View | None = None
        self._owner = ""
        self._begin: Record | None = None
        self.model: RecordModel | None = None
        self.grid: GridView | None = None
        self.sentence = QLabel()
        self.sentence.setProperty("role", "muted")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        holder = QWidget(self)
        self._stack = QStackedLayout(holder)
        self._stack.addWidget(self.sentence)
        word = record_word(self.table)
        self.new_button = QPushButton(icons.icon("plus", "muted"), f"New {word}")
        self.new_button.setProperty("role", "flat")
        self.new_button.setToolTip(f"Enter a new {word} here")
        self.new_button.clicked.connect(lambda: self.new_wanted.emit(self._begin))
        below = QHBoxLayout()
        below.setContentsMargins(8, 6, 8, 8)
        below.addWidget(self.new_button)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(holder, 1)
        column.addLayout(below)
        self.new_button.setVisible(not self.table.read_only_reason)

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

    def refresh(self) -> None:
        """Read again what is shown."""
        if self.model is not None:
            self.model.refresh()

    def close_model(self) -> None:
        """Stop reading; the tab is about to go."""
        if self.model is not None and self.grid is not None:
            self.grid.editing.commit()
            self.model.close()

    def _show(self) -> None:
        view = self._view
        if view is None:
            self._say_none()
        elif self.model is None:
            self._build(view)
        elif self.model.view.pinned != view.pinned:
            # Columns and order stay as the person set them for the record before.
            self.model.set_view(replace(self.model.view, pinned=view.pinned))

    def _build(self, view: View) -> None:
        model = self.model = RecordModel(self._connection, view, self)
        grid = self.grid = GridView(model, self)
        # The grid's own menu actions belong to the tab in front; here only F2 is wanted.
        shortcut_within(grid, "F2", grid.editing.begin)
        grid.editing.opened.connect(self.cell_opened)
        grid.refused.connect(self.refused)
        grid.reference_wanted.connect(self.open_wanted)
        grid.activated_record.connect(lambda key: self.open_wanted.emit(RecordRef(self.table.name, key)))
        model.loaded.connect(self._on_loaded)
        model.counted.connect(self._on_loaded)
        model.refused.connect(self._on_refused)
        self._stack.addWidget(grid)
        self._stack.setCurrentWidget(grid)

    def _on_loaded(self) -> None:
        assert self.model is not None and self.grid is not None
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.grid)
        elif self.model.exact:
            self._say_none()

    def _on_refused(self, refusal: Refusal) -> None:
        self._say(f"{refusal.sentence} {refusal.hint}".strip())

    def _say_none(self) -> None:
        self._say(f"This {self._owner} has no {records_word(self.table, 0)}.")

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self._stack.setCurrentWidget(self.sentence)
