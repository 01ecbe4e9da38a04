"""Owns "Columns…": which columns a view shows, and in which order."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.browse.view import View
from desktop.schema.describe import Table
from desktop.schema.labels import column_heading, heading
from ui import look
from ui.dialogs.frame import DialogFrame, line, text_label

_ROW = 28
_NAME = Qt.ItemDataRole.UserRole
_IS_LINK = Qt.ItemDataRole.UserRole + 1


class _List(QListWidget):
    """Alt+Up and Alt+Down move the line."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_line(step)
        else:
            super().keyPressEvent(event)

    def move_line(self, step: int) -> None:
        row = self.currentRow()
        if row >= 0 and 0 <= row + step < self.count():
            item = self.takeItem(row)
            self.insertItem(row + step, item)
            self.setCurrentRow(row + step)


class ColumnsDialog(DialogFrame):
    """Tick what is shown, drag or Alt+arrow to order it."""

    fitted = False

    chosen = Signal(object)
    """The View with its columns as chosen."""

    def __init__(self, table: Table, view: View, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Columns", 380)
        self._table = table
        self._view = view
        self.resize(400, 520)
        self.body.addWidget(
            text_label("Tick what is shown; drag it, or press Alt+Up and Alt+Down, to order.", "muted")
        )
        self.search = line("Find a column")
        self.search.setAccessibleName("Find a column")
        self.search.textChanged.connect(self._filter)
        self.body.addWidget(self.search)
        self.list = _List(self)
        self.list.setAccessibleName("Columns")
        self.list.setProperty("role", "boxed")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.itemChanged.connect(self._allow)
        holder = QVBoxLayout()
        holder.addWidget(self.list)
        self.body.addLayout(holder, 1)
        self.add_button("Show All", self._tick_all)
        self.buttons.addStretch(1)
        self.add_button("Cancel", self.reject)
        self.go_button = self.add_button("Show Columns", self._choose, role="primary", default=True)
        self._fill()

    def _fill(self) -> None:
        others = [c.name for c in self._table.columns if c.name not in self._view.columns]
        for name in (*self._view.columns, *others):
            self._add(column_heading(self._table, name), name, name in self._view.columns, is_link=False)
        links = [link.name for link in self._table.links]
        for name in (*self._view.links, *(name for name in links if name not in self._view.links)):
            self._add(heading(name), name, name in self._view.links, is_link=True)
        self.list.setCurrentRow(0)

    def _add(self, text: str, name: str, ticked: bool, *, is_link: bool) -> None:
        item = QListWidgetItem(text)
        item.setSizeHint(QSize(0, look.scaled(_ROW)))
        item.setData(_NAME, name)
        item.setData(_IS_LINK, is_link)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.list.addItem(item)

    def _ticked(self, *, is_link: bool) -> tuple[str, ...]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return tuple(
            item.data(_NAME)
            for item in items
            if item.data(_IS_LINK) is is_link and item.checkState() is Qt.CheckState.Checked
        )

    def _tick_all(self) -> None:
        for row in range(self.list.count()):
            self.list.item(row).setCheckState(Qt.CheckState.Checked)

    def _allow(self) -> None:
        self.go_button.setEnabled(bool(self._ticked(is_link=False)))

    def _filter(self, text: str) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(text.casefold() not in item.text().casefold())

    def _choose(self) -> None:
        columns, links = self._ticked(is_link=False), self._ticked(is_link=True)
        self.accept()
        self.chosen.emit(replace(self._view, columns=columns, links=links))
