"""Owns one field of a form: label, note, editor and the sentence of an error; knows no record."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.base.raw import RawText
from desktop.edit.adjusted import adjusted_words
from desktop.models.cells import RAW_WORDS
from desktop.schema.describe import Kind
from desktop.values.special import DEFAULT, DIFFERS
from ui.editors.base import Editor

WIDE = (Kind.LONG_TEXT, Kind.JSON, Kind.BYTES, Kind.ARRAY, Kind.OTHER)
"""Takes several lines."""
_NOTE_LENGTH = 24


class NoteLabel(QLabel):
    """A small label that wraps nowhere and may be empty."""

    def __init__(self, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)


class Field(QWidget):
    """An editor under its label; marks what was changed ("was Draft") and why it was refused."""

    def __init__(self, heading: str, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = heading
        self.editor = editor
        self.wide = editor.column.kind in WIDE
        self.label = QLabel(self)
        self.label.setProperty("role", "label")
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.note = NoteLabel("faint", self)
        self.problem = NoteLabel("error", self)
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.made = NoteLabel("adjusted", self)
        """What the database has made of what was saved last."""
        self.made.setWordWrap(True)
        self.made.hide()
        self._name()
        self._lay_out()
        editor.setParent(self)
        editor.changed.connect(self.refresh_note)
        editor.marked.connect(self._show_problem)

    @property
    def column_name(self) -> str:
        return self.editor.column.name

    def refresh_note(self) -> None:
        """The note right of the label: the old value of a changed field, else a zone or a size."""
        editor = self.editor
        raw = isinstance(editor.base, RawText) and not editor.touched
        if editor.touched and editor.base is DIFFERS:
            self.note.setText("differed")
        elif editor.touched and not editor.of_new_record:
            self.note.setText(f"was {_brief(editor.shown(editor.base))}")
        else:
            self.note.setText("as stored" if raw else editor.note)
        self.note.setToolTip(RAW_WORDS if raw else "")

    def tell_adjusted(self, sent: object) -> None:
        """Say what the database has made of a value sent; DEFAULT where none was."""
        shown = None if sent is DEFAULT else _brief(self.editor.shown(sent))
        self.made.setText(adjusted_words(_brief(self.editor.shown(self.editor.base)), shown))
        self.made.show()

    def _name(self) -> None:
        """Label, accessible name and hint; the star says that the field must be filled in."""
        column = self.editor.column
        self.label.setText(self.heading.replace("&", "&&") + (" *" if column.required else ""))
        target = self.editor.focus_target()
        self.label.setBuddy(target)
        target.setAccessibleName(self.heading + (" (required)" if column.required else ""))
        target.setAccessibleDescription(column.comment)
        hint = column.comment or _type_hint(self.editor)
        self.label.setToolTip(hint)
        target.setToolTip(hint)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.label)
        top.addStretch(1)
        top.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.editor)
        layout.addWidget(self.problem)
        layout.addWidget(self.made)
        layout.addStretch(1)

    def _show_problem(self, sentence: object) -> None:
        self.problem.setText(str(sentence or ""))
        self.problem.setVisible(bool(sentence))


def _brief(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _NOTE_LENGTH else text[: _NOTE_LENGTH - 1] + "…"


def _type_hint(editor: Editor) -> str:
    column = editor.column
    parts = [column.type_name.lower() or column.kind.value]
    if column.length:
        parts.append(f"at most {column.length:,} characters")
    if column.default_text:
        parts.append(f"default {column.default_text}")
    return " · ".join(parts)
