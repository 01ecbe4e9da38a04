"""How wide the columns of a grid are: room for words, and no number cut."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.browse.view import View
from desktop.models.record_model import RecordModel
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from tests.models.helpers import settled
from ui.grid.grid_view import GridView


def _grid(qtbot: QtBot, model: RecordModel) -> GridView:
    grid = GridView(model)
    qtbot.addWidget(grid)
    grid.resize(900, 400)
    grid.show()
    settled(qtbot, model)
    return grid


def test_words_have_room_before_there_are_rows(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(
        make_database("CREATE TABLE t (id INTEGER PRIMARY KEY, k CHAR(2), body TEXT)")
    )
    view = View(TableName(None, "t"), ("k", "body", "id"))
    header = _grid(qtbot, RecordModel(connection, view, connection)).horizontalHeader()
    assert header.sectionSize(1) > 2 * header.sectionSize(0) >= 128


@pytest.mark.parametrize(
    ("usual", "wide"),
    [("in transit", "COMPLETED"), ("Littlehill", "WARSAW MM"), ("Smith Co. Ltd", "東京電力株式会社")],
)
def test_a_text_of_fewer_but_wider_signs_is_not_cut(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot, usual: str, wide: str
) -> None:
    texts = ", ".join(f"({n}, '{wide if n % 3 == 0 else usual}')" for n in range(30))
    connection = app_connection(
        make_database("CREATE TABLE t (id INTEGER PRIMARY KEY, w TEXT)", f"INSERT INTO t VALUES {texts}")  # noqa: S608
    )
    grid = _grid(qtbot, RecordModel(connection, View(TableName(None, "t"), ("w", "id")), connection))
    needed = grid._delegate.width_of(grid.record_model.cell_at(0, 0))
    assert grid.record_model.cell_at(0, 0).text == wide
    assert grid.horizontalHeader().sectionSize(0) >= needed


def test_numbers_further_down_are_never_cut(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    ddl = "CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT, word TEXT)"
    fill = (
        "INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 900)"
        " SELECT n, CASE WHEN n > 800 THEN 9123456789012345 ELSE 1 END, 'a' FROM s"
    )
    connection = app_connection(make_database(ddl, fill))
    view = View(TableName(None, "t"), ("n", "word", "id"))
    grid = _grid(qtbot, RecordModel(connection, view, connection))
    header = grid.horizontalHeader()
    narrow = header.sectionSize(0)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: header.sectionSize(0) > narrow)
    assert grid.widths.chosen == {}
    header.resizeSection(0, 70)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() - 40)
    settled(qtbot, grid.record_model)
    assert header.sectionSize(0) == 70
