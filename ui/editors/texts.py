"""Owns reading and putting the bare text of an editor, whether it is a value or not; parses nothing."""

from __future__ import annotations

from ui.editors.base import Editor
from ui.editors.combo import ComboEditor
from ui.editors.line import LineEditor
from ui.editors.long_text import LongTextEditor
from ui.editors.range_ import RangeEditor


def text_in(editor: Editor) -> str:
    """The text that stands in an editor, whatever it is worth."""
    if isinstance(editor, LongTextEditor):
        return editor.text()
    if isinstance(editor, LineEditor):
        return editor.line.text()
    if isinstance(editor, RangeEditor):
        return editor.text
    return editor.combo.currentText() if isinstance(editor, ComboEditor) else ""


def enter_text(editor: Editor, text: str) -> None:
    """Show a text as if the person had typed it; nothing where no text is typed."""
    if isinstance(editor, LineEditor | LongTextEditor | RangeEditor):
        editor.enter(text)
