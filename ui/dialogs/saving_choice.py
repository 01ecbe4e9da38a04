"""Owns the two fields of how a connection is treated: how to save, and its colour; keeps nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop.connect.profile import Profile
from ui.editors.combo import CalmCombo

COLOURS = ("None", "Green", "Blue", "Orange", "Red")
DIRECTLY, REVIEW, READ_ONLY = SAVING = ("Save directly", "Review before saving", "Read only")


class SavingChoice:
    """Two combo boxes for a dialog to place."""

    def __init__(self, parent: QWidget) -> None:
        self.saving, self.colour = CalmCombo(parent), CalmCombo(parent)
        self.saving.addItems(list(SAVING))
        self.saving.setToolTip("Review: Save shows every change first, and a second Save writes them.")
        self.colour.addItems(list(COLOURS))

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
