"""Owns the shape in which a backend's reader hands over what it found, before names are resolved."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.schema.describe import Broken, Check, Column, Unique

LONG_FROM = 256
"""A text that may be this long is edited in a large field."""
_LONG_WORDS = frozenset(
    (
        *("body", "content", "text", "description", "desc", "notes", "note", "comment", "comments"),
        *("remark", "remarks", "summary", "abstract", "bio", "biography", "message", "excerpt"),
        *("html", "markdown", "xml", "sql", "script", "details", "transcript", "review"),
    )
)

NO_COLUMNS = "It has no columns."
KEYLESS = "This table has no key, so records cannot be told apart; it is shown read-only."
KEY_UNREADABLE = (
    "You may not read the key of this table, so records cannot be told apart; it is shown read-only."
)
VIEW = "This is a view, put together from other tables; it is shown read-only."


@dataclass(frozen=True)
class FoundColumn:
    """A column and the lossless type it is read and written through."""

    column: Column
    type: sa.types.TypeEngine[Any]
    insertable: bool = True
    """The person has the right to give it a value in a new record."""


@dataclass(frozen=True)
class FoundForeignKey:
    """A foreign key as declared; the target may be missing, spelt otherwise, or name no columns."""

    name: str
    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...]
    """Empty: the target's primary key."""
    on_delete: str


@dataclass(frozen=True)
class FoundTable:
    """One table or view as the catalogue tells it."""

    name: TableName
    columns: tuple[FoundColumn, ...]
    primary_key: tuple[str, ...] = ()
    rowid: str = ""
    """Name under which SQLite's rowid stands in for the key: there is none, or records with an empty one."""
    row_number: str = ""
    """Name under which SQLite's rowid can be had; empty where it cannot."""
    is_view: bool = False
    read_only_reason: str = ""
    uniques: tuple[Unique, ...] = ()
    checks: tuple[Check, ...] = ()
    foreign_keys: tuple[FoundForeignKey, ...] = ()
    comment: str = ""
    unreadable: tuple[str, ...] = ()
    lockable: bool = True


@dataclass
class Findings:
    """All that a reader found."""

    tables: list[FoundTable] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)


def unusable(names: Sequence[str]) -> str:
    """Why a table with columns of these names cannot be opened; empty where it can."""
    if not names:
        return NO_COLUMNS
    if not all(names):
        return "One of its columns has no name."
    odd = next((name for name in names if any(unicodedata.category(sign) == "Cc" for sign in name)), None)
    if odd is None:
        return ""
    return f"The name of its column {odd!a} holds a line break or another control character."


def is_long(name: str, length: int | None) -> bool:
    """Whether a text column probably holds whole paragraphs."""
    if length is not None:
        return length >= LONG_FROM
    return bool(_LONG_WORDS & set(name.casefold().split("_"))) or name.casefold() in _LONG_WORDS
