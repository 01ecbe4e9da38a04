"""Owns the row of tools above a grid: filter, chips, search and buttons; changes no view itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from ui import icons, look
from ui.actions.build import Actions
from ui.window.words import short

_REST = 300
"""Milliseconds without a key before a search starts."""
MOST_CHIPS = 3
"""More would push the search box away; the rest is counted."""
_GAP = "\N{NO-BREAK SPACE}"
"""Between the words of a chip and its cross."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force."""

    column: str
    text: str


class SearchBox(QLineEdit):
    """Searches while a person types; Esc empties it, Enter and Down go to the rows."""

    wanted = Signal(str)
    left = Signal()

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Search in {heading}")
        self.setPlaceholderText(f"Search in {short(heading, 24)}   Ctrl+F")
        self.setClearButtonEnabled(False)
        self.addAction(icons.icon("magnify", "faint"), QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST)
        self._timer.timeout.connect(self.apply)
        self.textChanged.connect(self._timer.start)

    def apply(self) -> None:
        """Search for what stands here, now."""
        self._timer.stop()
        self.wanted.emit(self.text())

    def show_text(self, text: str) -> None:
        """Show what is searched for, without searching; never under a person's hands."""
        if not self.hasFocus() and text != self.text():
            self.setText(text)
            self._timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
                self.apply()
            else:
                self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.apply()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ToolRow(QFrame):
    """Filter button, chips, search box, columns, export, and the one primary button."""

    chip_removed = Signal(str)
    """The column whose filter is to go."""
    add_filter_wanted = Signal()

    def __init__(self, heading: str, word: str, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "tools")
        self.setAccessibleName(f"Tools of {heading}")
        self.setFixedHeight(look.scaled(46))
        self.filter_button = _flat(actions["edit.filter_row"], "filter-variant", "Filter")
        self.search = SearchBox(heading)
        self.search.setMinimumWidth(look.scaled(120))
        self.search.setMaximumWidth(look.scaled(220))
        self.columns_button = _icon_button(actions["view.columns"], "view-column-outline", "Columns")
        self._columns_tip = self.columns_button.toolTip()
        self.export_button = _icon_button(actions["file.export"], "export-variant", "Export view")
        self.new_button = _primary(actions["record.new"], f"New {word}")
        self._chips = QHBoxLayout()
        self._count = 0
        self._more = QPushButton(self)
        self._more.hide()
        self._chips.setSpacing(2 * look.STEP)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(2 * look.STEP)
        row.addWidget(self.filter_button)
        row.addLayout(self._chips)
        row.addStretch(1)
        row.addWidget(self.search, 2)
        row.addWidget(self.columns_button)
        row.addWidget(self.export_button)
        row.addWidget(self.new_button)

    def tell_hidden(self, hidden: int) -> None:
        """Say at the button how many columns the view leaves out."""
        words = f"{hidden} hidden" if hidden else "all shown"
        self.columns_button.setAccessibleDescription(words)
        self.columns_button.setToolTip(f"{self._columns_tip}\n{words.capitalize()}")

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show these filters; with any, also a way to add another."""
        focused = any(button.hasFocus() for button in self._buttons())
        self._clear()
        for chip in chips[:MOST_CHIPS]:
            self._chips.addWidget(self._chip(chip))
        self._count = len(chips)
        if chips:
            self._more = QPushButton(icons.icon("plus"), "")
            self._more.setProperty("role", "flat")
            self._more.setToolTip("Show the fields to filter by")
            self._more.clicked.connect(self.add_filter_wanted)
            self._chips.addWidget(self._more)
            self._fit()
        if focused:
            self.filter_button.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many chips as there is room for; the rest is counted on the last button."""
        if not self._count:
            return
        chips = [button for button in self._buttons() if button is not self._more]
        for shown in range(len(chips), -1, -1):
            hidden = self._count - shown
            self._more.setText(_rest(shown, hidden))
            for place, chip in enumerate(chips):
                chip.setVisible(place < shown)
            if self._needed() <= self.width():
                return

    def _needed(self) -> int:
        """Pixels for all that cannot shrink, and the search box at its smallest."""
        layout = self.layout()
        assert layout is not None
        buttons = [button for button in self._buttons() if not button.isHidden()]
        fixed = (self.filter_button, self.columns_button, self.export_button, self.new_button)
        widths = [widget.sizeHint().width() + 2 * look.STEP for widget in (*fixed, *buttons)]
        margins = layout.contentsMargins()
        return sum(widths) + self.search.minimumWidth() + margins.left() + margins.right()

    @property
    def chips(self) -> list[str]:
        """What the chips say."""
        return [button.text().rstrip(_GAP) for button in self._buttons() if button.property("role") == "chip"]

    def _chip(self, chip: Chip) -> QPushButton:
        button = QPushButton(icons.icon("close", "text"), short(chip.text, 36).replace("&", "&&") + _GAP)
        button.setProperty("role", "chip")
        button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands at the right
        button.setIconSize(QSize(look.scaled(13), look.scaled(13)))
        button.setAccessibleName(f"Remove filter: {chip.text}")
        button.setToolTip(f"{chip.text}\nPress to remove this filter")
        button.clicked.connect(partial(self.chip_removed.emit, chip.column))
        return button

    def _buttons(self) -> list[QPushButton]:
        items = (self._chips.itemAt(place) for place in range(self._chips.count()))
        found = (item.widget() for item in items if item is not None)
        return [widget for widget in found if isinstance(widget, QPushButton)]

    def _clear(self) -> None:
        self._count = 0
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _rest(shown: int, hidden: int) -> str:
    """What the button behind the chips says."""
    if not hidden:
        return "Add filter"
    return f"{hidden} more" if shown else f"{hidden} filter{'' if hidden == 1 else 's'}"


def _flat(action: QAction, icon: str, text: str) -> QPushButton:
    """A quiet button that shows and switches a checkable action."""
    button = QPushButton(icons.icon(icon), text)
    button.setProperty("role", "flat")
    button.setCheckable(True)
    button.setChecked(action.isChecked())
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    action.toggled.connect(button.setChecked)
    return button


def _icon_button(action: QAction, icon: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icons.icon(icon))
    button.setAccessibleName(name)
    button.setToolTip(action.toolTip())
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)
    return button


def _primary(action: QAction, name: str) -> QPushButton:
    button = QPushButton(icons.icon("plus", "on_accent"), "New")
    button.setProperty("role", "primary")
    button.setAccessibleName(name)
    button.setToolTip(action.toolTip())
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button
