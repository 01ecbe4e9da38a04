"""Owns the list of keyboard shortcuts: searchable; the actions themselves live elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ui import look
from ui.dialogs.frame import DialogFrame, line

_ROW = 26


@dataclass(frozen=True, slots=True)
class ShortcutRow:
    """One line of the list."""

    group: str
    action: str
    keys: str


class ShortcutsDialog(DialogFrame):
    """Type to find an action or a key."""

    fitted = False

    def __init__(self, rows: Sequence[ShortcutRow], parent: QWidget | None = None) -> None:
        super().__init__(parent, "Keyboard Shortcuts", 520)
        self.resize(560, 560)
        self.search = line("Find an action or a key")
        self.search.setAccessibleName("Find an action or a key")
        self.search.textChanged.connect(self._filter)
        self.body.addWidget(self.search)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName("Keyboard shortcuts")
        self.list.setHeaderLabels(["Action", "Keys", "Menu"])
        self.list.setRootIsDecorated(False)
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for row in rows:
            item = QTreeWidgetItem([row.action, row.keys, row.group])
            item.setSizeHint(0, QSize(0, look.scaled(_ROW)))
            self.list.addTopLevelItem(item)
        header = self.list.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.body.addWidget(self.list, 1)
        self.buttons.addStretch(1)
        self.add_button("Close", self.reject, default=True)
        self.search.setFocus()

    def shown(self) -> list[str]:
        """The actions that match what was typed."""
        items = (self.list.topLevelItem(index) for index in range(self.list.topLevelItemCount()))
        return [item.text(0) for item in items if item is not None and not item.isHidden()]

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for index in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(index)
            if item is not None:
                everything = " ".join(item.text(column) for column in range(3)).casefold()
                item.setHidden(not all(word in everything for word in words))
