"""Owns the words for several refused records in one message box; shows nothing itself."""

from __future__ import annotations

from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Refusal, RefusedError
from desktop.models.connection import Connection
from desktop.schema.labels import record_word
from desktop.staging.words import title_of
from ui.dialogs.message import Several

_NAME = 40


def told_together(connection: Connection, error: RefusedError) -> Several:
    """ "7 of 50 records were refused", and why each was."""
    count = len(error.refusals)
    tried = max(error.tried, count)
    lines = tuple(_line(connection, one) for one in error.refusals)
    return Several(
        f"{count:,} of {tried:,} records were refused. Nothing was saved.",
        lines,
        tuple(one.details for one in error.refusals),
    )


def _line(connection: Connection, refusal: Refusal) -> str:
    """Which record, why, and which other one is in its way."""
    told = refusal.sentence
    if refusal.other_label and refusal.other != refusal.record:
        told = f"{told.removesuffix('.')} (“{_cut(refusal.other_label)}”)."
    return f"{record_title(connection, refusal.record)}: {told}" if refusal.record is not None else told


def record_title(connection: Connection, ref: RecordRef) -> str:
    """What a record is called in a list: its name where it is known, else its key."""
    word = record_word(connection.database.table(ref.table)).capitalize()
    staging = connection.workbench.staging
    if isinstance(ref.key, NewKey):
        name = title_of(ref, staging, connection.database, connection.locale)
        if name == f"new {word.lower()}":
            return name.capitalize()
    else:
        name = staging.titles.get(ref) or " · ".join(str(part) for part in ref.key)
    return f"{word} {_cut(name)}"


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"
