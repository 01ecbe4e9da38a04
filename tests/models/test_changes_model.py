"""The lines of what is not saved: lazy words, few signals, the same lines as the staging has."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.models.changes_model import ChangesModel, LineKind
from desktop.models.connection import Connection
from desktop.schema.database import Database
from desktop.staging.staging import Edit, Invalid
from desktop.staging.words import Speaker
from tests.fixtures.windows import AppConnection

POSTS, USERS = TableName(None, "posts"), TableName(None, "users")
MANY = 10_000


def post(number: int) -> RecordRef:
    return RecordRef(POSTS, (number,))


@pytest.fixture
def connection(newsroom: Database, app_connection: AppConnection) -> Connection:
    return app_connection(newsroom)


@pytest.fixture
def model(connection: Connection, qtmodeltester: ModelTester) -> ChangesModel:
    made = ChangesModel(connection)
    made.show(connection)
    qtmodeltester.check(made)  # type: ignore[no-untyped-call]
    return made


def told(model: ChangesModel) -> list[tuple[LineKind, str, str]]:
    found = (model.line_at(row) for row in range(model.rowCount()))
    return [(line.kind, line.heading, line.text) for line in found]


def test_tables_records_fields_links(connection: Connection, model: ChangesModel) -> None:
    bench = connection.workbench
    bench.staging.titles[RecordRef(TableName(None, "tags"), (1,))] = "water"
    bench.edit(
        "a", [Edit(post(1), "title", "Old", "New"), Edit(post(1), "view_count", 1, Invalid("x", "No."))]
    )
    bench.edit("b", [Edit(RecordRef(USERS, (1,)), "name", "Ada", "Eve")])
    bench.link(post(1), "tags", [(1,)], [])
    bench.delete([post(2)])
    bench.insert(USERS, {"name": "Zoé"})
    model.update_now()
    kind = LineKind
    assert told(model) == [
        (kind.TABLE, "Posts", "2 records"),
        (kind.RECORD, "Post 1", "changed"),
        (kind.FIELD, "Title", "Old → New"),
        (kind.FIELD, "View count", "“x”: No."),
        (kind.FIELD, "Tags", "“water” added"),
        (kind.RECORD, "Post 2", "to be deleted"),
        (kind.TABLE, "Users", "2 records"),
        (kind.RECORD, "User 1", "changed"),
        (kind.FIELD, "Name", "Ada → Eve"),
        (kind.RECORD, "Zoé", "new"),
        (kind.FIELD, "Name", "Zoé"),
    ]
    assert model.data(model.index(2)) == "Title: Old → New"
    assert model.row_of(post(1), "tags") == 4 and model.row_of(post(3)) is None


def test_a_relation_can_be_taken_back_alone(connection: Connection, model: ChangesModel) -> None:
    bench = connection.workbench
    bench.edit("a", [Edit(post(1), "title", "Old", "New")])
    bench.link(post(1), "tags", [(1,)], [(2,)])
    bench.revert(post(1), "tags")
    model.update_now()
    assert [heading for _, heading, _ in told(model)] == ["Posts", "Post 1", "Title"]
    assert bench.undo() == "take back links"
    change = bench.staging.changes.get(post(1))
    assert change is not None and change.links["tags"].added == [(1,)]


def test_ten_thousand_changes_put_only_what_is_seen_into_words(
    connection: Connection, model: ChangesModel, qtbot: QtBot
) -> None:
    bench = connection.workbench
    bench.edit("all", [Edit(post(number), "view_count", 1, 2) for number in range(MANY)])
    resets: list[object] = []
    with patch.object(Speaker, "record", autospec=True, side_effect=Speaker.record) as speaking:
        model.update_now()
        assert model.rowCount() == 1 + 2 * MANY
        assert speaking.call_count == 0
        model.line_at(2 * MANY)
        assert speaking.call_count == 1
        model.modelReset.connect(lambda: resets.append(None))
        for value in (3, 4, 5):  # one field typed into: the lines stay, nothing is made anew
            with qtbot.waitSignal(model.dataChanged):
                bench.edit("all", [Edit(post(9), "view_count", 1, value)])
        assert resets == []
        assert model.line_at(20).text == "1 → 5"
        assert speaking.call_count == 2


def test_several_changes_in_a_row_are_told_once(
    connection: Connection, model: ChangesModel, qtbot: QtBot
) -> None:
    updates: list[object] = []
    model.updated.connect(lambda: updates.append(None))
    with qtbot.waitSignal(model.updated):
        for number in range(20):
            connection.workbench.edit("a", [Edit(post(number), "title", "x", "y")])
    assert len(updates) == 1 and model.rowCount() == 41


def test_without_a_connection_it_is_empty_and_follows_nobody(
    connection: Connection, model: ChangesModel
) -> None:
    connection.workbench.edit("a", [Edit(post(1), "title", "x", "y")])
    model.show(None)
    assert model.rowCount() == 0
    connection.workbench.edit("a", [Edit(post(2), "title", "x", "y")])
    model.update_now()
    assert model.rowCount() == 0
    model.show(connection)
    assert model.rowCount() == 5


def test_lines_asked_for_before_the_update_are_blank(connection: Connection, model: ChangesModel) -> None:
    connection.workbench.edit("a", [Edit(post(1), "title", "x", "y")])
    model.update_now()
    connection.workbench.discard()
    model._words.clear()  # as if nobody had looked at the line yet
    assert model.data(model.index(2)) == ": "
    model.update_now()
    assert model.rowCount() == 0


def test_lines_that_come_and_go_are_put_in_without_looking_through_all(
    connection: Connection, model: ChangesModel
) -> None:
    bench = connection.workbench
    bench.edit("all", [Edit(post(number), "view_count", 1, 2) for number in range(MANY)])
    model.update_now()
    with patch("desktop.models.changes_model._by_table") as looked_through:
        bench.edit("one field more", [Edit(post(5), "title", "Old", "New")])
        model.update_now()
        assert model.rowCount() == 2 + 2 * MANY
        bench.edit("another record", [Edit(post(MANY), "title", "Old", "Last")])
        model.update_now()
        assert model.line_at(0).text == "10,001 records"
        assert model.line_at(model.rowCount() - 1).text == "Old → Last"
        bench.edit("another table", [Edit(RecordRef(USERS, (1,)), "name", "Ada", "Eve")])
        model.update_now()
        assert told(model)[-3:] == [
            (LineKind.TABLE, "Users", "1 record"),
            (LineKind.RECORD, "User 1", "changed"),
            (LineKind.FIELD, "Name", "Ada → Eve"),
        ]
        for _ in range(3):
            bench.undo()
            model.update_now()
        assert model.rowCount() == 1 + 2 * MANY
        assert model.line_at(model.rowCount() - 1).ref == post(MANY - 1)
    assert looked_through.call_count == 0
