"""What a small window leaves readable and reachable: chips, tabs, the foot line, names, filter fields."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.connect.profile import Profile, sqlite_profile
from desktop.schema.database import Database
from desktop.values.locale import Locale
from tests.fixtures.windows import AppConnection
from tests.ui.window_kit import Stage, show_window
from ui.dialogs.connect_dialog import ConnectDialog
from ui.window.elided_label import ElidedLabel
from ui.window.foot_line import FootFacts, FootLine
from ui.window.tool_row import ToolRow
from ui.window.words import database_name


@pytest.fixture
def stage(newsroom: Database, app_connection: AppConnection, qtbot: QtBot) -> Stage:
    return show_window(qtbot, app_connection(newsroom))


def visible_chips(tools: ToolRow) -> tuple[int, str]:
    """How many chips can be seen, and what the button behind them says."""
    buttons = [b for b in tools.findChildren(QPushButton) if b.isVisible()]
    rest = [b.text() for b in buttons if b.toolTip() == "Show the fields to filter by"]
    return len([b for b in buttons if b.property("role") == "chip"]), rest[0] if rest else ""


def test_chips_make_room_and_the_rest_is_counted(stage: Stage, qtbot: QtBot) -> None:
    tab = stage.open("posts")
    for column, text in (("title", "the"), ("status", "draft, review"), ("view_count", ">= 0")):
        tab.filter_column(column, text)
        stage.qtbot.waitUntil(lambda: len(tab.view.filters) == len(tab.model.shown_view.filters))
    stage.window.resize(1900, 600)
    qtbot.waitUntil(lambda: visible_chips(tab.tools) == (3, "Add filter"))
    stage.window.resize(640, 420)
    qtbot.waitUntil(lambda: visible_chips(tab.tools) == (0, "3 filters"))
    assert len(tab.tools.chips) == 3


def test_tab_names_are_whole_and_can_be_scrolled(stage: Stage) -> None:
    stage.window.resize(660, 420)
    for table in ("users", "posts", "tags", "comments", "post_views", "post_tags"):
        stage.open(table)
    bar = stage.window.tabs.tabBar()
    assert bar.elideMode() is Qt.TextElideMode.ElideNone
    scrollers = [b for b in bar.findChildren(QToolButton) if b.autoRepeat()]
    assert [button.isVisible() for button in scrollers] == [True, True]


def test_a_cut_label_keeps_its_words(qtbot: QtBot) -> None:
    label = ElidedLabel("A very long name of a file.sqlite", "small")
    qtbot.addWidget(label)
    label.resize(80, 20)
    assert label.text() == "A very long name of a file.sqlite"
    assert label.shown.endswith("…")
    label.resize(600, 20)
    assert label.shown == label.text()


def test_parts_that_find_no_room_are_left_out_whole(qtbot: QtBot) -> None:
    label = ElidedLabel("1–22 of 355 · sorted by Views · 1 selected", between=" · ")
    qtbot.addWidget(label)
    width = label.fontMetrics().horizontalAdvance
    for room, shown in (
        ("1–22 of 355 · sorted by Views · 1 selected", "1–22 of 355 · sorted by Views · 1 selected"),
        ("1–22 of 355 · sorted by Views · 1 sel", "1–22 of 355 · sorted by Views …"),
        ("1–22 of 355 · sort", "1–22 of 355 …"),
        ("1–22 of", "1–22…"),
    ):
        label.resize(width(room), 20)
        assert label.shown == shown


def test_the_foot_line_says_read_only_once(qtbot: QtBot) -> None:
    foot = FootLine()
    qtbot.addWidget(foot)
    view = "This is a view, put together from other tables; it is shown read-only."
    foot.tell(FootFacts(reason=view), Locale())
    assert foot.text.endswith("Read-only: this is a view, put together from other tables.")


def test_a_filter_that_is_not_understood_is_told_in_the_foot_line(stage: Stage) -> None:
    tab = stage.open("posts")
    tab.show_filter_row(True)
    tab.filter_column("view_count", ">= abc")
    stage.foot_says(tab, "“abc” is not a whole number.")
    tab.filter_column("view_count", "")
    stage.qtbot.waitUntil(lambda: "abc" not in tab.foot.text)


def test_a_filter_field_that_gets_the_focus_comes_into_sight(stage: Stage) -> None:
    stage.window.resize(660, 420)
    tab = stage.open("posts")
    tab.show_filter_row(True)
    last = tab.view.columns[-1]
    field = tab.grid.filter_row.field(last)
    assert field is not None
    field.setFocus()
    stage.qtbot.waitUntil(lambda: field.geometry().right() <= tab.grid.viewport().width())
    first = tab.grid.filter_row.field(tab.view.columns[0])
    assert first is not None
    first.setFocus()
    stage.qtbot.waitUntil(lambda: first.geometry().left() == 0)


@pytest.mark.parametrize(
    ("profile", "name"),
    [
        (sqlite_profile("/data/newsroom.sqlite"), "Newsroom"),
        (sqlite_profile("/data/nga_constituents.db"), "Nga constituents"),
        (Profile("my shop", "sqlite", path="/data/shop.sqlite"), "my shop"),
        (Profile("db_1", "postgresql", database="db_1"), "db_1"),
    ],
)
def test_a_database_is_called_by_its_name_in_words(profile: Profile, name: str) -> None:
    assert database_name(profile) == name


def test_nothing_is_opened_from_fields_a_wrong_url_does_not_agree_with(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = ConnectDialog(window)
    dialog.open()
    QTest.keyClicks(dialog.url, "postgresql://ada@db1.example/newsroom")
    assert dialog.profile() is not None
    dialog.url.selectAll()
    QTest.keyClicks(dialog.url, "nonsense")
    assert dialog.profile() is None
    assert "empty its line" in dialog.outcome.text()
    dialog.url.selectAll()
    QTest.keyClick(dialog.url, Qt.Key.Key_Delete)
    assert dialog.profile() is not None
    dialog.reject()
