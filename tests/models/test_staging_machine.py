"""No edit is lost and no value lands on another record, whatever is done in whatever order.

Sort, filter, page, edit, undo, redo, delete, keep, insert, duplicate, refresh, another tab, others' inserts
and deletes, save and discard in random order against plain dicts; what was edited stays in sight when
the filter hides it. HYPOTHESIS_STEPS=5000 runs that many steps.
"""

from __future__ import annotations

import faulthandler
import os

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.base.keys import NewKey
from desktop.base.refusal import RefusedError
from desktop.browse.fetch import read_record
from desktop.edit.changes import Action, FieldChange
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.schema.database import Database
from desktop.staging.duplicate import copy_of
from desktop.staging.staging import Edit, Invalid
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.models.helpers import settled
from tests.models.staging_bench import COLUMNS, ITEMS, ROWS, Bench, cell_text, key_of, ref_of
from tests.models.staging_oracle import Staged, Wrong

STEPS = int(os.environ.get("HYPOTHESIS_STEPS", "0"))
PER_RUN = 30

names = st.sampled_from(["a1", "b22", "z9", "n0007", None])
sizes = st.sampled_from([0, 1, 7, 50, 99, None])
numbers = st.integers(0, 10_000)


class StagingMachine(Bench):
    """All that can be done there, and what must hold after every step."""

    # looking elsewhere

    @rule(column=st.sampled_from(["id", "name", "size"]), descending=st.booleans())
    def sort_by(self, column: str, descending: bool) -> None:
        self.sort = (column, descending)
        self.model.set_view(self.view)

    @rule(least=st.sampled_from([None, 5, 60]))
    def filter(self, least: int | None) -> None:
        self.least = least
        self.model.set_view(self.view)

    @rule(number=numbers)
    def page(self, number: int) -> None:
        row = number % max(1, self.model.rowCount())
        self.model.pages.show_rows(row, row + 20)

    @rule()
    def refresh(self) -> None:
        self.model.refresh()

    @rule()
    def another_tab(self) -> None:
        self.model.close()
        self.open()

    @rule(size=sizes)
    def somebody_inserts(self, size: int | None) -> None:
        self.made += 1
        key = -self.made
        self.other.execute(sa.text("insert into items values (:k, 'other', :s)"), {"k": key, "s": size})
        self.oracle.stored[key] = {"name": "other", "size": size}
        self.model.refresh()

    @rule(number=numbers)
    def somebody_deletes(self, number: int) -> None:
        key = sorted(self.oracle.stored)[number % len(self.oracle.stored)]
        if key not in self.oracle.now.edits and key not in self.oracle.now.deletes:
            self.other.execute(sa.text("delete from items where id = :k"), {"k": key})
            del self.oracle.stored[key]
            self.model.refresh()

    # editing

    @precondition(lambda self: self.model.rowCount() > 0)
    @rule(number=numbers, column=st.sampled_from(["name", "size"]), name=names, size=sizes, bad=st.booleans())
    def edit(self, number: int, column: str, name: str | None, size: int | None, bad: bool) -> None:
        row = number % self.model.rowCount()
        self.loaded(row)
        value = name if column == "name" else Wrong("many") if bad and number % 3 == 0 else size
        given = value.text if isinstance(value, Wrong) else value
        ref = self.model.ref_at(row)
        assert ref is not None
        done = self.model.setData(self.model.index(row, COLUMNS[column]), given, Qt.ItemDataRole.EditRole)
        if isinstance(ref.key, NewKey):
            self.oracle.do(lambda staged: _put(staged.new[ref], column, value))
            return
        [key] = ref.key
        assert isinstance(key, int)
        assert done is (key not in self.oracle.now.deletes)
        if done:
            self.oracle.do(lambda staged: self.oracle.edit(staged, key, column, value))

    @rule(chosen=st.lists(numbers, min_size=1, max_size=40), size=sizes)
    def edit_many(self, chosen: list[int], size: int | None) -> None:
        keys = [k for k in self.pick(chosen) if k not in self.oracle.now.deletes]
        edits = [Edit(ref_of(key), "size", self.oracle.stored[key]["size"], size) for key in keys]
        self.connection.workbench.edit(f"set Size on {len(keys)} records", edits)

        def change(staged: Staged) -> None:
            for key in keys:
                self.oracle.edit(staged, key, "size", size)

        self.oracle.do(change)

    @rule(name=names, size=sizes)
    def insert(self, name: str | None, size: int | None) -> None:
        values: dict[str, object] = {"name": name, "size": size}
        values = {column: value for column, value in values.items() if value is not None}
        ref = self.connection.workbench.insert(ITEMS, values)
        self.oracle.do(lambda staged: staged.new.update({ref: values}))

    @rule(chosen=st.lists(numbers, min_size=1, max_size=5))
    def delete(self, chosen: list[int]) -> None:
        keys = self.pick(chosen)
        self.connection.workbench.delete([ref_of(key) for key in keys], "delete items")

        def change(staged: Staged) -> None:
            for key in keys:
                self.oracle.delete(staged, key)

        self.oracle.do(change)

    @precondition(lambda self: self.model.rowCount() > 0)
    @rule(number=numbers)
    def delete_or_keep_a_row(self, number: int) -> None:
        row = number % self.model.rowCount()
        self.loaded(row)
        ref = self.model.ref_at(row)
        assert ref is not None
        bench = self.connection.workbench
        if bench.staging.state(ref) is Action.DELETE:
            bench.take_back([ref], "keep 1 item")
            self.oracle.do(lambda staged: staged.deletes.remove(key_of(ref)))
        elif isinstance(ref.key, NewKey):
            bench.delete([ref])
            self.oracle.do(lambda staged: staged.drop(ref))
        else:
            bench.delete([ref])
            self.oracle.do(lambda staged: self.oracle.delete(staged, key_of(ref)))

    @precondition(lambda self: self.model.rowCount() > 0)
    @rule(number=numbers)
    def duplicate(self, number: int) -> None:
        row = number % self.model.rowCount()
        self.loaded(row)
        ref, bench = self.model.ref_at(row), self.connection.workbench
        assert ref is not None
        if isinstance(ref.key, NewKey):
            record, values = None, self.oracle.now.new[ref]
        else:
            record = read_record(self.connection.database, ITEMS, ref.key)
            assert record is not None
            values = self.oracle.stored[key_of(ref)] | self.oracle.now.edits.get(key_of(ref), {})
        invalid = {name: value for name, value in values.items() if isinstance(value, Wrong)}
        before = {} if record is None else self.oracle.stored[key_of(ref)]
        wanted = {**values, **{name: before.get(name) for name in invalid}}
        copy = copy_of(self.model.table, record, bench.staging.look(ref))
        made = bench.insert(ITEMS, copy.values, "duplicate item")
        wanted = {name: value for name, value in wanted.items() if value is not None}
        assert dict(copy.values) == wanted
        self.oracle.do(lambda staged: staged.new.update({made: wanted}))

    @precondition(lambda self: self.oracle.now.new)
    @rule(number=numbers)
    def drop_new(self, number: int) -> None:
        refs = list(self.oracle.now.new)
        ref = refs[number % len(refs)]
        self.connection.workbench.delete([ref])
        self.oracle.do(lambda staged: staged.drop(ref))

    @precondition(lambda self: self.oracle.now.edits)
    @rule(number=numbers)
    def revert(self, number: int) -> None:
        keys = list(self.oracle.now.edits)
        key = keys[number % len(keys)]
        self.connection.workbench.revert(ref_of(key))
        self.oracle.do(lambda staged: staged.drop(key))

    @rule()
    def undo(self) -> None:
        assert (self.connection.workbench.undo() is not None) is self.oracle.undo()

    @rule()
    def redo(self) -> None:
        assert (self.connection.workbench.redo() is not None) is self.oracle.redo()

    @rule()
    def discard(self) -> None:
        self.connection.workbench.discard()
        self.oracle.do(lambda staged: staged.clear())

    @rule()
    def save(self) -> None:
        answers: list[Saved | Exception] = []
        self.connection.workbench.save(answers.append, answers.append, None)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
        answer = answers[0]
        if self.oracle.refused:
            assert isinstance(answer, RefusedError)
            return
        assert isinstance(answer, Saved), answer
        self.seen.clear()
        self.oracle.saved({ref: key_of(final) for ref, final in answer.final.items()})
        rows = self.other.execute(sa.text("select id, name, size from items"))
        assert {row[0]: {"name": row[1], "size": row[2]} for row in rows} == self.oracle.stored

    # what must hold at any time

    @invariant()
    def nothing_is_lost(self) -> None:
        staging, now = self.connection.workbench.staging, self.oracle.now
        assert staging.record_count == len(now.edits) + len(now.deletes) + len(now.new)
        for key, fields in now.edits.items():
            for column, value in fields.items():
                assert _wanted(staging.field(ref_of(key), column)) == value
        assert staging.change_count == sum(map(len, now.edits.values())) + len(now.deletes) + len(now.new)

    @invariant()
    def every_value_stands_with_its_record(self) -> None:
        settled(self.qtbot, self.model)
        expected, now = self.expected(), self.oracle.now
        assert self.model.rows.read == len(expected)
        assert self.model.rows.new == sorted(now.new, key=lambda ref: getattr(ref.key, "number", 0))
        staged = [row for row, key in enumerate(expected) if key in now.edits or key in now.deletes]
        for row in {*staged[:3], *staged[-2:], *range(0, len(expected), 187)}:
            self.loaded(row)
            self.check(row, expected[row])
        kept = {
            key_of(self.model.rows.extra[row]): row for row in range(self.model.rows.stored - len(expected))
        }
        assert kept.keys() == self.expected_kept()
        for key, row in kept.items():
            self.check(len(expected) + row, key)
        for place, ref in enumerate(self.model.rows.new):
            assert self.shown(self.model.rows.stored + place) == [
                cell_text(now.new[ref].get(c)) for c in COLUMNS
            ]


def _put(values: dict[str, object], column: str, value: object) -> None:
    values.pop(column, None)
    if value is not None:
        values[column] = value


def _wanted(staged: FieldChange | Invalid | None) -> object:
    if isinstance(staged, Invalid):
        return Wrong(staged.text)
    assert staged is not None
    return staged.new


@pytest.mark.timeout(0 if STEPS else 120)
def test_no_edit_is_lost_and_no_value_on_a_wrong_record(
    make_database: MakeDatabase, second: OpenSecond, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    if STEPS:
        faulthandler.cancel_dump_traceback_later()  # so many steps take longer than a deadlock is waited for
    tables = sa.MetaData()
    sa.Table(
        "items",
        tables,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40)),
        sa.Column("size", sa.Integer),
    )
    rows = (
        "INSERT INTO items (name, size) WITH RECURSIVE c(n) AS"  # noqa: S608
        f" (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {ROWS})"
        " SELECT 'n' || substr('0000' || n, length('' || n) + 1),"
        " CASE WHEN n % 10 = 0 THEN NULL ELSE n % 100 END FROM c ORDER BY n"
    )

    def make() -> tuple[Connection, sa.Connection]:
        database: Database = make_database(tables, rows)
        return Connection(database), second(database)

    class Machine(StagingMachine):
        pass

    Machine.make, Machine.qtbot, Machine.tester = staticmethod(make), qtbot, qtmodeltester
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(1, STEPS // PER_RUN) if STEPS else 2,
            stateful_step_count=PER_RUN,
            derandomize=not STEPS,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
