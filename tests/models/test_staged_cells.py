"""Staged values over the rows read: what cells show, what may be edited, what survives, what a save does."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.rows import Candidate
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.edit.changes import Action, FieldChange
from desktop.edit.saved import Saved
from desktop.edit.unit import Unit
from desktop.models.cells import CellForm, CellRole, CellState
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from desktop.models.selection import selection_of
from desktop.schema.database import Database
from desktop.staging.resolve import Resolution
from desktop.staging.staging import Edit, Invalid
from desktop.values.special import DEFAULT
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.models.helpers import BIG, BIG_VIEW, big_table, settled, text, watch

POSTS = TableName(None, "posts")
POSTS_VIEW = View(POSTS, ("title", "author_id", "status", "view_count", "body"), links=("tags",))
STATUS, VIEWS = 2, 3
EDITABLE = Qt.ItemFlag.ItemIsEditable


@pytest.fixture
def posts(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> RecordModel:
    model = RecordModel(app_connection(newsroom), POSTS_VIEW)
    watch(qtmodeltester, model)
    settled(qtbot, model)
    return model


def _state(model: RecordModel, row: int, column: int) -> object:
    return model.data(model.index(row, column), int(CellRole.STATE))


def _tip(model: RecordModel, row: int, column: int) -> object:
    return model.data(model.index(row, column), Qt.ItemDataRole.ToolTipRole)


def _raw(model: RecordModel, row: int, column: int) -> object:
    return model.data(model.index(row, column), Qt.ItemDataRole.EditRole)


def _put(model: RecordModel, row: int, column: int, value: object) -> bool:
    return model.setData(model.index(row, column), value, Qt.ItemDataRole.EditRole)


def _shows(model: RecordModel, row: int, wanted: str) -> bool:
    return text(model, row) == wanted


def save(qtbot: QtBot, connection: Connection) -> Saved | Exception:
    """Save everything staged; the outcome."""
    outcome: list[Saved | Exception] = []
    connection.workbench.save(outcome.append, outcome.append, None)
    qtbot.waitUntil(lambda: bool(outcome), timeout=10_000)
    return outcome[0]


def test_a_staged_value_is_shown_with_the_one_before(posts: RecordModel) -> None:
    before = text(posts, 0, STATUS)
    assert _put(posts, 0, STATUS, "review")
    assert (text(posts, 0, STATUS), _state(posts, 0, STATUS)) == ("Review", CellState.CHANGED)
    assert _tip(posts, 0, STATUS) == f"was {before}"
    assert (_raw(posts, 0, STATUS), _state(posts, 0, 0)) == ("review", CellState.NORMAL)
    ref = posts.ref_at(0)
    assert ref is not None
    assert posts.connection.workbench.staging.titles[ref] == text(posts, 0)
    assert posts.connection.workbench.staging.undo_name == "set Status"


def test_a_reference_is_shown_by_the_name_picked(posts: RecordModel) -> None:
    assert _put(posts, 0, 1, Candidate((2,), 2, "Zoé Müller"))
    assert (text(posts, 0, 1), _raw(posts, 0, 1)) == ("Zoé Müller", 2)
    assert _tip(posts, 0, 1) == "was Ada Lovelace"
    posts.show_names(False)
    assert text(posts, 0, 1) == "2"


def test_a_text_that_is_no_number_stays_and_blocks_the_save(posts: RecordModel, qtbot: QtBot) -> None:
    assert _put(posts, 0, VIEWS, "a lot")
    assert (text(posts, 0, VIEWS), _state(posts, 0, VIEWS)) == ("a lot", CellState.INVALID)
    assert "a lot" in str(_tip(posts, 0, VIEWS))
    assert isinstance(_raw(posts, 0, VIEWS), Invalid)
    failure = save(qtbot, posts.connection)
    assert isinstance(failure, RefusedError)
    assert (failure.refusal.reason, failure.refusal.fields) == (Reason.BAD_VALUE, ("view_count",))
    assert _put(posts, 0, VIEWS, "1200")
    assert (_raw(posts, 0, VIEWS), _state(posts, 0, VIEWS)) == (1200, CellState.CHANGED)


@pytest.mark.parametrize(("column", "editable"), [("title", True), ("author_id", True), ("id", True)])
def test_what_may_be_edited(posts: RecordModel, qtbot: QtBot, column: str, editable: bool) -> None:
    posts.set_view(replace(POSTS_VIEW, columns=(*POSTS_VIEW.columns, "id")))
    settled(qtbot, posts)
    flags = posts.flags(posts.index(0, posts.section_of(column)))
    assert bool(flags & EDITABLE) is editable


def test_links_and_records_to_be_deleted_may_not_be_edited(posts: RecordModel) -> None:
    assert not posts.flags(posts.index(0, posts.section_of("tags"))) & EDITABLE
    ref = posts.ref_at(0)
    assert ref is not None
    posts.connection.workbench.delete([ref])
    assert not posts.flags(posts.index(0, STATUS)) & EDITABLE
    assert not _put(posts, 0, STATUS, "review")
    assert {_state(posts, 0, section) for section in range(posts.columnCount())} == {CellState.TO_DELETE}


def test_previews_bytes_and_read_only_databases_may_not_be_edited(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    rows = (
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, short TEXT)",
        "INSERT INTO notes VALUES (1, 'long', 'short')",
        "UPDATE notes SET body = replace('----------', '-', replace('----------', '-', 'long text '))",
    )
    view = View(TableName(None, "notes"), ("body", "short"))
    model = RecordModel(app_connection(make_database(*rows)), view)
    settled(qtbot, model)
    assert [bool(model.flags(model.index(0, c)) & EDITABLE) for c in (0, 1)] == [False, True]
    locked = RecordModel(app_connection(make_database(*rows, read_only=True)), view)
    settled(qtbot, locked)
    assert not locked.flags(locked.index(0, 1)) & EDITABLE


def test_new_records_stand_at_the_end(posts: RecordModel) -> None:
    workbench = posts.connection.workbench
    first = workbench.insert(POSTS, {"title": "First"})
    second = workbench.insert(POSTS, {"title": "Second", "view_count": 3})
    assert (posts.rowCount(), posts.count) == (8, 6)
    assert [text(posts, row) for row in (6, 7)] == ["First", "Second"]
    assert (posts.ref_at(7), posts.key_at(7), posts.row_at(7)) == (second, None, None)
    assert _state(posts, 6, STATUS) is CellState.INSERTED
    assert _put(posts, 6, VIEWS, "41")
    assert text(posts, 6, VIEWS) == "41"
    workbench.revert(first)
    assert (posts.rowCount(), text(posts, 6)) == (7, "Second")
    workbench.undo()
    assert [text(posts, row) for row in (6, 7)] == ["First", "Second"]


def test_what_is_left_to_the_database_is_said(posts: RecordModel) -> None:
    workbench = posts.connection.workbench
    ref = workbench.insert(POSTS, {"title": DEFAULT})
    workbench.edit("default", [Edit(ref, "view_count", None, DEFAULT)])
    forms = [posts.cell_at(6, posts.section_of(name)).form for name in ("view_count", "body")]
    assert forms == [CellForm.DEFAULT, CellForm.NULL]
    key = posts.ref_at(0)
    assert key is not None
    workbench.edit("default", [Edit(key, "view_count", 1, DEFAULT)])
    assert (posts.cell_at(0, VIEWS).form, text(posts, 0, VIEWS)) == (CellForm.DEFAULT, "default")


def test_new_records_are_no_part_of_a_selection(posts: RecordModel) -> None:
    posts.connection.workbench.insert(POSTS, {"title": "First"})
    chosen = selection_of(posts, [range(4, 7)])
    assert len(getattr(chosen, "keys", ())) == 2


def test_a_view_of_children_shows_only_its_own_new_records(posts: RecordModel, qtbot: QtBot) -> None:
    comments = TableName(None, "comments")
    view = View(comments, ("body",), pinned=(("post_id", 1),))
    model = RecordModel(posts.connection, view)
    settled(qtbot, model)
    read = model.rowCount()
    posts.connection.workbench.insert(comments, {"post_id": 2, "body": "Elsewhere"})
    posts.connection.workbench.insert(comments, {"post_id": 1, "body": "Here"})
    assert (model.rowCount(), text(model, read)) == (read + 1, "Here")


def test_staged_values_survive_sort_filter_refresh_and_another_model(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, qtmodeltester: ModelTester
) -> None:
    connection = app_connection(make_database(*big_table(700)))
    model = RecordModel(connection, BIG_VIEW)
    watch(qtmodeltester, model)
    settled(qtbot, model)
    _put(model, 2, 1, "staged")
    for view in (
        replace(BIG_VIEW, sort=(Sort("id", descending=True),)),
        replace(BIG_VIEW, filters=(ColumnFilter("id", "1..9"),)),
        BIG_VIEW,
    ):
        model.set_view(view)
        settled(qtbot, model)
        model.refresh()
        settled(qtbot, model)
        model.locate((3,))
        row = model.rows.row_of(RecordRef(BIG, (3,)))
        if row is None:
            with qtbot.waitSignal(model.found) as found:
                model.locate((3,))
            row = found.args[0]
        qtbot.waitUntil(partial(_shows, model, row, "3"))
        assert (text(model, row, 1), _state(model, row, 1)) == ("staged", CellState.CHANGED)
    model.close()
    again = RecordModel(connection, BIG_VIEW)
    settled(qtbot, again)
    assert (text(again, 2, 1), _state(again, 2, 1)) == ("staged", CellState.CHANGED)


def test_a_save_writes_everything_and_the_grid_shows_it(
    posts: RecordModel, qtbot: QtBot, second: OpenSecond
) -> None:
    workbench = posts.connection.workbench
    one, two = posts.ref_at(0), posts.ref_at(1)
    assert one is not None
    assert two is not None
    _put(posts, 0, VIEWS, 77)
    workbench.delete([two])
    workbench.insert(POSTS, {"title": "Brand new", "author_id": 1, "body": "x"})
    saved = save(qtbot, posts.connection)
    assert isinstance(saved, Saved), saved
    assert (len(saved.inserted), saved.updated, saved.deleted) == (1, (one,), (two,))
    settled(qtbot, posts)
    assert not workbench.staging.dirty
    assert (posts.rowCount(), _raw(posts, 0, VIEWS), _state(posts, 0, VIEWS)) == (6, 77, CellState.NORMAL)
    stored = second(posts.connection.database).execute(sa.text("select title from posts order by id"))
    assert stored.scalars().all()[-1] == "Brand new"


def test_a_save_shows_what_is_stored_before_the_rows_are_read_again(posts: RecordModel, qtbot: QtBot) -> None:
    _put(posts, 0, VIEWS, 77)
    _put(posts, 0, 1, Candidate((2,), 2, "Zoé Müller"))
    seen: list[tuple[object, object]] = []

    def look(_saved: object) -> None:
        seen.append((text(posts, 0, VIEWS), text(posts, 0, 1)))
        assert _put(posts, 0, VIEWS, 78)

    posts.connection.workbench.save(look, look, None)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("77", "Grace Hopper")]
    settled(qtbot, posts)
    assert isinstance(save(qtbot, posts.connection), Saved)


def test_a_refused_save_loses_nothing_and_marks_the_field(posts: RecordModel, qtbot: QtBot) -> None:
    workbench = posts.connection.workbench
    _put(posts, 0, 0, None)
    _put(posts, 1, VIEWS, 5)
    failure = save(qtbot, posts.connection)
    assert isinstance(failure, RefusedError)
    assert workbench.staging.change_count == 2
    assert _state(posts, 0, 0) is CellState.INVALID
    assert failure.refusal.sentence in str(_tip(posts, 0, 0))
    _put(posts, 0, 0, "Better")
    assert _state(posts, 0, 0) is CellState.CHANGED
    assert isinstance(save(qtbot, posts.connection), Saved)


def test_after_a_conflict_only_a_decision_overwrites(
    posts: RecordModel, qtbot: QtBot, second: OpenSecond
) -> None:
    other = second(posts.connection.database)
    _put(posts, 0, VIEWS, 5)
    other.execute(sa.text("update posts set view_count = 99 where id = 1"))
    failure = save(qtbot, posts.connection)
    assert isinstance(failure, RefusedError)
    assert (failure.refusal.reason, failure.refusal.fields) == (Reason.CONFLICT, ("view_count",))
    assert _state(posts, 0, VIEWS) is CellState.INVALID
    settled(qtbot, posts)
    assert "meanwhile to 99" in str(_tip(posts, 0, VIEWS))
    again = save(qtbot, posts.connection)
    assert isinstance(again, RefusedError)  # nobody has decided anything yet
    posts.connection.workbench.resolve(Resolution(mine=again.refusal.conflicts))
    assert isinstance(save(qtbot, posts.connection), Saved)
    assert other.execute(sa.text("select view_count from posts where id = 1")).scalar() == 5


def test_a_second_save_while_one_runs_is_ignored_and_edits_meanwhile_stay(
    posts: RecordModel, qtbot: QtBot
) -> None:
    workbench = posts.connection.workbench
    _put(posts, 0, VIEWS, 5)
    ref = posts.ref_at(0)
    assert ref is not None
    answers: list[object] = []
    workbench.save(answers.append, answers.append, None)
    workbench.save(answers.append, answers.append, None)
    assert workbench.saving
    _put(posts, 0, VIEWS, 6)
    qtbot.waitUntil(lambda: not workbench.saving)
    assert len(answers) == 1
    assert workbench.staging.field(ref, "view_count") == FieldChange(5, 6)
    settled(qtbot, posts)
    assert isinstance(save(qtbot, posts.connection), Saved)
    assert workbench.staging.state(ref) is None


def test_a_dialog_begins_with_what_is_staged_and_settles_it(posts: RecordModel, qtbot: QtBot) -> None:
    workbench = posts.connection.workbench
    _put(posts, 0, VIEWS, 5)
    _put(posts, 1, VIEWS, 5)
    ref = posts.ref_at(0)
    assert ref is not None
    unit = Unit(posts.connection.database, workbench.staging.part([ref]))
    unit.stage(ref, "title", text(posts, 0), "By dialog")
    workbench.saved_elsewhere(unit.save())
    assert (workbench.staging.state(ref), workbench.staging.record_count) == (None, 1)
    assert workbench.staging.state(posts.ref_at(1) or ref) is Action.UPDATE


def test_one_record_is_saved_with_the_new_records_it_points_to(posts: RecordModel, qtbot: QtBot) -> None:
    workbench = posts.connection.workbench
    author = workbench.insert(TableName(None, "users"), {"name": "New", "email": "new@example.org"})
    ref = posts.ref_at(0)
    assert ref is not None
    workbench.edit("set Author", [Edit(ref, "author_id", 1, author.key, "New")])
    _put(posts, 1, VIEWS, 5)
    assert text(posts, 0, 1) == "New"
    answers: list[Saved | Exception] = []
    workbench.save(answers.append, answers.append, None, only=[ref])
    qtbot.waitUntil(lambda: bool(answers))
    assert isinstance(answers[0], Saved), answers
    assert (len(answers[0].inserted), answers[0].updated) == (1, (ref,))
    assert (workbench.staging.record_count, workbench.staging.state(ref)) == (1, None)
    settled(qtbot, posts)
    assert text(posts, 0, 1) == "New"
