"""Owns what a save has stored until the rows are read again, so that cells never flash their old values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from desktop.base.keys import Key, RecordRef, TableName
from desktop.browse.rows import Record, Row
from desktop.models.changed import Changed
from desktop.values.base import SHOWN
from desktop.values.special import BlobSize, Clipped


class SavedValues:
    """The records of one table that were saved and not read again since."""

    def __init__(self, table: TableName) -> None:
        self._table = table
        self._read: dict[Key, tuple[RecordRef, Mapping[RecordRef, Record]]] = {}
        """By the key in its row, what it is called now, and where it is to be had: perhaps ten thousand, of
        which a few come into sight."""
        self._before: dict[Key, Key] = {}
        """Of those whose key was changed, the one in its row by that of now."""

    def clear(self) -> None:
        self._read.clear()
        self._before.clear()

    def take(self, changed: Changed) -> None:
        """Note the records of the table among those saved."""
        before = {now: ref for ref, now in changed.final.items() if isinstance(ref.key, tuple)}
        for ref in changed.records:
            if ref.table == self._table and isinstance(ref.key, tuple):
                key = before.get(ref, ref).key
                assert isinstance(key, tuple)
                self._read[key] = ref, changed.records
                if key != ref.key:
                    self._before[ref.key] = key

    def forget(self, rows: Iterable[Row]) -> None:
        """These rows were read again."""
        if self._read:
            for row in rows:
                self._read.pop(row.key, None)
                if row.key in self._before:
                    self._read.pop(self._before.pop(row.key), None)

    def apply(self, row: Row, columns: Sequence[str]) -> Row:
        """The row with the values stored; what is shown of long ones as before."""
        found = self._read.get(row.key) if self._read else None
        if found is None:
            return row
        ref, records = found
        record = records[ref]
        assert isinstance(ref.key, tuple)
        pairs = zip(columns, row.values, strict=True)
        values = tuple(
            as_shown(record.values.get(name, old), cut=isinstance(old, Clipped | BlobSize))
            for name, old in pairs
        )
        labels = tuple(
            label if same is value else record.labels.get(name)
            for name, label, same, value in zip(columns, row.labels, row.values, values, strict=True)
        )
        return row._replace(key=ref.key, values=values, labels=labels)


def as_shown(value: object, *, cut: bool) -> object:
    """Bytes, and texts that are ``cut``, stand in a row as previews."""
    if isinstance(value, bytes | bytearray | memoryview):
        return BlobSize(len(value))
    if isinstance(value, str) and cut:
        return Clipped(value[:SHOWN], len(value))
    return value
