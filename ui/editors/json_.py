"""Owns the JSON editor: monospaced text, checked while typing, laid out only on request."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.schema.describe import Column
from desktop.values.json_ import is_by_value, same_json
from desktop.values.kinds import BadValue
from desktop.values.locale import Locale
from ui.editors.json_text import format_json
from ui.editors.long_text import LongTextEditor

_CHECK_AFTER = 400  # milliseconds of rest


class JsonEditor(LongTextEditor):
    """JSON is edited as the text it is stored as; an emptied field means NULL."""

    rows = 6
    empty_is_text = False

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        self._by_value = is_by_value(column)
        super().__init__(column, locale, parent)
        self.area.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.format_button = QPushButton("Format", self)
        self.format_button.setToolTip("Lay the text out, one entry per line")
        self.format_button.clicked.connect(self._format)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.format_button)
        layout.setAlignment(self.format_button, Qt.AlignmentFlag.AlignLeft)
        self._check = QTimer(self, singleShot=True, interval=_CHECK_AFTER)
        self._check.timeout.connect(self._check_text)
        self.changed.connect(self._check.start)

    @property
    def touched(self) -> bool:
        """Where the database compares JSON by what it means, another way to write it is no change."""
        if not super().touched or not self._by_value or not isinstance(self.base, str):
            return super().touched
        return not same_json(self.text(), self.base)

    @property
    def note(self) -> str:
        return ""

    def text_of(self, value: object) -> str:
        text = super().text_of(value)
        return format_json(text) if self._by_value and self.kind_says(text) is None else text

    def set_read_only(self, read_only: bool) -> None:
        self.format_button.setVisible(not read_only)
        super().set_read_only(read_only)

    def _check_text(self) -> None:
        if self.touched:
            self.mark_error(self.text_is_valid())

    def _format(self) -> None:
        sentence = self.kind_says(self.text())
        if sentence:
            self.mark_error(sentence)
        elif not self._is_blank():
            self.area.selectAll()
            self.area.insertPlainText(format_json(self.text()))  # one step of undo
            self.area.moveCursor(self.area.textCursor().MoveOperation.Start)

    def kind_says(self, text: str) -> str | None:
        """A sentence where ``text`` is not JSON."""
        try:
            if text:
                self.kind.parse(text, self.column, self.locale_)
        except BadValue as bad:
            return bad.sentence
        return None
