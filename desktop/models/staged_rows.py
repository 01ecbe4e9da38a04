"""Owns which record stands in which row: those read, kept ones, new ones; tells Qt of each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex

from desktop.base.keys import NewKey, RecordRef
from desktop.browse.rows import Row
from desktop.browse.view import View
from desktop.edit.compare import same_value
from desktop.models.asides import Asides
from desktop.models.changed import Changed
from desktop.models.just_saved import JustSaved
from desktop.models.kept_rows import KeptRows
from desktop.models.saved_values import SavedValues

if TYPE_CHECKING:
    from desktop.models.record_model import RecordModel

_ROOT = QModelIndex()


class StagedRows:
    """The face of the pages: rows read first, then stored records kept though the view no longer returns
    them, then those just saved for the first time, then staged new ones."""

    def __init__(self, model: RecordModel) -> None:
        self._model = model
        self._staging = model.connection.workbench.staging
        self.read = 0
        """How many rows are shown of those read."""
        self.extra: list[RecordRef] = []
        """The records shown after them: those kept, then those just saved, then the new ones."""
        self._shown: set[RecordRef] = set()
        """The same records, to ask for one among many."""
        self._taking = self._again = False
        self._saved = SavedValues(model.table.name)
        self.just_saved = JustSaved()
        self.asides = Asides(model)
        self.kept = KeptRows(model)
        self.kept.changed.connect(self._take_extra)

    @property
    def total(self) -> int:
        return self.read + len(self.extra)

    @property
    def stored(self) -> int:
        """How many rows at the top are of records that the database has."""
        return self.read + self._first_new

    @property
    def new(self) -> list[RecordRef]:
        """The new records, in the order of their rows."""
        return self.extra[self._first_new :]

    @property
    def _first_new(self) -> int:
        """Those kept are few and come first."""
        numbered = (at for at, ref in enumerate(self.extra) if isinstance(ref.key, NewKey))
        return next(numbered, len(self.extra))

    def row_at(self, row: int) -> Row | None:
        """What was read of the record in a row; None where it is new or not loaded."""
        if 0 <= row < self.read:
            found = self._model.pages.cache.row(row)
        else:
            found = self.extra_row(self.extra[row - self.read]) if self.read <= row < self.total else None
        return self.as_saved(found) if found is not None else None

    def extra_row(self, ref: RecordRef) -> Row | None:
        """What is known of a record shown after those read; None of a new one."""
        return self.kept.row(ref) or self.just_saved.row(ref, self._model.shown_view)

    def aside(self, ref: RecordRef) -> str:
        """Why a record is shown that the view does not return; empty where nothing need be said."""
        if isinstance(ref.key, NewKey):
            return self.asides.new(ref)
        if ref in self.just_saved:
            return ""
        return self.asides.kept(ref, self.kept.row(ref))

    def ref_at(self, row: int) -> RecordRef | None:
        """The record in a row, stored or new; None where it is not loaded or has no key."""
        if self.read <= row < self.total:
            return self.extra[row - self.read]
        key = self._model.key_at(row)
        return RecordRef(self._model.table.name, key) if key is not None else None

    def row_of(self, ref: RecordRef) -> int | None:
        """The row of a new record, or of one that is loaded; None for others."""
        if ref in self.extra:
            return self.read + self.extra.index(ref)
        if ref.table != self._model.table.name:
            return None
        rows = (at for at, row in self._model.pages.cache.loaded() if row.key == ref.key and at < self.read)
        return next(rows, None)

    # what the pages tell

    def view_changing(self, view: View) -> None:
        self._model.beginResetModel()
        self._model.columns = self._model.columns.of_view(view, self._model.connection.database)

    def view_changed(self) -> None:
        self._saved.clear()
        self.just_saved.clear()
        self.read = self._model.pages.rows
        self.kept.clear()
        self.extra = self._wanted()
        self._shown = set(self.extra)
        self._model.endResetModel()

    def resized(self, rows: int) -> None:
        if rows > self.read:
            self._model.beginInsertRows(_ROOT, self.read, rows - 1)
            self.read = rows
            self._model.endInsertRows()
        elif rows < self.read:
            self._model.shrinking.emit()
            self._model.beginRemoveRows(_ROOT, rows, self.read - 1)
            self.read = rows
            self._model.endRemoveRows()

    def rows_read(self, first: int, last: int) -> None:
        model = self._model
        model.dataChanged.emit(model.index(first, 0), model.index(last, model.columnCount() - 1))

    def rows_fresh(self, rows: Sequence[Row]) -> None:
        self._saved.forget(rows)

    # what the workbench tells

    def saved(self, changed: Changed) -> None:
        """These records were just saved; they are shown as they are stored until they are read again. New
        ones stay in their rows until then: somebody may stand in one."""
        self._saved.take(changed)
        self.kept.saved(changed.refs)
        extra = self.just_saved.take(self.extra, changed)
        if extra != self.extra:
            self.extra, self._shown = extra, set(extra)
            self.rows_read(self.read, self.total - 1)

    def let_go(self) -> None:
        """Those just saved are read by now, or it is known that the view does not return them; unless it is
        still asked where one of them stands, or somebody types into a cell."""
        pages = self._model.pages
        if self.just_saved.refs and pages.wanted_key is None and not pages.waiting.typing:
            self.just_saved.clear()
            self._take_extra()

    def as_saved(self, row: Row) -> Row:
        """The row, or where it was saved since it was read, as it is stored now."""
        return self._saved.apply(row, self._model.shown_view.columns)

    def staged(self, refs: frozenset[RecordRef] | None) -> None:
        """These records look different now."""
        table = self._model.table.name
        if refs is not None and not any(ref.table == table for ref in refs):
            return
        if refs is not None:
            self.kept.staged(refs)
        if refs is None or any(map(self._moved, refs)):
            self._take_extra()
        if self.total and self._model.columnCount():
            self.rows_read(0, self.total - 1)

    def _take_extra(self) -> None:
        """Show what is wanted now. Whoever hears of rows that go may stage something, and ends here again."""
        if self._taking:
            self._again = True
            return
        self._taking = self._again = True
        try:
            while self._again:
                self._again = False
                self._exchange(self._wanted())
        finally:
            self._taking = False
        self._shown = set(self.extra)

    def _exchange(self, wanted: list[RecordRef]) -> None:
        """Remove what differs in the middle, then insert there: what stays keeps its selection."""
        same = _common(self.extra, wanted)
        tail = _common(self.extra[same:][::-1], wanted[same:][::-1])
        first, gone = self.read + same, len(self.extra) - same - tail
        if gone:
            self._model.shrinking.emit()
            self._model.beginRemoveRows(_ROOT, first, first + gone - 1)
            del self.extra[same : same + gone]
            self._model.endRemoveRows()
        come = wanted[same : len(wanted) - tail]
        if come:
            self._model.beginInsertRows(_ROOT, first, first + len(come) - 1)
            self.extra[same:same] = come
            self._model.endInsertRows()

    def _wanted(self) -> list[RecordRef]:
        """The records kept, and the new ones of the view's table that have what the view pins."""
        pinned = self._model.shown_view.pinned
        staged = self._staging.changes.new_in(self._model.table.name)
        new = [ref for ref, change in staged.items() if not pinned or holds(change.values, pinned)]
        return [*self.kept.refs, *self.just_saved.refs, *sorted(new, key=_number)]

    def _moved(self, ref: RecordRef) -> bool:
        """Whether a record is to be shown after those read and is not, or the reverse."""
        if not isinstance(ref.key, NewKey):
            kept = self.kept.row(ref) is not None or ref in self.just_saved
            return kept is not (ref in self._shown)
        change = self._staging.changes.new_in(self._model.table.name).get(ref)
        pinned = self._model.shown_view.pinned
        wanted = change is not None and (not pinned or holds(change.values, pinned))
        return wanted is not (ref in self._shown)


def holds(values: Mapping[str, object], pinned: Iterable[tuple[str, object]]) -> bool:
    """Whether a new record has what a view pins."""
    return all(name in values and same_value(values[name], value) for name, value in pinned)


def _common(first: list[RecordRef], second: list[RecordRef]) -> int:
    for count, (one, other) in enumerate(zip(first, second, strict=False)):
        if one is not other and one != other:
            return count
    return min(len(first), len(second))


def _number(ref: RecordRef) -> int:
    return ref.key.number if isinstance(ref.key, NewKey) else 0
