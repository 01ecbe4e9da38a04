"""Owns the rarer settings of a server's connection, folded away at first; keeps and opens nothing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.connect.profile import Profile
from ui.dialogs.frame import labelled, line

_FIELDS = (
    ("sslrootcert", "Certificate of the authority", "system, or a file"),
    ("application_name", "Name told to the server", "Rowkeeper"),
    ("options", "Options", "-c search_path=archive"),
    ("target_session_attrs", "Which of several hosts", "any, read-write, prefer-standby…"),
)
"""A parameter of the client library, what it is called here, and an example."""


class ConnectMore(QWidget):
    """One line for each."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.lines: dict[str, QLineEdit] = {}
        """By the name of the parameter."""
        for name, heading, example in _FIELDS:
            self.lines[name] = line(example)
            column.addLayout(labelled(heading, self.lines[name]))
        self.hide()

    def fill(self, profile: Profile) -> None:
        """What the profile says now; shown where it says anything."""
        for name, edit in self.lines.items():
            edit.setText(profile.options.get(name, ""))
        self.setVisible(self.isVisible() or any(edit.text() for edit in self.lines.values()))

    def put_into(self, profile: Profile) -> Profile:
        """The profile with these lines; an empty one leaves it to the client library."""
        options = {name: value for name, value in profile.options.items() if name not in self.lines}
        given = {name: edit.text().strip() for name, edit in self.lines.items() if edit.text().strip()}
        return replace(profile, options={**options, **given})
