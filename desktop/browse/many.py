"""Owns the reading of several whole records at once, by key, for a form that shows what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desktop.base.cancel import CancelToken
from desktop.base.keys import Key, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.keys_clause import key_chunks
from desktop.browse.links import linked_records
from desktop.browse.reading import reading
from desktop.browse.rows import Linked, Row
from desktop.browse.selection import ChosenKeys
from desktop.browse.stream import stream
from desktop.browse.view import Deleted, View
from desktop.schema.database import Database
from desktop.schema.describe import Kind, Table
from desktop.schema.labels import record_word

MOST_CHARACTERS = 20_000_000
"""Of text held for all records together; beyond it they are not read."""


@dataclass(frozen=True, slots=True)
class ManyStored:
    """What is stored in several records of one table; bytes are left out."""

    table: TableName
    values: Mapping[Key, Mapping[str, object]] = field(default_factory=dict)
    """For each record that still exists, its values by column."""
    labels: Mapping[str, Mapping[object, str]] = field(default_factory=dict)
    """For each foreign key, the names of the records pointed to, by value."""
    links: Mapping[str, Mapping[Key, tuple[Linked, ...]]] = field(default_factory=dict)
    """For each many-to-many relation, the linked records by key."""
    titles: Mapping[Key, str] = field(default_factory=dict)


def read_many(
    database: Database, table: TableName, keys: Sequence[Key], *, token: CancelToken | None = None
) -> ManyStored:
    """These records, as far as they still exist; soft-deleted ones too.

    Raises RefusedError where their texts are too long to be held together.
    """
    token = token or CancelToken()
    described = database.table(table)
    if not keys:
        return ManyStored(table)
    columns = tuple(column.name for column in described.columns if column.kind is not Kind.BYTES)
    view = View(table, columns, deleted=Deleted.SHOWN)
    found = ManyStored(table, {}, {name: {} for name in columns}, {}, {})
    size = 0
    for rows in stream(database, ChosenKeys(table, tuple(keys)), view, token=token):
        size += sum(len(value) for row in rows for value in row.values if isinstance(value, str))
        if size > MOST_CHARACTERS:
            raise RefusedError(_too_much(table))
        _add(found, described, columns, rows)
    links = _links(database, described, list(found.values), token)
    return ManyStored(table, found.values, found.labels, links, found.titles)


def _add(found: ManyStored, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    values, titles = found.values, found.titles
    assert isinstance(values, dict) and isinstance(titles, dict)
    for row in rows:
        values[row.key] = dict(zip(columns, row.values, strict=True))
        titles[row.key] = title_of_row(table, columns, row)
        for name, value, label in zip(columns, row.values, row.labels, strict=True):
            names = found.labels[name]
            if label is not None and isinstance(names, dict):
                names[value] = label


def title_of_row(table: Table, columns: tuple[str, ...], row: Row) -> str:
    """What a record is called, as far as its columns were read; else its key."""
    places = [columns.index(name) for name in table.label.columns if name in columns]
    parts = (row.labels[place] or row.values[place] for place in places)
    title = " ".join(str(part) for part in parts if part is not None).strip()
    return title or f"{record_word(table).capitalize()} {' · '.join(str(part) for part in row.key)}"


def _links(
    database: Database, table: Table, keys: Sequence[Key], token: CancelToken
) -> dict[str, dict[Key, tuple[Linked, ...]]]:
    found: dict[str, dict[Key, tuple[Linked, ...]]] = {link.name: {} for link in table.links}
    if not table.links or not keys:
        return found
    with reading(database, token) as connection:
        for link in table.links:
            for chunk in key_chunks(database, keys):
                token.check()
                for key, first in linked_records(connection, database, link, chunk).items():
                    found[link.name][key] = first.linked
    return found


def _too_much(table: TableName) -> Refusal:
    return Refusal(
        Reason.OTHER,
        "These records hold too much text to be shown together.",
        "Choose fewer, or use Record > Set Field….",
        table=table,
    )
