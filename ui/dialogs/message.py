"""Owns every message box: the sentence first, the way out second, technical text folded; never blocks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontDatabase, QHideEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QPushButton, QTextEdit, QWidget

from desktop.base.failure import without_values
from desktop.base.keys import RecordRef
from desktop.base.refusal import Reason, Refusal, RefusedError
from ui import icons

_ICON = 28
_MOST_LINES = 7
"""Refusals that stand in the box itself."""
_log = logging.getLogger(__name__)


class Tone(Enum):
    """What a button does to the data."""

    MAIN = "main"
    DANGER = "danger"
    OTHER = "other"
    SAFE = "safe"
    """The default button, and what Esc means."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a question: what ``done`` gets, and the verb on the button."""

    id: str
    text: str
    tone: Tone = Tone.OTHER


_ROLES = {
    Tone.MAIN: QMessageBox.ButtonRole.AcceptRole,
    Tone.DANGER: QMessageBox.ButtonRole.AcceptRole,
    Tone.OTHER: QMessageBox.ButtonRole.DestructiveRole,  # stands left of the others
    Tone.SAFE: QMessageBox.ButtonRole.RejectRole,
}


@dataclass(frozen=True, slots=True)
class Several:
    """Several refusals of one attempt, in one box."""

    sentence: str
    lines: tuple[str, ...]
    """One for each record: what it is called and why it was refused."""
    technical: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """The first of them; the box stays of a height that any screen can hold."""
        shown = "\n".join(f"•  {line}" for line in self.lines[:_MOST_LINES])
        rest = len(self.lines) - _MOST_LINES
        return f"{shown}\n…  and {rest:,} more, under Details." if rest > 0 else shown

    @property
    def details(self) -> str:
        """All of them, with the technical text of each."""
        pairs = zip_longest(self.lines, self.technical, fillvalue="")
        return "\n\n".join("\n".join(part for part in pair if part) for pair in pairs)


class MessageBox(QMessageBox):
    """A message box that folds its technical text under "Details"."""

    def __init__(self, parent: QWidget | None, title: str, sentence: str, hint: str, details: str) -> None:
        # Without a parent nobody would hold the box while it is open.
        super().__init__(parent or QApplication.activeWindow())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWindowTitle(title)
        self.setText(sentence)
        self.setInformativeText(hint)
        self.setAccessibleName(sentence)  # else a reader would say the window's title only
        self.setAccessibleDescription(hint)
        if details:
            self.setDetailedText(details)

    def set_sign(self, name: str, role: str) -> None:
        """The icon at the left, tinted."""
        self.setIconPixmap(icons.icon(name, role).pixmap(QSize(_ICON, _ICON)))

    def showEvent(self, event: QShowEvent) -> None:
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(20, 18, 20, 16)
        super().showEvent(event)
        button = self.details_button()
        if button is not None:
            button.clicked.connect(self._name_details)
        self._name_details()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        parent = self.parentWidget()
        if parent is not None:
            parent.window().activateWindow()

    def details_button(self) -> QAbstractButton | None:
        """The button that unfolds the technical text; it is the only one with an action's role."""
        role = QMessageBox.ButtonRole.ActionRole
        return next((button for button in self.buttons() if self.buttonRole(button) == role), None)

    def _name_details(self) -> None:
        """Qt calls it "Show Details..." each time it is used."""
        button = self.details_button()
        if button is None:
            return
        button.setText("Details")
        button.setIcon(icons.icon("chevron-down", "muted"))
        if button.property("role") != "flat":
            button.setProperty("role", "flat")
            button.style().unpolish(button)
            button.style().polish(button)
        for text in self.findChildren(QTextEdit):
            text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            text.setAccessibleName("Details")


def show_refusal(
    parent: QWidget | None,
    refusal: Refusal,
    *,
    title: str,
    open_other: Callable[[RecordRef], None] | None = None,
    edit_label: str = "",
    done: Callable[[], None] | None = None,
    several: Several | None = None,
) -> QMessageBox:
    """Tell why something was refused; ``done`` is called when the box is closed, whichever button was used
    (except for the one that opens the other record, which calls ``open_other``). ``several``: there were
    more, of which this is the first."""
    if several is None:
        box = MessageBox(parent, title, refusal.sentence, refusal.hint, refusal.details)
    else:
        box = MessageBox(parent, title, several.sentence, several.hint, several.details)
    box.set_sign(_sign_of(refusal.reason), "error")
    other = refusal.other
    open_button: QPushButton | None = None
    if other is not None and open_other is not None:
        name = f"“{_short(refusal.other_label)}”" if refusal.other_label else "the Other Record"
        open_button = _add(box, Choice("open", f"Open {name}"))
    close_button = _add(box, Choice("close", edit_label or "Close", Tone.MAIN))
    box.setDefaultButton(close_button)
    box.setEscapeButton(close_button)

    def finished() -> None:
        if open_button is not None and box.clickedButton() is open_button:
            assert open_other is not None and other is not None
            open_other(other)
        elif done is not None:
            done()

    box.finished.connect(finished)
    box.open()
    return box


def show_error(
    parent: QWidget | None, error: Exception, *, title: str, done: Callable[[], None] | None = None
) -> QMessageBox:
    """Tell about any failure: a refusal in its own words, a file error by its text, anything else as a fault
    of the program (which is also logged)."""
    return show_refusal(parent, refusal_of(error), title=title, done=done)


def refusal_of(error: Exception) -> Refusal:
    """The refusal an exception carries, or one made for it."""
    if isinstance(error, RefusedError):
        return error.refusal
    if isinstance(error, OSError):
        return Refusal(Reason.FILE, f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + ".")
    _log.error("unexpected failure\n%s", without_values(error))
    return Refusal(
        Reason.OTHER,
        "Something went wrong inside Rowkeeper. Nothing was saved.",
        "What you typed is still here. You can try again.",
        details=f"{type(error).__name__}: {error}",
    )


def ask(
    parent: QWidget | None,
    title: str,
    sentence: str,
    hint: str,
    choices: Sequence[Choice],
    done: Callable[[str], None],
    *,
    sign: tuple[str, str] = ("help-circle-outline", "accent"),
    details: str = "",
    safe: str = "",
) -> QMessageBox:
    """Ask a question; ``done`` gets the id of the choice. Esc and Enter mean ``safe``: the choice of that id,
    else the one with the safe tone."""
    box = MessageBox(parent, title, sentence, hint, details)
    box.set_sign(*sign)
    buttons = {choice.id: _add(box, choice) for choice in choices}
    safe = safe or next((choice for choice in choices if choice.tone is Tone.SAFE), choices[-1]).id
    box.setDefaultButton(buttons[safe])
    box.setEscapeButton(buttons[safe])

    def finished() -> None:
        clicked = box.clickedButton()
        done(next((id_ for id_, button in buttons.items() if button is clicked), safe))

    box.finished.connect(finished)
    box.open()
    return box


def tell(
    parent: QWidget | None,
    title: str,
    sentence: str,
    hint: str = "",
    *,
    details: str = "",
    done: Callable[[], None] | None = None,
) -> QMessageBox:
    """Tell something that needs no decision."""
    return ask(
        parent,
        title,
        sentence,
        hint,
        (Choice("close", "Close", Tone.SAFE),),
        lambda _: done() if done is not None else None,
        sign=("information-outline", "accent"),
        details=details,
    )


def _add(box: MessageBox, choice: Choice) -> QPushButton:
    button = box.addButton(choice.text.replace("&", "&&"), _ROLES[choice.tone])
    if choice.tone in (Tone.MAIN, Tone.DANGER):
        button.setProperty("role", "primary" if choice.tone is Tone.MAIN else "danger")
        button.style().unpolish(button)
        button.style().polish(button)
    return button


def _sign_of(reason: Reason) -> str:
    if reason in (Reason.CONNECTION, Reason.LOCKED):
        return "lan-disconnect"
    if reason in (Reason.CONFLICT, Reason.GONE, Reason.COUNT_CHANGED):
        return "account-multiple-outline"
    return "alert-circle-outline"


def _short(text: str) -> str:
    return text if len(text) <= 32 else text[:31] + "…"
