"""Two people change the same record: theirs or mine, for fields and for links, on both databases."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef
from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from ui.dialogs.compared_fields import ComparedField, ComparedFields
from ui.dialogs.conflict_dialog import ConflictDialog
from ui.dialogs.record_dialog import RecordDialog


@pytest.fixture
def connection(newsroom: Database, app_connection: AppConnection) -> Connection:
    return app_connection(newsroom)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(connection: Connection, window: QWidget, qtbot: QtBot) -> RecordDialog:
    """Post 4, open in its dialog."""
    made = RecordDialog(connection, connection.database.find("posts"), (4,), parent=window)
    made.open()
    qtbot.waitUntil(lambda: made.ready)
    return made


def conflict(qtbot: QtBot) -> ConflictDialog:
    """The choice, once it is asked."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ConflictDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, ConflictDialog)
    return found


def save(dialog: RecordDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.saved):
        dialog.save()


def test_each_field_has_its_own_choice(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    post = RecordRef(dialog.table.name, (4,))
    dialog.form.fields["title"].editor.put("Mine")
    dialog.form.fields["status"].editor.put("review")
    dialog.form.fields["view_count"].editor.put(17)
    second(connection.database).execute(
        sa.text("UPDATE posts SET title = 'Theirs', status = 'published', body = 'New' WHERE id = 4")
    )
    dialog.save()
    asked = conflict(qtbot)
    words = [label.toolTip() or label.text() for label in asked.findChildren(QLabel)]  # cut ones have a tip
    assert {"When you opened it", "Theirs", "Yours", "What the harbour master saw", "Status"} <= set(words)
    asked.choose(post, "title", mine=True)
    asked.choose(post, "status", mine=False)
    with qtbot.waitSignal(dialog.saved):
        asked.save_button.click()
    stored = second(connection.database).execute(
        sa.text("SELECT title, status, view_count, body FROM posts WHERE id = 4")
    )
    assert stored.one() == ("Mine", "published", 17, "New")


@pytest.mark.parametrize("mine", [True, False])
def test_all_of_one_side(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot, mine: bool
) -> None:
    dialog.form.fields["title"].editor.put("Mine")
    dialog.form.fields["view_count"].editor.put(17)
    other = second(connection.database)
    other.execute(sa.text("UPDATE posts SET title = 'Theirs', view_count = 99 WHERE id = 4"))
    dialog.save()
    asked = conflict(qtbot)
    (asked.all_mine if mine else asked.all_theirs).click()
    with qtbot.waitSignal(dialog.finished):
        asked.save_button.click()
    stored = other.execute(sa.text("SELECT title, view_count FROM posts WHERE id = 4")).one()
    assert stored == (("Mine", 17) if mine else ("Theirs", 99))


def test_escape_leaves_everything_as_it_is(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    title = dialog.form.fields["title"].editor
    title.put("Mine")
    second(connection.database).execute(sa.text("UPDATE posts SET title = 'Theirs' WHERE id = 4"))
    for _ in range(2):  # nothing was decided, so the second save asks again
        dialog.save()
        asked = conflict(qtbot)
        QTest.keyClick(asked, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not isinstance(QApplication.activeModalWidget(), ConflictDialog))
        assert title.value() == "Mine"
    title.put(title.base)
    dialog.reject()


def test_what_changes_while_one_chooses_is_asked_again(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog.form.fields["title"].editor.put("Mine")
    dialog.form.fields["view_count"].editor.put(17)
    other = second(connection.database)
    other.execute(sa.text("UPDATE posts SET title = 'Theirs' WHERE id = 4"))
    dialog.save()
    first = conflict(qtbot)
    sentence = first.headline.text()
    other.execute(sa.text("UPDATE posts SET title = 'Later', view_count = 5 WHERE id = 4"))
    first.save_button.click()
    qtbot.waitUntil(lambda: conflict(qtbot).headline.text() != sentence)
    again = conflict(qtbot)
    again.all_theirs.click()
    with qtbot.waitSignal(dialog.finished):
        again.save_button.click()
    assert other.execute(sa.text("SELECT title, view_count FROM posts WHERE id = 4")).one() == ("Later", 5)


@pytest.mark.parametrize("again", [True, False])
def test_a_record_deleted_meanwhile(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot, again: bool
) -> None:
    dialog.form.fields["title"].editor.put("Mine")
    other = second(connection.database)
    if connection.database.profile.backend == "sqlite":
        other.execute(sa.text("PRAGMA foreign_keys = ON"))
    other.execute(sa.text("DELETE FROM posts WHERE id = 4"))
    dialog.save()
    asked = conflict(qtbot)
    asked.choose(RecordRef(dialog.table.name, (4,)), "", mine=again)
    with qtbot.waitSignal(dialog.finished):
        asked.save_button.click()
    stored = other.execute(sa.text("SELECT title, body FROM posts WHERE id = 4")).all()
    assert [tuple(row) for row in stored] == ([("Mine", "At four in the morning.")] if again else [])
    tags = other.execute(sa.text("SELECT tag_id FROM post_tags WHERE post_id = 4")).scalars()
    assert set(tags) == ({1, 3} if again else set())


def test_a_link_that_both_added_is_no_conflict(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    other = second(connection.database)
    taken = set(other.execute(sa.text("SELECT tag_id FROM post_tags WHERE post_id = 4")).scalars())
    tags = [
        key for key in other.execute(sa.text("SELECT id FROM tags ORDER BY id")).scalars() if key not in taken
    ]
    (links,) = dialog.form.links.values()
    for key in tags[:2]:
        links.add_key((key,), f"tag {key}")
    other.execute(sa.text("INSERT INTO post_tags (post_id, tag_id) VALUES (4, :tag)"), {"tag": tags[0]})
    save(dialog, qtbot)
    stored = set(other.execute(sa.text("SELECT tag_id FROM post_tags WHERE post_id = 4")).scalars())
    assert stored == taken | set(tags[:2])


def test_a_record_that_is_gone_offers_nothing_to_save(
    connection: Connection, window: QWidget, qtbot: QtBot
) -> None:
    dialog = RecordDialog(connection, connection.database.find("posts"), (4000,), parent=window)
    dialog.open()
    qtbot.waitUntil(lambda: not dialog.save_button.isVisible())
    assert dialog.cancel_button.text() == "Close"
    dialog.reject()


def test_long_values_are_cut_and_nothing_has_to_be_scrolled_sideways(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    post = RecordRef(dialog.table.name, (4,))
    dialog.form.fields["title"].editor.put("W" * 100)
    dialog.form.fields["status"].editor.put("review")
    theirs = sa.text("UPDATE posts SET title = :long, status = 'published' WHERE id = 4")
    second(connection.database).execute(theirs, {"long": "What a colleague wrote " * 8})
    dialog.save()
    asked = conflict(qtbot)
    assert "“Title” and “Status”" in asked.headline.text()
    (area,) = (one for one in asked.findChildren(QScrollArea) if one.isVisible())
    assert area.horizontalScrollBar().maximum() == 0
    mine = asked._mine[post, "title"]
    assert mine.text().endswith("…") and mine.toolTip() == "W" * 100
    asked.reject()
    dialog.reject()
    QTest.qWait(0)


def test_references_are_told_by_name_and_what_only_mine_changed_is_there_to_be_seen(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    other = second(connection.database)
    people = other.execute(sa.text("SELECT id, name FROM users WHERE id IN (1, 2, 3)")).all()
    names = {row.id: row.name for row in people}
    other.execute(sa.text("UPDATE posts SET author_id = 1 WHERE id = 4"))
    dialog.reject()
    again = RecordDialog(connection, connection.database.find("posts"), (4,), parent=dialog.parentWidget())
    again.open()
    qtbot.waitUntil(lambda: again.ready)
    again.form.fields["author_id"].editor.put(2)
    again.form.fields["view_count"].editor.put(17)
    other.execute(sa.text("UPDATE posts SET author_id = 3 WHERE id = 4"))
    again.save()
    asked = conflict(qtbot)
    post = RecordRef(again.table.name, (4,))
    theirs, mine = asked._theirs[post, "author_id"], asked._mine[post, "author_id"]
    qtbot.waitUntil(lambda: (theirs.text(), mine.text()) == (names[3], names[2]))
    words = [label.text() for label in asked.findChildren(QLabel)]
    assert names[1] in words and "View count" in words and "17" in words
    assert (post, "view_count") not in asked._mine
    with qtbot.waitSignal(again.saved):
        asked.save_button.click()
    stored = other.execute(sa.text("SELECT author_id, view_count FROM posts WHERE id = 4")).one()
    assert stored == (2, 17)


def test_references_by_a_uuid_are_told_by_name_too(
    make_database: MakeDatabase, app_connection: AppConnection, qtbot: QtBot
) -> None:
    database = make_database(
        "CREATE TABLE people (id UUID PRIMARY KEY, name VARCHAR(20) NOT NULL)",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, person_id UUID REFERENCES people (id))",
        f"INSERT INTO people VALUES ('{UUID(int=1)}', 'Ada'), ('{UUID(int=2)}', 'Ben')",  # noqa: S608
    )
    connection, table = app_connection(database), database.table(database.find("notes"))
    people = database.sa(database.find("people"))
    with database.engine.connect() as reading:
        ada, ben = reading.scalars(sa.select(people.c.id).order_by(people.c.name))
    fields = [ComparedField("person_id", (ada, ben), to_choose=True)]
    compared = ComparedFields(connection, table, ("Theirs", "Mine"), fields, 400)
    qtbot.addWidget(compared)
    compared.show()
    theirs, mine = compared.choices["person_id"]
    qtbot.waitUntil(lambda: (theirs.text(), mine.text()) == ("Ada", "Ben"))
