"""What takes long for one table holds up nothing else: it is seen to go on, and can be cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from desktop.base.cancel import CancelToken
from desktop.browse import fetch
from desktop.browse.rows import Row
from desktop.browse.selection import AllMatching
from desktop.browse.stream import CHUNK
from desktop.browse.view import View
from desktop.edit import soft
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase
from tests.models.helpers import big_table
from tests.stories.conftest import Sit
from tests.stories.kit import Person
from tests.stories.test_soft_delete import MARKED, mark, show_deleted
from ui.dialogs.record_dialog import RecordDialog
from ui.dialogs.set_field_dialog import SetFieldDialog
from ui.window import bulk_commands
from ui.window.jobs_bar import JobLine, Tracker

ROWS = 5_000


@pytest.fixture
def go_on(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Until it is set, no record is streamed."""
    event, real = threading.Event(), fetch.stream

    def held(*arguments: object, token: CancelToken, **named: object) -> Iterator[list[Row]]:
        while not event.wait(0.01):
            token.check()
        yield from real(*arguments, token=token, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "stream", held)
    return event


@pytest.fixture
def crowd(make_database: MakeDatabase, sit: Sit) -> Person:
    """Someone at a table of some thousand records."""
    return sit(make_database(*big_table(ROWS)))


def line_of(person: Person, title: str) -> JobLine:
    """The line of running work with that title, once it is there."""
    bar = person.window.jobs

    def found() -> list[JobLine]:
        return [line for line in bar.findChildren(JobLine) if title in told(line)]

    person.wait(lambda: any(line.isVisible() for line in found()))
    return found()[0]


def told(line: JobLine) -> str:
    return line.findChildren(QPushButton)[0].accessibleName()


def test_copying_holds_up_no_other_tab_and_can_be_cancelled(person: Person, go_on: threading.Event) -> None:
    QGuiApplication.clipboard().clear()
    person.open("posts")
    person.press("Ctrl+A", "Ctrl+C")
    person.open("users")  # and its rows come
    line = line_of(person, "Copying posts")
    person.click(line.findChildren(QPushButton)[0])
    person.wait(lambda: not person.window.jobs.isVisible())
    assert QGuiApplication.clipboard().text() == ""
    go_on.set()
    person.press("Ctrl+A", "Ctrl+C")
    person.wait(lambda: QGuiApplication.clipboard().text() != "")
    assert len(QGuiApplication.clipboard().text().splitlines()) == 3
    QGuiApplication.clipboard().clear()


def test_copying_tells_how_far_it_is(crowd: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    QGuiApplication.clipboard().clear()
    crowd.open("big")
    told: list[int] = []
    monkeypatch.setattr(Tracker, "progress", lambda self, done, total: told.append(done))
    crowd.press("Ctrl+A", "Ctrl+C")
    crowd.wait(lambda: QGuiApplication.clipboard().text() != "")
    assert told[:1] == [CHUNK]  # later ones only after a while
    QGuiApplication.clipboard().clear()


def test_the_keys_of_many_rows_are_read_beside_all_else(
    crowd: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = crowd.open("big")
    go_on, real = threading.Event(), fetch.block

    def held(*arguments: object, **named: object) -> list[Row]:
        if threading.current_thread().name == "apart":
            go_on.wait(30)
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "block", held)
    tab.go_to(1)
    crowd.press("Ctrl+Shift+End", "Ctrl+Shift+E")
    crowd.wait(lambda: tab.model.row_at(ROWS - 1) is not None)  # its pages still come
    line_of(crowd, "Reading what is selected")
    go_on.set()
    dialog = crowd.bulk(SetFieldDialog)
    assert dialog.expected == ROWS - 1
    crowd.press("Esc")
    crowd.gone(dialog)


def test_a_restore_holds_up_no_record(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person.open("posts")
    mark(person, 1)
    show_deleted(person)
    go_on, real = threading.Event(), soft.restore

    def held(*arguments: object, **named: object) -> int:
        go_on.wait(30)
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk_commands, "restore", held)
    person.select(1)
    person.press("Ctrl+Shift+R")
    person.select(2)
    person.press("Shift+Return")
    dialog = person.dialog(RecordDialog)
    person.wait(lambda: dialog.ready)
    person.press("Esc")
    person.gone(dialog)
    assert person.stored(MARKED) == 1
    go_on.set()
    person.wait(lambda: person.stored(MARKED) == 0)


def test_all_rows_selected_one_by_one_are_all_that_match(crowd: Person) -> None:
    tab = crowd.open("big")
    crowd.press("Ctrl+Home", "Ctrl+Shift+End")
    assert not tab.grid.selected.everything and tab.grid.selected.size == ROWS
    crowd.press("Ctrl+Shift+E")
    dialog = crowd.bulk(SetFieldDialog)
    assert dialog.selection == AllMatching(tab.model.shown_view)
    crowd.press("Esc")
    crowd.gone(dialog)


def test_typing_on_in_a_filter_ends_the_query_before(crowd: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd.open("big")
    crowd.press("Ctrl+Shift+F")
    tokens: dict[str, CancelToken] = {}
    real = fetch.begin

    def held(database: Database, view: View, *, token: CancelToken, **named: object) -> list[Row] | None:
        if view.filters and view.filters[0].text == "name 4":
            tokens["before"] = token
            while True:  # as a statement that takes long: only the cancel ends it
                token.check()
                time.sleep(0.01)
        return real(database, view, token=token, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "begin", held)
    entry = crowd.tab.grid.filter_row.field("name")
    assert entry is not None
    crowd.click(entry)
    crowd.write("name 4")
    crowd.wait(lambda: tokens)
    assert not tokens["before"].cancelled
    crowd.write("99")
    crowd.wait(lambda: crowd.tab.model.exact and crowd.tab.model.count == 11)
    assert tokens["before"].cancelled
