"""The record dialog as a person uses it: create, edit, refused, corrected, cancelled, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import Key, RecordRef
from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog
from tests.fixtures.windows import AppConnection
from ui.dialogs.conflict_dialog import ConflictDialog
from ui.dialogs.message import MessageBox
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.line import LineEditor
from ui.editors.lookup import LookupEditor

OpenDialog = Callable[..., RecordDialog]
CTRL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def connection(newsroom: Database, app_connection: AppConnection) -> Connection:
    return app_connection(newsroom)


@pytest.fixture
def open_dialog(connection: Connection, window: QWidget, qtbot: QtBot) -> OpenDialog:
    def opened(table: str, key: Key | None = None, **more: object) -> RecordDialog:
        name = connection.database.find(table)
        dialog = RecordDialog(connection, name, key, parent=window, **more)  # type: ignore[arg-type]
        dialog.open()
        qtbot.waitUntil(lambda: dialog.ready)
        return dialog

    return opened


def test_a_record_to_be_deleted_is_shown_and_not_edited(
    open_dialog: OpenDialog, connection: Connection, newsroom: Database, qtbot: QtBot, second: OpenSecond
) -> None:
    ref = RecordRef(newsroom.find("comments"), (1,))
    connection.workbench.delete([ref])
    dialog = open_dialog("comments", (1,))
    assert dialog.save_button.text() == "Delete Comment"
    banner = "This comment will be deleted with the next save. Ctrl+Del in the table keeps it."
    assert any(label.text() == banner for label in dialog.findChildren(QLabel))
    assert all(editor.read_only for editor in dialog.form.editors())
    fill(dialog, "body", "typed")
    assert not dialog.form.dirty
    save(dialog, qtbot)
    assert scalar(second, newsroom, "SELECT count(*) FROM comments WHERE id = 1") == 0


def fill(dialog: RecordDialog, column: str, text: str) -> None:
    target = dialog.form.fields[column].editor.focus_target()
    target.setFocus()
    QTest.keyClick(target, Qt.Key.Key_A, CTRL)
    QTest.keyClicks(target, text)


def pick(dialog: RecordDialog, column: str, text: str, qtbot: QtBot) -> LookupEditor:
    editor = dialog.form.fields[column].editor
    assert isinstance(editor, LookupEditor)
    fill(dialog, column, text)
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor.text_is_valid() is None)
    return editor


def save(dialog: RecordDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.saved):
        key(dialog, Qt.Key.Key_S, qtbot, CTRL)


def key(dialog: RecordDialog, pressed: Qt.Key, qtbot: QtBot, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    """A key for the field that has the focus."""
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.focusWidget() or dialog, pressed, modifier)


def box_of(qtbot: QtBot) -> MessageBox:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, MessageBox)
    return box


def press(box: MessageBox, text: str) -> None:
    button = next(b for b in box.buttons() if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def scalar(second: OpenSecond, database: Database, sql: str) -> object:
    return second(database).scalar(sa.text(sql))


def test_create_with_a_parent_and_tags(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("posts")
    fill(dialog, "title", "Night ferry")
    fill(dialog, "body", "It waits.")
    pick(dialog, "author_id", "grace", qtbot)
    links = dialog.form.links["tags"]
    links.pick()
    QTest.keyClicks(links.search_line, "city")
    QTest.keyClick(links.search_line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: links.names == ["city"])
    with qtbot.waitSignal(connection.changed) as news:
        save(dialog, qtbot)
    assert news.args is not None
    assert connection.database.find("posts") in news.args[0].tables
    row = (
        "SELECT status FROM posts p JOIN users u ON u.id = author_id WHERE title = 'Night ferry' AND u.id = 2"
    )
    assert scalar(second, connection.database, row) == "draft"
    linked = "SELECT count(*) FROM post_tags t JOIN posts p ON p.id = post_id WHERE title = 'Night ferry'"
    assert scalar(second, connection.database, linked) == 1


def test_edit_writes_the_changed_column_only(
    open_dialog: OpenDialog,
    connection: Connection,
    second: OpenSecond,
    sql_log: Callable[[Database], SqlLog],
    qtbot: QtBot,
) -> None:
    dialog = open_dialog("posts", (4,))
    log = sql_log(connection.database)
    fill(dialog, "title", "The harbour master, 4 a.m.")
    assert dialog.form.fields["title"].note.text().startswith("was What the harbour")
    save(dialog, qtbot)
    assert scalar(second, connection.database, "SELECT title FROM posts WHERE id = 4") == (
        "The harbour master, 4 a.m."
    )
    assert len(log.writes) == 1
    assert "view_count" not in log.writes[0]


def test_save_without_a_change_writes_nothing(
    open_dialog: OpenDialog, connection: Connection, sql_log: Callable[[Database], SqlLog]
) -> None:
    for table, key in (("posts", (1,)), ("users", (3,)), ("comments", (2,)), ("post_views", (1,))):
        dialog = open_dialog(table, key)
        log = sql_log(connection.database)
        for field in dialog.form.fields.values():
            QTest.keyClick(field.editor.focus_target(), Qt.Key.Key_Tab)
        dialog.save_button.click()
        assert not dialog.isVisible()
        assert not log.writes  # its children may still be counted


def test_refused_unique_then_corrected(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("users")
    fill(dialog, "name", "Ada Two")
    fill(dialog, "email", "ada@example.org")
    key(dialog, Qt.Key.Key_Return, qtbot, CTRL)
    box = box_of(qtbot)
    assert "e-mail" in box.text()
    assert box.detailedText()
    assert {b.text() for b in box.buttons()} == {"Details", "Open “Ada Lovelace”", "Edit E-mail"}
    press(box, "Edit E-mail")
    field = dialog.form.fields["email"]
    qtbot.waitUntil(lambda: field.editor.error is not None)
    assert field.problem.isVisible()
    assert field.problem.text() == field.editor.error
    assert dialog.focusWidget() is field.editor.focus_target()
    assert (field.editor.value(), dialog.form.fields["name"].editor.value()) == ("ada@example.org", "Ada Two")
    fill(dialog, "email", "ada2@example.org")
    save(dialog, qtbot)
    assert scalar(second, connection.database, "SELECT name FROM users WHERE email = 'ada2@example.org'") == (
        "Ada Two"
    )


def test_the_other_record_can_be_opened_from_the_refusal(open_dialog: OpenDialog, qtbot: QtBot) -> None:
    dialog = open_dialog("users", (2,))
    fill(dialog, "email", "ada@example.org")
    dialog.save_button.click()
    press(box_of(qtbot), "Open “Ada Lovelace”")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RecordDialog))
    other = next(d for d in dialog.findChildren(RecordDialog))
    qtbot.waitUntil(lambda: other.ready)
    assert other.headline.text() == "Ada Lovelace"
    assert dialog.form.fields["email"].editor.error
    other.reject()


def test_rules_known_before_asking_mark_every_field(
    open_dialog: OpenDialog, connection: Connection, sql_log: Callable[[Database], SqlLog]
) -> None:
    dialog = open_dialog("posts")
    log = sql_log(connection.database)
    fill(dialog, "view_count", "many")
    dialog.save_button.click()
    broken = {name for name, field in dialog.form.fields.items() if field.editor.error}
    assert broken == {"title", "author_id", "body", "view_count"}
    assert dialog.focusWidget() is dialog.form.fields["title"].editor.focus_target()
    assert not log.writes
    dialog.form.fields["title"].editor.put(None)
    dialog.done(0)


def test_cancel_asks_and_leaves_nothing_not_even_a_new_parent(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("posts")
    fill(dialog, "title", "Lost")
    author = dialog.form.fields["author_id"].editor
    assert isinstance(author, LookupEditor)
    author.new_wanted.emit(author)
    nested = dialog.findChildren(RecordDialog)[0]
    qtbot.waitUntil(lambda: nested.ready)
    fill(nested, "name", "New Author")
    fill(nested, "email", "new@example.org")
    nested.save_button.click()
    assert author.line.text() == "New Author"
    assert dialog.bench.staging.record_count == 2
    key(dialog, Qt.Key.Key_Escape, qtbot)
    box = box_of(qtbot)
    assert box.text() == "Discard this new post?"
    assert box.defaultButton().text() == "Keep Editing"
    press(box, "Keep Editing")
    assert dialog.isVisible()
    key(dialog, Qt.Key.Key_Escape, qtbot)
    press(box_of(qtbot), "Discard Post")
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert scalar(second, connection.database, "SELECT count(*) FROM users") == 3
    assert scalar(second, connection.database, "SELECT count(*) FROM posts") == 6


def test_a_new_parent_is_saved_in_the_same_transaction(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("posts")
    fill(dialog, "title", "With a new author")
    fill(dialog, "body", "Text")
    author = dialog.form.fields["author_id"].editor
    author.new_wanted.emit(author)  # type: ignore[attr-defined]
    nested = dialog.findChildren(RecordDialog)[0]
    fill(nested, "name", "New Author")
    fill(nested, "email", "new@example.org")
    nested.save_button.click()
    save(dialog, qtbot)
    found = "SELECT u.name FROM posts p JOIN users u ON u.id = p.author_id WHERE title = 'With a new author'"
    assert scalar(second, connection.database, found) == "New Author"


def test_a_refused_new_parent_is_shown_again_and_corrected(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("posts", (1,))
    author = dialog.form.fields["author_id"].editor
    author.new_wanted.emit(author)  # type: ignore[attr-defined]
    nested = dialog.findChildren(RecordDialog)[0]
    fill(nested, "name", "New Author")
    fill(nested, "email", "ada@example.org")
    nested.save_button.click()
    dialog.save_button.click()
    press(box_of(qtbot), "Keep Editing")
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RecordDialog))
    nested = next(d for d in dialog.findChildren(RecordDialog) if d.isVisible())
    assert nested.form.fields["email"].editor.error
    assert nested.form.fields["name"].editor.value() == "New Author"
    fill(nested, "email", "new@example.org")
    nested.save_button.click()
    save(dialog, qtbot)
    assert scalar(second, connection.database, "SELECT count(*) FROM users") == 4
    found = "SELECT u.email FROM posts p JOIN users u ON u.id = p.author_id WHERE p.id = 1"
    assert scalar(second, connection.database, found) == "new@example.org"


def test_a_new_parent_no_longer_wanted_is_not_saved(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("posts", (1,))
    author = dialog.form.fields["author_id"].editor
    author.new_wanted.emit(author)  # type: ignore[attr-defined]
    nested = dialog.findChildren(RecordDialog)[0]
    fill(nested, "name", "Unwanted")
    fill(nested, "email", "unwanted@example.org")
    nested.save_button.click()
    qtbot.waitUntil(lambda: len(dialog.findChildren(RecordDialog)) == 0)
    pick(dialog, "author_id", "zo", qtbot)
    save(dialog, qtbot)
    assert scalar(second, connection.database, "SELECT count(*) FROM users") == 3
    assert scalar(second, connection.database, "SELECT author_id FROM posts WHERE id = 1") == 3


def test_null_and_empty_text_are_stored_apart(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("posts", (4,))
    editor = dialog.form.fields["deleted_by"].editor
    assert isinstance(editor, LineEditor)
    QTest.keyClick(editor.line, Qt.Key.Key_Backspace)
    save(dialog, qtbot)
    assert scalar(second, connection.database, "SELECT deleted_by FROM posts WHERE id = 4") == ""
    dialog = open_dialog("posts", (4,))
    editor = dialog.form.fields["deleted_by"].editor
    QTest.keyClick(editor.focus_target(), Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    save(dialog, qtbot)
    assert scalar(second, connection.database, "SELECT deleted_by FROM posts WHERE id = 4") is None


def test_a_conflict_keeps_mine_and_shows_theirs(
    open_dialog: OpenDialog, connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = open_dialog("posts", (4,))
    fill(dialog, "title", "Mine")
    second(connection.database).execute(
        sa.text("UPDATE posts SET title = 'Theirs', view_count = 400 WHERE id = 4")
    )
    dialog.save_button.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ConflictDialog))
    asked = QApplication.activeModalWidget()
    assert isinstance(asked, ConflictDialog)
    done: list[object] = []
    dialog.saved.connect(done.append)
    asked.save_button.click()
    qtbot.waitUntil(lambda: bool(done))
    assert scalar(second, connection.database, "SELECT title FROM posts WHERE id = 4") == "Mine"
    assert scalar(second, connection.database, "SELECT view_count FROM posts WHERE id = 4") == 400


def test_a_duplicate_leaves_key_and_unique_columns_empty(open_dialog: OpenDialog, qtbot: QtBot) -> None:
    stored = open_dialog("users", (1,))
    template = stored._record
    stored.reject()
    dialog = open_dialog("users", None, template=template)
    editors = {name: field.editor for name, field in dialog.form.fields.items()}
    assert editors["name"].value() == "Ada Lovelace"
    assert not editors["email"].touched
    assert not editors["id"].touched
    dialog.done(0)


def test_a_record_that_is_gone_is_told(connection: Connection, window: QWidget, qtbot: QtBot) -> None:
    dialog = RecordDialog(connection, connection.database.find("posts"), (999,), parent=window)
    dialog.open()
    qtbot.waitUntil(lambda: "no longer" in dialog._placeholder.text())
    assert not dialog.save_button.isEnabled()
    dialog.reject()


def test_a_dialog_closed_while_loading_is_not_missed(
    connection: Connection, window: QWidget, qtbot: QtBot
) -> None:
    for _ in range(5):
        dialog = RecordDialog(connection, connection.database.find("posts"), (1,), parent=window)
        dialog.open()
        dialog.reject()
    qtbot.waitUntil(lambda: not connection.busy)


def test_every_field_has_an_accessible_name(open_dialog: OpenDialog) -> None:
    dialog = open_dialog("posts")
    names = {n: f.editor.focus_target().accessibleName() for n, f in dialog.form.fields.items()}
    assert names["title"] == "Title (required)"
    assert names["author_id"] == "Author (required)"
    assert names["view_count"] == "View count"
    assert dialog.form.links["tags"].add_button.accessibleName() == "Add to Tags"
    dialog.reject()


def test_read_only_tables_open_without_save(
    make_database: MakeDatabase, app_connection: AppConnection, window: QWidget, qtbot: QtBot
) -> None:
    database = make_database(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO things VALUES (1, 'one')",
        read_only=True,
    )
    connection = app_connection(database)
    dialog = RecordDialog(connection, database.find("things"), (1,), parent=window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.ready)
    assert not dialog.save_button.isVisible()
    QTest.keyClicks(dialog.form.fields["name"].editor.focus_target(), "x")
    assert not dialog.form.dirty
    dialog.reject()
