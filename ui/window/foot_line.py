"""Owns the line under a grid that always tells the truth: place, count, order, selection; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from desktop.values.locale import Locale
from ui import look
from ui.window.elided_label import ElidedLabel
from ui.window.words import number

_BETWEEN = "  ·  "


@dataclass(frozen=True, slots=True)
class FootFacts:
    """What is known about a grid at this moment."""

    first: int = 0
    """The first row in sight, counted from 1; 0 where there is none."""
    last: int = 0
    count: int = 0
    exact: bool = True
    at_least: bool = False
    """Nobody could tell so far how many there are: ``count`` is what has been read."""
    only: int = 0
    """How many of them are shown, where they are too many for a grid."""
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
    hidden: str = ""
    """What of the table is not shown, because the person may not read it."""
    looked: int | None = None
    """How many records a search has looked at, where it has to look at all."""
    search_goes_on: bool = False
    problem: str = ""
    """Why a filter was not understood: what is shown is still without it."""


def describe(facts: FootFacts, locale: Locale) -> str:
    """The facts in one line."""
    parts = [_place(facts, locale)]
    if facts.only:
        parts.append(f"only the first {number(facts.only, locale)} are shown: filter to reach the others")
    if facts.sort:
        terms = (f"{heading} {'↓' if descending else '↑'}" for heading, descending in facts.sort)
        parts.append("sorted by " + ", ".join(terms))
    if facts.all_selected and facts.count:
        parts.append(f"all {_count(facts, locale)} selected")
    elif facts.selected:
        parts.append(f"{number(facts.selected, locale)} selected")
    if facts.looked is not None:
        looked = number(facts.looked, locale)
        parts.append(
            f"looked at {looked} so far" if facts.search_goes_on else f"stopped after {looked} records"
        )
    if facts.deleted:
        parts.append(facts.deleted)
    return _BETWEEN.join(part for part in parts if part)


def _place(facts: FootFacts, locale: Locale) -> str:
    if facts.loading:
        return "loading…" if facts.looked is None else "searching…"
    if not facts.count and facts.looked is not None:
        return "nothing found so far"
    if not facts.count and facts.exact:
        return "no records"
    if not facts.first:
        return "1 record" if facts.exact and facts.count == 1 else f"{_count(facts, locale)} records"
    first, last = number(facts.first, locale), number(facts.last, locale)
    return f"{first}–{last} of {_count(facts, locale)}"


def _count(facts: FootFacts, locale: Locale) -> str:
    count = number(facts.count, locale)
    if facts.at_least:
        return f"{count} or more"
    return count if facts.exact else f"≈ {count}"


def _read_only(reason: str) -> str:
    """The reason without saying twice what it is the reason of."""
    words = reason.removesuffix("; it is shown read-only.").removesuffix(".")
    return f"Read-only: {words[:1].lower()}{words[1:]}." if reason else ""


class FootLine(QFrame):
    """Shows the facts; why a table is read-only, or not shown whole, stands at the right."""

    stop_wanted = Signal()
    """A search shall end where it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self.setFixedHeight(look.scaled(44))
        self._words = ElidedLabel("", "muted", least=look.scaled(260), between=_BETWEEN)
        self._reason = ElidedLabel("", "muted")
        self._remark = ""
        self._facts = FootFacts()
        self._place = ""
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 12, 0)
        row.setSpacing(4 * look.STEP)
        # What is staged, and how to save it, has its room first; the words take what is left.
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self._words, 1)
        self.stop_button = QPushButton("Stop")
        self.stop_button.setProperty("role", "flat")
        self.stop_button.setToolTip("Search no further (Esc)")
        self.stop_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop_button.clicked.connect(self.stop_wanted)
        self.stop_button.hide()
        row.addWidget(self.stop_button)
        row.addWidget(self._reason)

    def add(self, widget: QWidget) -> None:
        """Put something more at the right end."""
        self._row.addWidget(widget)

    @property
    def text(self) -> str:
        """All that is shown."""
        return _BETWEEN.join(label.text() for label in (self._words, self._reason) if label.text())

    def _say(self, words: str, role: str) -> None:
        self._reason.setText(words)
        if self._reason.property("role") != role:
            self._reason.setProperty("role", role)
            self._reason.style().unpolish(self._reason)
            self._reason.style().polish(self._reason)

    def tell(self, facts: FootFacts, locale: Locale) -> None:
        """Show these facts."""
        self._facts = facts
        self._place = describe(facts, locale)
        self.stop_button.setVisible(facts.search_goes_on)
        self._explain()

    def remark(self, words: str, until: SignalInstance | None = None) -> None:
        """Say one sentence about what was just done, until that signal; a problem comes first."""
        self._remark = words
        self._explain()
        if until is not None:
            until.connect(self._forget, Qt.ConnectionType.SingleShotConnection)

    def _forget(self) -> None:
        """What was remarked is old."""
        self._remark = ""
        self._explain()

    def _explain(self) -> None:
        problem = self._facts.problem
        # At the left, where there is room for it also in a narrow window.
        remark = "" if problem else self._remark
        self._words.setText(_BETWEEN.join(part for part in (remark, self._place) if part))
        always = " ".join(filter(None, (_read_only(self._facts.reason), self._facts.hidden)))
        self._say(problem or always, "error" if problem else "muted")
        self.setAccessibleName(self.text)
