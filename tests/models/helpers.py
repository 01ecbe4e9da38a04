"""Owns what the model tests share: a big table, waiting for a model, watching its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, Qt

from desktop.base.keys import TableName
from desktop.browse.view import View
from desktop.models.record_model import RecordModel

if TYPE_CHECKING:  # pytest-qt is set up only after this file may be read
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

BIG = TableName(None, "big")
BIG_VIEW = View(BIG, ("id", "name", "size"))
POSTS = TableName(None, "posts")
POSTS_VIEW = View(POSTS, ("title", "author_id", "status", "view_count"), links=("tags",))
ROWS = 1_345
"""Of the big table."""


def big_table(rows: int) -> tuple[str, str]:
    """DDL and rows of table ``big``: id 1.., a name, size = id modulo 100, NULL every tenth row."""
    return (
        "CREATE TABLE big (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, size INTEGER)",
        "INSERT INTO big WITH RECURSIVE c(n) AS"  # noqa: S608
        f" (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows})"
        " SELECT n, 'name ' || n, CASE WHEN n % 10 = 0 THEN NULL ELSE n % 100 END FROM c",
    )


def watch(tester: ModelTester, model: QAbstractItemModel) -> None:
    """Let Qt's own tester check the model now and at every later change."""
    tester.check(model)  # type: ignore[no-untyped-call]


def settled(qtbot: QtBot, model: RecordModel) -> None:
    """Wait until the model shows what was asked for, with its exact count, and reads nothing more."""
    lanes = model.connection.lanes
    qtbot.waitUntil(
        lambda: (
            model.pages.asked is None
            and model.pages.settled
            and not model.pages.reading
            and not any(lane.is_busy for lane in lanes)
        ),
        timeout=20_000,
    )


def text(model: RecordModel, row: int, column: int = 0) -> object:
    """What the cell shows now."""
    return model.data(model.index(row, column), Qt.ItemDataRole.DisplayRole)


def column_texts(model: RecordModel, column: int = 0) -> list[object]:
    """What the whole column shows now."""
    return [text(model, row, column) for row in range(model.rowCount())]
