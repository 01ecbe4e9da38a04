"""Owns what the database made of a save by itself: rounded, padded, filled in, changed by a trigger; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from desktop.base.keys import NewKey, RecordRef
from desktop.base.raw import RawText
from desktop.browse.rows import Record
from desktop.edit.changes import Action, RecordChange
from desktop.edit.compare import same_value
from desktop.values.special import DEFAULT

Adjusted: TypeAlias = Mapping[RecordRef, Mapping[str, object]]
"""By record and column what was sent, or DEFAULT where nothing was."""


def adjusted(
    changes: Iterable[RecordChange],
    final: Mapping[RecordRef, RecordRef],
    records: Mapping[RecordRef, Record],
    before: Mapping[RecordRef, Mapping[str, object]],
) -> Adjusted:
    """The fields that are stored otherwise than they were sent, or were changed without being sent.

    ``before``: what updated records held, as far as it was read.
    """
    found = {}
    for change in changes:
        ref = final.get(change.ref, change.ref)
        if ref in records:
            fields = dict(_of_record(change, records[ref].values, before.get(change.ref, {})))
            if fields:
                found[ref] = fields
    return found


def adjusted_words(stored: str, sent: str | None) -> str:
    """One sentence about a field, of the texts shown; ``sent`` is None where nothing was."""
    return "The database has filled this in." if sent is None else f"The database made {stored} of {sent}."


def _of_record(
    change: RecordChange, stored: Mapping[str, object], before: Mapping[str, object]
) -> Iterator[tuple[str, object]]:
    inserted = change.action is Action.INSERT
    for column in stored if inserted else before:
        if column in change.fields or column not in stored:
            continue
        if not same_value(None if inserted else before[column], stored[column]):
            yield column, DEFAULT
    for column, field in change.fields.items():
        if column not in stored:
            continue
        sent, value = field.new, stored[column]
        if sent is DEFAULT:
            if value is not None:
                yield column, DEFAULT
        elif not isinstance(sent, NewKey) and not as_sent(sent, value):
            yield column, sent


def as_sent(sent: object, stored: object) -> bool:
    """Whether the person would call it the same: 1.0 and 1.00 are."""
    if isinstance(sent, RawText) or isinstance(stored, RawText):
        return _bare(sent) == _bare(stored)
    return sent == stored or same_value(sent, stored)


def _bare(value: object) -> object:
    return str(value.bind if isinstance(value, RawText) else value)
