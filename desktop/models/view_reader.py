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
from desktop.models.lanes import Job, Lane

T = TypeVar("T")


class Reading(Protocol):
    """Who hears the answers, always on the GUI thread and never late ones."""

    def first_read(self, view: View, rows: list[Row]) -> None:
        """The first block of a view that was started."""

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

    def __init__(self, connection: Connection, owner: QObject, reading: Reading) -> None:
        self._connection = connection
        self._owner = owner
        self._reading = reading
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

    def start(self, view: View) -> None:
        """Read the first block of a view, at once."""
        self.stop()
        database, locale = self._connection.database, self._connection.locale
        self._submit(
            self._connection.lane,
            lambda token, _: fetch.first_block(database, view, locale=locale, token=token),
            lambda rows: self._reading.first_read(view, rows),
        )

    def count(self, view: View, *, estimate: bool) -> None:
        """Read the exact count and the anchors; before that an estimate, where one is wanted and cheap."""
        database, locale = self._connection.database, self._connection.locale
        if estimate and not (view.filters or view.search or view.deleted is Deleted.ONLY):
            self._submit(
                self._connection.side,
                lambda token, _: fetch.estimate(database, view.table, token=token),
                self._reading.estimated,
            )
        self._submit(
            self._connection.side,
            lambda token, _: fetch.scan(database, view, locale=locale, token=token),
            self._reading.scanned,
        )

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
        self, lane: Lane, work: Callable[[CancelToken, Progress], T], done: Callable[[T], None]
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

        self._jobs = [job for job in self._jobs if job.running]
        job = lane.submit(work, current, failed, owner=self._owner)
        self._jobs.append(job)
        return job
