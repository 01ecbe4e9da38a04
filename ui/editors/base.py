"""Owns what every editor of one field has in common; knows no kind of value and no database."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop.edit.compare import same_value
from desktop.schema.describe import Column
from desktop.values.kinds import BadValue, ValueKind, kind_for
from desktop.values.locale import PLAIN, Locale
from desktop.values.special import DEFAULT, DIFFERS

TEXT_KEYS_FOR_NULL = (QKeySequence("Alt+Del"), QKeySequence("Ctrl+Shift+N"))
_NOW = ("current_timestamp", "current_date", "current_time", "localtimestamp", "now")
DIFFERENT = "(differs)"
"""Stands in a field of several records that do not share its value."""
TYPED: Final = object()
"""Stands for the value in a field somebody typed in: what it is, only its text can tell."""
KEY_FOR_DEFAULT = QKeySequence("Ctrl+Backspace")


class Editor(QWidget):
    """Edits one field; what it was given stays untouched, byte for byte, until the person changes it."""

    changed = Signal()
    """The person changed something (never emitted by ``set_value``)."""
    marked = Signal(object)
    """The sentence of an error mark, or None where the mark was taken off."""

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = column
        self.locale_ = locale
        self.kind: ValueKind = kind_for(column)
        self._base: object = None
        self.read_only = False
        """Set by ``set_read_only``."""
        self.of_new_record = False
        """Nothing is stored yet, so that nothing can look changed."""
        self.error: str | None = None
        """The sentence it is marked with; set by ``mark_error``."""

    # What a kind of editor must say.

    def focus_target(self) -> QWidget:
        """The widget that takes the focus and carries the field's accessible name."""
        raise NotImplementedError

    @property
    def touched(self) -> bool:
        """The person changed the content; only then may it be written back."""
        raise NotImplementedError

    def _show(self, value: object) -> None:
        """Show ``value`` as the untouched content."""
        raise NotImplementedError

    def _read(self) -> object:
        """The value the touched content stands for; raises BadValue."""
        raise NotImplementedError

    def put(self, value: object) -> None:
        """Show ``value`` as if the person had entered it (touched, and ``changed`` is emitted)."""
        raise NotImplementedError

    @property
    def note(self) -> str:
        """What stands right of the label: a zone, a size; empty for nothing."""
        return ""

    # What the form uses.

    @property
    def base(self) -> object:
        """The value it was given."""
        return self._base

    def set_value(self, value: object) -> None:
        """Show a stored value, NULL (None) or DEFAULT; afterwards ``touched`` is False."""
        self._base = value
        self._show(value)
        self.mark_error(None)
        self._mark_state()

    def rebase(self, value: object) -> None:
        """The stored value has changed meanwhile: take it as the base and keep what the person entered."""
        if self.touched:
            self._base = value
        else:
            self.set_value(value)

    def value(self) -> object:
        """The value to write: the base where untouched, else what was entered; raises BadValue."""
        return self._read() if self.touched else self._base

    def text_is_valid(self) -> str | None:
        """A sentence where what was entered is not a value of this kind."""
        try:
            self.value()
        except BadValue as bad:
            return bad.sentence
        return None

    def set_null(self) -> None:
        """Empty the field to NULL, in one keystroke, where the column allows it."""
        if self.column.nullable and not self.read_only:
            self.put(None)

    def set_default(self) -> None:
        """Leave the field to the database again, where it was so at first."""
        if self._base is DEFAULT and not self.read_only:
            self.put(DEFAULT)

    def set_read_only(self, read_only: bool) -> None:
        """Show but do not change."""
        self.read_only = read_only
        self.focus_target().setProperty("readonly", read_only)
        self._restyle()

    def mark_error(self, sentence: str | None) -> None:
        """Mark the field as refused, with the reason, or take the mark off."""
        if sentence != self.error:
            self.error = sentence
            self.focus_target().setAccessibleDescription(sentence or self.column.comment)
            self.marked.emit(sentence)
            self._mark_state()

    def shown(self, value: object) -> str:
        """``value`` in a few words, for a note such as "was Draft"."""
        if value is None:
            return "NULL"
        if value is DEFAULT:
            return "default"
        if value is DIFFERS:
            return DIFFERENT
        return self.kind.show(value, self.column, self.locale_) or "empty"

    @property
    def default_words(self) -> str:
        """What the database puts in by itself, as far as that can be told before."""
        text = self.column.default_text.split("::", maxsplit=1)[0].strip()
        if text.lower().rstrip("()") in _NOW:
            return "default (now)"
        quoted = len(text) > 1 and text[0] == text[-1] == "'"
        try:
            value = self.kind.parse(text[1:-1].replace("''", "'") if quoted else text, self.column, PLAIN)
        except BadValue:
            return "default"
        is_text = isinstance(value, str) and not quoted
        if value is None or is_text:  # an expression of the database's own
            return "default"
        return f"default ({self.kind.show(value, self.column, self.locale_) or 'empty'})"

    def placeholder(self, value: object) -> str:
        """What stands in an empty field."""
        if value is DIFFERS:
            return DIFFERENT
        if value is DEFAULT:
            return "numbered by the database" if self.column.identity else self.default_words
        if value is None:
            return "" if self.column.required else "NULL"
        return "empty text"

    # Helpers for the kinds.

    def _entered(self) -> None:
        """The person changed something."""
        self.mark_error(None)
        self._mark_state()
        self.changed.emit()

    def _mark_state(self) -> None:
        changed = self.touched and not self.of_new_record
        state = "error" if self.error else "changed" if changed else ""
        target = self.styled()
        if target.property("state") != state:
            target.setProperty("state", state)
            self._restyle()

    def styled(self) -> QWidget:
        """The widget that wears the colours of the state."""
        return self.focus_target()

    def _restyle(self) -> None:
        for widget in {self.styled(), self.focus_target()}:
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def special_key(self, event: QKeyEvent) -> bool:
        """Handle the keys for NULL and DEFAULT; True where it was one of them."""
        pressed = QKeySequence(event.keyCombination())
        if any(pressed.matches(key) is QKeySequence.SequenceMatch.ExactMatch for key in TEXT_KEYS_FOR_NULL):
            self.set_null()
            return True
        if pressed.matches(KEY_FOR_DEFAULT) is QKeySequence.SequenceMatch.ExactMatch and self._is_blank():
            self.set_default()
            return True
        return False

    def _is_blank(self) -> bool:
        """Nothing stands in the field, so that Ctrl+Backspace has no word to delete."""
        return True


def holds_another(editor: Editor, held: object) -> bool:
    """Whether a value was put in that is not the base, even where it is written in the same way."""
    return not (held is TYPED or held is editor.base or same_value(held, editor.base))


def exact_text(value: object) -> str:
    """A string a text widget can hold as it is; empty for anything else (undecodable bytes too)."""
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        return ""
    return value
