"""Owns the line under a grid that always tells the truth: place, count, order, selection; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop.values.locale import Locale
from ui import look
from ui.window.words import number


@dataclass(frozen=True, slots=True)
class FootFacts:
    """What is known about a grid at this moment."""

    first: int = 0
    """The first row in sight, counted from 1; 0 where there is none."""
    last: int = 0
    count: int = 0
    exact: bool = True
    loading: bool = False
    sort: tuple[tuple[str, bool], ...] = ()
    """Heading and whether descending, in order; empty: the key's order."""
    selected: int = 0
    all_selected: bool = False
    """Everything that matches, whether it was read or not."""
    deleted: str = ""
    """What happens to deleted records, where the table has a mark for them."""
    reason: str = ""
    """Why nothing can be changed here."""


def describe(facts: FootFacts, locale: Locale) -> str:
    """The facts in one line."""
    parts = [_place(facts, locale)]
    if facts.sort:
        terms = (f"{heading} {'↓' if descending else '↑'}" for heading, descending in facts.sort)
        parts.append("sorted by " + ", ".join(terms))
    if facts.all_selected:
        parts.append(f"all {_count(facts, locale)} selected")
    elif facts.selected:
        parts.append(f"{number(facts.selected, locale)} selected")
    if facts.deleted:
        parts.append(facts.deleted)
    return "  ·  ".join(part for part in parts if part)


def _place(facts: FootFacts, locale: Locale) -> str:
    if facts.loading:
        return "loading…"
    if not facts.count and facts.exact:
        return "no records"
    if not facts.first:
        return f"{_count(facts, locale)} records"
    first, last = number(facts.first, locale), number(facts.last, locale)
    return f"{first}–{last} of {_count(facts, locale)}"


def _count(facts: FootFacts, locale: Locale) -> str:
    count = number(facts.count, locale)
    return count if facts.exact else f"≈ {count}"


class FootLine(QFrame):
    """Shows the facts; the reason why a table is read-only stands at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self.setFixedHeight(look.scaled(44))
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setMinimumWidth(look.scaled(120))  # gives way to what stands at the right
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._reason = QLabel()
        self._reason.setProperty("role", "muted")
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 0)
        row.addWidget(self._words)
        row.addStretch(1)
        row.addWidget(self._reason)

    def add(self, widget: QWidget) -> None:
        """Put something more at the right end."""
        self._row.addWidget(widget)

    @property
    def text(self) -> str:
        """All that is shown."""
        return "  ·  ".join(label.text() for label in (self._words, self._reason) if label.text())

    def tell(self, facts: FootFacts, locale: Locale) -> None:
        """Show these facts."""
        self._words.setText(describe(facts, locale))
        self._reason.setText(f"Read-only: {facts.reason}" if facts.reason else "")
        self.setAccessibleName(self.text)
