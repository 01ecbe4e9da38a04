"""Owns where the person is in a form, so that one made in its place goes on from there; builds no form."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from ui.forms.record_form import RecordForm


@dataclass(frozen=True, slots=True)
class Place:
    """The field, the character in it, and how far the form was scrolled."""

    column: str
    cursor: int
    scrolled: int


def place_in(form: RecordForm | None) -> Place | None:
    """Where the focus is; None where it is not in a field of the form."""
    focus = QApplication.focusWidget()
    if form is None or focus is None or not form.isAncestorOf(focus):
        return None
    for name, field in form.fields.items():
        if field.editor.focus_target() is focus:
            return Place(name, _cursor(focus), form.verticalScrollBar().value())
    return None


def return_to(form: RecordForm, place: Place, *, keep_cursor: bool) -> None:
    """Focus the same field; ``keep_cursor`` where it is that of the same record."""
    target = form.fields[place.column].editor.focus_target()
    target.setFocus(Qt.FocusReason.OtherFocusReason)
    if keep_cursor:
        _set_cursor(target, place.cursor)
    form.verticalScrollBar().setValue(place.scrolled)


def _cursor(field: QWidget) -> int:
    if isinstance(field, QLineEdit):
        return field.cursorPosition()
    return field.textCursor().position() if isinstance(field, QPlainTextEdit) else 0


def _set_cursor(field: QWidget, at: int) -> None:
    if isinstance(field, QLineEdit):
        field.setCursorPosition(at)
    elif isinstance(field, QPlainTextEdit):
        cursor = field.textCursor()
        cursor.setPosition(min(at, field.document().characterCount() - 1))
        field.setTextCursor(cursor)
