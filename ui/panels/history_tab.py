"""Owns a record's own saves in the record panel: when, who, each field from old to new; reads nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.base.keys import NewKey, RecordRef
from desktop.edit.save_log import RowChange
from desktop.journal.saves import SaveEntry
from desktop.journal.words import describe_rows, who_words
from desktop.models.connection import Connection
from ui import look
from ui.dialogs.restore_dialog import moment_words
from ui.dialogs.saved_changes_dialog import SIGNS

NOTHING = "Nothing was saved here yet."
_ARROW = "\n→ "
"""The new value has a line of its own: in a narrow panel it must be seen, not only the old one."""


class HistoryTab(QTreeWidget):
    """What saves made with Rowkeeper did to one record, the last first; read when it is looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection: Connection | None = None
        self._ref: RecordRef | None = None
        self._read: RecordRef | None = None
        self.setAccessibleName("Saves of this record")
        self.setHeaderHidden(True)
        self.setColumnCount(2)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().resizeSection(0, look.scaled(110))
        self.header().setStretchLastSection(True)

    def show_record(self, connection: Connection, ref: RecordRef) -> None:
        """This record from now on, read anew; at once where the tab is in front."""
        self._connection, self._ref, self._read = connection, ref, None
        if self.isVisible():
            self.look()

    def look(self) -> None:
        """The tab came to the front."""
        connection, ref = self._connection, self._ref
        if connection is None or ref is None or self._read == ref:
            return
        self._read = ref
        self.clear()
        if connection.saves is not None and not isinstance(ref.key, NewKey):
            connection.saves.of_record(ref, self._show, self._failed, self)
        else:
            self._show([])

    def _show(self, found: list[tuple[SaveEntry, RowChange]]) -> None:
        connection = self._connection
        if connection is None or any(self._ref not in _refs(row) for _, row in found):
            return  # of the record before
        self.clear()
        for entry, row in found:
            (words,) = describe_rows(connection.database, [row], connection.locale, _ARROW)
            done = SIGNS[words.action][2] + (" · undone" if entry.undone_by is not None else "")
            top = QTreeWidgetItem([f"{moment_words(entry.made)} · {done} · {who_words(entry)}"])
            top.setFont(0, look.font(bold=True))
            top.setSizeHint(0, QSize(0, look.scaled(28)))
            for line in words.lines:
                item = QTreeWidgetItem([line.heading, line.text])
                item.setForeground(0, QBrush(look.current().muted))
                item.setTextAlignment(0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
                item.setToolTip(1, line.text)
                top.addChild(item)
            self.addTopLevelItem(top)
            top.setFirstColumnSpanned(True)
        if not found:
            self._say(NOTHING)
        self.expandAll()

    def _failed(self, error: Exception) -> None:
        self._say("The saves of this record cannot be read.")

    def _say(self, sentence: str) -> None:
        item = QTreeWidgetItem([sentence])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setForeground(0, QBrush(look.current().muted))
        self.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)


def _refs(row: RowChange) -> list[RecordRef]:
    return [RecordRef(row.table, key) for key in (row.key_before, row.key_after) if key is not None]
