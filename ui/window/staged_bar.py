"""Owns the right end of the foot line: how much is staged, and the ways on; decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from desktop.models.connection import Connection
from desktop.staging.staging import Staging
from desktop.values.locale import Locale
from ui import look
from ui.actions.build import Actions
from ui.window.dot import Dot
from ui.window.words import number

_BUTTONS = (
    ("data.review", "Review", ""),
    ("data.discard", "Discard", ""),
    ("data.save", "Save  Ctrl+S", "primary"),
)


_GAP = 8


class StagedBar(QWidget):
    """Hidden while nothing is staged."""

    def __init__(self, connection: Connection, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._words = QLabel()
        self._words.setProperty("role", "strong")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        self._dot = Dot(9)
        row.addWidget(self._dot)
        row.addWidget(self._words)
        self.buttons: dict[str, QPushButton] = {}
        """By the id of their action."""
        for name, text, role in _BUTTONS:
            button = self.buttons[name] = QPushButton(text)
            button.setProperty("role", role)
            button.setToolTip(actions[name].toolTip())
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(actions[name].trigger)
            row.addWidget(button)
        connection.workbench.changed.connect(self._tell)
        connection.workbench.busy.connect(self._tell)
        self._tell()

    @property
    def text(self) -> str:
        """What is told; empty while nothing is staged."""
        return "" if self.isHidden() else self._words.text()

    def sizeHint(self) -> QSize:
        # Of everything, also of what is hidden now: else what was hidden once would never come back.
        parts = [self._dot, self._words, *self.buttons.values()]
        return QSize(sum(map(_width, parts)) + _GAP * len(parts), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @property
    def _least(self) -> int:
        return _width(self._dot) + _GAP + _width(self.buttons["data.save"])

    def _fit(self) -> None:
        """In a narrow window show what there is room for; the menu has it all."""
        room = (
            self.width() - self._least - _GAP
        )  # some slack: a style may give buttons more than they ask for
        for part in (self._words, self.buttons["data.review"], self.buttons["data.discard"]):
            room -= _width(part) + _GAP
            part.setVisible(room >= 0)

    def _tell(self) -> None:
        """Show what is staged now."""
        bench = self._connection.workbench
        words = staged_words(bench.staging, self._connection.locale)
        self._words.setText(words)
        # By its own font: a label asks for too little before the style has made it bold.
        self._words.setFixedWidth(QFontMetrics(look.font(bold=True)).horizontalAdvance(words) + _GAP)
        self._words.setToolTip(words)
        self.setAccessibleName(words)
        for button in self.buttons.values():
            button.setEnabled(not bench.saving)
        self.buttons["data.save"].setText("Saving…" if bench.saving else _BUTTONS[2][1])
        self.setVisible(bench.staging.dirty)
        self.updateGeometry()
        self._fit()


def _width(part: QWidget) -> int:
    part.ensurePolished()
    return max(part.minimumWidth(), part.sizeHint().width())


def staged_words(staging: Staging, locale: Locale) -> str:
    """How much is staged, and how much of it cannot be saved as it is."""
    changes, records = staging.change_count, staging.record_count
    parts = [f"{_times(changes, 'change', locale)} in {_times(records, 'record', locale)}"]
    wrong = staging.invalid_count
    if wrong:
        parts.append(f"{number(wrong, locale)} not valid")
    return "  ·  ".join(parts)


def _times(count: int, word: str, locale: Locale) -> str:
    return f"{number(count, locale)} {word}{'' if count == 1 else 's'}"


def records_words(count: int, locale: Locale) -> str:
    """``3 records``."""
    return _times(count, "record", locale)
