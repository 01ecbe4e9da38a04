"""Owns the search behind a picker: asks for candidates in stages, the quickest first; shows nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.lookups import FirstMatches, candidates_of, exact_matches, first_matches, lookup
from desktop.browse.recent import recent_keys, remember
from desktop.browse.rows import Candidate
from desktop.models.connection import Connection
from desktop.models.lanes import Job
from desktop.staging.choices import staged_choices

T = TypeVar("T")

MOST = 50
"""Candidates offered at once."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen, as far as it is known."""

    candidates: tuple[Candidate, ...]
    recent: int
    """So many of them, the first or those behind the ``staged``, were chosen lately."""
    final: bool
    """Nothing better will come."""
    staged: int = 0
    """So many of them, the first, are staged and not saved yet."""


class PickerSearch(QObject):
    """One search at a time: a new text cancels the search before, in the database too."""

    found = Signal(object)
    """An Offer, which takes the place of the one before."""
    failed = Signal(object)
    """The exception."""

    def __init__(
        self,
        connection: Connection,
        target: TableName,
        columns: Sequence[str],
        place: str,
        parent: QObject | None = None,
        *,
        staged: bool = False,
    ) -> None:
        """``staged``: also offer what is staged on that connection and not saved yet."""
        super().__init__(parent)
        self._offers_staged = staged
        self.own: RecordRef | None = None
        """The record whose field this is: not offered to itself while it is new."""
        self._staged: tuple[Candidate, ...] = ()
        self._connection = connection
        self._target = target
        self._columns = tuple(columns)
        self._place = place
        self._job: Job | None = None
        self._asked = 0
        self._first: tuple[Candidate, ...] = ()
        self._recent = 0

    @property
    def running(self) -> bool:
        """A better answer may still come."""
        return self._job is not None and self._job.running

    def cancel(self) -> None:
        """Ask no more; what still comes is dropped."""
        self._asked += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def ask(self, text: str) -> None:
        """Search for the text; for none, offer what was chosen lately and the first by name."""
        self.cancel()
        self._first, self._recent = (), 0
        self._staged = self._staged_now(text)
        database, target, columns = self._connection.database, self._target, self._columns
        locale, identity, place = self._connection.locale, database.profile.identity, self._place
        asked = self._asked

        def at_once(token: CancelToken, progress: Progress) -> list[Candidate]:
            if text.strip():
                return exact_matches(database, target, columns, text, locale=locale, token=token)
            keys = recent_keys(identity, place)
            return candidates_of(database, target, columns, keys, locale=locale, token=token)

        self._submit(at_once, partial(self._on_first, asked, text))

    def chosen(self, candidate: Candidate) -> None:
        """Remember a choice for the next time; not one that has no key to be known by."""
        key = candidate.key
        if isinstance(key, NewKey):
            return
        identity, place = self._connection.database.profile.identity, self._place

        def work(token: CancelToken, progress: Progress) -> None:
            remember(identity, place, key)

        self._connection.side.submit(work, _nothing, _not_kept)

    def _on_first(self, asked: int, text: str, first: list[Candidate]) -> None:
        if asked != self._asked:
            return
        self._first, self._recent = tuple(first), 0 if text.strip() else len(first)
        self._tell((), final=False)
        database, target, columns = self._connection.database, self._target, self._columns
        locale = self._connection.locale

        def quick(token: CancelToken, progress: Progress) -> FirstMatches:
            return first_matches(database, target, columns, text, limit=MOST, locale=locale, token=token)

        self._submit(quick, partial(self._on_quick, asked, text))

    def _on_quick(self, asked: int, text: str, quick: FirstMatches) -> None:
        if asked != self._asked:
            return
        self._tell(quick.candidates, final=quick.complete)
        if quick.complete:
            return
        database, target, columns = self._connection.database, self._target, self._columns
        locale = self._connection.locale

        def best(token: CancelToken, progress: Progress) -> list[Candidate]:
            return lookup(database, target, columns, text, limit=MOST, locale=locale, token=token)

        self._submit(best, partial(self._on_best, asked))

    def _on_best(self, asked: int, best: list[Candidate]) -> None:
        if asked == self._asked:
            self._tell(best, final=True)

    def _staged_now(self, text: str) -> tuple[Candidate, ...]:
        if not self._offers_staged:
            return ()
        connection, columns = self._connection, max(len(self._columns), 1)
        found = staged_choices(
            connection.workbench.staging,
            connection.database,
            connection.locale,
            self._target,
            text,
            columns=columns,
            own=self.own,
        )
        return tuple(found[:MOST])

    def _tell(self, candidates: Sequence[Candidate], *, final: bool) -> None:
        """What was there at once stays in front."""
        front = (*self._staged, *self._first)
        known = {candidate.key for candidate in self._first}
        behind = (one for one in candidates if one.key not in known)
        self.found.emit(Offer((*front, *behind), self._recent, final, len(self._staged)))

    def _submit(self, work: Callable[[CancelToken, Progress], T], done: Callable[[T], None]) -> None:
        self._job = self._connection.lane.submit(
            work, done, partial(self._on_failed, self._asked), owner=self
        )

    def _on_failed(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self.failed.emit(error)


def _nothing(done: None) -> None:
    """The choice was kept."""


def _not_kept(error: Exception) -> None:
    _log.warning("a choice could not be remembered: %s", type(error).__name__)
