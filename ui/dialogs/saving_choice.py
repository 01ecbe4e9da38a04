"""Owns the two fields of how a connection is treated: how to save, and its colour; keeps nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.connect.profile import Profile
from ui import icons
from ui.connection_strip import TOKENS
from ui.editors.combo import CalmCombo

COLOURS = ("None", "Green", "Blue", "Orange", "Red")
DIRECTLY, REVIEW, READ_ONLY = SAVING = ("Save directly", "Review before saving", "Read only")
MEANINGS = {
    DIRECTLY: "Save writes at once everything that was changed.",
    REVIEW: "Save shows every change first; a second Save writes them.",
    READ_ONLY: "Nothing can be changed: the database itself refuses it.",
}


class SavingChoice:
    """Two combo boxes for a dialog to place."""

    def __init__(self, parent: QWidget) -> None:
        self.saving, self.colour = CalmCombo(parent), CalmCombo(parent)
        self.saving.addItems(list(SAVING))
        for place, way in enumerate(SAVING):
            self.saving.setItemData(place, MEANINGS[way], Qt.ItemDataRole.ToolTipRole)
        self.colour.addItem(COLOURS[0])
        for colour in COLOURS[1:]:
            self.colour.addItem(icons.icon("circle", TOKENS[colour.lower()]), colour)

    def show(self, profile: Profile) -> None:
        """What the profile says now."""
        way = READ_ONLY if profile.read_only else REVIEW if profile.review else DIRECTLY
        self.saving.setCurrentText(way)
        colour = profile.colour.capitalize()
        self.colour.setCurrentIndex(COLOURS.index(colour) if colour in COLOURS else 0)

    def put_into(self, profile: Profile) -> Profile:
        """The profile with what was chosen."""
        way, colour = self.saving.currentText(), self.colour.currentText().lower()
        return replace(
            profile,
            read_only=way == READ_ONLY,
            review=way == REVIEW,
            colour="" if colour == "none" else colour,
        )
