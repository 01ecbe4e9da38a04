"""Owns values out of a fixed list (enums and simple checks)."""

from __future__ import annotations

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind, one_line, quoted
from desktop.values.locale import Locale

_MOST_NAMED = 8


class ChoiceKind(BaseKind):
    """Text out of ``Column.choices``, shown with a capital."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The stored choice, found by its own or its shown text; None for nothing; else BadValue."""
        if text in column.choices:
            return text
        word = text.strip()
        if not word:
            return None
        for choice in column.choices:
            if word.casefold() in (choice.strip().casefold(), choice_text(choice).strip().casefold()):
                return choice
        named = ", ".join(column.choices[:_MOST_NAMED])
        more = " …" if len(column.choices) > _MOST_NAMED else ""
        raise BadValue(f"{quoted(text)} is not one of {named}{more}.")

    def _show(self, value: object, column: Column, locale: Locale) -> str:
        return one_line(choice_text(str(value)))


def choice_text(choice: str) -> str:
    """``in_review`` as ``In review``; a choice with capitals of its own stays as it is."""
    if choice != choice.lower():
        return choice
    words = choice.replace("_", " ")
    return words[:1].upper() + words[1:]
