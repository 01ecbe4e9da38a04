"""Owns the background reading of one view: which jobs run, and that late answers are dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key
from desktop.browse import fetch
from desktop.browse.fetch import Scan
from desktop.browse.rows import Row
from desktop.browse.view import Deleted, View
from desktop.models.connection import Connection
from desktop.models.failures import once_more
from desktop.models.first_hits import FirstHits
from desktop.models.lanes import Job, Lane
from desktop.models.search import Search

T = TypeVar("T")


class Reading(Protocol):
    """Who hears the answers, always on the GUI thread and never late ones."""

    def first_read(self, view: View, rows: list[Row], scan: Scan | None) -> None:
        """The first block of a view that was started; ``scan`` where it was found by searching, which may
        still go on (see ``found_so_far``)."""

    def found_so_far(self, scan: Scan) -> None:
        """What a pass that still goes on has found: these blocks can be read already."""

    def estimated(self, count: int | None) -> None:
        """About how many rows the view has; None where nobody knows."""

    def scanned(self, scan: Scan) -> None:
        """The exact count, and where every block begins."""

    def block_read(self, index: int, rows: list[Row]) -> None:
        """One block of rows."""

    def located(self, key: Key, row: int | None) -> None:
        """Where a record stands; None where the view does not show it."""

    def failed(self, exc: Exception) -> None:
        """One of these could not be done."""


class ViewReader:
    """Reads one view at a time; starting the next one cancels all that runs for the one before."""

    def __init__(self, connection: Connection, owner: QObject, reading: Reading, search: Search) -> None:
        self._connection = connection
        self._owner = owner
        self._reading = reading
        self._how_far = search
        self._lane: Lane | None = None
        self._generation = 0
        self._jobs: list[Job] = []
        self._block_job: Job | None = None

    @property
    def reading_block(self) -> bool:
        """A block is under way: one at a time, so that the newest wish is never behind a long queue."""
        return self._block_job is not None and self._block_job.running

    def stop(self) -> None:
        """Cancel everything; nothing of it will be heard."""
        self._generation += 1
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()
        self._block_job = None

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        if self._lane is not None:
            self._connection.close_reader(self._lane)
            self._lane = None

    def start(self, view: View, *, early: bool) -> None:
        """Read the first block of a view, at once; ``early``: as soon as a search has found anything."""
        self.stop()
        database, locale = self._connection.database, self._connection.locale

        def begun(rows: list[Row] | None) -> None:
            if rows is None:
                self._search(view, early)
            else:
                self._reading.first_read(view, rows, None)

        self._submit(
            self._own_lane,
            lambda token, _: fetch.begin(database, view, locale=locale, token=token),
            begun,
        )

    def count(self, view: View, *, estimate: bool) -> None:
        """Read the exact count and the anchors; before that an estimate, where one is wanted and cheap."""
        if estimate and not view.is_filtered and view.deleted is not Deleted.ONLY:
            database = self._connection.database
            self._submit(
                self._own_lane,
                lambda token, _: fetch.estimate(database, view.table, token=token),
                self._reading.estimated,
            )
        self._scan(view, self._reading.found_so_far, self._reading.scanned)

    def _search(self, view: View, early: bool) -> None:
        """Show the first block as soon as there is one, then tell how the search goes on."""

        def read(scan: Scan, arrived: Callable[[list[Row]], None]) -> None:
            database, locale = self._connection.database, self._connection.locale
            self._submit(
                self._connection.lane,
                lambda token, _: fetch.block(database, view, scan, 0, locale=locale, token=token),
                arrived,
            )

        first = FirstHits(view, self._reading, self._how_far, read)
        self._scan(view, first.found_so_far if early else self._how_far.note, first.scanned)

    def _scan(self, view: View, so_far: Callable[[Scan], None], done: Callable[[Scan], None]) -> None:
        database, locale = self._connection.database, self._connection.locale
        latest: list[Scan] = [Scan(0)]

        def work(token: CancelToken, progress: Progress) -> Scan:
            def found(scan: Scan) -> None:
                latest[0] = scan
                progress(scan.count, None)

            return fetch.scan(database, view, locale=locale, token=token, found=found)

        self._submit(self._own_lane, work, done, progress=lambda: so_far(latest[0]))

    @property
    def _own_lane(self) -> Lane:
        """Only blocks by key are read on the connection's lane: they never take long."""
        if self._lane is None:
            self._lane = self._connection.open_reader()
        return self._lane

    def read_block(self, view: View, scan: Scan, index: int) -> None:
        """Read one block by its key range."""
        database, locale = self._connection.database, self._connection.locale
        self._block_job = self._submit(
            self._connection.lane,
            lambda token, _: fetch.block(database, view, scan, index, locale=locale, token=token),
            lambda rows: self._block_arrived(index, rows),
        )

    def locate(self, view: View, scan: Scan, key: Key) -> None:
        """Ask where a record stands in the view's order."""
        database, locale = self._connection.database, self._connection.locale
        self._submit(
            self._connection.lane,
            lambda token, _: fetch.position(database, view, scan, key, locale=locale, token=token),
            lambda row: self._reading.located(key, row),
        )

    def _block_arrived(self, index: int, rows: list[Row]) -> None:
        self._block_job = None
        self._reading.block_read(index, rows)

    def _submit(
        self,
        lane: Lane,
        work: Callable[[CancelToken, Progress], T],
        done: Callable[[T], None],
        progress: Callable[[], None] | None = None,
    ) -> Job:
        generation = self._generation

        def current(answer: T) -> None:
            # Lanes drop the answers of cancelled jobs; this holds even if a job escapes the list.
            if generation == self._generation:
                done(answer)

        def failed(exc: Exception) -> None:
            if generation == self._generation:
                self._block_job = None
                self._reading.failed(exc)

        def going_on(done: int, total: int | None) -> None:
            if progress is not None and generation == self._generation:
                progress()

        self._jobs = [job for job in self._jobs if job.running]
        job = lane.submit(once_more(work), current, failed, owner=self._owner, progress=going_on)
        self._jobs.append(job)
        return job
