"""Owns writing changes so that, where one of them is refused, every refusal is found; it must not know what
is written, or how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import FlushError, StaleDataError

from desktop.base.cancel import CancelToken
from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import RefusedError
from desktop.connect.faults import FaultKind, read_fault
from desktop.edit.changes import RecordChange
from desktop.edit.explain import Attempt
from desktop.edit.recording import Recording
from desktop.edit.session import FAULTS, Effort

Write: TypeAlias = Callable[[Sequence[RecordChange]], None]
Failure: TypeAlias = tuple[Exception, Attempt]

Ways: TypeAlias = Callable[[RecordChange], Sequence[Callable[[], None]]]
"""What can be done with a stored record so that it is in nobody's way until its own turn, the best first."""

MOST_REFUSED = 200
"""Refused records that are looked for; nobody mends more at once."""

_OF_ONE_RECORD = frozenset((
    FaultKind.UNIQUE, FaultKind.FOREIGN_KEY, FaultKind.NOT_NULL, FaultKind.CHECK, FaultKind.TOO_LONG,
    FaultKind.OUT_OF_RANGE, FaultKind.BAD_VALUE, FaultKind.EXCLUSION, FaultKind.RAISED, FaultKind.PERMISSION,
    FaultKind.UNSAFE,
    FaultKind.READ_ONLY,
))  # fmt: skip
_OF_OTHERS_TOO = frozenset((FaultKind.UNIQUE, FaultKind.FOREIGN_KEY, FaultKind.EXCLUSION))
"""What may come right as soon as other records of the same save are written."""
_IN_THE_WAY = frozenset((FaultKind.UNIQUE, FaultKind.EXCLUSION))
_MOST_EXCHANGED = 20
"""Records that still are in each other's way, of which it is tried whether one of them can give way."""


@dataclass
class Refused(Exception):
    """Ends a transaction in which each record was tried by itself: what was refused, and why."""

    failures: list[Failure] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _PutOff:
    """A record that is to be tried again, with why it was refused; None where it waits for another one."""

    change: RecordChange
    write: Write
    failure: Failure | None


class Trying:
    """``apart`` tries each record by itself where the statement for several is refused."""

    def __init__(
        self,
        session: Session,
        token: CancelToken,
        effort: Effort,
        recording: Recording,
        ways: Ways,
        *,
        apart: bool,
    ) -> None:
        self._session = session
        self._token = token
        self._effort = effort
        self._recording = recording
        self._ways = ways
        self._apart = apart
        self._failures: list[Failure] = []
        self._lost: set[RecordRef] = set()
        self._put_off: list[_PutOff] = []

    def do(self, changes: Sequence[RecordChange], write: Write) -> None:
        """Write the changes, or find out which of them are refused."""
        self._token.check()
        if not self._apart:
            write(changes)
        elif tried := list(self.possible(changes, write)):
            self._try(tried, write)

    def possible(self, changes: Iterable[RecordChange], write: Write) -> Iterator[RecordChange]:
        """Those that can be tried now: what they point to is there, or not a new record. Of the others those
        that wait for one that is tried again are tried after it."""
        for change in changes:
            if not self._lost and not self._put_off:
                yield change
            elif self._depends(change, self._lost):
                self._lost.add(change.ref)
            elif self._depends(change, {one.change.ref for one in self._put_off}):
                self._put_off.append(_PutOff(change, write, None))
            else:
                yield change

    def come_back(self) -> bool:
        """Try again, now that others are written, what was put off; whether anything was. Ends with Refused
        where something is refused for good."""
        anything = bool(self._put_off)
        self._retry()
        self._exchange()
        self._failures += [one.failure for one in self._put_off if one.failure is not None]
        if self._failures:
            raise Refused(self._failures)
        return anything

    def _retry(self) -> None:
        """Until nothing more comes right."""
        more = True
        while self._put_off and more:
            before, self._put_off = self._put_off, []
            for one in before:
                for change in self.possible([one.change], one.write):
                    self._try([change], one.write)
            more = len(self._put_off) < len(before)

    def _exchange(self) -> None:
        """Records may go round in a circle by a rule that is known only to the database (an index over an
        expression, an exclusion constraint): let one after the other give way until no more comes right."""
        waiting = [one for one in self._put_off if _is_in_the_way(one)]
        if not 1 < len(waiting) <= _MOST_EXCHANGED:
            return
        for one in waiting:
            for way in self._ways(one.change):
                left = len(self._put_off)
                with suppress(*FAULTS, RefusedError):  # then it cannot give way so
                    way()
                    self._retry()
                if len(self._put_off) < left:
                    break
            if not self._put_off:
                return

    def _try(self, changes: Sequence[RecordChange], write: Write) -> None:
        """Write them under a savepoint; where that is refused, one half after the other."""
        self._token.check()
        try:
            with self._recording.perhaps(), self._session.begin_nested():
                write(changes)
        except (*FAULTS, RefusedError) as error:
            if not _is_of_one_record(error):
                raise
            if len(changes) == 1:
                self._note(changes[0], write, error)
                return
        else:
            return
        middle = len(changes) // 2
        self._try(changes[:middle], write)
        if rest := list(self.possible(changes[middle:], write)):
            self._try(rest, write)

    def _note(self, change: RecordChange, write: Write, error: Exception) -> None:
        failure = error, self._effort.attempt
        if read_fault(error).kind in _OF_OTHERS_TOO:
            self._put_off.append(_PutOff(change, write, failure))
        else:
            self._failures.append(failure)
            self._lost.add(change.ref)
        if self._are_enough:
            self._retry()
            if self._are_enough:
                self.come_back()

    @property
    def _are_enough(self) -> bool:
        return len(self._failures) + len(self._put_off) >= MOST_REFUSED

    def _depends(self, change: RecordChange, others: set[RecordRef]) -> bool:
        """It is one of them, or points to a new record that is."""
        linked = (key for link in change.links.values() for key in link.added)
        new = {ref.key for ref in others if isinstance(ref.key, NewKey)}
        return change.ref in others or any(
            isinstance(key, NewKey) and key in new for key in (*change.values.values(), *linked)
        )


def _is_in_the_way(one: _PutOff) -> bool:
    return one.failure is not None and read_fault(one.failure[0]).kind in _IN_THE_WAY


def _is_of_one_record(error: BaseException) -> bool:
    """Whether another record may fare better: not where the connection is lost, the disk full, or the whole
    transaction ended by a trigger."""
    if isinstance(error, RefusedError):
        return error.__cause__ is None or _is_of_one_record(error.__cause__)
    return isinstance(error, FlushError | StaleDataError) or read_fault(error).kind in _OF_ONE_RECORD
