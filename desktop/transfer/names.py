"""Owns which records the names in a file or on the clipboard mean; one look-up for all names of a column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from desktop.base.cancel import CancelToken
from desktop.browse.lookups import named
from desktop.schema.database import Database
from desktop.schema.describe import Column, ForeignKey, Kind, Table
from desktop.schema.labels import record_word, records_word
from desktop.schema.rules import check_value
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import Locale

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE)
_LARGEST = 2**63
NamedRow: TypeAlias = tuple[tuple[object, ...], str]


@dataclass(frozen=True, slots=True)
class Found:
    """What a text stands for."""

    value: object = None
    problem: str = ""
    """Why it stands for nothing, a sentence; empty where it does."""
    label: str | None = None
    """The name of the record."""
    beside: Mapping[str, object] = field(default_factory=dict)
    """What the other columns of the same foreign key hold then."""


def match_names(
    database: Database,
    foreign_key: ForeignKey,
    column: str,
    texts: Collection[str],
    *,
    locale: Locale,
    token: CancelToken,
) -> dict[str, Found]:
    """For each text in a column of the foreign key the one record it names, whatever the case of the name.

    What is a key is the key; a part of a key of several columns is taken as it is.
    """
    if not texts:
        return {}
    target, place = database.table(foreign_key.target), foreign_key.columns.index(column)
    referred = target.column(foreign_key.target_columns[place])
    keys = {text: key for text in texts if (key := _key(text, referred, locale)) is not None}
    names = {text.strip() for text in texts}
    asked = (referred.name, set(keys.values()))
    rows = named(database, target.name, foreign_key.target_columns, names, asked, token=token)
    exact, folded = _by_name(rows, fold=False), _by_name(rows, fold=True)
    by_key = {values[place]: (values, label) for values, label in rows}
    found = {}
    for text in texts:
        name = text.strip()
        if text in keys and keys[text] in by_key:
            alone = len(foreign_key.columns) == 1
            found[text] = Found(keys[text], label=by_key[keys[text]][1] if alone else None)
        else:
            fitting = exact.get(name) or folded.get(name.casefold(), [])
            found[text] = _only(fitting, name, foreign_key, place, target)
    return found


def _by_name(rows: Sequence[NamedRow], *, fold: bool) -> Mapping[str, list[NamedRow]]:
    found: defaultdict[str, list[NamedRow]] = defaultdict(list)
    for row in rows:
        found[row[1].casefold() if fold else row[1]].append(row)
    return found


def _only(rows: Sequence[NamedRow], name: str, key: ForeignKey, place: int, target: Table) -> Found:
    if len(rows) == 1:
        values, label = rows[0]
        beside = {
            one: value for at, (one, value) in enumerate(zip(key.columns, values, strict=True)) if at != place
        }
        return Found(values[place], label=label, beside=beside)
    if not rows:
        return Found(problem=f"There is no {record_word(target)} named “{name}”.")
    count = f"{len(rows):,} {records_word(target, len(rows))}"
    return Found(problem=f"{count} are named “{name}”; give the number instead.")


def _key(text: str, column: Column, locale: Locale) -> object:
    """The value that the text would be in the column pointed to; None where it can be none."""
    if column.kind in _TEXTS:
        return text.strip() or None
    try:
        value = kind_for(column).parse(text, column, locale)
    except BadValue:
        return None
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return None
    return None if check_value(column, value) else value
