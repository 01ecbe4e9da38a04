"""Owns the write transaction: the one place that makes a Session, and the one edge where failures are told.

It knows nothing of what is written. Whoever enters ``writing`` gets a Session in a transaction that has the
write lock (SQLite) or waits a bounded time for locks (PostgreSQL); leaving commits, failing rolls back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.connect.backend import wanted_by
from desktop.connect.faults import FaultKind, read_fault
from desktop.connect.running import running
from desktop.connect.sqlite import IMMEDIATE
from desktop.edit.changes import RecordChange
from desktop.edit.explain import Attempt, explain
from desktop.edit.suspect import suspect
from desktop.edit.verdict import Mark, Question, UnansweredError, find_out, note, settled
from desktop.schema.database import Database

FAULTS = (sa.exc.StatementError, StaleDataError, OverflowError, UnicodeError)
"""What a statement may fail with because of the data or the server; anything else is a bug and stays one.

sqlite3 raises OverflowError past 64 bits and UnicodeEncodeError for a lone surrogate, which SQLAlchemy
does not wrap.
"""

_CRASHED = "57P02"

WAIT_FOR_LOCKS = sa.text("SET LOCAL lock_timeout = '5s'")
"""Where rows are locked one by one, a save that cannot have one says so after a while."""


class Effort:
    """What is being attempted right now, so that a failure is told about the right record."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        self.all: Sequence[RecordChange] = ()
        """Everything that is attempted in this transaction."""
        self.ending = False
        """All is written; what is refused now (a deferred constraint) may be about any of them."""
        self.committing = False
        self.mark = Mark()
        """Of the transaction that is being committed."""
        self.final: Mapping[RecordRef, RecordRef] = {}
        """The references of what was written, where they are other ones now."""
        self.broke = False
        """The answer to COMMIT never came; that everything was saved was found out afterwards."""


@contextmanager
def writing(database: Database, token: CancelToken, effort: Effort) -> Iterator[Session]:
    """One write transaction, committed at the end of the block unless the block rolled it back itself.

    Raises RefusedError, told about ``effort.attempt``, where the database says no, and CancelledError where
    the token was cancelled; in both cases everything is rolled back and the connection given back.
    """
    refuse_read_only(database, effort.attempt.table)
    with explained(database, effort):
        try:
            with _transaction(database, token, effort) as session:
                yield session
        except (*FAULTS, CancelledError) as error:
            if not (effort.committing and _unanswered(error)):
                raise
            _find_out(database, token, effort, error)


def _unanswered(error: BaseException) -> bool:
    """The line broke; also where it was cut because somebody did not want to wait any longer."""
    cause = error.__cause__ or error if isinstance(error, CancelledError) else error
    return read_fault(cause).kind is FaultKind.CONNECTION


def _find_out(database: Database, token: CancelToken, effort: Effort, error: BaseException) -> None:
    """Return where COMMIT took place after all; raise what became of it where it did not."""
    cause = error.__cause__ or error if isinstance(error, CancelledError) else error
    crashed = read_fault(cause).sqlstate == _CRASHED
    question = Question(effort.mark, effort.all, effort.final, crashed)
    outcome = find_out(database, question, token)
    if (refused := settled(outcome, question, read_fault(error).message, effort.attempt.table)) is not None:
        # With a cause only where the line is still broken.
        raise refused from (error if isinstance(refused, UnansweredError) else None)
    effort.broke = True


@contextmanager
def explained(database: Database, effort: Effort) -> Iterator[None]:
    """Turn what the database refuses into RefusedError; enter it before the transaction."""
    try:
        yield
    except FAULTS as error:
        raise RefusedError(told(error, effort, database)) from error


@contextmanager
def _transaction(database: Database, token: CancelToken, effort: Effort) -> Iterator[Session]:
    # Closing the connection also ends the transaction that a failed COMMIT leaves open on SQLite.
    with wanted_by(token):
        taken = database.engine.connect()
    with taken as connection:
        connection.execution_options(**{IMMEDIATE: True})
        # Session last: it rolls back before the cancelled statement's error turns into CancelledError.
        with (
            running(connection, token),
            Session(bind=connection, autoflush=False, expire_on_commit=False) as session,
        ):
            session.connection()
            if database.capabilities.row_locks:
                session.execute(WAIT_FOR_LOCKS)
            yield session
            if session.in_transaction():
                effort.ending = True
                check_deferred(session, database)
                effort.mark = note(session, database)
                token.check()
                effort.committing = True
                session.commit()


def check_deferred(session: Session, database: Database) -> None:
    """Let deferred constraints speak now, inside the transaction, instead of at COMMIT."""
    if database.capabilities.deferred_constraints:
        session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))


def told(error: Exception, effort: Effort, database: Database) -> Refusal:
    """The failure in the person's words; call it after the transaction has ended."""
    if isinstance(error, StaleDataError):
        return not_stored(effort.attempt, str(error))
    attempt = suspect(error, effort.all, database) if effort.ending and effort.all else effort.attempt
    return explain(error, attempt, database)


def not_stored(attempt: Attempt, details: str = "") -> Refusal:
    """For a statement that the database accepted without an error and without doing it."""
    return Refusal(
        Reason.OTHER,
        "The database did not store the change and did not say why.",
        hint="A trigger or a rule of this table has probably swallowed it. Nothing was saved.",
        table=attempt.table,
        record=attempt.ref,
        details=details,
    )


def refuse_read_only(database: Database, table: TableName) -> None:
    """RefusedError where the connection or the table cannot be written."""
    if database.profile.read_only:
        raise RefusedError(
            Refusal(
                Reason.READ_ONLY,
                "This database was opened for reading only.",
                hint="Open it again without the read-only setting to change records.",
                table=table,
            )
        )
    reason = database.table(table).read_only_reason
    if reason:
        raise RefusedError(Refusal(Reason.READ_ONLY, reason, table=table))
