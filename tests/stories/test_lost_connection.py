"""A line that breaks, a server that goes, a file that is replaced: nothing that was typed is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtWidgets import QPushButton

from desktop.connect import running
from desktop.connect.profile import parse_url
from desktop.edit import verdict
from desktop.schema.database import Database, open_database
from tests.faults.moments import at_update
from tests.faults.proxy import Cut, line_to
from tests.faults.servers import OURS, Cluster, cluster, until
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.postgres import Server
from tests.stories.conftest import Sit
from tests.stories.grid_kit import at, entry
from tests.stories.kit import Person
from ui.dialogs.saved_changes_dialog import SavedChangesDialog
from ui.window import jobs_bar
from ui.window.lost_bar import LostBar

TABLE = "CREATE TABLE notes (id integer PRIMARY KEY, name text)"
ROWS = "INSERT INTO notes VALUES (1, 'one'), (2, 'two')"


def bar(person: Person) -> LostBar:
    (found,) = person.window.findChildren(LostBar)
    return found


def typed(person: Person, text: str) -> None:
    """The first note gets another name; nothing is saved yet."""
    person.open("notes")
    at(person, 1, "name")
    entry(person, text)
    person.wait(lambda: person.tab.staged.text == "1 change in 1 record")
    person.wait(lambda: not person.connection.busy)  # a line made meanwhile would be the one that is cut


def save(person: Person) -> None:
    person.press("Ctrl+S")


def reconnected(person: Person) -> None:
    """Press the button, and wait for the way back."""
    person.click(bar(person).button)
    person.wait(lambda: not bar(person).text)
    person.settled()


def saved(person: Person) -> None:
    """Ctrl+S, and nothing is staged any more."""
    save(person)
    person.wait(lambda: not person.tab.staged.text)
    person.settled()


@pytest.fixture(scope="module")
def own() -> Iterator[Cluster]:
    with cluster() as found:
        found.execute(TABLE)
        found.execute(ROWS)
        yield found


def open_at(*clusters: Cluster) -> Database:
    """All of them in one profile, as in ``postgresql://a:1,b:2/…``."""
    hosts = ",".join(f"127.0.0.1:{one.port}" for one in clusters)
    profile, _ = parse_url(f"postgresql://rowkeeper@{hosts}/postgres")
    return open_database(profile)


def test_a_server_killed_while_somebody_types(own: Cluster, sit: Sit) -> None:
    own.execute("UPDATE notes SET name = 'one' WHERE id = 1")
    database = open_at(own)
    person = sit(database)
    typed(person, "kept")
    own.stop_at_once()
    save(person)
    box = person.boxes.press("Close")
    assert "Nothing was saved." in box.hint or "Nothing was saved." in box.sentence
    assert "What you changed is still here, not saved." in bar(person).text
    person.wait(lambda: bar(person).whole)
    assert person.tab.staged.text == "1 change in 1 record"
    person.click(bar(person).button)  # too early
    box = person.boxes.press("Close")
    assert box.sentence == f"No PostgreSQL server answers at 127.0.0.1, port {own.port}."
    own.start()
    reconnected(person)
    assert person.cell(1, "name") == "kept" and person.tab.staged.text
    saved(person)
    assert own.execute("SELECT name FROM notes ORDER BY id") == [("kept",), ("two",)]
    database.dispose()


def test_a_standby_takes_over_in_mid_edit(own: Cluster, sit: Sit) -> None:
    own.execute("UPDATE notes SET name = 'one' WHERE id = 1")
    standby = own.copy_to(own.data.with_name("standby"))
    standby.start()
    try:
        database = open_at(standby, own)  # the standby comes first, but takes no changes yet
        person = sit(database)
        typed(person, "kept")
        until(lambda: standby.execute("SELECT name FROM notes WHERE id = 1") == [("one",)])
        own.stop_at_once()
        save(person)
        person.boxes.press("Close")
        assert person.tab.staged.text == "1 change in 1 record"
        person.click(bar(person).button)  # the standby answers, but has not taken over yet
        assert "takes no changes now" in person.boxes.press("Close").sentence
        standby.promote()
        until(lambda: standby.execute("SELECT pg_is_in_recovery()") == [(False,)])
        saved(person)
        assert bar(person).text == ""
        assert standby.execute("SELECT name FROM notes ORDER BY id") == [("kept",), ("two",)]
        database.dispose()
    finally:
        standby.stop_at_once()
        own.start()


def test_a_save_to_a_server_that_hangs_is_cancelled_and_saved_later(
    own: Cluster, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CANCEL_WAIT", 0.3)
    monkeypatch.setattr(jobs_bar, "SHOW_AFTER", 200)
    own.execute("UPDATE notes SET name = 'one' WHERE id = 1")
    database = open_at(own)
    person = sit(database)
    typed(person, "kept")
    with contextlib.ExitStack() as standing:
        listened = at_update(person.database, lambda: standing.enter_context(own.hung()))
        save(person)
        person.wait(lambda: person.window.findChildren(jobs_bar.JobLine))
        (line,) = person.window.findChildren(jobs_bar.JobLine)
        person.click(line.findChildren(QPushButton)[0])
        person.wait(lambda: not person.connection.busy)
        listened()
        assert person.tab.staged.text == "1 change in 1 record"
        assert person.cell(1, "name") == "kept"
    assert own.execute("SELECT name FROM notes WHERE id = 1") == [("one",)]
    saved(person)
    assert own.execute("SELECT name FROM notes ORDER BY id") == [("kept",), ("two",)]
    database.dispose()


@pytest.mark.parametrize(("cut", "remark"), [(Cut.AFTER, True), (Cut.BEFORE, False)])
def test_a_commit_without_an_answer_is_told_as_what_it_was(
    make_postgres: MakeDatabase, postgres_server: Server, sit: Sit, cut: Cut, remark: bool
) -> None:
    direct = make_postgres(TABLE, ROWS)
    with line_to(sa.make_url(postgres_server.url).port or 0) as proxy:
        person = sit(replace(direct, profile=replace(direct.profile, port=proxy.port)))
        typed(person, "kept")
        proxy.cut = cut
        save(person)
        if remark:
            person.wait(lambda: "The connection broke while saving. Everything was saved." in person.foot)
        else:
            box = person.boxes.press("Close")
            assert box.sentence == "The connection broke while saving. Nothing was saved."
            assert bar(person).text == ""  # the server has answered since
            saved(person)
        assert not person.tab.staged.text
        assert person.rows("SELECT name FROM notes ORDER BY id") == [("kept",), ("two",)]
        person.desk.window.close()


def test_what_is_open_about_a_save_is_found_out_on_reconnecting(
    make_postgres: MakeDatabase, postgres_server: Server, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict, "PATIENCE", 0.2)
    direct = make_postgres(TABLE, ROWS)
    with line_to(sa.make_url(postgres_server.url).port or 0) as proxy:
        person = sit(replace(direct, profile=replace(direct.profile, port=proxy.port)))
        typed(person, "kept")
        proxy.cut, proxy.shut_after_cut = Cut.AFTER, True
        save(person)
        assert "does not answer" in person.boxes.press("Close").sentence
        assert person.tab.staged.text == "1 change in 1 record"
        proxy.shut = False
        reconnected(person)
        person.wait(lambda: not person.tab.staged.text)
        assert "Everything was saved." in person.foot
        assert person.rows("SELECT name FROM notes ORDER BY id") == [("kept",), ("two",)]
        person.desk.window.close()


def undoing(person: Person) -> SavedChangesDialog:
    """The dialog of saves, with the last one about to be undone."""
    keeper = person.connection.saves
    assert keeper is not None
    person.wait(lambda: not keeper.busy and not person.connection.busy)
    person.act("data.saves")
    dialog = person.dialog(SavedChangesDialog)
    person.wait(lambda: dialog.undo_button.isEnabled() and not keeper.busy)
    return dialog


def firsts(dialog: SavedChangesDialog) -> list[str]:
    """The first word about every save."""
    items = [dialog.list.topLevelItem(place) for place in range(dialog.list.topLevelItemCount())]
    return [item.text(1).split(" ")[0] for item in items if item is not None]


def test_an_undo_on_a_server_that_hangs_is_cancelled(
    own: Cluster, sit: Sit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CANCEL_WAIT", 0.3)
    own.execute("UPDATE notes SET name = 'one' WHERE id = 1")
    database = open_at(own)
    person = sit(database)
    typed(person, "kept")
    saved(person)
    dialog = undoing(person)
    with contextlib.ExitStack() as standing:
        hung: list[object] = []
        listened = at_update(person.database, lambda: hung.append(standing.enter_context(own.hung())))
        person.click(dialog.undo_button)
        person.wait(lambda: hung)
        assert (dialog.undo_button.text(), dialog.close_button.text()) == ("Undoing…", "Cancel")
        person.press("Esc")
        person.wait(dialog.undo_button.isEnabled)
        listened()
        assert dialog.isVisible() and dialog.close_button.text() == "Close"
    until(lambda: not own.execute(f"{OURS} AND state <> 'idle'"))
    assert own.execute("SELECT name FROM notes WHERE id = 1") == [("kept",)]
    person.click(dialog.undo_button)
    person.wait(lambda: dialog.list.topLevelItemCount() == 2 and not dialog.undoing)
    assert own.execute("SELECT name FROM notes WHERE id = 1") == [("one",)]
    person.press("Esc")
    person.gone(dialog)
    database.dispose()


@pytest.mark.parametrize("cut", [Cut.AFTER, Cut.BEFORE])
def test_what_is_open_about_an_undo_is_found_out_on_reconnecting(
    make_postgres: MakeDatabase, postgres_server: Server, sit: Sit, cut: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict, "PATIENCE", 0.2)
    direct = make_postgres(TABLE, ROWS)
    with line_to(sa.make_url(postgres_server.url).port or 0) as proxy:
        person = sit(replace(direct, profile=replace(direct.profile, port=proxy.port)))
        typed(person, "kept")
        saved(person)
        dialog = undoing(person)
        proxy.cut, proxy.shut_after_cut = cut, True
        person.click(dialog.undo_button)
        assert "does not answer" in person.boxes.press("Close").sentence
        proxy.shut = False
        person.press("Esc")
        person.gone(dialog)
        reconnected(person)
        dialog = undoing(person)
        undone = cut is Cut.AFTER
        person.wait(lambda: firsts(dialog) == (["Undo", "Undone"] if undone else ["Notes:"]))
        assert person.stored("SELECT name FROM notes WHERE id = 1") == ("one" if undone else "kept")
        person.press("Esc")
        person.gone(dialog)
        person.desk.window.close()


def test_tables_that_changed_meanwhile_are_named(make_database: MakeDatabase, sit: Sit) -> None:
    person = sit(make_database(TABLE, ROWS))
    typed(person, "kept")
    person.elsewhere("ALTER TABLE notes ADD COLUMN more text")
    person.act("data.reconnect")
    box = person.boxes.press("Close")
    assert box.sentence == "The database has changed since it was opened: Notes."
    assert "Reload Tables" in box.hint
    person.settled()
    saved(person)
    assert person.rows("SELECT name FROM notes ORDER BY id") == [("kept",), ("two",)]


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_file_that_was_replaced_is_not_written_unasked(
    make_sqlite: MakeDatabase, sit: Sit, journal: str, tmp_path: Path
) -> None:
    database = make_sqlite(TABLE, ROWS)
    file, other = Path(database.profile.path), tmp_path / "other.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as plain:
        plain.execute(f"PRAGMA journal_mode = {journal}")
    shutil.copy(file, other)
    person = sit(database)
    typed(person, "kept")
    person.behind.close()
    os.replace(other, file)
    save(person)
    box = person.boxes.press("Close")
    assert box.sentence == "The database file has been moved, replaced or deleted since it was opened."
    assert "Nothing was saved." in box.hint
    assert names_in(file) == ["one", "two"]
    assert "What you changed is still here, not saved." in bar(person).text
    reconnected(person)
    saved(person)
    assert names_in(file) == ["kept", "two"]


def names_in(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as plain:
        return [str(name) for (name,) in plain.execute("SELECT name FROM notes ORDER BY id")]
