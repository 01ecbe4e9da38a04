"""Owns what is staged and not saved yet as a picker offers it: by its name as it is entered by now."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.lookups import extra_columns
from desktop.browse.rows import Candidate
from desktop.edit.changes import RecordChange
from desktop.schema.database import Database
from desktop.staging.staging import Staging
from desktop.staging.words import Speaker
from desktop.values.kinds import kind_for
from desktop.values.locale import Locale
from desktop.values.special import DEFAULT


def staged_choices(
    staging: Staging,
    database: Database,
    locale: Locale,
    target: TableName,
    text: str,
    *,
    columns: int = 1,
    own: RecordRef | None = None,
) -> list[Candidate]:
    """The new records of a table whose name contains every word of the text: first those whose name begins
    with it, else in the order staged.

    ``columns``: how many columns will point there. ``own``: whose field it is; it cannot point to itself.
    """
    speaker, words = Speaker(staging, database, locale), text.casefold().split()
    begin = text.strip().casefold()
    found: list[tuple[bool, Candidate]] = []
    for ref, change in staging.changes.new_in(target).items():
        label, key = speaker.title(ref), ref.key
        name = label.casefold()
        if isinstance(key, NewKey) and ref != own and all(word in name for word in words):
            extra = tuple(_extra(database, locale, ref, change))
            one = Candidate(key, key, label, extra, (key,) * columns)
            found.append((not name.startswith(begin), one))
    return [candidate for _, candidate in sorted(found, key=lambda pair: pair[0])]


def _extra(database: Database, locale: Locale, ref: RecordRef, change: RecordChange) -> Iterator[str]:
    """The same columns as of stored records, as far as they are filled in."""
    values = change.values
    for column in extra_columns(database.table(ref.table)):
        value = values.get(column.name)
        blank = value is None or value is DEFAULT
        yield "" if blank else kind_for(column).show(value, column, locale)
