"""Owns finding out whether a COMMIT took place whose answer never came; must not write anything itself.

The server is asked for the transaction by its number. Where it cannot tell (it is too old, has forgotten, or
is another one by now: a standby that took over may have given the number to a transaction of its own) the
records are read back and compared with what was to be written.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.raw import RawText
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.records import read_records
from desktop.browse.rows import Record
from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.changes import Action, RecordChange
from desktop.edit.compare import same_value, still_as_seen
from desktop.schema.database import Database
from desktop.values.special import DEFAULT

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PATIENCE: Final = 15.0
"""Seconds to reach the server again and to wait for the end of the transaction."""
_LINGERING: Final = 3.0
"""Seconds after which a transaction that is still open is ended: its COMMIT has never arrived."""
_PAUSE: Final = 0.1


class Outcome(Enum):
    """What became of a COMMIT."""

    SAVED = "saved"
    NOT_SAVED = "not saved"
    UNREACHABLE = "unreachable"
    """The database does not answer: it can be asked again later."""
    UNKNOWN = "unknown"
    """It answers, but nobody can tell any more."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is noted of a transaction just before its COMMIT; empty where the server has no such numbers."""

    number: str = ""
    timeline: str = ""
    """Of the server's history: another one begins when a standby takes over."""
    started: str = ""
    """When the server was started. One that crashed may give the number of a lost transaction again."""


@dataclass(frozen=True, slots=True)
class Question:
    """A COMMIT to be asked about."""

    mark: Mark
    changes: Sequence[RecordChange] = ()
    """What was written, where that is known record by record."""
    final: Mapping[RecordRef, RecordRef] = field(default_factory=dict)
    """The references of new records, and of those whose key was edited."""
    crashed: bool = False
    """The server said that it has crashed, which does not always start it anew."""


class UndecidedError(RefusedError):
    """Raised where nobody can say whether a save took place."""


class UnansweredError(UndecidedError):
    """Raised where nobody can say so yet."""

    def __init__(self, refusal: Refusal, question: Question) -> None:
        super().__init__(refusal)
        self.question = question


_TIMELINE = (
    "CASE WHEN pg_is_in_recovery() THEN '' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END"
)
_HISTORY = f"{_TIMELINE}, CAST(pg_postmaster_start_time() AS text)"
_NOTE = sa.text(f"SELECT CAST(pg_current_xact_id_if_assigned() AS text), {_HISTORY}")
_NOW = sa.text(f"SELECT {_HISTORY}")
_STATUS = sa.text("SELECT pg_xact_status(CAST(:number AS xid8))")
_END = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_xid = CAST(CAST(:number AS xid8) AS xid)"
)
_IN_THE_FUTURE = "22023"


def note(session: Session, database: Database) -> Mark:
    """What to ask for, should the answer to the COMMIT that follows get lost."""
    if not database.capabilities.transaction_status:
        return Mark()
    number, timeline, started = session.execute(_NOTE).one()
    return Mark(number or "", timeline, started)


def find_out(database: Database, question: Question, token: CancelToken) -> Outcome:
    """Ask until there is an answer, at most for a while; a cancelled token ends the asking."""
    begun = time.monotonic()
    while True:
        waited = time.monotonic() - begun
        try:
            found = _ask(database, question, late=waited > _LINGERING)
        except (sa.exc.DBAPIError, RefusedError) as error:
            cause = error if isinstance(error, sa.exc.DBAPIError) else error.__cause__ or error
            if read_fault(cause).kind not in _MAY_PASS:
                return Outcome.UNKNOWN
            found = None
        if found is not None:
            return found
        if token.cancelled or waited > PATIENCE:
            return Outcome.UNREACHABLE
        time.sleep(_PAUSE)


_MAY_PASS = (FaultKind.CONNECTION, FaultKind.LOCKED, FaultKind.DISK_FULL)


def _ask(database: Database, question: Question, *, late: bool) -> Outcome | None:
    """What is known now; None while the transaction goes on."""
    if not question.mark.number:
        found = _read_back(database, question)
        # What cannot be seen yet may be on its way in a server that cannot be asked.
        on_its_way = found is Outcome.NOT_SAVED and database.capabilities.row_locks and not late
        return None if on_its_way else found
    with database.engine.connect() as connection:
        timeline, started = connection.execute(_NOW).one()
        if not timeline:  # a standby, which may not have heard of it yet
            return None
        if timeline == question.mark.timeline:
            same = started == question.mark.started and not question.crashed
            status = _status(connection, question.mark.number)
            if status == "in progress" and same:
                if late:
                    connection.execute(_END, {"number": question.mark.number})
                return None
            if status == "committed" and same:
                return Outcome.SAVED
            # A number that was committed is never given again: any other status is proof.
            if status in ("aborted", "in progress"):
                return Outcome.NOT_SAVED
    return _read_back(database, question)


def _status(connection: sa.Connection, number: str) -> str | None:
    """What the server says of the transaction; one it lost in a crash was aborted. None: it has forgotten."""
    try:
        status: str | None = connection.scalar(_STATUS, {"number": number})
    except sa.exc.DBAPIError as error:
        if read_fault(error).sqlstate != _IN_THE_FUTURE:
            raise
        return "aborted"
    return status


# --- reading back ------------------------------------------------------------------------------------------


def _read_back(database: Database, question: Question) -> Outcome:
    signs = set(_signs(database, question))
    if len(signs) != 1:  # nothing to go by, or somebody else has written meanwhile
        return Outcome.UNKNOWN
    return Outcome.SAVED if signs.pop() else Outcome.NOT_SAVED


def _signs(database: Database, question: Question) -> Iterator[bool]:
    """Whatever tells that it was written (True), or that it was not."""
    stored = _stored(database, question)
    for change in question.changes:
        final = question.final.get(change.ref, change.ref)
        now = stored.get(final)
        if change.action is Action.DELETE:
            yield now is None
        elif change.action is Action.INSERT:
            if now is not None:
                yield True
            if now is None or not all(_holds(now, column, new) for column, new in change.values.items()):
                yield False  # with another record under that key both are said, and so nothing is known
        else:
            found = now or stored.get(change.ref)
            if found is not None:
                yield from _signs_of_update(change, found)


def _signs_of_update(change: RecordChange, found: Record) -> Iterator[bool]:
    for column, (base, new) in ((name, (one.base, one.new)) for name, one in change.fields.items()):
        value = found.values.get(column)
        if isinstance(new, NewKey) or new is DEFAULT:
            continue
        if _holds(found, column, new):
            yield True
        elif still_as_seen(value, base) or _bare(value) == _bare(base):
            yield False
    for name, link in change.links.items():
        there = {linked.key for linked in found.links.get(name, ())}
        for key in link.added:
            if not isinstance(key, NewKey):
                yield key in there
        for key in link.removed:
            yield key not in there


def _holds(found: Record, column: str, new: object) -> bool:
    """Whether the field is as it was to be written; what the database made itself cannot tell."""
    if new is DEFAULT or isinstance(new, NewKey) or column not in found.values:
        return True
    value = found.values[column]
    return value == new or same_value(value, new) or _bare(value) == _bare(new)


def _bare(value: object) -> object:
    return str(value.bind) if isinstance(value, RawText) else value


def _stored(database: Database, question: Question) -> dict[RecordRef, Record]:
    keys: dict[TableName, list[tuple[object, ...]]] = {}
    for change in question.changes:
        for ref in {change.ref, question.final.get(change.ref, change.ref)}:
            if not isinstance(ref.key, NewKey):
                keys.setdefault(ref.table, []).append(ref.key)
    return {
        record.ref: record for table, some in keys.items() for record in read_records(database, table, some)
    }


# --- words -------------------------------------------------------------------------------------------------

SAVED_AFTER_ALL: Final = "The connection broke while saving. Everything was saved."

_NOTHING = "The connection broke while saving. Nothing was saved."
_UNREACHABLE = "The connection broke at the very moment of saving, and the database does not answer."
_UNKNOWN = "The connection broke at the very moment of saving. Whether it was saved cannot be found out."


def settled(
    outcome: Outcome, question: Question, details: str, table: TableName | None
) -> RefusedError | None:
    """What to raise for an outcome; None where everything was saved."""

    def refusal(sentence: str, hint: str) -> Refusal:
        return Refusal(Reason.CONNECTION, sentence, hint, table, details=details)

    if outcome is Outcome.NOT_SAVED:
        return RefusedError(refusal(_NOTHING, "Save again: the connection is made anew."))
    if outcome is Outcome.UNREACHABLE:
        hint = "Reconnect when it is back: whether it was saved is found out before anything is sent again."
        return UnansweredError(refusal(_UNREACHABLE, hint), question)
    if outcome is Outcome.UNKNOWN:
        hint = (
            "What you changed is still here. Refresh and compare it with the records before you save again."
        )
        return UndecidedError(refusal(_UNKNOWN, hint))
    return None
