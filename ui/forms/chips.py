"""Owns the chips of linked records: cut to the width there is, made a few at a time; links nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.base.keys import Key, NewKey
from desktop.values.locale import Locale
from ui import icons
from ui.editors.flow_layout import FlowLayout
from ui.editors.lookup import OPEN_KEY
from ui.window.words import number

_AT_ONCE = 40
"""Chips made at first, and for each press of "more": thousands would take seconds."""


class ChipText(QPushButton):
    """A name that is cut with "…" where there is no room for all of it."""

    def __init__(self, name: str, which: str, parent: QWidget) -> None:
        """``which``: what tells it apart from others of the same name."""
        super().__init__(parent)
        self._name = name
        self.setProperty("role", "chip-text")
        self.setToolTip(f"Open {name} ({which})" if which else f"Open {name}")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(name.replace("&", "&&"))

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._name) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self.fontMetrics().horizontalAdvance("Mm…")), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        shown = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown.replace("&", "&&"))


class Chip(QFrame):
    """The name of one linked record, with a button that takes it off."""

    removed = Signal(object)
    opened = Signal(object)

    def __init__(self, key: Key | NewKey, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self.name = name
        self.setProperty("role", "chip")
        which = "" if isinstance(key, NewKey) else ", ".join(map(str, key))
        text = ChipText(name, which, self)
        text.clicked.connect(lambda: self.opened.emit(self.key))
        self.remove_button = QToolButton(self)
        self.remove_button.setIcon(icons.icon("close", "accent"))
        self.remove_button.setAccessibleName(f"Remove {name}")
        self.remove_button.setToolTip(f"Remove {name} (Delete); open it (Alt+Space)")
        self.remove_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remove_button.clicked.connect(self._remove)
        self.remove_button.installEventFilter(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 2, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(text)
        layout.addWidget(self.remove_button)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt+Space opens the record, as in a field that names one; the button would take it for a click."""
        if isinstance(event, QKeyEvent) and event.keyCombination() == OPEN_KEY:
            if event.type() == QEvent.Type.KeyPress:
                self.opened.emit(self.key)
            event.accept()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.remove_button.isVisible():
            self._remove()
        else:
            super().keyPressEvent(event)

    def _remove(self) -> None:
        self.removed.emit(self.key)


class Chips(QWidget):
    """A chip for each name; of very many for the first, and a button for more."""

    removed = Signal(object)
    """The key of a chip that was taken off; it stays until it is dropped."""
    opened = Signal(object)
    """The key of a chip somebody asked to see."""

    def __init__(self, heading: str, locale: Locale, parent: QWidget) -> None:
        super().__init__(parent)
        self._heading = heading
        self._locale = locale
        self._read_only = False
        self.beyond = 0
        """How many there are that were not even read."""
        self._waiting: dict[Key | NewKey, str] = {}
        """What has no chip yet."""
        self._flow = FlowLayout(self)
        self.more_button = QPushButton(self)
        self.more_button.setProperty("role", "link")
        self.more_button.clicked.connect(lambda: self._show_more(_AT_ONCE))
        self.more_button.hide()
        self._flow.addWidget(self.more_button)

    def append(self, *widgets: QWidget) -> None:
        """Put these behind the chips."""
        for widget in widgets:
            self._flow.addWidget(widget)

    def shown(self) -> list[Chip]:
        """The chips there are."""
        return [chip for chip in self.findChildren(Chip) if not chip.isHidden()]

    def fill(self, names: Mapping[Key | NewKey, str]) -> None:
        """Show these instead of those there are."""
        self.drop([*self._waiting, *(chip.key for chip in self.shown())])
        self.add_all(names)

    def add(self, key: Key | NewKey, name: str) -> None:
        """One more chip, in sight."""
        chip = Chip(key, name, self)
        chip.removed.connect(self.removed)
        chip.opened.connect(self.opened)
        chip.remove_button.setVisible(not self._read_only)
        place = next(i for i in range(self._flow.count()) if self._widget(i) is self.more_button)
        self._flow.insert_widget(place, chip)
        chip.show()

    def add_all(self, names: Mapping[Key | NewKey, str]) -> None:
        """More chips, as far as there are not many yet."""
        self._waiting |= names
        self._show_more(max(_AT_ONCE - len(self.shown()), 0))

    def drop(self, keys: Iterable[Key | NewKey]) -> None:
        """Show these no more."""
        gone = set(keys)
        for chip in self.shown():
            if chip.key in gone:
                self._flow.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
        if not gone.isdisjoint(self._waiting):
            self._waiting = {key: name for key, name in self._waiting.items() if key not in gone}
            self._tell_more()

    def set_read_only(self, read_only: bool) -> None:
        """Let none be taken off."""
        self._read_only = read_only
        for chip in self.shown():
            chip.remove_button.setVisible(not read_only)

    def _widget(self, place: int) -> QWidget | None:
        item = self._flow.itemAt(place)
        return item.widget() if item is not None else None

    def _show_more(self, count: int) -> None:
        for key in list(islice(self._waiting, count)):
            self.add(key, self._waiting.pop(key))
        self._tell_more()

    def _tell_more(self) -> None:
        rest = len(self._waiting) + self.beyond
        self.more_button.setText(f"{number(rest, self._locale)} more")
        self.more_button.setEnabled(bool(self._waiting))
        told = f"Show more of {self._heading}" if self._waiting else "The table in between has them all"
        self.more_button.setToolTip(told)
        self.more_button.setVisible(bool(rest))
