"""Owns the rows of new records that were saved, until they are read where they stand; reads nothing."""

from __future__ import annotations

from desktop.base.keys import NewKey, RecordRef
from desktop.browse.rows import Record, Row
from desktop.browse.view import View
from desktop.models.changed import Changed
from desktop.models.saved_values import as_shown
from desktop.values.base import SHOWN

_MOST = 1_000
"""Of more saved at once none keeps its row: to rename and remove ten thousand rows held the window 0.14 s."""


class JustSaved:
    """A new record that was saved keeps its row, and who stands in it stays there."""

    def __init__(self) -> None:
        self._records: dict[RecordRef, Record] = {}

    def __contains__(self, ref: RecordRef) -> bool:
        return ref in self._records

    @property
    def refs(self) -> list[RecordRef]:
        """In the order of their rows."""
        return list(self._records)

    def take(self, rows: list[RecordRef], changed: Changed) -> list[RecordRef]:
        """The same rows with the new ones among them that were saved as the records they are now; unless a
        new one that was not saved would stand in front of one: stored ones come first."""
        pairs = ((ref, changed.final.get(ref)) for ref in rows)
        final = {ref: later for ref, later in pairs if later is not None and later in changed.records}
        renamed = [final.get(ref, ref) for ref in rows]
        if len(final) > _MOST or any(map(_is_new_before, renamed, renamed[1:])):
            return rows
        self._records.update((ref, changed.records[ref]) for ref in final.values())
        return renamed

    def clear(self) -> None:
        """They are read where they stand, or never will be."""
        self._records.clear()

    def row(self, ref: RecordRef, view: View) -> Row | None:
        """What such a row shows."""
        record = self._records.get(ref)
        if record is None or not isinstance(ref.key, tuple):
            return None
        linked = [record.links.get(name, ()) for name in view.links]
        return Row(
            ref.key,
            tuple(_as_shown(record.values.get(name)) for name in view.columns),
            tuple(record.labels.get(name) for name in view.columns),
            tuple(tuple(one.label for one in links) for links in linked),
            more_links=tuple(record.more_links.get(name, 0) for name in view.links),
        )


def _as_shown(value: object) -> object:
    return as_shown(value, cut=isinstance(value, str) and len(value) > SHOWN)


def _is_new_before(first: RecordRef, second: RecordRef) -> bool:
    """A new record stands in front of a stored one."""
    return isinstance(first.key, NewKey) and not isinstance(second.key, NewKey)
