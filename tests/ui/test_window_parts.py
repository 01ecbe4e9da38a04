"""The parts of the window by themselves: words on chips and foot line, running work, memory, last resort."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.connect.profile import sqlite_profile
from desktop.models.lanes import Lane
from desktop.schema.describe import Column, Kind, Label, Table
from desktop.values.locale import PLAIN, Locale
from ui.app import Desk, WindowOptions
from ui.last_resort import LastResort, log_file
from ui.look import Theme
from ui.window.chips import chip_text
from ui.window.foot_line import FootFacts, FootLine, describe
from ui.window.jobs_bar import JobsBar
from ui.window.navigator import Navigator
from ui.window.table_tab import first_view
from ui.window.window_state import OpenTabs, TableLayout, WindowState
from ui.window.words import approximately, number, short

TITLE = Column("title", Kind.TEXT, "TEXT")
STATUS = Column("status", Kind.CHOICE, "TEXT", choices=("draft", "review"))
CREATED = Column("created_at", Kind.TIMESTAMP, "TIMESTAMP")


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        (TITLE, "paris", "contains paris"),
        (TITLE, '"Paris"', 'is "Paris"'),
        (TITLE, "not empty", "is not empty"),
        (TITLE, "!paris", "is not paris"),
        (STATUS, "draft", "is draft"),
        (STATUS, "draft, review", "is any of 2"),
        (CREATED, ">= 2024-05", "≥ 2024-05"),
        (CREATED, "2024-05..2024-07", "2024-05 – 2024-07"),
        (CREATED, "2024-05..", "from 2024-05"),
        (CREATED, "..2024-07", "up to 2024-07"),
        (CREATED, "<> 2024", "is not 2024"),
        (CREATED, "2024", "is 2024"),
    ],
)
def test_a_chip_says_the_filter_in_words(column: Column, text: str, words: str) -> None:
    assert chip_text("X", column, text) == f"X  {words}"


def test_text_for_a_reference_is_looked_for_in_the_names() -> None:
    author = Column("author_id", Kind.INTEGER, "INTEGER")
    assert chip_text("Author", author, "ada", named=True) == "Author  contains ada"


def test_the_grid_leaves_long_texts_to_the_form_but_not_the_one_that_names_the_record() -> None:
    short = [Column(name, Kind.TEXT, "TEXT") for name in ("site", "room", "wing", "key")]
    long = [Column(name, Kind.LONG_TEXT, "TEXT") for name in ("description", "notes")]
    words = Column("words", Kind.OTHER, "tsvector")
    table = Table(
        TableName(None, "rooms"), (words, *short, *long), key=("key",), label=Label(("description",))
    )
    assert first_view(table).columns == ("description", "site", "room", "wing", "key")


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (FootFacts(loading=True), "loading…"),
        (FootFacts(), "no records"),
        (FootFacts(1, 27, 5000), "1–27 of 5,000"),
        (FootFacts(1, 27, 5000, exact=False), "1–27 of ≈ 5,000"),
        (FootFacts(1, 27, 250, exact=False, at_least=True), "1–27 of 250 or more"),
        (
            FootFacts(1, 27, 5000, only=4000),
            "1–27 of 5,000  ·  only the first 4,000 are shown: filter to reach the others",
        ),
        (FootFacts(1, 27, 5000, selected=3), "1–27 of 5,000  ·  3 selected"),
        (FootFacts(1, 27, 5000, selected=5000, all_selected=True), "1–27 of 5,000  ·  all 5,000 selected"),
        (FootFacts(exact=True, all_selected=True), "no records"),  # all that matched were deleted
        (
            FootFacts(1, 9, 9, sort=(("Created", True), ("Title", False))),
            "1–9 of 9  ·  sorted by Created ↓, Title ↑",
        ),
    ],
)
def test_the_foot_line_tells_the_truth(facts: FootFacts, line: str) -> None:
    assert describe(facts, PLAIN if facts.count < 1000 else Locale()) == line


def test_the_foot_line_says_what_is_hidden_from_the_person(qtbot: QtBot) -> None:
    foot, hidden = FootLine(), "Without “Salary”, which you may not read."
    qtbot.addWidget(foot)
    foot.tell(FootFacts(1, 2, 2, hidden=hidden), PLAIN)
    assert foot.text == f"1–2 of 2  ·  {hidden}"
    foot.tell(FootFacts(1, 2, 2, hidden=hidden, reason="This is a view."), PLAIN)
    assert foot.text == f"1–2 of 2  ·  Read-only: this is a view. {hidden}"


def test_numbers_are_written_the_persons_way() -> None:
    assert number(1234567, Locale(group=" ")) == "1 234 567"
    assert approximately(220_000_000, Locale()) == "≈ 220 M"
    assert approximately(48_210, Locale()) == "≈ 48 k"
    assert approximately(950, Locale()) == "≈ 950"
    assert short("x" * 50, 10) == "x" * 9 + "…"


def test_long_work_shows_and_can_be_cancelled(qtbot: QtBot) -> None:
    bar = JobsBar()
    qtbot.addWidget(bar)
    lane = Lane("test")
    heard: list[str] = []

    def work(token: CancelToken, progress: Progress) -> None:
        progress(1200, 5000)
        while not token.cancelled:
            threading.Event().wait(0.01)

    tracker = bar.track("Counting posts", "posts")
    tracker.follow(
        lane.submit(
            work,
            lambda _: heard.append("done"),
            progress=tracker.progress,
            cancelled=lambda: heard.append("cancelled"),
        )
    )
    assert bar.isHidden()
    qtbot.waitUntil(lambda: not bar.isHidden())
    words = [label.text() for label in bar.findChildren(QLabel)]
    assert words == ["Counting posts  1200 of 5000 posts"]
    bar.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(bar.isHidden)
    assert heard == ["cancelled"]
    assert lane.close()


def test_the_window_remembers(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    state = WindowState(file)
    state.theme = Theme.DARK
    state.geometry = QByteArray(b"place")
    state.navigator_width = 300
    state.keep_tabs("sqlite:/a/b.sqlite", OpenTabs(("posts", "users"), "users"))
    layout = TableLayout(("title", "id"), {"title": 210})
    state.keep_layout("sqlite:/a/b.sqlite", "posts", layout)
    state.sync()

    again = WindowState(file)
    assert again.theme is Theme.DARK
    assert again.geometry == QByteArray(b"place")
    assert again.navigator_width == 300
    assert again.tabs("sqlite:/a/b.sqlite") == OpenTabs(("posts", "users"), "users")
    assert again.layout("sqlite:/a/b.sqlite", "posts") == layout
    assert again.tabs("sqlite:/other") == OpenTabs()


def test_a_damaged_memory_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    file.write_text("[window]\ntheme=purple\nnavigator=wide\n[tabs]\nx={oops\n", encoding="utf-8")
    state = WindowState(file)
    assert state.theme is Theme.SYSTEM
    assert state.navigator_width == -1
    assert state.tabs("x") == OpenTabs()


def test_an_unexpected_failure_is_told_once_and_logged(qtbot: QtBot) -> None:
    guard = LastResort()
    before = sys.excepthook, threading.excepthook
    guard.install()
    try:
        for _ in range(3):
            try:
                raise ZeroDivisionError("surprise")
            except ZeroDivisionError as error:
                sys.excepthook(type(error), error, error.__traceback__)
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert "went wrong" in box.text() and "ZeroDivisionError" in box.detailedText()
        assert ": surprise" not in box.detailedText()  # it may have been a value of a record
        box.close()
        assert QApplication.activeModalWidget() is None
    finally:
        guard.remove()
        sys.excepthook, threading.excepthook = before
    logged = log_file().read_text(encoding="utf-8")
    assert logged.count("\nZeroDivisionError\n") == 3
    assert ": surprise" not in logged  # it may have been a value of a record


def test_the_first_window_shows_the_sample(qtbot: QtBot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    desk = Desk(app, WindowOptions())
    qtbot.addWidget(desk.window)
    desk.window.show()
    assert not desk.window.menuBar().isEnabled()
    desk.start_soon()
    qtbot.waitUntil(lambda: desk.window.menuBar().isEnabled(), timeout=20_000)
    tab = desk.workspace.tab
    assert tab is not None and tab.title == "Posts"
    assert tab.model.row_at(0) is not None  # before anything can be done with them
    qtbot.waitUntil(lambda: tab.model.exact and tab.model.count > 4000)
    desk.window.close()
    desk.deleteLater()


def test_a_file_on_a_network_share_is_told_beside_its_name(qtbot: QtBot) -> None:
    navigator = Navigator()
    qtbot.addWidget(navigator)
    profile = sqlite_profile("/mnt/all/notes.sqlite")
    navigator.show_profile(profile, "nfs4")
    (summary,) = (one for one in navigator.findChildren(QLabel) if "notes.sqlite" in one.text())
    assert summary.text() == "SQLite · notes.sqlite · network share"
    assert "(nfs4)" in summary.toolTip() and "damage the file" in summary.toolTip()
    navigator.show_profile(profile)
    assert "share" not in summary.text() + summary.toolTip()
