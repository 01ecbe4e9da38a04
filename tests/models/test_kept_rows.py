"""A record with staged changes stays in sight when the view does not return it any more."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.base.keys import Key, RecordRef
from desktop.browse.view import ColumnFilter
from desktop.edit.saved import Saved
from desktop.models.record_model import RecordModel
from desktop.staging.staging import Edit
from tests.fixtures.databases import OpenSecond
from tests.models.helpers import BIG, BIG_VIEW, POSTS, POSTS_VIEW, settled, text

FIVES = replace(BIG_VIEW, filters=(ColumnFilter("size", "= 5"),))


def keys(model: RecordModel) -> list[Key | None]:
    return [model.key_at(row) for row in range(model.rows.read, model.rowCount())]


def show(qtbot: QtBot, model: RecordModel, filters: tuple[ColumnFilter, ...] = (), search: str = "") -> None:
    model.set_view(replace(model.view, filters=filters, search=search))
    settled(qtbot, model)


def rename(model: RecordModel, row: int, name: str = "new") -> None:
    assert model.setData(model.index(row, model.section_of("name")), name)


def test_an_edited_record_stays_when_the_filter_hides_it(big: RecordModel, qtbot: QtBot) -> None:
    rename(big, 0)
    show(qtbot, big, FIVES.filters)
    assert (big.rows.read, big.count, keys(big)) == (14, 14, [(1,)])
    last = big.rowCount() - 1
    assert text(big, last, 1) == "new"
    tip = big.data(big.index(last, 0), Qt.ItemDataRole.ToolTipRole)
    assert tip == "No longer matches the filter; shown until saved or discarded."
    assert big.ref_at(last) == RecordRef(BIG, (1,))
    show(qtbot, big)
    assert keys(big) == []
    assert text(big, 0, 1) == "new"


def test_it_can_be_edited_further_and_goes_when_it_is_taken_back(big: RecordModel, qtbot: QtBot) -> None:
    bench = big.connection.workbench
    rename(big, 0)
    show(qtbot, big, FIVES.filters)
    rename(big, big.rowCount() - 1, "newer")
    assert text(big, big.rowCount() - 1, 1) == "newer"
    bench.revert(RecordRef(BIG, (1,)))
    assert keys(big) == []
    bench.undo()
    settled(qtbot, big)
    assert keys(big) == [(1,)]


def test_a_saved_one_goes(big: RecordModel, qtbot: QtBot) -> None:
    rename(big, 0)
    show(qtbot, big, FIVES.filters)
    answers: list[Saved] = []
    big.connection.workbench.save(answers.append, lambda error: None)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    settled(qtbot, big)
    assert keys(big) == []


def test_records_staged_elsewhere_are_not_dragged_in(big: RecordModel, qtbot: QtBot) -> None:
    show(qtbot, big, FIVES.filters)
    big.connection.workbench.edit("set Name", [Edit(RecordRef(BIG, (1,)), "name", "name 1", "new")])
    settled(qtbot, big)
    assert keys(big) == []
    other = RecordModel(big.connection, FIVES)
    settled(qtbot, other)
    assert keys(other) == []
    other.close()


def test_one_that_somebody_else_moves_out_of_the_view_stays(
    big: RecordModel, qtbot: QtBot, second: OpenSecond
) -> None:
    show(qtbot, big, FIVES.filters)
    rename(big, 0)
    with second(big.connection.database) as other:
        other.execute(sa.text("UPDATE big SET size = 6 WHERE id = 5"))
    big.refresh()
    settled(qtbot, big)
    assert (big.rows.read, keys(big)) == (13, [(5,)])
    with second(big.connection.database) as other:
        other.execute(sa.text("DELETE FROM big WHERE id = 5"))
    big.refresh()
    settled(qtbot, big)
    assert keys(big) == []


def test_new_records_stand_after_them_and_say_why_they_are_there(posts: RecordModel, qtbot: QtBot) -> None:
    assert posts.setData(posts.index(0, 0), "Other")
    new = posts.connection.workbench.insert(POSTS, {"title": "New"})
    assert posts.data(posts.index(6, 0), Qt.ItemDataRole.ToolTipRole) is None
    show(qtbot, posts, search="nothing like this")
    assert [posts.ref_at(row) for row in range(posts.rowCount())] == [RecordRef(POSTS, (1,)), new]
    assert text(posts, 0, posts.section_of("tags")) == "water"
    tip = "New; shown until saved or discarded, whatever the filter."  # the default status may hold the words
    assert posts.data(posts.index(1, 0), Qt.ItemDataRole.ToolTipRole) == tip
    assert posts.view.columns == POSTS_VIEW.columns


def tip_of(model: RecordModel, row: int) -> str:
    return str(model.data(model.index(row, 0), Qt.ItemDataRole.ToolTipRole) or "")


def test_a_staged_value_that_leaves_the_filter_is_marked_at_once(big: RecordModel, qtbot: QtBot) -> None:
    show(qtbot, big, FIVES.filters)
    size, bench = big.section_of("size"), big.connection.workbench
    rename(big, 0)
    assert "filter" not in tip_of(big, 0)
    assert big.setData(big.index(1, size), "6")
    assert "No longer matches the filter" in tip_of(big, 1)
    assert "filter" not in tip_of(big, 2)
    bench.undo()
    assert tip_of(big, 1) == ""
    assert big.setData(big.index(1, size), "six")  # nobody can tell what it will be
    assert "filter" not in tip_of(big, 1)


def test_one_that_will_match_once_saved_says_so(big: RecordModel, qtbot: QtBot) -> None:
    assert big.setData(big.index(0, big.section_of("size")), "5")
    show(qtbot, big, FIVES.filters)
    assert keys(big) == [(1,)]
    assert "Matches the filter as soon as it is saved." in tip_of(big, big.rowCount() - 1)


def test_new_records_are_held_against_the_filter(big: RecordModel, qtbot: QtBot) -> None:
    show(qtbot, big, FIVES.filters)
    bench = big.connection.workbench
    for values in ({"name": "a", "size": 5}, {"name": "b", "size": 6}, {"name": "c"}):
        bench.insert(BIG, values)
    matching, other, empty = range(big.rows.read, big.rowCount())
    assert tip_of(big, matching) == ""
    assert tip_of(big, other) == tip_of(big, empty)
    assert tip_of(big, other) == "Does not match the filter; shown until saved or discarded."
    show(qtbot, big, (ColumnFilter("size", "empty"),))
    assert tip_of(big, big.rowCount() - 1) == ""
