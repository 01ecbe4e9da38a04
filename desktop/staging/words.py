"""Owns what is staged in a person's words, record by record; the statements of a save live beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.edit.changes import Action, FieldChange, LinkChange, RecordChange
from desktop.schema.database import Database
from desktop.schema.describe import Table
from desktop.schema.labels import column_heading, heading, record_word
from desktop.staging.staging import Invalid, Staging
from desktop.values.base import quoted
from desktop.values.kinds import kind_for
from desktop.values.locale import Locale
from desktop.values.special import DEFAULT

_EMPTY = "“”"
_FEW = 2
"""Linked records told by name; more are counted."""


@dataclass(frozen=True, slots=True)
class FieldWords:
    """One change of a field or of a relation; ``column`` is empty where it is about the whole record."""

    column: str
    heading: str
    text: str
    """``Draft → Review``."""
    invalid: bool = False
    """The text staged cannot be saved; ``text`` says why."""


@dataclass(frozen=True, slots=True)
class RecordWords:
    """Everything staged for one record."""

    ref: RecordRef
    heading: str
    """``Posts · What the harbour master saw``."""
    lines: tuple[FieldWords, ...]
    action: Action = Action.UPDATE
    title: str = ""
    """``What the harbour master saw``."""


def describe(staging: Staging, database: Database, locale: Locale) -> list[RecordWords]:
    """What is staged, table by table in the order first touched, records in the order staged."""
    refs = staging.refs
    tables = list(dict.fromkeys(ref.table for ref in refs))
    refs.sort(key=lambda ref: tables.index(ref.table))
    speaker = Speaker(staging, database, locale)
    return [speaker.record(ref) for ref in refs]


def title_of(ref: RecordRef, staging: Staging, database: Database, locale: Locale) -> str:
    """What a record is called: as it was when it was staged, a new one by its own staged values."""
    return Speaker(staging, database, locale).title(ref)


class Speaker:
    """Puts single records into words; whoever shows many asks only for those in sight."""

    def __init__(self, staging: Staging, database: Database, locale: Locale) -> None:
        self._staging = staging
        self._database = database
        self._locale = locale

    def record(self, ref: RecordRef) -> RecordWords:
        """Everything staged for one record."""
        table = self._database.table(ref.table)
        action = self._staging.state(ref) or Action.UPDATE
        title = self.title(ref)
        words = f"{heading(ref.table.name)} · {title}"
        if action is Action.DELETE:
            return RecordWords(ref, words, (FieldWords("", "Record", "will be deleted"),), action, title)
        lines = [*self._fields(ref, table), *self._links(ref)]
        if action is Action.INSERT:
            lines.insert(0, FieldWords("", "Record", "new"))
        return RecordWords(ref, words, tuple(lines), action, title)

    def title(self, ref: RecordRef) -> str:
        """What the record is called."""
        known, table = self._staging.titles.get(ref), self._database.table(ref.table)
        if not isinstance(ref.key, NewKey):
            return known or f"{record_word(table).capitalize()} {' · '.join(str(part) for part in ref.key)}"
        # What a new record is called changes with every key; what it was called first is of no use.
        change = self._staging.changes.get(ref)
        parts = [self._label_part(change, table, name) for name in table.label.columns] if change else []
        return table.joint.join(filter(None, parts)) or known or f"new {record_word(table)}"

    def _label_part(self, change: RecordChange, table: Table, name: str) -> str:
        field = change.fields.get(name)
        if field is None or field.new is None or field.new is DEFAULT:
            return ""
        return self._staging.label(change.ref, name) or self._shown(table, name, field.new)

    def _fields(self, ref: RecordRef, table: Table) -> Iterator[FieldWords]:
        change = self._staging.changes.get(ref)
        changed = change.fields if change is not None else {}
        wrong = self._staging.wrong_in(ref)
        for column in table.columns:
            name, title = column.name, column_heading(table, column.name)
            if name in wrong:
                yield FieldWords(name, title, _why_not(wrong[name]), True)
            elif name in changed:
                yield FieldWords(name, title, self._change(ref, table, name, changed[name]))

    def _change(self, ref: RecordRef, table: Table, name: str, field: FieldChange) -> str:
        new = self._staging.label(ref, name) or self._shown(table, name, field.new)
        if isinstance(ref.key, NewKey):
            return new
        return f"{self._shown(table, name, field.base)} → {new}"

    def _shown(self, table: Table, name: str, value: object) -> str:
        if value is None:
            return "NULL"
        if value is DEFAULT:
            return "default"
        if value == "":
            return _EMPTY
        return self._pointed_to(table, name, value) or kind_for(table.column(name)).show(
            value, table.column(name), self._locale
        )

    def _pointed_to(self, table: Table, name: str, value: object) -> str | None:
        """The name of the record that a foreign key points to, where it is known."""
        key = table.foreign_key_on(name)
        if key is None:
            return "new record" if isinstance(value, NewKey) else None
        if isinstance(value, NewKey):
            return self.title(RecordRef(key.target, value))
        try:
            return self._staging.titles.get(RecordRef(key.target, (value,)))
        except TypeError:  # a value that cannot be a key, such as a list
            return None

    def _links(self, ref: RecordRef) -> Iterator[FieldWords]:
        change = self._staging.changes.get(ref)
        targets = {link.name: link.there.target for link in self._database.table(ref.table).links}
        for name, link in (change.links if change is not None else {}).items():
            yield FieldWords(name, heading(name), self._link_words(targets.get(name), link))

    def _link_words(self, target: TableName | None, link: LinkChange) -> str:
        parts = [f"{self._named(target, link.added)} added"] if link.added else []
        if link.removed:
            parts.append(f"{self._named(target, link.removed)} removed")
        return ", ".join(parts)

    def _linked_name(self, ref: RecordRef) -> str | None:
        return self.title(ref) if isinstance(ref.key, NewKey) else self._staging.titles.get(ref)

    def _named(self, target: TableName | None, keys: Sequence[Key | NewKey]) -> str:
        """The names of linked records where they are few and known, else how many they are."""
        known = (
            [self._linked_name(RecordRef(target, key)) for key in keys[:_FEW]] if target is not None else []
        )
        names = [name for name in known if name]
        if len(names) == len(keys):
            return " and ".join(f"“{name}”" for name in names)
        return f"{len(keys):,}"


def _why_not(invalid: Invalid) -> str:
    """The text and the reason, which often begins with the text."""
    text = quoted(invalid.text)
    return invalid.reason if invalid.reason.startswith(text) else f"{text}: {invalid.reason}"
