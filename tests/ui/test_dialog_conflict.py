"""Two people change the same record: theirs or mine, for fields and for links, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.browse.rows import Linked
from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.fixtures.databases import OpenSecond
from tests.fixtures.windows import AppConnection
from ui.dialogs.message import MessageBox
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


def answer(qtbot: QtBot, text: str) -> None:
    def box() -> MessageBox | None:
        found = QApplication.activeModalWidget()
        return found if isinstance(found, MessageBox) else None

    qtbot.waitUntil(lambda: box() is not None)
    shown = box()
    assert shown is not None
    assert [button.text() for button in shown.buttons()].count("Open the Other Record") == 0
    next(button for button in shown.buttons() if button.text() == text).click()


def save(dialog: RecordDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.saved):
        dialog.save()


def test_theirs_can_be_taken(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    title = dialog.form.fields["title"].editor
    title.put("Mine")
    dialog.form.fields["view_count"].editor.put(17)
    second(connection.database).execute(sa.text("UPDATE posts SET title = 'Theirs' WHERE id = 4"))
    dialog.save()
    answer(qtbot, "Take Theirs")
    qtbot.waitUntil(lambda: title.value() == "Theirs")
    assert not title.touched
    save(dialog, qtbot)
    stored = second(connection.database).execute(sa.text("SELECT title, view_count FROM posts WHERE id = 4"))
    assert stored.one() == ("Theirs", 17)


def test_escape_keeps_mine(
    dialog: RecordDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    title = dialog.form.fields["title"].editor
    title.put("Mine")
    second(connection.database).execute(sa.text("UPDATE posts SET title = 'Theirs' WHERE id = 4"))
    dialog.save()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), MessageBox))
    box = QApplication.activeModalWidget()
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: title.base == "Theirs")
    assert title.value() == "Mine"
    assert dialog.form.fields["title"].note.text() == "was Theirs"
    dialog.reject()
    answer(qtbot, "Discard Changes")


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
        links.add(Linked((key,), f"tag {key}"))
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
