"""Owns the list at the left: the database, a search box, tables and views; opens nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.base.keys import TableName
from desktop.models.table_entries import EntryKind, TableRole
from ui import icons, look
from ui.connection_strip import TOKENS, saving_words
from ui.window.elided_label import ElidedLabel
from ui.window.icon_label import IconLabel
from ui.window.navigator_delegate import NavigatorDelegate
from ui.window.words import database_name

if TYPE_CHECKING:  # the frame must show before the database layers are loaded
    from desktop.connect.profile import Profile
    from desktop.models.table_list_model import TableListModel


_SHARED = (
    "It lies on a network share ({}): where the share does not keep locks, two people who save at the same"
    " moment can damage the file."
)


class Navigator(QFrame):
    """What there is in the open database."""

    open_wanted = Signal(object)
    """The TableName to show."""
    broken_wanted = Signal(str, str)
    """The name of an entry that cannot be opened, and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "navigator")
        self.setAccessibleName("Navigator")
        self.setMinimumWidth(look.scaled(180))
        self._model: TableListModel | None = None
        self._icon = IconLabel(18)
        self._name = ElidedLabel("No database", "heading")
        self._summary = ElidedLabel("", "small")
        self.switch_menu = QMenu(self)
        self.switch = QToolButton()
        self.switch.setIcon(icons.icon("chevron-down"))
        self.switch.setAccessibleName("Switch database")
        self.switch.setToolTip("Open another database")
        self.switch.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.switch.setMenu(self.switch_menu)
        self.search = QLineEdit()
        self.search.setAccessibleName("Find a table or view")
        self.search.setPlaceholderText("Find a table or view   Ctrl+P")
        self.search.addAction(icons.icon("magnify", "faint"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(self._find)
        self.list = _List(self)
        self.list.opened.connect(self._open)
        self._lay_out()
        self.show_profile(None)

    def show_profile(self, profile: Profile | None, share: str = "") -> None:
        """Name the database at the top. ``share``: the kind of network share its file lies on."""
        server = profile is not None and profile.backend == "postgresql"
        role = TOKENS.get(profile.colour, "new") if profile is not None else "faint"
        icon = "server-network" if server else "database-outline"
        self._icon.show_icon(icon, role)
        self._name.setText(database_name(profile) if profile else "No database")
        words = profile.summary if profile else "Open one to begin"
        guarded = profile is not None and (profile.read_only or profile.review)
        more = [saving_words(profile)] if profile and guarded else []
        self._summary.setText(" · ".join([words, *(["network share"] if share else []), *more]))
        named = f"Navigator, {profile.name}, {profile.colour}" if profile and profile.colour else "Navigator"
        self.setAccessibleName(named)
        told = [profile.path or words] if profile else []
        shared = [_SHARED.format(share)] if share else []
        self._summary.setToolTip("\n".join([*told, *shared, *more]))
        self.search.setEnabled(profile is not None)

    def show_tables(self, model: TableListModel | None) -> None:
        """Show the tables of that model, or none; the old model is dropped."""
        if self._model is not None:
            self._model.deleteLater()
        self._model = model
        self.search.clear()
        if model is not None:
            model.setParent(self)
        self.list.setModel(model)

    def mark(self, name: TableName | None) -> None:
        """Show which table is in front."""
        row = self._model.row_of(name) if self._model is not None and name is not None else -1
        if self._model is None or row < 0:
            self.list.clearSelection()
        else:
            self.list.setCurrentIndex(self._model.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys the search box does not use: Down to the list, Enter to the first match."""
        if self.search.hasFocus() and self._model is not None:
            if event.key() == Qt.Key.Key_Down:
                self.list.focus_first()
                return
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._open_first()
                return
            if event.key() == Qt.Key.Key_Escape:
                self.search.clear()
                return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._summary)
        head = QHBoxLayout()
        head.setContentsMargins(18, 10, 8, 8)
        head.setSpacing(10)
        head.addWidget(self._icon)
        head.addLayout(words, 1)
        head.addWidget(self.switch)
        box = QHBoxLayout()
        box.setContentsMargins(10, 0, 10, 6)
        box.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(box)
        column.addWidget(self.list, 1)

    def _find(self, text: str) -> None:
        if self._model is not None:
            self._model.set_search(text)

    def _open_first(self) -> None:
        name = self._model.first_match() if self._model is not None else None
        if name is not None:
            self.search.clear()
            self.open_wanted.emit(name)

    def _open(self, index: QModelIndex) -> None:
        kind, name = index.data(TableRole.KIND), index.data(TableRole.NAME)
        if kind is EntryKind.BROKEN:
            reason = str(index.data(Qt.ItemDataRole.ToolTipRole)).partition("\n")[2]
            self.broken_wanted.emit(str(index.data()), reason)
        elif name is not None:
            self.open_wanted.emit(name)


class _List(QListView):
    """Opens what is clicked, or chosen with Enter."""

    opened = Signal(QModelIndex)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tables and views")
        self.setItemDelegate(NavigatorDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self.opened)

    def focus_first(self) -> None:
        """Go to the first entry that can be opened."""
        self.setFocus()
        model = self.model()
        for row in range(model.rowCount() if model is not None else 0):
            index = model.index(row, 0)
            if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                self.setCurrentIndex(index)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
