"""Owns which editor fits which column; knows nothing of forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtWidgets import QWidget

from desktop.models.connection import Connection
from desktop.schema.describe import Column, ForeignKey, Kind
from desktop.values.locale import Locale
from ui.editors.base import Editor
from ui.editors.blob import BlobEditor
from ui.editors.combo import BooleanEditor, ChoiceEditor
from ui.editors.json_ import JsonEditor
from ui.editors.line import NumberEditor, OtherEditor, TextEditor
from ui.editors.long_text import LongTextEditor
from ui.editors.lookup import LookupEditor
from ui.editors.moment import MomentEditor
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
        Kind.OTHER: OtherEditor,
    }
)


def make_editor(
    column: Column,
    connection: Connection,
    parent: QWidget | None = None,
    *,
    foreign_key: ForeignKey | None = None,
) -> Editor:
    """An editor for that column: a picker where it is a foreign key, else by its kind."""
    if foreign_key is not None:
        return LookupEditor(column, connection, foreign_key, parent)
    if column.kind is Kind.BYTES:
        return BlobEditor(column, connection, parent)
    return _EDITORS[column.kind](column, connection.locale, parent)


def fitting(column: Column, value: object) -> Column:
    """The column as its editor should see it: text with line ends, or very long, is edited as long text."""
    if column.kind is not Kind.TEXT or not isinstance(value, str):
        return column
    lines = any(end in value for end in "\n\r\u2028\u2029")
    return replace(column, kind=Kind.LONG_TEXT) if lines or len(value) > _LONG else column
