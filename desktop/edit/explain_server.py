"""Owns the words for what concerns the database as a whole: locks, rights, the line, the disk, the file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop.base.refusal import Reason, Refusal
from desktop.connect.faults import Fault, FaultKind
from desktop.edit.explain_ask import Attempt, forbidden_fields
from desktop.edit.explain_words import NOTHING, field_words, records_of
from desktop.schema.database import Database


@dataclass(frozen=True)
class _Words:
    reason: Reason
    sentence: str
    hint: str


_AGAIN = "Try again in a moment."
_WORDS = {
    FaultKind.LOCKED: _Words(Reason.LOCKED, "Someone else is changing the same records right now.", _AGAIN),
    FaultKind.DEADLOCK: _Words(
        Reason.LOCKED, "Someone else was changing the same records at the same time.", _AGAIN
    ),
    FaultKind.SERIALIZATION: _Words(
        Reason.LOCKED, "Someone else changed the same records at the same time.", _AGAIN
    ),
    FaultKind.CONNECTION: _Words(
        Reason.CONNECTION,
        "The connection to the database was lost.",
        "Save again, or reconnect first.",
    ),
    FaultKind.DISK_FULL: _Words(
        Reason.STORAGE, "The database's disk is full.", "Make room on it and try again."
    ),
    FaultKind.MISSING_OBJECT: _Words(
        Reason.GONE,
        "The database has changed: a table or a field that was there is gone.",
        "Close and open the connection to see the tables as they are now.",
    ),
    FaultKind.CANCELLED: _Words(
        Reason.OTHER,
        "The server stopped the work because it took too long.",
        "Its administrator has set a limit (statement_timeout).",
    ),
    FaultKind.NOT_A_DATABASE: _Words(
        Reason.FILE, "The database file is damaged or has been overwritten.", "Keep it and open a backup."
    ),
    FaultKind.UNSAFE: _Words(
        Reason.NOT_ALLOWED,
        "A trigger or rule of this file uses something that no file may use here.",
        "Details says what. Be careful with a file that should have no reason to.",
    ),
    FaultKind.MOVED: _Words(
        Reason.FILE,
        "The database file has been moved, replaced or deleted since it was opened.",
        "Reconnect to use the file that is in its place now, or open it where it is.",
    ),
}
"""What needs no table, field or value to be told."""

_ENDED = "The server has ended the connection; it was probably restarted."
_IDLE = "The server has ended the connection because nothing happened on it for a while."
_CROWDED = "The server has no connection left."
_LOST = {
    "57P01": _ENDED,
    "57P02": _ENDED,
    "57P03": "The server is just starting or stopping.",
    "25P03": _IDLE,
    "57P05": _IDLE,
    "53300": _CROWDED,
}
"""What a lost connection says about itself, by SQLSTATE."""

_FILE_LOCKED = _Words(Reason.LOCKED, "Another program is writing to this database.", _AGAIN)
_FILE_LOST = _Words(
    Reason.STORAGE, "The database file cannot be read or written.", "Check its disk, and your rights to it."
)


def explain_server(fault: Fault, attempt: Attempt, database: Database) -> Refusal | None:
    """The refusal, or None where the fault is about a table, a field or a value."""
    if fault.kind is FaultKind.PERMISSION and (names := forbidden_fields(database, attempt)):
        return _not_these(names, attempt, database)
    words = _words(fault, attempt, database)
    if words is None:
        return None
    return Refusal(
        words.reason, words.sentence, f"{words.hint} {NOTHING[attempt.verb]}".strip(), attempt.table
    )


def _words(fault: Fault, attempt: Attempt, database: Database) -> _Words | None:
    if fault.kind is FaultKind.READ_ONLY:
        return _read_only(fault, database)
    if fault.kind is FaultKind.PERMISSION:
        return _permission(fault, attempt, database)
    if not database.capabilities.row_locks:  # the whole database is one file
        if fault.kind is FaultKind.LOCKED:
            return _FILE_LOCKED
        if fault.kind is FaultKind.CONNECTION:
            return _FILE_LOST
    words = _WORDS.get(fault.kind)
    if words is not None and fault.kind is FaultKind.CONNECTION and fault.sqlstate in _LOST:
        return replace(words, sentence=_LOST[fault.sqlstate])
    return words


_VERBS = {
    "insert": "add",
    "update": "change",
    "delete": "delete",
    "bulk update": "change",
    "import": "import into",
}


def _permission(fault: Fault, attempt: Attempt, database: Database) -> _Words:
    records = records_of(database.table(attempt.table))
    if "row-level security" in fault.message:  # the one case in which the server names no other code
        sentence = f"A rule of the database does not let you {_VERBS[attempt.verb]} these {records}."
        return _Words(
            Reason.NOT_ALLOWED, sentence, "Rows are protected one by one here (row-level security)."
        )
    sentence = f"You are not allowed to {_VERBS[attempt.verb]} {records}."
    return _Words(Reason.NOT_ALLOWED, sentence, "Ask the owner of the database for the right to do it.")


def _not_these(names: tuple[str, ...], attempt: Attempt, database: Database) -> Refusal:
    table = database.table(attempt.table)
    verb = "fill in" if attempt.verb == "insert" else "change"
    sentence = f"You are not allowed to {verb} the {field_words(table, names)} of {records_of(table)}."
    hint = f"Leave it as it was, or ask the owner of the database for the right. {NOTHING[attempt.verb]}"
    return Refusal(Reason.NOT_ALLOWED, sentence, hint, attempt.table, names, record=attempt.ref)


_GENERATED = "428C9"
_NOT_IN_STATE = "55000"


def _read_only(fault: Fault, database: Database) -> _Words:
    if fault.sqlstate == _GENERATED:
        sentence = "A value was given for a field that the database fills in itself."
        return _Words(Reason.READ_ONLY, sentence, "Leave that field empty.")
    if fault.sqlstate == _NOT_IN_STATE:
        return _Words(Reason.READ_ONLY, "These records cannot be changed as they are.", "Details says why.")
    if database.profile.read_only:
        sentence, hint = "This database was opened for reading only.", "Open it again without that setting."
    elif database.capabilities.row_locks:
        sentence = "The server accepts no changes."
        hint = "It is a standby copy, or has been set to read-only."
    else:
        sentence = "The database file is write-protected."
        hint = "Ask for the right to write to the file and its folder, then reconnect."
    return _Words(Reason.READ_ONLY, sentence, hint)
