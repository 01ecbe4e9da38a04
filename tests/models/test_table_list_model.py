"""The list of tables: sections, search, counts, what is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.models.connection import Changed, Connection
from desktop.models.table_entries import EntryKind, TableRole
from desktop.models.table_list_model import TableListModel, count_text
from desktop.schema.database import Database
from desktop.schema.describe import Broken
from tests.fixtures.databases import OpenSecond
from tests.fixtures.windows import AppConnection
from tests.models.helpers import watch

POSTS = TableName(None, "posts")


@pytest.fixture
def tables(newsroom: Database, app_connection: AppConnection, qtmodeltester: ModelTester) -> TableListModel:
    broken = (Broken(TableName(None, "ghosts"), "no such function: haunt"),)
    database = replace(newsroom, schema=replace(newsroom.schema, broken=broken))
    connection = app_connection(database)
    model = TableListModel(connection, connection)
    watch(qtmodeltester, model)
    return model


def _texts(model: TableListModel) -> list[str]:
    return [entry.text for entry in model.entries]


def test_tables_come_in_order_under_headings_and_the_broken_last(tables: TableListModel) -> None:
    assert _texts(tables) == [
        "Tables", "Comments", "Post tags", "Post views", "Posts", "Tags", "Users", "Not readable", "Ghosts",
    ]  # fmt: skip
    assert tables.data(tables.index(0), TableRole.KIND) is EntryKind.SECTION
    assert not tables.flags(tables.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert tables.data(tables.index(4), TableRole.NAME) == POSTS
    assert "haunt" in str(tables.data(tables.index(8), Qt.ItemDataRole.ToolTipRole))
    assert tables.data(tables.index(8), Qt.ItemDataRole.AccessibleTextRole) == "Ghosts, not readable"


def test_a_table_that_is_not_shown_whole_says_so(newsroom: Database, app_connection: AppConnection) -> None:
    posts = replace(newsroom.table(POSTS), unreadable=("fee", "notes", "rating", "source"))
    schema = replace(newsroom.schema, tables={POSTS: posts})
    connection = app_connection(replace(newsroom, schema=schema))
    tip = TableListModel(connection, connection).index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "posts\nWithout 4 fields, which you may not read."


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("post", ["Tables", "Post tags", "Post views", "Posts"]),
        ("TAG post", ["Tables", "Post tags"]),
        ("post_v", ["Tables", "Post views"]),
        ("nothing", []),
    ],
)
def test_the_search_keeps_what_holds_every_word(
    tables: TableListModel, search: str, found: list[str]
) -> None:
    tables.set_search(search)
    assert _texts(tables) == found
    tables.set_search("")
    assert len(tables.entries) == 9


def test_enter_in_the_search_means_the_table_named_so(tables: TableListModel) -> None:
    tables.set_search("posts")
    assert tables.first_match() == POSTS
    tables.set_search("ghosts")
    assert tables.first_match() is None
    assert tables.row_of(POSTS) == -1


def test_counts_arrive_and_follow_changes(tables: TableListModel, qtbot: QtBot, second: OpenSecond) -> None:
    index = tables.index(tables.row_of(TableName(None, "comments")))
    assert tables.data(index, TableRole.COUNT) == ""
    tables.count_all()
    qtbot.waitUntil(lambda: tables.data(index, TableRole.COUNT) == "3", timeout=10_000)
    assert tables.data(index, Qt.ItemDataRole.AccessibleTextRole) == "Comments, 3 records"
    connection = tables.parent()
    assert isinstance(connection, Connection)
    with second(connection.database) as other:
        other.execute(sa.text("DELETE FROM comments WHERE id = 1"))
    connection.changed.emit(Changed(frozenset({TableName(None, "comments")})))
    qtbot.waitUntil(lambda: tables.data(index, TableRole.COUNT) == "2", timeout=10_000)


@pytest.mark.parametrize(
    ("count", "exact", "text"),
    [
        (48_210, True, "48,210"),
        (0, True, "0"),
        (220_300_000, False, "≈ 220 M"),
        (5_400, False, "≈ 5.4 k"),
        (12, False, "≈ 12"),
        (3_000_000_000, False, "≈ 3 G"),
    ],
)
def test_counts_in_words(count: int, exact: bool, text: str) -> None:
    assert count_text(count, exact) == text
