"""Owns what Rowkeeper's dialogs look like: heading, body, one row of buttons; holds no subject of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QIcon, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.models.calm import painting
from ui.connection_strip import ConnectionStrip

if TYPE_CHECKING:
    from desktop.connect.profile import Profile

_PAINTED_IN = 0.05
"""Seconds until a dialog is made and painted: what it asks for in the background waits for that."""


class DialogFrame(QDialog):
    """A window-modal dialog that deletes itself when closed."""

    fitted = True
    """Takes the height of its words when shown; False for those with a size of their own."""

    def __init__(self, parent: QWidget | None, title: str, width: int = 480) -> None:
        painting(_PAINTED_IN)
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(width)
        self.setSizeGripEnabled(False)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.body.setContentsMargins(20, 18, 20, 4)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.setContentsMargins(20, 12, 20, 16)
        self.outer = QVBoxLayout(self)
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.outer.setSpacing(0)
        self.outer.addLayout(self.body)
        self.outer.addLayout(self.buttons)

    def wear(self, profile: Profile) -> None:
        """Say on top whose records are written, in the colour of the connection."""
        if profile.colour:
            self.strip = ConnectionStrip(profile, self)
            self.outer.insertWidget(0, self.strip)

    def fit(self) -> None:
        """Take the height the words need now; a wrapped label tells it only for the real width."""
        width = max(self.width(), self.minimumWidth())
        self.outer.activate()
        self.resize(width, max(self.outer.heightForWidth(width), self.outer.minimumSize().height()))

    def grow(self, size: QSize) -> None:
        """Take another size about the same middle, and stay on the screen with all of it."""
        middle = self.geometry().center()
        self.resize(size)
        if not self.isVisible():
            return  # it is placed when it is shown
        place = self.frameGeometry()
        place.moveCenter(middle)
        screen = self.screen().availableGeometry()
        left = max(screen.left(), min(place.left(), screen.right() - place.width() + 1))
        top = max(screen.top(), min(place.top(), screen.bottom() - place.height() + 1))
        self.move(left, top)

    def showEvent(self, event: QShowEvent) -> None:
        painting(_PAINTED_IN)
        super().showEvent(event)
        if self.fitted and self.outer.hasHeightForWidth():
            self.fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """The window below gets the keys; without a window manager nobody else sees to that."""
        super().hideEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            parent.window().activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus; only elsewhere it means the main one."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def add_button(
        self, text: str, slot: Callable[[], None], *, role: str = "", default: bool = False
    ) -> QPushButton:
        """A button at the end of the row; ``role`` is "primary", "danger" or nothing."""
        button = QPushButton(text.replace("&", "&&"), self)
        button.setProperty("role", role)
        button.setAutoDefault(False)
        button.setDefault(default)
        button.clicked.connect(slot)
        self.buttons.addWidget(button)
        return button


def heading_row(icon: QIcon | None, sentence: str, hint: str) -> tuple[QHBoxLayout, QLabel, QLabel]:
    """A sign, the sentence in bold and what it means under it."""
    row = QHBoxLayout()
    row.setSpacing(16)
    if icon is not None:
        sign = QLabel()
        sign.setPixmap(icon.pixmap(28, 28))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    main = text_label(sentence, "title")
    more = text_label(hint, "muted")
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(main)
    column.addWidget(more)
    row.addLayout(column, 1)
    return row, main, more


def text_label(text: str, role: str) -> QLabel:
    """A wrapping label of plain text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def labelled(heading: str, widget: QWidget) -> QVBoxLayout:
    """A widget under its label, which also names it for assistive tools."""
    label = QLabel(heading)
    label.setProperty("role", "label")
    label.setBuddy(widget)
    widget.setAccessibleName(heading)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(label)
    column.addWidget(widget)
    return column


def pair(left: tuple[QVBoxLayout, int], right: tuple[QVBoxLayout, int]) -> QHBoxLayout:
    """Two fields beside each other, with their share of the width."""
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addLayout(*left)
    row.addLayout(*right)
    return row


def line(placeholder: str = "") -> QLineEdit:
    """A line edit with an example in it."""
    edit = QLineEdit()
    edit.setPlaceholderText(placeholder)
    return edit


def rule(parent: QWidget) -> QFrame:
    """A thin separator."""
    frame = QFrame(parent)
    frame.setProperty("role", "line")
    frame.setFixedHeight(1)
    return frame
