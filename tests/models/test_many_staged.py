"""With thousands of changes staged, a key looks at the few records it is about; asserted by counting."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef
from desktop.edit.changes import ChangeSet
from desktop.models.open_work import OpenWork
from desktop.models.record_model import RecordModel
from desktop.models.staged_rows import StagedRows
from desktop.staging.staging import Edit, Staging, edited, new_record
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from tests.models.helpers import BIG, BIG_VIEW, big_table, settled

MANY = 2_000


@pytest.fixture
def model(make_sqlite: MakeDatabase, app_connection: AppConnection, qtbot: QtBot) -> RecordModel:
    """A model with many records pasted at its end."""
    found = RecordModel(app_connection(make_sqlite(*big_table(300))), BIG_VIEW)
    settled(qtbot, found)
    states = [new_record(BIG, {"name": f"new {n}", "size": n}) for n in range(MANY)]
    told, inserted = QSignalSpy(found.connection.workbench.changed), QSignalSpy(found.rowsInserted)
    found.connection.workbench.paste("paste many", states)
    assert (told.count(), inserted.count()) == (1, 1)
    assert found.rowCount() == 300 + MANY
    return found


def _counted(monkeypatch: pytest.MonkeyPatch, owner: type, method: str) -> list[object]:
    """What the method is called with from now on."""
    calls: list[object] = []
    real = getattr(owner, method)

    def count(self: object, *about: object) -> object:
        calls.append(about)
        return real(self, *about)

    monkeypatch.setattr(owner, method, count)
    return calls


def test_an_edit_does_not_look_through_the_new_records(
    model: RecordModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = _counted(monkeypatch, StagedRows, "_wanted")
    bench = model.connection.workbench
    moved, told = QSignalSpy(model.rowsInserted), QSignalSpy(bench.changed)
    for row in (0, 300, 300 + MANY - 1):
        assert model.setData(model.index(row, 1), "edited")
    bench.undo()
    bench.redo()
    assert looked == []
    assert (moved.count(), told.count()) == (0, 5)
    bench.insert(BIG, {"name": "one more"})
    assert len(looked) == 1
    assert moved.count() == 1
    assert list(moved.at(0))[1:] == [300 + MANY, 300 + MANY]


def test_one_undo_takes_the_paste_back_and_one_redo_brings_it_again(model: RecordModel) -> None:
    bench = model.connection.workbench
    before = list(model.rows.new)
    removed, told = QSignalSpy(model.rowsRemoved), QSignalSpy(bench.changed)
    assert bench.undo() == "paste many"
    assert (removed.count(), told.count(), model.rowCount()) == (1, 1, 300)
    assert bench.redo() == "paste many"
    assert model.rows.new == before


def test_what_is_kept_as_a_draft_is_looked_at_once(
    model: RecordModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = OpenWork(model.connection, model)
    looks = _counted(monkeypatch, Staging, "look")
    found = work.look(model.connection.workbench.staging.refs)
    assert len(found) == len(looks) == MANY
    assert all(draft is not None and draft.state.change is not None for draft in found.values())


def test_nothing_is_copied_to_remember_what_was(monkeypatch: pytest.MonkeyPatch) -> None:
    staging = Staging()
    refs = [RecordRef(BIG, (n,)) for n in range(MANY)]
    staging.paste("paste", edited([Edit(ref, "size", 0, 1) for ref in refs]))
    put = _counted(monkeypatch, ChangeSet, "put")
    staging.edit("one", [Edit(refs[5], "size", 0, 2)])
    staging.undo()
    assert len(put) == 2
    first = staging.look(refs[5]).change
    staging.undo()
    staging.redo()
    assert staging.look(refs[5]).change is first


def test_how_much_is_staged_is_known_without_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    staging = Staging()
    other = RecordRef(BIG, (1,))
    staging.paste("paste", [new_record(BIG, {"size": n}) for n in range(MANY)])
    staging.edit("edit", [Edit(other, "size", 0, 1), Edit(other, "name", "a", "b")])
    with monkeypatch.context() as patched:
        patched.setattr(ChangeSet, "__iter__", None)
        assert (staging.change_count, staging.record_count) == (MANY + 2, MANY + 1)
        assert staging.tables == {BIG}
        assert len(staging.changes.new_in(BIG)) == MANY
    staging.undo()
    assert staging.change_count == MANY
    staging.delete([other])
    assert staging.change_count == MANY + 1
    staging.discard()
    assert (staging.change_count, staging.tables, dict(staging.changes.new_in(BIG))) == (0, frozenset(), {})
