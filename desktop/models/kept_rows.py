"""Owns the rows of records that were edited here and that the view no longer returns; reads them by key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key, NewKey, RecordRef
from desktop.browse.outside import rows_outside
from desktop.browse.rows import Row
from desktop.models.failures import refusal_for
from desktop.models.lanes import Job

if TYPE_CHECKING:
    from desktop.models.record_model import RecordModel


class KeptRows(QObject):
    """A record is kept while it has staged changes that were made when its row was loaded here.

    Records staged elsewhere, or before this view was opened, are not dragged in by a filter that hides them.
    """

    changed = Signal()
    """Other records are kept than before."""

    def __init__(self, model: RecordModel) -> None:
        super().__init__(model)
        self._model = model
        self._staging = model.connection.workbench.staging
        self._seen: set[RecordRef] = set()
        self._rows: dict[RecordRef, Row] = {}
        self._job: Job | None = None

    @property
    def refs(self) -> list[RecordRef]:
        """The records kept, in the order of their keys as they were read."""
        return list(self._rows)

    def row(self, ref: RecordRef) -> Row | None:
        """What was read of a record that is kept."""
        return self._rows.get(ref)

    def clear(self) -> None:
        """Nothing is kept until ``look`` has answered."""
        self._rows = {}

    def staged(self, refs: Iterable[RecordRef]) -> None:
        """These records look different: note those shown here, let go of those taken back."""
        table = self._model.table.name
        staged: list[RecordRef] = []
        for ref in refs:
            if isinstance(ref.key, NewKey) or ref.table != table:
                continue
            if self._staging.state(ref) is None:
                self._rows.pop(ref, None)
            elif ref not in self._rows:
                staged.append(ref)
        if not staged:
            return
        loaded = {row.key for _, row in self._model.pages.cache.loaded()}
        self._seen.update(ref for ref in staged if ref.key in loaded)
        if any(ref in self._seen and ref.key not in loaded for ref in staged):
            self.look()  # an undo has brought a change back whose row had gone

    def saved(self, refs: Iterable[RecordRef]) -> None:
        """These were saved: from now on the filter decides about them again."""
        self._seen.difference_update(ref for ref in refs if self._staging.state(ref) is None)

    def look(self) -> None:
        """Read which of the records edited here the view does not return."""
        if self._job is not None:
            self._job.cancel()
        keys: list[Key] = []
        for ref in self._seen:
            if self._staging.state(ref) is not None and not isinstance(ref.key, NewKey):
                keys.append(ref.key)
        if not keys:
            self._take([])
            return
        connection, view = self._model.connection, self._model.shown_view

        def work(token: CancelToken, progress: Progress) -> list[Row]:
            return rows_outside(connection.database, view, keys, locale=connection.locale, token=token)

        def failed(error: Exception) -> None:
            self._model.refused.emit(refusal_for(error, view))

        self._job = connection.lane.submit(work, self._take, failed, owner=self)

    def stop(self) -> None:
        """Read nothing more."""
        if self._job is not None:
            self._job.cancel()

    def _take(self, rows: list[Row]) -> None:
        before, table = self._rows, self._model.table.name
        found = {RecordRef(table, row.key): row for row in rows}
        self._rows = {ref: row for ref, row in found.items() if self._staging.state(ref) is not None}
        if self._rows != before:
            self.changed.emit()
