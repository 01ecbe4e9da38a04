"""The bench of the staging machine: one connection, one tab over one table, and what it must show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine
from PySide6.QtCore import Qt

from desktop.base.keys import RecordRef, TableName
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.models.cells import CellRole, CellState
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from tests.models.helpers import settled, text, watch
from tests.models.staging_oracle import Oracle, Wrong

if TYPE_CHECKING:  # pytest-qt is set up only after this file may be read
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

ITEMS = TableName(None, "items")
VIEW = View(ITEMS, ("id", "name", "size"))
ROWS = 560
"""Three blocks."""
COLUMNS = {"name": 1, "size": 2}


class Bench(RuleBasedStateMachine):
    """One connection with one tab over ``items``, and somebody else who writes to it."""

    make: Callable[[], tuple[Connection, sa.Connection]]
    qtbot: QtBot
    tester: ModelTester
    watched = True
    """Qt's own tester looks at every cell at every change, which takes most of the time: one run has it."""

    def __init__(self) -> None:
        super().__init__()
        self.connection, self.other = type(self).make()
        stored: dict[int, dict[str, object]] = {
            n: {"name": f"n{n:04}", "size": None if n % 10 == 0 else n % 100} for n in range(1, ROWS + 1)
        }
        self.oracle = Oracle(stored)
        self.sort: tuple[str, bool] | None = None
        self.least: int | None = None
        self.made = ROWS
        self.connection.workbench.changed.connect(self.note_seen)
        self.open()

    def open(self) -> None:
        self.seen: set[int] = set()
        """Records that were staged while this tab had their rows."""
        self.model = RecordModel(self.connection, self.view)
        if self.watched:
            watch(self.tester, self.model)
        settled(self.qtbot, self.model)

    @property
    def view(self) -> View:
        sort = () if self.sort is None else (Sort(*self.sort),)
        filters = () if self.least is None else (ColumnFilter("size", f">= {self.least}"),)
        return replace(VIEW, sort=sort, filters=filters)

    def expected(self) -> list[int]:
        first = self.connection.database.capabilities.nulls_first_ascending
        return self.oracle.shown(self.sort, self.least, first)

    def note_seen(self, refs: object) -> None:
        held = {row.key for _, row in self.model.pages.cache.loaded()}
        staging = self.connection.workbench.staging
        for ref in refs if isinstance(refs, frozenset) else ():
            if ref.key in held and staging.state(ref) is not None:
                self.seen.add(key_of(ref))

    def expected_kept(self) -> set[int]:
        """The records edited in sight that the view does not return."""
        now = self.oracle.now
        staged = self.seen & {*now.edits, *now.deletes} & self.oracle.stored.keys()
        return staged.difference(self.expected())

    def loaded(self, row: int) -> None:
        text(self.model, row)  # asks for the block where it is missing or old
        settled(self.qtbot, self.model)

    def check(self, row: int, key: int) -> None:
        now = self.oracle.now
        fields = now.edits.get(key, {})
        values = self.oracle.stored[key] | fields
        assert self.model.data(self.model.index(row, 0), Qt.ItemDataRole.EditRole) == key
        assert self.model.ref_at(row) == ref_of(key)
        assert self.shown(row) == [cell_text(values[c]) for c in COLUMNS]
        for column, section in COLUMNS.items():
            state = self.model.data(self.model.index(row, section), int(CellRole.STATE))
            assert state is _state(key in now.deletes, fields, column)

    def shown(self, row: int) -> list[object]:
        return [text(self.model, row, section) for section in COLUMNS.values()]

    def pick(self, chosen: list[int]) -> list[int]:
        keys = sorted(self.oracle.stored)
        return list(dict.fromkeys(keys[number % len(keys)] for number in chosen))

    def teardown(self) -> None:
        self.model.close()
        self.connection.close()
        self.other.close()
        type(self).watched = False


def ref_of(key: int) -> RecordRef:
    return RecordRef(ITEMS, (key,))


def key_of(ref: RecordRef) -> int:
    assert isinstance(ref.key, tuple)
    assert isinstance(ref.key[0], int)
    return ref.key[0]


def cell_text(value: object) -> str:
    if isinstance(value, Wrong):
        return value.text
    return "NULL" if value is None else str(value)


def _state(deleted: bool, fields: dict[str, object], column: str) -> CellState:
    if deleted:
        return CellState.TO_DELETE
    if column not in fields:
        return CellState.NORMAL
    return CellState.INVALID if isinstance(fields[column], Wrong) else CellState.CHANGED
