"""Owns what an editor of the form looks like inside a cell; knows no grid and no record."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy

from ui.editors.base import Editor
from ui.editors.json_ import JsonEditor
from ui.editors.lookup import LookupEditor
from ui.editors.uuid_ import UuidEditor


def compact(editor: Editor, heading: str) -> None:
    """Make an editor fit a cell: a frame in the accent, no buttons but the one that picks."""
    target = editor.focus_target()
    target.setProperty("role", "cell")
    target.setAccessibleName(heading)
    target.style().unpolish(target)
    target.style().polish(target)
    target.setSizePolicy(target.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Expanding)
    editor.setAutoFillBackground(True)
    if isinstance(editor, UuidEditor):
        editor.new_button.hide()
    elif isinstance(editor, JsonEditor):
        editor.format_button.hide()
    elif isinstance(editor, LookupEditor):
        editor.offers_new = False
        editor.open_button.hide()
        editor.line.place_inside()
