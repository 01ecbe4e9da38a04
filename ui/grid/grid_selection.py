"""Owns which records are selected in a grid: rows Qt knows, or all that match without naming them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QObject, Signal

from desktop.base.cancel import Progress
from desktop.base.keys import Key
from desktop.base.refusal import Refusal
from desktop.browse.fetch import BLOCK
from desktop.browse.selection import Selection
from desktop.models.lanes import Job
from desktop.models.record_model import RecordModel
from desktop.models.selection import choose

_REMEMBERED = 2000
"""Up to so many selected records are found again when the rows have moved; more are let go."""
_FLAGS = QItemSelectionModel.SelectionFlag


class GridSelection(QObject):
    """A record is its key: when rows move under a selection, it follows the records or lets them go."""

    changed = Signal()

    def __init__(self, model: RecordModel, rows: QItemSelectionModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = rows
        self._everything = False
        self._keys: frozenset[Key] = frozenset()
        self._current: Key | None = None
        self._restoring = False
        rows.selectionChanged.connect(self._on_rows)
        rows.currentChanged.connect(self._on_current)
        model.modelReset.connect(self._on_reset)
        model.reordered.connect(self._follow)
        model.shrinking.connect(self._on_shrinking)
        model.rowsRemoved.connect(self._on_removed)
        model.counted.connect(self._on_counted)

    @property
    def everything(self) -> bool:
        """All that match the view, loaded or not."""
        return self._everything

    @property
    def ranges(self) -> list[range]:
        """Positions selected one by one, ascending; empty when everything is."""
        spans = sorted((span.top(), span.bottom()) for span in self._rows.selection().toList())
        merged: list[range] = []
        for top, bottom in spans:
            if merged and top <= merged[-1].stop:
                merged[-1] = range(merged[-1].start, max(merged[-1].stop, bottom + 1))
            else:
                merged.append(range(top, bottom + 1))
        return merged

    @property
    def size(self) -> int:
        """How many records; with ``everything`` as many as the model has counted."""
        return self._model.count if self._everything else sum(map(len, self.ranges))

    @property
    def several(self) -> bool:
        """More than one record, even where the rows of some are not loaded."""
        return self._everything or len(self._keys) > 1

    @property
    def current_key(self) -> Key | None:
        """The key of the current row; None where there is none or it is not loaded."""
        index = self._rows.currentIndex()
        return self._model.key_at(index.row()) if index.isValid() else None

    def select_everything(self) -> None:
        """Select all that match, without a real selection: Qt would test every row at each paint."""
        self._keys = frozenset()
        self._rows.clearSelection()
        self._everything = self._model.rowCount() > 0
        self.changed.emit()

    def clear(self) -> None:
        """Select nothing; the current cell stays."""
        self._everything = False
        self._keys = frozenset()
        self._rows.clearSelection()
        self.changed.emit()

    def choose(
        self,
        done: Callable[[Selection], None],
        refused: Callable[[Refusal], None],
        owner: QObject,
        progress: Progress | None = None,
    ) -> Job | None:
        """Give the selected records, now or after the keys of rows not loaded were read."""
        everything = self._everything or self._covers_everything
        return choose(self._model, self.ranges, everything, done, refused, owner, progress)

    @property
    def _covers_everything(self) -> bool:
        """Very many rows, and they are all there are: no key of them need be read."""
        model, rows = self._model, self._model.rows
        if not model.exact or not _REMEMBERED < model.count == rows.read == rows.stored:
            return False
        ranges = self.ranges
        return len(ranges) == 1 and ranges[0].start == 0 and ranges[0].stop >= rows.stored

    def _on_rows(self) -> None:
        if self._restoring:
            return
        ranges = self.ranges
        if ranges:
            self._everything = False
        self._keys = frozenset()
        if sum(map(len, ranges)) <= _REMEMBERED:
            keys = (self._key_at(row) for span in ranges for row in span)
            self._keys = frozenset(key for key in keys if key is not None)
        self.changed.emit()

    def _on_shrinking(self) -> None:
        """Rows go because their records stand elsewhere now, or nowhere: nobody has deselected them."""
        self._restoring = True

    def _on_removed(self) -> None:
        self._restoring = False
        self.changed.emit()

    def _on_current(self) -> None:
        index = self._rows.currentIndex()
        self._current = self._key_at(index.row()) if index.isValid() else None

    def _places(self, keys: frozenset[Key]) -> dict[Key, int]:
        """The rows of these records. While all is read again one may be held twice: where it stands now, and
        where it stood, in a block not read yet."""
        pages = self._model.pages
        found: dict[Key, int] = {}
        for row, held in pages.cache.loaded():
            if held.key in keys and (held.key not in found or pages.cache.fresh(row // BLOCK)):
                found[held.key] = row
        if pages.found_at is not None and pages.found_at[1] in keys:
            row, key = pages.found_at
            if not pages.cache.fresh(found.get(key, row) // BLOCK):
                found[key] = row
        return found

    def _key_at(self, row: int) -> Key | None:
        """Of a record that was looked for its own key, though another one is still shown in that row."""
        pages = self._model.pages
        if pages.found_at is not None and pages.found_at[0] == row and not pages.cache.fresh(row // BLOCK):
            return pages.found_at[1]
        return self._model.key_at(row)

    def _on_reset(self) -> None:
        self._everything = False
        self._keys = frozenset()
        self._current = None
        self.changed.emit()

    def _on_counted(self) -> None:
        if self._everything:
            self.changed.emit()

    def _just_saved(self, spans: list[range]) -> dict[int, Key]:
        """The keys of those in these rows that stay there only until they are read where they stand."""
        if not self._model.rows.just_saved.refs:
            return {}
        first = self._model.rows.read
        rows = (row for span in spans for row in span if row >= first)
        return {row: key for row in rows if (key := self._model.key_at(row)) is not None}

    def _follow(self) -> None:
        """Select the same records at their new places, as far as these are loaded; others once they are."""
        current, read = self._rows.currentIndex(), self._model.rows.read
        beyond = [span[max(0, read - span.start) :] for span in self.ranges]  # Qt itself follows those
        saved = self._just_saved(beyond)
        here = range(current.row(), current.row() + 1)
        stays = bool(self._just_saved([here]))  # until it is known where it stands now
        wanted, at = self._keys.union(saved.values()), self._current
        places = self._places(wanted if at is None else wanted | {at})
        if not places.keys().isdisjoint(saved.values()):  # just saved, and now read where they stand
            beyond = _runs(row for span in beyond for row in span if saved.get(row) not in places)
        self._restoring = True
        try:
            selection = QItemSelection()
            last = self._model.columnCount() - 1
            for key, row in places.items():
                if key in wanted:
                    selection.select(self._model.index(row, 0), self._model.index(row, last))
                if key == at and not stays:
                    index = self._model.index(row, max(current.column(), 0))
                    self._rows.setCurrentIndex(index, _FLAGS.NoUpdate)
            for span in filter(None, beyond):
                selection.select(self._model.index(span.start, 0), self._model.index(span.stop - 1, last))
            self._rows.select(selection, _FLAGS.ClearAndSelect)
        finally:
            self._restoring = False
        self.changed.emit()


def _runs(rows: Iterable[int]) -> list[range]:
    """Ascending rows as spans."""
    found: list[range] = []
    for row in rows:
        if found and found[-1].stop == row:
            found[-1] = range(found[-1].start, row + 1)
        else:
            found.append(range(row, row + 1))
    return found
