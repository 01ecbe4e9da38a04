"""Owns what can be done to whole records in a grid: new, copied, deleted; each is one staged step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtWidgets import QTableView

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key, NewKey, RecordRef
from desktop.base.person import person_at_work
from desktop.base.refusal import Refusal
from desktop.browse.fetch import read_record, read_records
from desktop.browse.rows import Record
from desktop.browse.selection import ChosenKeys, Selection
from desktop.edit.changes import Action
from desktop.edit.marking import is_marked, marked_values
from desktop.models.failures import refusal_for
from desktop.models.record_model import RecordModel
from desktop.models.seen import seen_in
from desktop.models.selection import choose
from desktop.schema.describe import Column, Marker
from desktop.schema.labels import record_word, records_word
from desktop.staging.duplicate import copy_of
from desktop.staging.staging import Edit, Invalid
from ui.grid.grid_selection import GridSelection
from ui.grid.staged_cell import record_title

MOST = 2000
"""Records deleted one by one until they are saved; more are deleted at once, by a dialog that counts."""
_FLAGS = QItemSelectionModel.SelectionFlag


class GridRecords(QObject):
    """New, copied and deleted records of one grid, staged and shown before anything is written."""

    refused = Signal(object)
    """A Refusal: it cannot be done here."""
    too_many = Signal()
    """More records are to be deleted than can be staged one by one."""
    current_read = Signal()
    """The current record, which was still to be read when its row became the current one, is known now."""

    def __init__(self, view: QTableView, model: RecordModel, selected: GridSelection) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._selected = selected
        self.labels: Mapping[str, str] = {}
        """The names of what all records here point to, by column: a new one begins with them."""
        self._unread = False
        view.selectionModel().currentChanged.connect(self._look)
        model.dataChanged.connect(self._look)

    @property
    def possible(self) -> bool:
        """Whether records can be entered here at all."""
        return not self._model.table.read_only_reason

    @property
    def current(self) -> RecordRef | None:
        """The current record, stored or new; None where it is not loaded or has no key."""
        return self._model.ref_at(self._view.currentIndex().row())

    @property
    def awaited(self) -> bool:
        """The current row is there but not read yet: its record follows (``current_read``)."""
        index = self._view.currentIndex()
        return index.isValid() and self._model.row_at(index.row()) is None

    def _look(self) -> None:
        before, self._unread = self._unread, self.awaited
        if before and not self._unread:
            self.current_read.emit()

    def new(self) -> RecordRef | None:
        """Stage an empty new record at the end and go to its first field to fill in; None where that
        cannot be done."""
        if not self.possible:
            return None
        table, pinned = self._model.table, dict(self._model.shown_view.pinned)
        bench = self._model.connection.workbench
        ref = bench.insert(table.name, pinned, f"new {record_word(table)}", labels=self.labels)
        self.show(ref)
        return ref

    def duplicate(self) -> None:
        """Stage a copy of the current record at the end and go to it."""
        ref, database = self.current, self._model.connection.database
        if ref is None or not self.possible:
            return
        key, table = ref.key, ref.table
        if isinstance(key, NewKey):
            self._copy(ref, None)
            return

        def work(token: CancelToken, progress: Progress) -> Record | None:
            return read_record(database, table, key, token=token)

        self._model.connection.lane.submit(work, partial(self._copy, ref), self._failed, owner=self)

    def delete(self) -> None:
        """Stage deleting the selected records (else the current one); where all of them are to be deleted
        already, keep them."""
        if not self.possible:
            return
        if self._selected.everything or self._selected.size > MOST:
            self.too_many.emit()
            return
        row = self._view.currentIndex().row()
        ranges = self._selected.ranges or ([range(row, row + 1)] if row >= 0 else [])
        refs = [self._model.ref_at(row) for span in ranges for row in span]
        new = [ref for ref in refs if ref is not None and isinstance(ref.key, NewKey)]
        self._know_titles(ranges)
        done = partial(self._delete, new)
        choose(self._model, ranges, False, done, self.refused.emit, self)

    def show(self, ref: RecordRef, column: str = "") -> None:
        """Make a field of a new record the current cell: that column, else the first one to fill in."""
        row = self._model.rows.row_of(ref)
        if row is not None:
            section = self._model.section_of(column) if column else -1
            index = self._model.index(row, section if section >= 0 else self._first_field(row))
            self._view.selectionModel().setCurrentIndex(index, _FLAGS.ClearAndSelect | _FLAGS.Rows)
            self._view.scrollTo(index)
            self._view.setFocus()

    def _first_field(self, row: int) -> int:
        """The first that can be edited here and that the database does not fill in by itself."""
        fields = [s for s in range(self._model.columnCount()) if self._is_editable(row, s)]
        asked = [section for section in fields if not _fills_itself(self._model.column_at(section))]
        return next(iter((*asked, *fields)), 0)

    def _is_editable(self, row: int, section: int) -> bool:
        return bool(self._model.flags(self._model.index(row, section)) & Qt.ItemFlag.ItemIsEditable)

    # copying

    def _copy(self, ref: RecordRef, record: Record | None) -> None:
        if record is None and not isinstance(ref.key, NewKey):
            return  # deleted by somebody else: the grid says so when it has read again
        table, bench = self._model.table, self._model.connection.workbench
        copy = copy_of(table, record, bench.staging.look(ref))
        name = f"duplicate {record_word(table)}"
        for link in table.links:
            for one in record.links.get(link.name, ()) if record is not None else ():
                bench.staging.titles.setdefault(RecordRef(link.there.target, one.key), one.label)
        self.show(bench.insert(table.name, copy.values, name, labels=copy.labels, links=copy.links))

    # deleting

    def _delete(self, new: list[RecordRef], selection: Selection) -> None:
        assert isinstance(selection, ChosenKeys)
        stored = [RecordRef(selection.table, key) for key in selection.keys]
        table, bench = self._model.table, self._model.connection.workbench
        if stored and not new and all(map(self._is_going, stored)):
            self._keep(stored)
        elif table.marker is None or not stored:
            seen = seen_in(self._model, stored)
            bench.delete([*stored, *new], self._step("delete", len(stored) + len(new)), seen)
        else:
            if new:
                bench.delete(new, self._step("delete", len(new)))
            self._mark(table.marker, selection.keys)

    def _is_going(self, ref: RecordRef) -> bool:
        staging, marker = self._model.connection.workbench.staging, self._model.table.marker
        if staging.state(ref) is Action.DELETE:
            return True
        staged = staging.field(ref, marker.column) if marker is not None else None
        if marker is None or staged is None or isinstance(staged, Invalid):
            return False
        return is_marked(self._model.table.column(marker.column), staged.new)

    def _keep(self, refs: list[RecordRef]) -> None:
        bench, marker = self._model.connection.workbench, self._model.table.marker
        name = self._step("keep", len(refs))
        if marker is None:
            bench.take_back(refs, name)
            return
        columns = [name for name in (marker.column, marker.by_column) if name is not None]
        edits = []
        for ref in refs:
            staged = [column for column in columns if bench.staging.field(ref, column) is not None]
            bases = [(column, bench.staging.base(ref, column)) for column in staged]
            edits += [Edit(ref, column, base, base) for column, base in bases]
        bench.edit(name, edits)

    def _mark(self, marker: Marker, keys: Iterable[Key]) -> None:
        """Deleting means marking here: what the fields hold now must be known to compare with later."""
        connection, table = self._model.connection, self._model.table
        wanted = list(keys)

        def work(token: CancelToken, progress: Progress) -> list[Record]:
            return read_records(connection.database, table.name, wanted, token=token)

        def done(records: list[Record]) -> None:
            now = datetime.now(connection.locale.zone).replace(microsecond=0)
            edits = []
            for record in records:
                connection.workbench.staging.titles.setdefault(record.ref, record.label)
                values = marked_values(table, marker, record.values, now, person_at_work())
                edits += [Edit(record.ref, name, record.values[name], new) for name, new in values.items()]
            connection.workbench.edit(self._step("delete", len(records)), edits)

        connection.lane.submit(work, done, self._failed, owner=self)

    def _know_titles(self, ranges: Iterable[range]) -> None:
        """What the records are called, for the words of the review; as far as they are loaded."""
        titles = self._model.connection.workbench.staging.titles
        for row in (row for span in ranges for row in span):
            ref = self._model.ref_at(row)
            if ref is not None and not isinstance(ref.key, NewKey):
                titles.setdefault(ref, record_title(self._model, row))

    def _step(self, verb: str, number: int) -> str:
        return f"{verb} {number:,} {records_word(self._model.table, number)}"

    def _failed(self, error: Exception) -> None:
        refusal: Refusal = refusal_for(error, self._model.shown_view)
        self.refused.emit(refusal)


def _fills_itself(column: Column | str) -> bool:
    return isinstance(column, str) or column.has_default or column.identity or column.generated
