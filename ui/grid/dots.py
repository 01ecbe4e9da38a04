"""Owns which colour the dot before a choice has; the word beside it always says the same."""

from __future__ import annotations

from PySide6.QtGui import QColor

from desktop.schema.describe import Column
from ui.look import Tokens

_MEANINGS = {
    "new": ("published", "active", "done", "paid", "open", "approved", "shipped", "delivered", "ok", "yes"),
    "changed": (
        "review",
        "pending",
        "waiting",
        "hold",
        "processing",
        "progress",
        "scheduled",
        "warning",
        "trial",
    ),
    "deleted": (
        "failed",
        "rejected",
        "deleted",
        "cancelled",
        "canceled",
        "blocked",
        "error",
        "spam",
        "overdue",
    ),
    "muted": ("draft", "inactive", "closed", "archived", "unknown", "none", "no", "hidden"),
}
_BY_WORD = {word: token for token, words in _MEANINGS.items() for word in words}
_OTHERS = ("accent", "new", "changed", "muted")


def dot_colour(column: Column, value: object, tokens: Tokens) -> QColor:
    """By what the word usually means, else by its place among the choices."""
    word = str(value).casefold()
    token = _BY_WORD.get(word) or _by_place(column, value)
    colour: QColor = getattr(tokens, token)
    return colour


def _by_place(column: Column, value: object) -> str:
    for part in str(value).casefold().replace("-", "_").split("_"):
        if part in _BY_WORD:
            return _BY_WORD[part]
    if value in column.choices:
        return _OTHERS[column.choices.index(str(value)) % len(_OTHERS)]
    return "muted"
