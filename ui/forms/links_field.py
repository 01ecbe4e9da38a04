"""Owns a many-to-many field: linked records as chips, more by a searching picker; saves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.base.keys import Key, NewKey, RecordRef
from desktop.browse.recent import place_of
from desktop.browse.rows import Candidate, Linked
from desktop.models.connection import Connection
from desktop.schema.describe import Link
from desktop.schema.labels import heading, record_word
from ui import icons
from ui.editors.picker_popup import PickerPopup
from ui.forms.chips import Chips


class SearchLine(QLineEdit):
    """The line of the picker: keys for its list go there first."""

    def __init__(self, field: LinksField) -> None:
        super().__init__(field)
        self._field = field

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._field.key_pressed(event):
            super().keyPressEvent(event)


class LinksField(QWidget):
    """Says which links to add and which to remove."""

    changed = Signal()
    new_wanted = Signal(object)
    open_wanted = Signal(object)

    def __init__(
        self,
        connection: Connection,
        link: Link,
        linked: tuple[Linked, ...],
        parent: QWidget | None = None,
        *,
        more: int = 0,
    ) -> None:
        """``more``: how many there are beyond those ``linked``."""
        super().__init__(parent)
        self.link = link
        self.heading = heading(link.name)
        self.target = record_word(connection.database.table(link.there.target))
        """What one linked record is called."""
        self.of_new_record = False
        """Nothing is stored yet, so that nothing can look changed."""
        self.own: RecordRef | None = None
        """The record edited, where it is known."""
        self._connection = connection
        self._base = {one.key: one.label for one in linked}
        self._now: dict[Key | NewKey, str] = {one.key: one.label for one in linked}
        self._popup: PickerPopup | None = None
        self._build()
        self.chips.beyond = more
        self.chips.fill(self._now)

    @property
    def added(self) -> tuple[Key | NewKey, ...]:
        return tuple(key for key in self._now if key not in self._base)

    @property
    def removed(self) -> tuple[Key, ...]:
        return tuple(key for key in self._base if key not in self._now)

    @property
    def touched(self) -> bool:
        return bool(self.added or self.removed)

    @property
    def shown(self) -> dict[Key | NewKey, str]:
        """The names of all linked records by key, those taken off included."""
        shown: dict[Key | NewKey, str] = dict(self._base.items())
        return shown | self._now

    @property
    def names(self) -> list[str]:
        """The names shown, in order."""
        return list(self._now.values())

    def focus_target(self) -> QWidget:
        return self.add_button

    def set_read_only(self, read_only: bool) -> None:
        """Show but do not change."""
        self.add_button.setVisible(not read_only)
        self.chips.set_read_only(read_only)

    def add_key(self, key: Key | NewKey, name: str) -> None:
        """Link a record by its key, or a staged one."""
        if key not in self._now:
            self._now[key] = name
            self.chips.add(key, name)
            self._tell()

    def add_all(self, names: Mapping[Key | NewKey, str]) -> None:
        """Link all of these; of very many the first are shown."""
        more = {key: name for key, name in names.items() if key not in self._now}
        if more:
            self._now |= more
            self.chips.add_all(more)
            self._tell()

    def remove(self, key: Key | NewKey, *, focus: bool = True) -> None:
        """Take a link off; the focus goes to the button that adds one, or stays where it is."""
        if self._now.pop(key, None) is None:
            return
        self.chips.drop([key])
        if focus:
            self.add_button.setFocus()
        self._tell()

    def rebase(self, linked: Sequence[Linked], more: int = 0, *, keep: bool = True) -> None:
        """Others have changed the links: show theirs, and with ``keep`` also what the person did to them."""
        stored = {one.key: one.label for one in linked}
        wanted: dict[Key | NewKey, str] = {one.key: one.label for one in linked}
        if keep:
            removed = frozenset(self.removed)
            wanted = {key: name for key, name in wanted.items() if key not in removed}
            wanted |= {key: self._now[key] for key in self.added}
            if more:  # what was taken off may be beyond those read by now
                stored |= {key: self._base[key] for key in removed}
        self._base = stored
        self.chips.beyond = more
        if list(wanted) != list(self._now):
            self._now = wanted
            self.chips.fill(wanted)
        self._tell()

    def mark_error(self, sentence: str) -> None:
        """Say why the links were refused, until they are changed."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def key_pressed(self, event: QKeyEvent) -> bool:
        """True where the key was for the list of the picker."""
        if self._popup is not None and self._popup.handle_key(event):
            return True
        if event.key() == Qt.Key.Key_Escape:
            self._stop_searching()
            return True
        if event.key() == Qt.Key.Key_Down:
            self._list().search(self.search_line.text(), own=self.own, at_once=True)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._list().take_current()
            return True
        return False

    def pick(self) -> None:
        """Show the search line and the first candidates."""
        self.add_button.hide()
        self.search_line.clear()
        self.search_line.show()
        self.search_line.setFocus()
        self._list().search("", own=self.own, at_once=True)

    def _build(self) -> None:
        self.label = QLabel(self.heading.replace("&", "&&"), self)
        self.label.setProperty("role", "label")
        self.note = QLabel(self)
        self.note.setProperty("role", "faint")
        self.note.setMinimumWidth(1)  # else "was …" would widen the form past the panel
        top = QHBoxLayout()
        top.addWidget(self.label)
        top.addStretch(1)
        top.addWidget(self.note)
        self.problem = QLabel(self)
        self.problem.setProperty("role", "error")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.chips = Chips(self.heading, self._connection.locale, self)
        self.chips.removed.connect(lambda key: self.remove(key))
        self.chips.opened.connect(self._open)
        self.add_button = QPushButton(icons.icon("plus", "muted"), "Add", self)
        self.add_button.setProperty("role", "flat")
        self.add_button.setAccessibleName(f"Add to {self.heading}")
        self.add_button.clicked.connect(self.pick)
        self.label.setBuddy(self.add_button)
        self.search_line = SearchLine(self)
        self.search_line.setPlaceholderText(f"Find a {self.target}")
        self.search_line.setAccessibleName(f"Find a {self.target}")
        self.search_line.setFixedWidth(200)
        self.search_line.hide()
        self.search_line.textEdited.connect(self._search)
        self.chips.append(self.add_button, self.search_line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.chips)
        layout.addWidget(self.problem)

    def _open(self, key: Key | NewKey) -> None:
        if not isinstance(key, NewKey):
            self.open_wanted.emit(RecordRef(self.link.there.target, key))

    def _search(self, text: str) -> None:
        self._list().search(text, own=self.own)

    def _list(self) -> PickerPopup:
        if self._popup is None:
            there = self.link.there
            self._popup = PickerPopup(self._connection, there.target, (), place_of(there), self.search_line)
            self._popup.chosen.connect(self._take)
            self._popup.settled.connect(self._take)
            self._popup.closed.connect(self._stop_searching)
            self._popup.new_wanted.connect(self._want_new)
        return self._popup

    def _take(self, candidate: Candidate) -> None:
        self.add_key(candidate.key, candidate.label)
        self._stop_searching()

    def _stop_searching(self) -> None:
        self.search_line.hide()
        self.add_button.show()
        self.add_button.setFocus()

    def _want_new(self) -> None:
        self._stop_searching()
        self.new_wanted.emit(self)

    def _tell(self) -> None:
        self.mark_error("")
        before = ", ".join(self._base.values()) or "none"
        changed = self.touched and not self.of_new_record
        self.note.setText(f"was {before}"[:60] if changed else "")
        self.changed.emit()
