"""Owns "Connection Settings…": the name, the colour and how to save; opens and keeps no connection."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.connect.profile import Profile
from ui.dialogs.frame import DialogFrame, labelled, line, pair, text_label
from ui.dialogs.saving_choice import MEANINGS, SavingChoice


class ConnectionSettingsDialog(DialogFrame):
    """Of the open connection."""

    decided = Signal(object)
    """The Profile as it is to be from now on."""

    def __init__(self, profile: Profile, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Connection Settings", 460)
        self._profile = profile
        self.name = line(profile.name)
        self.name.setText(profile.name)
        self._choice = SavingChoice(self)
        self._choice.show(profile)
        self.saving, self.colour = self._choice.saving, self._choice.colour
        self.body.addWidget(text_label(profile.summary, "muted"))
        self.body.addLayout(pair((labelled("Name", self.name), 2), (labelled("Colour", self.colour), 1)))
        self.body.addLayout(labelled("Saving", self.saving))
        self.meaning = text_label(MEANINGS[self.saving.currentText()], "muted")
        self.saving.currentTextChanged.connect(self._explain)
        self.body.addWidget(self.meaning)
        self.body.addStretch(1)
        self.buttons.addStretch(1)
        self.cancel_button = self.add_button("Cancel", self.reject)
        self.save_button = self.add_button("Save", self._save, role="primary", default=True)
        self.saving.setFocus()

    def _explain(self, way: str) -> None:
        self.meaning.setText(MEANINGS[way])

    def _save(self) -> None:
        name = self.name.text().strip() or self._profile.name
        profile = self._choice.put_into(replace(self._profile, name=name))
        self.accept()
        if profile != self._profile:
            self.decided.emit(profile)
