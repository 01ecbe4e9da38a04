"""Owns the refusal: an expected "no" from the database or from a rule, told in the person's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from desktop.base.keys import RecordRef, TableName


class Reason(Enum):
    """Why something was refused; decides the icon and the buttons, never the sentence."""

    UNIQUE = "unique"
    MISSING_PARENT = "missing parent"
    HAS_CHILDREN = "has children"
    REQUIRED = "required"
    CHECK = "check"
    TOO_LONG = "too long"
    OUT_OF_RANGE = "out of range"
    BAD_VALUE = "bad value"
    GONE = "gone"
    CONFLICT = "conflict"
    COUNT_CHANGED = "count changed"
    READ_ONLY = "read only"
    NOT_ALLOWED = "not allowed"
    LOCKED = "locked"
    CONNECTION = "connection"
    STORAGE = "storage"
    FILE = "file"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people have changed."""

    ref: RecordRef
    column: str
    base: object
    """As it was when the change began."""
    theirs: object
    """As it is stored now."""
    mine: object
    """As it was to be stored."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a message box needs: what happened, what to do, where, and the technical text."""

    reason: Reason
    sentence: str
    """What happened, one sentence, with the record's own words."""
    hint: str = ""
    """What the person can do; may be empty."""
    table: TableName | None = None
    fields: tuple[str, ...] = ()
    """Column names to mark; the first gets the focus. Empty where it cannot be known (never a guess)."""
    record: RecordRef | None = None
    """The staged record that was refused, where known."""
    other: RecordRef | None = None
    """Another record worth opening (the one that already holds the value, the one that blocks)."""
    other_label: str = ""
    details: str = ""
    """Technical text for the Details section; never logged."""
    conflicts: tuple[Conflict, ...] = ()
    """With Reason.CONFLICT: the fields of the record that somebody else has changed too."""


class RefusedError(Exception):
    """Raised where an operation was refused; nothing was written."""

    def __init__(self, refusal: Refusal, others: Iterable[Refusal] = (), *, tried: int = 1) -> None:
        """``others``: of further records that were refused in the same attempt, one for each."""
        super().__init__(refusal.sentence)
        self.refusal = refusal
        self.refusals = (refusal, *others)
        self.tried = tried
        """Of how many records."""
        self.names: dict[RecordRef, str] = {}
        """What some of the records are called, where that was looked up."""
