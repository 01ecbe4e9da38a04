"""Owns how a failed read is told, and that it is tried once more: exceptions become Refusals; asks nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from desktop.base.cancel import CancelToken, Progress
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.filters import BadFilter
from desktop.browse.view import View
from desktop.connect.faults import FaultKind, read_fault

T = TypeVar("T")
Work: TypeAlias = Callable[[CancelToken, Progress], T]

_SENTENCES = {
    FaultKind.CONNECTION: (
        Reason.CONNECTION,
        "The connection to the database was lost.",
        "Nothing you typed is lost. Reconnect to go on.",
    ),
    FaultKind.LOCKED: (Reason.LOCKED, "Another program is writing to this database.", "Try again."),
    FaultKind.PERMISSION: (Reason.NOT_ALLOWED, "You are not allowed to read this table.", ""),
    FaultKind.UNSAFE: (
        Reason.NOT_ALLOWED,
        "This view uses something that no file may use here.",
        "Details says what. Be careful with a file that should have no reason to.",
    ),
    FaultKind.TOO_LONG: (Reason.OTHER, "A value here is larger than 256 MB and cannot be read.", ""),
    FaultKind.MISSING_OBJECT: (
        Reason.GONE,
        "This table has changed or is gone.",
        "Close and open the connection to see the tables as they are now.",
    ),
    FaultKind.MOVED: (
        Reason.FILE,
        "The database file has been moved, replaced or deleted since it was opened.",
        "Reconnect to use the file that is in its place now.",
    ),
    FaultKind.NOT_A_DATABASE: (
        Reason.FILE,
        "The database file is damaged or has been overwritten.",
        "Keep it and open a backup.",
    ),
    FaultKind.DISK_FULL: (Reason.STORAGE, "The disk is full.", "Make room and try again."),
}


_LOST = (FaultKind.CONNECTION, FaultKind.MOVED)


def lost_line(exc: Exception) -> Refusal | None:
    """What to tell where the database is out of reach; None for any other failure."""
    cause = (exc.__cause__ or exc) if isinstance(exc, RefusedError) else exc
    kind = read_fault(cause).kind
    if kind not in _LOST:
        return None
    if isinstance(exc, RefusedError):
        return exc.refusal
    return Refusal(*_SENTENCES[kind], details=read_fault(cause).message)


def once_more(work: Work[T]) -> Work[T]:
    """The same reading, which quietly tries again once where the line was lost: most often a new one is
    there at once."""

    def twice(token: CancelToken, progress: Progress) -> T:
        try:
            return work(token, progress)
        except Exception as exc:
            if token.cancelled or lost_line(exc) is None:
                raise
        return work(token, progress)

    return twice


def refusal_for(exc: Exception, view: View) -> Refusal:
    """What to tell the person when reading ``view`` failed."""
    if isinstance(exc, RefusedError):
        return exc.refusal
    if isinstance(exc, BadFilter):
        return Refusal(Reason.BAD_VALUE, exc.sentence, table=view.table, fields=(exc.column,))
    fault = read_fault(exc)
    known = _SENTENCES.get(fault.kind)
    reason, sentence, hint = known or (Reason.OTHER, "The records could not be read.", "")
    details = fault.message or f"{type(exc).__name__}: {exc}"
    return Refusal(reason, sentence, hint, table=view.table, details=details)
