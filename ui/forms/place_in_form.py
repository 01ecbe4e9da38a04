"""Owns where the person is in a form, so that one made in its place goes on from there; builds no form."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from ui.forms.record_form import RecordForm


@dataclass(frozen=True, slots=True)
class Place:
    """The field, what is selected in it or where its cursor is, and how far the form was scrolled."""

    column: str
    anchor: int
    cursor: int
    scrolled: int


def place_in(form: RecordForm | None) -> Place | None:
    """Where the focus is; None where it is not in a field of the form."""
    focus = QApplication.focusWidget()
    if form is None or focus is None or not form.isAncestorOf(focus):
        return None
    for name, field in form.fields.items():
        if field.editor.focus_target() is focus:
            return Place(name, *_selected(focus), form.verticalScrollBar().value())
    return None


def return_to(form: RecordForm, place: Place, *, keep_cursor: bool) -> None:
    """Focus the same field; ``keep_cursor`` where it is that of the same record."""
    target = form.fields[place.column].editor.focus_target()
    target.setFocus(Qt.FocusReason.OtherFocusReason)
    if keep_cursor:
        _select(target, place.anchor, place.cursor)
    form.verticalScrollBar().setValue(place.scrolled)


def _selected(field: QWidget) -> tuple[int, int]:
    """Where the selection begins and where its cursor is; the same where nothing is selected."""
    if isinstance(field, QLineEdit):
        at = field.cursorPosition()
        if not field.hasSelectedText():
            return at, at
        start, end = field.selectionStart(), field.selectionEnd()
        return (start, end) if at == end else (end, start)
    if isinstance(field, QPlainTextEdit):
        return field.textCursor().anchor(), field.textCursor().position()
    return 0, 0


def _select(field: QWidget, anchor: int, cursor: int) -> None:
    if isinstance(field, QLineEdit):
        last = len(field.text())
        field.setCursorPosition(min(anchor, last))
        if anchor != cursor and anchor <= last:
            field.setSelection(anchor, min(cursor, last) - anchor)
    elif isinstance(field, QPlainTextEdit):
        last = field.document().characterCount() - 1
        place = field.textCursor()
        place.setPosition(min(anchor, last))
        place.setPosition(min(cursor, last), QTextCursor.MoveMode.KeepAnchor)
        field.setTextCursor(place)
