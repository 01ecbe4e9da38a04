"""Owns the steps that only look: open, filter, sort, a busy database, the dark."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from ui.tour.driver import TourFailedError, click, expect, press, settle, type_text, until
from ui.tour.heartbeat import Heartbeat
from ui.tour.tour import Tour
from ui.window.table_tab import TableTab

MOST_GAP = 100.0
"""Milliseconds the window may stand still."""
TRIES = 3


def open_sample(tour: Tour) -> str:
    until(lambda: tour.desk.workspace.connection, "the sample database")
    tab = tour.table("posts")
    living = tour.witness.living_posts()
    expect(tab.model.count == living, f"the grid counts {living} posts, it says {tab.model.count}")
    tour.camera.shoot("open")
    return f"{living:,} posts"


def filter_records(tour: Tour) -> str:
    tab = tour.table("posts")
    tour.act("edit.filter_row")
    settle()
    field = tab.grid.filter_row.field("status")
    assert field is not None
    type_text(field, "review")
    press(field, Qt.Key.Key_Return)
    wanted = tour.witness.living_posts("review")
    until(lambda: tab.model.exact and tab.model.count == wanted, f"{wanted} posts in review")
    tour.loaded(tab)
    tour.camera.shoot("filter")
    return f"{wanted:,} of them in review"


def sort_records(tour: Tour) -> str:
    tab = tour.table("posts")
    header = tab.grid.horizontalHeader()
    section = tab.model.section_of("view_count")
    middle = header.sectionViewportPosition(section) + header.sectionSize(section) // 2
    number, title = tour.witness.most_viewed("review")
    for _ in range(2):  # first ascending, then descending
        click(header.viewport(), QPoint(middle, 12))
        settle(0.3)
    until(lambda: tab.model.key_at(0) == (number,), f"“{title}” on top")
    tour.camera.shoot("sort")
    return f"most read: {title}"


def stay_alive(tour: Tour) -> str:
    tab = tour.table("posts")
    gaps = []
    for _ in range(TRIES):  # another program may have held the machine: the best of a few counts
        gaps.append(_longest_gap(tour, tab))
        if gaps[-1] <= MOST_GAP:
            return f"the window waited {gaps[-1]:.0f} ms at most while a long query ran"
    raise TourFailedError(f"the window stood still for {min(gaps):.0f} ms while a query ran")


def _longest_gap(tour: Tour, tab: TableTab) -> float:
    """Milliseconds the window stood still at most while the connection was busy and somebody scrolled."""
    answers: list[int] = []
    heart = Heartbeat()
    tab.connection.lane.submit(lambda token, progress: tour.witness.ponder(), answers.append)
    heart.start()
    bar = tab.grid.verticalScrollBar()
    while not answers:
        bar.setValue((bar.value() + 3) % max(bar.maximum(), 1))
        settle(0.02)
    return heart.stop()


def dark(tour: Tour) -> str:
    tab = tour.table("posts")
    tour.act("theme.dark")
    tab.go_to(3)
    tour.follows(tab)
    tour.camera.shoot("dark")
    tour.act("theme.light")
    return "the same window in the dark"
