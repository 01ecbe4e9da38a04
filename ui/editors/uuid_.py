"""Owns the editor of UUIDs: typed or pasted text, and a button that makes a new one."""

from __future__ import annotations

import uuid

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.schema.describe import Column
from desktop.values.locale import Locale
from ui.editors.line import LineEditor


class UuidEditor(LineEditor):
    """A UUID in its usual text form."""

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(column, locale, parent)
        self.line.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.new_button = QPushButton("New", self)
        self.new_button.setToolTip("Make a new random UUID")
        self.new_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.new_button.clicked.connect(self._make)
        self._row.addWidget(self.new_button)

    def set_read_only(self, read_only: bool) -> None:
        self.new_button.setVisible(not read_only)
        super().set_read_only(read_only)

    def _make(self) -> None:
        self.put(uuid.uuid4())
