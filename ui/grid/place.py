"""Owns a person's place in a grid: the record that was chosen stays at hand when order or filter change."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer

from desktop.base.keys import NewKey, RecordRef
from desktop.models.changed import Changed
from ui.grid.grid_view import GridView

AT_HAND = 3.0
"""Seconds after which a person who looks at the first rows of a new view is not taken away from them."""


class Place(QObject):
    """Goes back to the one record that was chosen, once it is known where it stands in the new view; one that
    is filtered out is gone back to when it is shown again. Who chose none sees the first rows, and who has
    moved on meanwhile is left alone; who may be reading by then is told the row."""

    def __init__(self, grid: GridView) -> None:
        super().__init__(grid)
        self._grid = grid
        self._model = grid.record_model
        self._chosen: RecordRef | None = None
        self._shown = 0.0
        """When the first rows of the view came."""
        self._asked = False
        """The next answer is about the chosen record, whatever became of that choice."""
        self._saved: RecordRef | None = None
        """The current record, which was saved for the first time: it is asked where it stands now."""
        self._postponed = False
        """It is gone to when nobody types in its row any more."""
        self._model.modelAboutToBeReset.connect(self._remember)
        self._model.modelReset.connect(self._to_first_rows)
        self._model.loaded.connect(self._seek)
        grid.selected.changed.connect(self._on_selection)
        self._model.connection.changed.connect(self._on_saved)
        grid.editing.opened.connect(self._on_editing)

    def found(self, row: object) -> int | None:
        """The model's answer to where a record stands; None where the view does not show it.

        Gives the row back where it took too long to find to go there unasked.
        """
        asked, self._asked = self._asked, False
        saved, self._saved = self._saved, None
        if saved is not None and saved != self._grid.records.current:
            return None  # it is no longer the current one
        if saved is not None and self._grid.editing.open:
            self._saved, self._postponed = saved, True
            return None
        if isinstance(row, int) and not (asked and (self._chosen is None or self._has_moved)):
            self._chosen = None
            if asked and time.monotonic() - self._shown > AT_HAND:
                return row
            read_again = not asked and self._grid.selected.several  # the same view
            follow = saved is None or self._is_seen  # who has scrolled away is not taken back
            self._grid.show_row(row, select=not read_again, scroll=follow)
        return None

    def forget(self) -> None:
        """A certain record is sought: the next answer is about that one."""
        self._saved = None

    @property
    def _has_moved(self) -> bool:
        """Since the new view came."""
        grid = self._grid
        return grid.selected.size > 0 or grid.currentIndex().row() > 0 or grid.verticalScrollBar().value() > 0

    @property
    def _is_seen(self) -> bool:
        first, last = self._grid.visible_rows
        return first <= self._grid.currentIndex().row() <= last

    def _remember(self) -> None:
        self._saved = None
        selected = self._grid.selected
        if selected.size == 1 and not selected.everything:
            self._chosen = self._model.ref_at(selected.ranges[0].start)

    def _on_selection(self) -> None:
        if self._grid.selected.size:
            self._chosen = None

    def _on_saved(self, changed: Changed) -> None:
        current = self._grid.records.current
        if current is not None and current in changed.final.values() and isinstance(current.key, tuple):
            self._saved = current
            self._model.locate(current.key)

    def _on_editing(self) -> None:
        if self._postponed and not self._grid.editing.open:  # after all that follows the end of the typing
            QTimer.singleShot(0, self, lambda: self._go_on())

    def _go_on(self) -> None:
        self._postponed = False
        if self._saved is not None and isinstance(self._saved.key, tuple):
            self._model.locate(self._saved.key)

    def _to_first_rows(self) -> None:
        self._grid.verticalScrollBar().setValue(0)

    def _seek(self) -> None:
        chosen, self._shown = self._chosen, time.monotonic()
        if chosen is None:
            return
        self._asked = True
        if isinstance(chosen.key, NewKey):  # those stand below all that were read, and are not looked up
            self.found(self._model.rows.row_of(chosen))
        else:
            self._model.locate(chosen.key)
