"""Owns the editor of a foreign key: shows the record's name, offers others while one types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.base.keys import NewKey, RecordRef
from desktop.browse.recent import place_of
from desktop.browse.rows import Candidate
from desktop.models.connection import Connection
from desktop.schema.describe import Column, ForeignKey
from desktop.schema.labels import record_word
from desktop.values.kinds import BadValue
from desktop.values.special import DIFFERS, is_blank
from ui import icons
from ui.editors.line import LineEditor
from ui.editors.named_record import NamedRecord
from ui.editors.picker_popup import PickerPopup

OPEN_KEY = QKeyCombination(Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Space)


class LookupEditor(LineEditor):
    """The name of the record pointed to; typing searches, choosing takes, an emptied line means NULL."""

    open_wanted = Signal(object)
    """The RecordRef somebody asked to see."""
    new_wanted = Signal(object)
    """This editor: somebody asked for a new record to point to."""
    taken = Signal()
    """A record was taken from the list."""
    offers_new = True
    """Whether the list ends with "New…"."""
    offers_staged = True
    """Whether the list begins with what is not saved yet."""

    def __init__(
        self, column: Column, connection: Connection, foreign_key: ForeignKey, parent: QWidget | None = None
    ) -> None:
        self._names: dict[object, str] = {}
        self.searching = False
        """A name was begun and no record is chosen for it yet."""
        self._chosen: object = None
        self._popup: PickerPopup | None = None
        self._connection = connection
        self.foreign_key = foreign_key
        self.own: RecordRef | None = None
        """The record edited, where it is known."""
        super().__init__(column, connection.locale, parent)
        self.line.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.line.installEventFilter(self)
        self._named = NamedRecord(connection, foreign_key.target, self)
        self._named.found.connect(self.open_wanted)
        self._named.missing.connect(self.mark_error)
        self._word = record_word(connection.database.table(foreign_key.target))
        self.pick_button = self._tool("chevron-down", f"Choose a {self._word}", "Alt+Down", self.pick)
        self.open_button = self._tool(
            "open-in-new", f"Open This {self._word.capitalize()}", "Ctrl+Shift+Return", self._open
        )

    @property
    def touched(self) -> bool:
        if self.searching:
            return True
        return (type(self._chosen), self._chosen) != (type(self._base), self._base)

    @property
    def staged(self) -> bool:
        """It points to a record that is staged and not saved yet."""
        return isinstance(self._chosen, NewKey)

    def know(self, value: object, name: str) -> None:
        """The name of the record a value points to."""
        if name and value is not None:
            self._names[value] = name

    def choose(self, value: object, name: str) -> None:
        """Point to that record, as if the person had picked it."""
        self.know(value, name)
        self.put(value)

    def text_of(self, value: object) -> str:
        if isinstance(value, NewKey):
            return self._names.get(value, f"new {self._word}")
        return self._names.get(value) or self.kind.edit_text(value, self.column, self.locale_)

    def shown(self, value: object) -> str:
        return self._names.get(value) or super().shown(value)

    def placeholder(self, value: object) -> str:
        if value is None and self.column.required:
            return "Type to search"
        return super().placeholder(value)

    def enter(self, text: str) -> None:
        """A name that was typed and not found; the list opens when somebody goes on typing."""
        self.line.setText(text)
        self.searching = bool(text)
        super()._typed(text)
        self._show_buttons()

    def set_read_only(self, read_only: bool) -> None:
        self.pick_button.setVisible(not read_only)
        self.line.place_inside()
        super().set_read_only(read_only)

    def pick(self) -> None:
        """Open the list with the first candidates."""
        if not self.read_only:
            self.line.setFocus()
            self._list().search("" if not self.searching else self.line.text(), own=self.own, at_once=True)

    def key_pressed(self, event: QKeyEvent) -> bool:
        if self._popup is not None and self._popup.handle_key(event):
            return True
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Down and (alt or not self.read_only):
            self.pick()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & control_shift == control_shift:
                self._open()
                return True
            if self.searching and not event.modifiers():
                self._list().take_current()
                return True
        if event.key() == Qt.Key.Key_Escape and self.searching:
            self._give_up()
            return True
        return super().key_pressed(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The person went on: a name typed in full is taken. Ctrl+click and Alt+Space open what is named."""
        if isinstance(event, QKeyEvent) and event.keyCombination() == OPEN_KEY:
            if event.type() == QEvent.Type.KeyPress:
                self._open()
            event.accept()
            return True
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonPress
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            and not self.searching
        ):
            self._open()
            return True
        leaving = event.type() == QEvent.Type.FocusOut and self.searching
        if leaving and self._popup is not None and not self._popup.isVisible():
            self._take_exact()
        return super().eventFilter(watched, event)

    @property
    def popup(self) -> PickerPopup | None:
        """The list, once it was opened."""
        return self._popup

    def _fill(self, value: object) -> None:
        self._chosen = value
        self.searching = False
        super()._fill(value)
        self._show_buttons()

    def _typed(self, text: str) -> None:
        self.searching = bool(text)
        if not text:
            self._chosen = DIFFERS if self.base is DIFFERS else None
        super()._typed(text)
        self._show_buttons()
        if text:
            self._list().search(text, own=self.own)
        elif self._popup is not None:
            self._popup.hide()

    def _read(self) -> object:
        if self.searching:
            self._take_exact()
        if self.searching:
            raise BadValue(f"No {self._word} was chosen for “{self.line.text()}”. Pick one from the list.")
        return self._chosen

    def _take_exact(self) -> None:
        typed = self.line.text().strip().casefold()
        offered = self._popup.candidates if self._popup is not None else []
        exact = [one for one in offered if one.label.casefold() == typed]
        if len(exact) == 1:
            self._settle(exact[0])

    def _settle(self, candidate: Candidate) -> None:
        self.choose(candidate.value, candidate.label)

    def _give_up(self) -> None:
        """Back to what was chosen before the search."""
        self._fill(self._chosen)
        self._entered()

    def _list(self) -> PickerPopup:
        if self._popup is None:
            key = self.foreign_key
            self._popup = PickerPopup(
                self._connection,
                key.target,
                key.target_columns,
                place_of(key),
                self.line,
                staged=self.offers_staged,
            )
            self._popup.chosen.connect(self._settle)
            self._popup.chosen.connect(self.taken)
            self._popup.settled.connect(self._settle)
            self._popup.new_wanted.connect(self._want_new)
            if not self.offers_new:
                self._popup.new_button.hide()
        return self._popup

    def _want_new(self) -> None:
        self.new_wanted.emit(self)

    def _open(self) -> None:
        value = self._chosen
        if isinstance(value, NewKey):
            self.new_wanted.emit(self)  # still staged: it is edited where it was made
            return
        if is_blank(value):
            return
        self._named.find({self.foreign_key.target_columns[0]: value})

    def _show_buttons(self) -> None:
        if not hasattr(self, "open_button"):
            return  # still being built
        chosen = not is_blank(self._chosen)
        self.open_button.setEnabled(chosen and not self.searching)

    def _tool(self, icon: str, name: str, key: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icons.icon(icon, "muted"))
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({key})")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(slot)
        self.line.add_inside(button)
        return button
