"""Owns the form of several records: it shows what they share; stages and saves nothing."""

from __future__ import annotations

from collections import Counter

from PySide6.QtWidgets import QWidget

from desktop.base.keys import Key, NewKey, RecordRef
from desktop.browse.rows import Record
from desktop.models.connection import Connection
from desktop.schema.describe import Kind, Table
from desktop.staging.many import ManyRecords
from desktop.staging.staging import Invalid
from desktop.values.special import DIFFERS
from ui.editors.lookup import LookupEditor
from ui.editors.texts import enter_text
from ui.forms.field import Field
from ui.forms.links_field import LinksField
from ui.forms.record_form import RecordForm
from ui.forms.some_links import SomeLinks


class ManyForm(RecordForm):
    """The form generated for one record, filled with what several share."""

    links_kind: type[LinksField] = SomeLinks

    def __init__(
        self, connection: Connection, table: Table, many: ManyRecords, parent: QWidget | None = None
    ) -> None:
        super().__init__(connection, table, parent)
        self._many = many
        self.show_record(self._shared_record())
        for name, field in self.fields.items():
            self._fill_shared(name, field)
        for name, links in self.links.items():
            assert isinstance(links, SomeLinks)
            links.show_linked(*self._linked(name))

    def _shared_record(self) -> Record:
        """What is stored and shared, as a record of its own."""
        many, columns = self._many, [column.name for column in self.table.columns]
        values = {name: many.shared(name, staged=False) for name in columns}
        labels = {name: many.label(name, value) for name, value in values.items() if _is_name(value)}
        return Record(RecordRef(self.table.name, ()), "", values, labels)

    def _fill_shared(self, name: str, field: Field) -> None:
        """What is staged and shared, as an entry; a field that cannot be the same in all is only shown."""
        editor, many = field.editor, self._many
        if many.touched(name):
            value = many.shared(name)
            if value is DIFFERS:
                editor.set_value(DIFFERS)
            elif isinstance(value, Invalid):
                enter_text(editor, value.text)
                editor.mark_error(value.reason)
            else:
                if isinstance(editor, LookupEditor):
                    editor.know(value, many.label(name, value))
                editor.put(value)
            field.refresh_note()
        if name in self.table.key or editor.column.kind is Kind.BYTES:
            editor.set_read_only(True)

    def _linked(self, relation: str) -> tuple[dict[Key | NewKey, str], dict[Key | NewKey, str]]:
        """What all records are linked to, and what only some."""
        each = [self._many.linked(relation, ref) for ref in self._many.refs]
        names = {key: name for linked in each for key, name in linked.items()}
        counts = Counter(key for linked in each for key in linked)
        shared = {key: name for key, name in names.items() if counts[key] == len(each)}
        return shared, {key: names[key] for key, _ in counts.most_common() if key not in shared}


def _is_name(value: object) -> bool:
    """Whether names are looked up by it: not for lists and the like."""
    return value is not DIFFERS and not isinstance(value, list | dict)
