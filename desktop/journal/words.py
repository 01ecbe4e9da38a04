"""Owns kept saves in a person's words: what a save did, record by record, and what has changed since."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.base.keys import RecordRef
from desktop.edit.changes import Action
from desktop.edit.save_log import RowChange
from desktop.edit.taking_back import Since, Why
from desktop.journal.saves import SaveEntry
from desktop.schema.database import Database
from desktop.schema.labels import column_heading, heading, record_word
from desktop.staging.words import FieldWords, RecordWords
from desktop.values.base import quoted
from desktop.values.kinds import kind_for
from desktop.values.locale import Locale

_DONE = ("added", "changed", "deleted")


def entry_words(entry: SaveEntry) -> str:
    """``Posts: 2 changed, 1 deleted; Comments: 3 deleted``."""
    parts = []
    perhaps = "Perhaps saved · " if entry.about else ""
    for table, counts in entry.counts.items():
        done = [f"{count:,} {word}" for count, word in zip(counts, _DONE, strict=True) if count]
        if done or not entry.kept:
            parts.append(f"{heading(table.name)}: {', '.join(done) or 'many'}")
    return perhaps + ("; ".join(parts) or "Nothing")


def who_words(entry: SaveEntry) -> str:
    """Who saved: the person's account here, and the one at the server where that is another."""
    if entry.db_user and entry.db_user != entry.os_user:
        return f"{entry.os_user} as {entry.db_user}"
    return entry.os_user


def describe_rows(
    database: Database, rows: Sequence[RowChange], locale: Locale, arrow: str = " → "
) -> list[RecordWords]:
    """What a save did, table by table: first what the person did, then what went with it. ``arrow``: between
    an old value and the new one."""
    places = {table: place for place, table in enumerate(dict.fromkeys(row.table for row in rows))}
    ordered = sorted(rows, key=lambda row: places[row.table])
    return [_record(database, row, locale, arrow) for row in ordered]


def since_words(database: Database, since: Since, locale: Locale) -> str:
    """One sentence about one record that was changed again."""
    row = since.row
    called = f"“{row.title}”" if row.title else _key_words(database, row)
    if since.why is Why.GONE:
        return f"{called} is deleted."
    if since.why is Why.BACK:
        return f"{called} is there again."
    if since.why is Why.USED:
        assert since.by is not None
        return f"{called} is used by {heading(since.by.name)} now."
    if since.why is Why.UNKNOWN:
        return f"{called} belongs to a table or field that is not there any more, or cannot be changed."
    table = database.table(row.table)
    now = since.now or {}
    fields = [
        f"“{column_heading(table, c)}” is now {_said(_shown(database, row, c, now[c], locale))}"
        for c in since.columns
    ]
    return f"{called}: {', '.join(fields)}."


def _record(database: Database, row: RowChange, locale: Locale, arrow: str) -> RecordWords:
    action = _action(row)
    key = row.key_after if row.key_after is not None else row.key_before
    lines = []
    for name in row.before if action is Action.DELETE else row.after:
        title, old, new = _heading(database, row, name), row.before.get(name), row.after.get(name)
        was, became = row.names.get(name, ("", ""))
        first = was or _shown(database, row, name, old, locale)
        then = became or _shown(database, row, name, new, locale)
        if action is Action.UPDATE:
            text = f"{first}{arrow}{then}"
        elif (old if action is Action.DELETE else new) is None:
            continue
        else:
            text = first if action is Action.DELETE else then
        lines.append(FieldWords(name, title, text))
    words = f"{heading(row.table.name)} · {row.title or _key_words(database, row)}"
    assert key is not None
    return RecordWords(RecordRef(row.table, key), words, tuple(lines), action)


def _action(row: RowChange) -> Action:
    if row.key_before is None:
        return Action.INSERT
    return Action.DELETE if row.key_after is None else Action.UPDATE


def _key_words(database: Database, row: RowChange) -> str:
    table = database.schema.tables.get(row.table)
    word = record_word(table) if table is not None else "record"
    key = row.key_after if row.key_after is not None else row.key_before
    return f"{word.capitalize()} {' · '.join(map(str, key or ()))}"


def _heading(database: Database, row: RowChange, name: str) -> str:
    table = database.schema.tables.get(row.table)
    known = table is not None and any(column.name == name for column in table.columns)
    return column_heading(table, name) if table is not None and known else heading(name)


def _said(shown: str) -> str:
    """A value within a sentence."""
    return shown if shown in ("NULL", "“”") else quoted(shown)


def _shown(database: Database, row: RowChange, name: str, value: object, locale: Locale) -> str:
    if value is None:
        return "NULL"
    if value == "":
        return "“”"
    table = database.schema.tables.get(row.table)
    column = next((c for c in table.columns if c.name == name), None) if table is not None else None
    return kind_for(column).show(value, column, locale) if column is not None else quoted(str(value))
