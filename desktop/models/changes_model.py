"""Owns the lines of everything not saved: tables, their records, their fields; changes nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import Refusal
from desktop.edit.changes import Action
from desktop.models.connection import Connection
from desktop.models.workbench import Workbench
from desktop.schema.labels import heading
from desktop.staging.staging import Staging
from desktop.staging.words import RecordWords, Speaker

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
REST = 40
"""Milliseconds: several changes in a row are shown as one."""
_FEW = 200
"""Records counted one by one; for more of them all are."""


class LineKind(Enum):
    """What a line is about."""

    TABLE = "table"
    RECORD = "record"
    REFUSED = "refused"
    FIELD = "field"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, in words."""

    kind: LineKind
    heading: str
    """``Posts``, ``What the harbour master saw`` or ``Status``."""
    text: str = ""
    """``2 records``, ``changed`` or ``Draft → Review``."""
    ref: RecordRef | None = None
    column: str = ""
    """The column or relation of a FIELD."""
    action: Action = Action.UPDATE
    invalid: bool = False
    """It cannot be saved as it is; ``text`` says why."""


WORDS = {Action.INSERT: "new", Action.UPDATE: "changed", Action.DELETE: "to be deleted"}


class ChangesModel(QAbstractListModel):
    """Follows the staging of one connection; only lines somebody looks at are put into words."""

    updated = Signal()
    """The lines are those of what is staged now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connection: Connection | None = None
        self._blocks: list[TableName | RecordRef] = []
        """Tables, each followed by its records."""
        self._starts: list[int] = [0]
        """The first line of each block, and the number of lines at the end."""
        self._found: dict[RecordRef, int] | None = None
        self._tables: dict[TableName, dict[RecordRef, int]] = {}
        """Every staged record with the number of its lines."""
        self._words: dict[RecordRef, RecordWords] = {}
        self._touched: set[RecordRef] | None = set()
        """What changed since the lines were made; None where it may be anything."""
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self.update_now)

    def show(self, connection: Connection | None) -> None:
        """Follow this connection from now on, or none (nothing is worked out any more)."""
        if connection is self._connection:
            return
        if self._connection is not None:
            self._connection.workbench.changed.disconnect(self._on_changed)
        self._connection = connection
        if connection is not None:
            connection.workbench.changed.connect(self._on_changed)
        self._touched = None
        self.update_now()

    def line_at(self, row: int) -> Line:
        """The line in that row, put into words now."""
        place = bisect_right(self._starts, row) - 1
        block, below = self._blocks[place], row - self._starts[place]
        if isinstance(block, TableName):
            return self._table_line(block)
        words = self._described(block)
        if below == 0:
            return Line(LineKind.RECORD, words.title, WORDS[words.action], block, action=words.action)
        refusal = self._refusals.get(block)
        if refusal is not None:
            below -= 1
            if below == 0:
                return Line(LineKind.REFUSED, "Not saved", refusal.sentence, block, invalid=True)
        fields = [line for line in words.lines if line.column]
        if below > len(fields):  # taken back a moment ago: the line goes with the next update
            return Line(LineKind.FIELD, "", "", block)
        field = fields[below - 1]
        return Line(
            LineKind.FIELD, field.heading, field.text, block, field.column, words.action, field.invalid
        )

    def row_of(self, ref: RecordRef, column: str = "") -> int | None:
        """The row of a record, or of one of its fields; None where nothing is staged for it."""
        place = self._places.get(ref)
        if place is None:
            return None
        rows = range(self._starts[place], self._starts[place + 1])
        return next((row for row in rows if self.line_at(row).column == column), rows.start)

    def update_now(self) -> None:
        """Bring the lines up to date without waiting."""
        self._rest.stop()
        touched, self._touched = self._touched, set()
        self._words.clear()  # also of others: they may point to a new record that has another name now
        if self._connection is None or touched is None or not self._are_few(touched):
            self._tables = _by_table(self._bench.staging, self._refusals) if self._connection else {}
            self._lay_out()
        elif True in [self._count(ref) for ref in touched]:
            self._lay_out()
        elif touched and self._blocks:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
        self.updated.emit()

    # Qt's questions

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._starts[-1]

    def data(self, index: Index, role: int = _DISPLAY) -> object:
        if not index.isValid() or role not in (_DISPLAY, _SPOKEN, _TIP):
            return None
        line = self.line_at(index.row())
        if line.kind is LineKind.RECORD:
            return f"{line.heading} ({line.text})"
        return f"{line.heading}: {line.text}"

    # what is there

    @property
    def _bench(self) -> Workbench:
        assert self._connection is not None
        return self._connection.workbench

    @property
    def _refusals(self) -> Mapping[RecordRef, Refusal]:
        return self._bench.refusals

    def _described(self, ref: RecordRef) -> RecordWords:
        found = self._words.get(ref)
        if found is None:
            assert self._connection is not None
            connection = self._connection
            speaker = Speaker(connection.workbench.staging, connection.database, connection.locale)
            found = self._words[ref] = speaker.record(ref)
        return found

    def _table_line(self, table: TableName) -> Line:
        count = len(self._tables[table])
        return Line(LineKind.TABLE, heading(table.name), f"{count:,} record{'' if count == 1 else 's'}")

    def _lay_out(self) -> None:
        """Put the lines of all records below each other."""
        self.beginResetModel()
        self._blocks, counts = [], []
        for table, records in self._tables.items():
            self._blocks += [table, *records]
            counts += [1, *records.values()]
        self._starts = list(accumulate(counts, initial=0))
        self._found = None
        self.endResetModel()

    @property
    def _places(self) -> Mapping[RecordRef, int]:
        """Where each record stands among the blocks; made when it is asked for."""
        if self._found is None:
            blocks = enumerate(self._blocks)
            self._found = {block: place for place, block in blocks if isinstance(block, RecordRef)}
        return self._found

    def _are_few(self, refs: set[RecordRef]) -> bool:
        """Whether they are counted one by one; the order of several new ones only the staging knows."""
        new = (ref for ref in refs if ref not in self._tables.get(ref.table, ()))
        return len(refs) <= _FEW and len(list(new)) <= 1

    def _count(self, ref: RecordRef) -> bool:
        """Count the lines of one record anew; whether some have come or gone."""
        staging, records = self._bench.staging, self._tables.get(ref.table, {})
        staged = staging.state(ref) is not None
        now = _lines(staging, ref) + (ref in self._refusals) if staged else 0
        if now == records.get(ref, 0):
            return False
        if now:
            self._tables.setdefault(ref.table, records)[ref] = now
        else:
            del records[ref]
        if not records:
            del self._tables[ref.table]
        return True

    def _on_changed(self, refs: object) -> None:
        if self._touched is not None and isinstance(refs, frozenset):
            self._touched |= refs
        else:
            self._touched = None
        self._rest.start()


def _lines(staging: Staging, ref: RecordRef) -> int:
    """How many lines a staged record takes."""
    change, wrong = staging.changes.get(ref), staging.wrong_in(ref)
    if change is None:
        return 1 + len(wrong)
    return 1 + len(change.fields.keys() | wrong.keys()) + len(change.links)


def _by_table(
    staging: Staging, refusals: Mapping[RecordRef, Refusal]
) -> dict[TableName, dict[RecordRef, int]]:
    """Every staged record with the number of its lines; hardly any is looked up, as there may be many."""
    wrong: dict[RecordRef, set[str]] = {}
    for ref, column in staging.invalid:
        wrong.setdefault(ref, set()).add(column)
    found: dict[TableName, dict[RecordRef, int]] = {}
    for change in staging.changes:
        ref, fields = change.ref, len(change.fields)
        if wrong and ref in wrong:
            fields = len(change.fields.keys() | wrong.pop(ref))
        lines = 1 + fields + len(change.links) + (bool(refusals) and ref in refusals)
        found.setdefault(ref.table, {})[ref] = lines
    for ref, columns in wrong.items():
        found.setdefault(ref.table, {})[ref] = 1 + len(columns) + (ref in refusals)
    return found
