"""Owns which editor fits which column; knows nothing of forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from desktop.models.connection import Connection
from desktop.schema.describe import Column, ForeignKey, Kind
from desktop.values.locale import Locale
from desktop.values.range_ import EMPTY, read_bounds
from ui.editors import large_text
from ui.editors.array import ArrayEditor
from ui.editors.base import Editor
from ui.editors.blob import BlobEditor
from ui.editors.combo import BooleanEditor, ChoiceEditor
from ui.editors.json_ import JsonEditor
from ui.editors.line import CheckedEditor, NumberEditor, TextEditor
from ui.editors.long_text import LongTextEditor, RawEditor
from ui.editors.lookup import LookupEditor
from ui.editors.lookup_several import SeveralLookup
from ui.editors.moment import MomentEditor
from ui.editors.range_ import RangeEditor
from ui.editors.uuid_ import UuidEditor

_LONG = 400
"""Characters from which a value gets several lines, whatever its column says."""

_EDITORS: Mapping[Kind, Callable[[Column, Locale, QWidget | None], Editor]] = MappingProxyType(
    {
        Kind.TEXT: TextEditor,
        Kind.LONG_TEXT: LongTextEditor,
        Kind.INTEGER: NumberEditor,
        Kind.DECIMAL: NumberEditor,
        Kind.FLOAT: NumberEditor,
        Kind.BOOLEAN: BooleanEditor,
        Kind.DATE: MomentEditor,
        Kind.TIME: MomentEditor,
        Kind.TIMESTAMP: MomentEditor,
        Kind.TIMESTAMP_TZ: MomentEditor,
        Kind.CHOICE: ChoiceEditor,
        Kind.JSON: JsonEditor,
        Kind.UUID: UuidEditor,
        Kind.INTERVAL: CheckedEditor,
        Kind.ARRAY: ArrayEditor,
        Kind.RANGE: RangeEditor,
        Kind.NETWORK: CheckedEditor,
        Kind.OTHER: RawEditor,
    }
)
_ONE_LINE = frozenset({Kind.ARRAY, Kind.RANGE})


def make_editor(
    column: Column,
    connection: Connection,
    parent: QWidget | None = None,
    *,
    foreign_key: ForeignKey | None = None,
    given: object = None,
) -> Editor:
    """An editor for that column: a picker where it is a foreign key, else by its kind and the value given."""
    if foreign_key is not None:
        kind = LookupEditor if len(foreign_key.columns) == 1 else SeveralLookup
        return kind(column, connection, foreign_key, parent)
    if column.kind is Kind.BYTES:
        return BlobEditor(column, connection, parent)
    if column.kind in large_text.KINDS and isinstance(given, str) and large_text.is_large(given):
        return large_text.LargeTextEditor(column, connection, parent)
    if column.kind is Kind.RANGE and isinstance(given, str) and given != EMPTY and read_bounds(given) is None:
        return CheckedEditor(column, connection.locale, parent)
    return _EDITORS[column.kind](column, connection.locale, parent)


def make_cell_editor(
    column: Column, connection: Connection, parent: QWidget, *, foreign_key: ForeignKey | None = None
) -> Editor:
    """As ``make_editor``, for a cell: what one line can hold as the database writes it is edited so there."""
    if foreign_key is None and column.kind in _ONE_LINE:
        return CheckedEditor(column, connection.locale, parent)
    return make_editor(column, connection, parent, foreign_key=foreign_key)


def can_show(editor: Editor, value: object) -> bool:
    """Whether the editor shows that value at once; a text field would take minutes over a very long one."""
    if not isinstance(value, str) or editor.column.kind not in large_text.KINDS:
        return True
    return isinstance(editor, large_text.LargeTextEditor | LookupEditor) or not large_text.is_large(value)


def fitting(column: Column, value: object) -> Column:
    """The column as its editor should see it: text with line ends, or very long, is edited as long text."""
    if column.kind is not Kind.TEXT or not isinstance(value, str):
        return column
    lines = any(end in value for end in "\n\r\u2028\u2029")
    return replace(column, kind=Kind.LONG_TEXT) if lines or len(value) > _LONG else column
