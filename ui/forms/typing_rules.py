"""Owns what a form says while somebody types: rules known in advance, never a question to the database."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.base.keys import NewKey, RecordRef
from desktop.models.connection import Connection
from desktop.schema.describe import Kind, Table
from desktop.schema.rules import check_record, check_value
from desktop.staging.unique import twin_words
from desktop.staging.words import title_of
from desktop.values.kinds import BadValue
from desktop.values.special import DEFAULT, DIFFERS
from ui.editors.base import Editor
from ui.editors.lookup import LookupEditor
from ui.forms.field import Field

_TOO_MUCH = (Kind.JSON, Kind.BYTES)
"""Read as a whole only when the person is done with it."""


class TypingRules:
    """Marks a field while it is typed in; takes the mark off a partner that is right again."""

    def __init__(self, connection: Connection, table: Table, fields: Mapping[str, Field]) -> None:
        self._connection = connection
        self._table = table
        self._fields = fields
        self._paired = {name for rule in table.orders for name in (rule.left, rule.right)}
        self._told: dict[str, str] = {}
        self.ref: RecordRef | None = None
        """The record, once it is known; it is no twin of itself."""

    def typed(self, name: str) -> None:
        """The person changed that field."""
        editor = self._fields[name].editor
        if not editor.touched or editor.read_only or editor.column.kind in _TOO_MUCH:
            return
        value = _value(editor)
        if value is not _UNREADABLE:
            sentence = self._wrong(name, value) or self._pair(name) or self._twin(name, value)
            if sentence:
                editor.mark_error(sentence)
        if name in self._paired:
            self._forgive(name)

    def _wrong(self, name: str, value: object) -> str | None:
        if value is DEFAULT or value is DIFFERS or isinstance(value, NewKey):
            return None
        return check_value(self._fields[name].editor.column, value, self._fields[name].heading)

    def _pair(self, name: str) -> str | None:
        """Two fields that stand the wrong way round; told at the one that was changed."""
        if name not in self._paired:
            return None
        for rule in self._table.orders:
            if name in (rule.left, rule.right) and rule.broken_by(self._values(rule.left, rule.right)):
                ((_, sentence),) = check_record(self._table, self._values(rule.left, rule.right), only=rule)
                self._told[name] = sentence
                return sentence
        return None

    def _forgive(self, changed: str) -> None:
        """What was told at the other field of a pair may be right now."""
        for name, sentence in list(self._told.items()):
            editor = self._fields[name].editor
            if name != changed and editor.error == sentence and self._pair(name) is None:
                editor.mark_error(None)
                del self._told[name]

    def _twin(self, name: str, value: object) -> str | None:
        bench = self._connection.workbench
        values = {column: _value(field.editor) for column, field in self._fields.items()}
        other = bench.uniques.twin(self._table, self.ref, name, {**values, name: value})
        if other is None:
            return None
        database, locale = self._connection.database, self._connection.locale
        return twin_words(title_of(other, bench.staging, database, locale))

    def _values(self, *names: str) -> dict[str, object]:
        return {name: _value(self._fields[name].editor) for name in names if name in self._fields}


_UNREADABLE = object()


def _value(editor: Editor) -> object:
    """What stands in the field; not while a name is being looked for, and not where it is no value."""
    if isinstance(editor, LookupEditor) and editor.searching:
        return _UNREADABLE
    if editor.column.kind in _TOO_MUCH:
        return _UNREADABLE
    try:
        return editor.value()
    except BadValue:
        return _UNREADABLE
