"""Owns the editor of lists: one entry per line, each checked by its own kind; nested ones as they stand."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.schema.describe import Column, Kind
from desktop.values.array import known_lines, list_lines, typed_list
from desktop.values.array_text import is_nested
from desktop.values.locale import Locale
from ui.editors.long_text import LongTextEditor

_EMPTY = "{}"
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)


class ArrayEditor(LongTextEditor):
    """An emptied field is the empty list; Alt+Del makes it NULL."""

    rows = 4

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        self._known: dict[str, str] = {}
        """Stored entries by their lines, which go back exactly as they were."""
        self._nested = False
        super().__init__(column, locale, parent)

    @property
    def note(self) -> str:
        if self._nested:
            return "as the database writes it"
        count = sum(1 for line in self.text().split("\n") if line.strip())
        return f"{count:,} {'entry' if count == 1 else 'entries'}, one per line" if count else "one per line"

    def placeholder(self, value: object) -> str:
        return "empty list" if value == "" else super().placeholder(value)

    def text_of(self, value: object) -> str:
        lines = list_lines(value, self.column, self.locale_) if isinstance(value, str) else None
        self._nested = lines is None
        if lines is None:
            return super().text_of(value)
        self._known = known_lines(str(value), lines)
        return "\n".join(lines)

    def _typed_value(self) -> object:
        text = self.text()
        if not text:
            return _EMPTY if self._blank == "" else self._blank
        written = text.lstrip().startswith("{") and not self._of_texts
        if self._nested or written or is_nested(text):
            return self.kind.parse(text, self.column, self.locale_)
        return typed_list(text.split("\n"), self._known, self.column, self.locale_)

    @property
    def _of_texts(self) -> bool:
        """Whether an entry may begin with a brace."""
        return self.column.element is not None and self.column.element.kind in (*_TEXTS, Kind.JSON)
