"""The dialogs over many records: counted first, done or refused as a whole, told in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeWidget, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from desktop.browse.default_view import default_view
from desktop.browse.selection import AllMatching, ChosenKeys
from desktop.browse.view import ColumnFilter, View
from desktop.models.connection import Connection
from desktop.schema.database import Database
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog
from tests.fixtures.windows import AppConnection
from ui.dialogs.add_to_field_dialog import AddToFieldDialog
from ui.dialogs.bulk_dialog import BulkDialog
from ui.dialogs.delete_dialog import DeleteDialog
from ui.dialogs.export_dialog import ExportDialog
from ui.dialogs.import_dialog import ImportDialog
from ui.dialogs.message import MessageBox
from ui.dialogs.set_field_dialog import SetFieldDialog
from ui.editors.combo import ComboEditor


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def connection(newsroom: Database, app_connection: AppConnection) -> Connection:
    return app_connection(newsroom)


def chosen(connection: Connection, table: str, *keys: int) -> ChosenKeys:
    return ChosenKeys(connection.database.find(table), tuple((key,) for key in keys))


def opened(dialog: BulkDialog, qtbot: QtBot) -> None:
    dialog.open()
    qtbot.waitUntil(lambda: dialog.expected is not None)


def go(dialog: BulkDialog) -> None:
    assert dialog.go_button is not None
    QTest.mouseClick(dialog.go_button, Qt.MouseButton.LeftButton)


def go_text(dialog: BulkDialog) -> str:
    assert dialog.go_button is not None
    return dialog.go_button.text()


def lines(tree: QTreeWidget) -> list[str]:
    found: list[str] = []

    def walk(item: QTreeWidgetItem) -> None:
        for index in range(item.childCount()):
            child = item.child(index)
            assert child is not None
            found.append(f"{child.text(0)}: {child.text(1)}")
            walk(child)

    walk(tree.invisibleRootItem())
    return found


def scalar(second: OpenSecond, connection: Connection, sql: str) -> object:
    return second(connection.database).scalar(sa.text(sql))


def test_a_delete_shows_its_cascade_and_does_what_it_says(
    connection: Connection, window: QWidget, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "posts", 1, 4), window, for_good=True)
    assert dialog.go_button is not None
    assert not dialog.go_button.isEnabled()
    opened(dialog, qtbot)
    assert lines(dialog.tree) == [
        "Posts: 2 deleted",
        "Comments: 3 deleted with them",
        "Post tags: 3 links removed",
        "Post views: 2 deleted with them",
    ]
    assert dialog.sentence.text() == "Delete 2 posts?"
    assert dialog.cancel_button is not None
    assert dialog.cancel_button.isDefault()
    with qtbot.waitSignals([dialog.deleted, connection.changed]):
        go(dialog)
    assert scalar(second, connection, "SELECT count(*) FROM posts") == 4
    assert scalar(second, connection, "SELECT count(*) FROM comments") == 0


def test_a_blocked_delete_cannot_be_pressed(connection: Connection, window: QWidget, qtbot: QtBot) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "users", 1), window)
    opened(dialog, qtbot)
    assert dialog.go_button is not None
    assert not dialog.go_button.isEnabled()
    assert lines(dialog.tree)[0] == "Users: 1 stays"
    assert "2 records block this" in lines(dialog.tree)[1]
    assert dialog.open_button.isVisible()
    dialog.reject()


def test_what_a_blocked_delete_would_take_along_is_not_told_as_deleted(
    make_sqlite: MakeDatabase, app_connection: AppConnection, window: QWidget, qtbot: QtBot
) -> None:
    shop = app_connection(
        make_sqlite(
            "CREATE TABLE makers (id INTEGER PRIMARY KEY)",
            "CREATE TABLE things (id INTEGER PRIMARY KEY,"
            " maker_id INTEGER REFERENCES makers ON DELETE CASCADE)",
            "CREATE TABLE sales (id INTEGER PRIMARY KEY, thing_id INTEGER REFERENCES things)",
            "INSERT INTO makers VALUES (1)",
            "INSERT INTO things VALUES (1, 1), (2, 1)",
            "INSERT INTO sales VALUES (1, 1)",
        )
    )
    dialog = DeleteDialog(shop, chosen(shop, "makers", 1), window)
    opened(dialog, qtbot)
    assert lines(dialog.tree)[:2] == ["Makers: 1 stays", "Things: 2 would be deleted with them"]
    assert "1 record blocks this" in lines(dialog.tree)[2]
    dialog.reject()


def test_a_table_with_a_marker_only_marks(
    connection: Connection, window: QWidget, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "posts", 1, 2), window, who="ada")
    opened(dialog, qtbot)
    assert go_text(dialog) == "Delete 2 posts"
    with qtbot.waitSignal(dialog.deleted):
        go(dialog)
    marked = "SELECT count(*) FROM posts WHERE deleted_at IS NOT NULL AND deleted_by = 'ada'"
    assert scalar(second, connection, marked) == 2


def test_one_record_is_deleted_as_a_unit(
    connection: Connection, window: QWidget, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "tags", 3), window)
    opened(dialog, qtbot)
    assert go_text(dialog) == "Delete 1 tag"
    with qtbot.waitSignal(dialog.deleted):
        go(dialog)
    assert scalar(second, connection, "SELECT count(*) FROM tags") == 2


def test_a_count_that_has_changed_deletes_nothing(
    connection: Connection, window: QWidget, second: OpenSecond, qtbot: QtBot
) -> None:
    dialog = DeleteDialog(connection, chosen(connection, "comments", 1, 2), window)
    opened(dialog, qtbot)
    second(connection.database).execute(sa.text("DELETE FROM comments WHERE id = 1"))
    go(dialog)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), MessageBox))
    box = QApplication.activeModalWidget()
    assert isinstance(box, MessageBox)
    box.close()
    qtbot.waitUntil(lambda: go_text(dialog) == "Delete 1 comment")
    assert scalar(second, connection, "SELECT count(*) FROM comments") == 2
    dialog.reject()


def test_set_field_says_on_how_many_and_sets_them_in_one_statement(
    connection: Connection,
    window: QWidget,
    second: OpenSecond,
    sql_log: Callable[[Database], SqlLog],
    qtbot: QtBot,
) -> None:
    dialog = SetFieldDialog(connection, chosen(connection, "posts", 3, 4, 5), window, column="status")
    opened(dialog, qtbot)
    assert go_text(dialog) == "Set Status on 3 posts"
    go(dialog)
    assert dialog.problem.isVisible()
    editor = dialog.editor
    assert isinstance(editor, ComboEditor)
    editor.put("archived")
    log = sql_log(connection.database)
    with qtbot.waitSignal(connection.changed):
        go(dialog)
    assert len(log.writes) == 1
    assert scalar(second, connection, "SELECT count(*) FROM posts WHERE status = 'archived'") == 3


def test_set_field_to_empty_and_to_now(
    connection: Connection, window: QWidget, second: OpenSecond, qtbot: QtBot
) -> None:
    for way, wanted in (("to_now", 2), ("to_null", 0)):
        dialog = SetFieldDialog(connection, chosen(connection, "posts", 1, 2), window, column="deleted_at")
        opened(dialog, qtbot)
        getattr(dialog, way).setChecked(True)
        with qtbot.waitSignal(connection.changed):
            go(dialog)
        assert scalar(second, connection, "SELECT count(*) FROM posts WHERE deleted_at IS NOT NULL") == wanted


def test_add_to_field_of_all_that_match(
    connection: Connection, window: QWidget, second: OpenSecond, qtbot: QtBot
) -> None:
    posts = connection.database.find("posts")
    view = View(posts, ("title",), filters=(ColumnFilter("status", "published"),))
    dialog = AddToFieldDialog(connection, AllMatching(view), window, column="view_count")
    opened(dialog, qtbot)
    dialog.amount.selectAll()
    QTest.keyClicks(dialog.amount, "-22")
    assert go_text(dialog) == "Add -22 to View count of 2 posts"
    with qtbot.waitSignal(connection.changed):
        go(dialog)
    assert scalar(second, connection, "SELECT view_count FROM posts WHERE id = 1") == 18400


def test_export_of_the_view_and_of_the_selection(
    connection: Connection, window: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    posts = connection.database.find("posts")
    view = default_view(connection.database.table(posts))
    for selection, rows in ((None, 6), (chosen(connection, "posts", 1, 2), 2)):
        dialog = ExportDialog(connection, view, selection, window)
        dialog.open()
        label = dialog.all
        qtbot.waitUntil(lambda: label.text() == "All 6 posts that match")  # noqa: B023
        assert label.isVisible() == dialog.chosen.isVisible() == (selection is not None)
        assert ("All 6 posts that match" in dialog.hint.text()) == (selection is None)
        with qtbot.waitSignal(dialog.exported) as done:
            dialog.export_to(tmp_path / "posts.csv")
        assert done.args is not None
        assert done.args[0].rows == rows
        assert "Ada Lovelace" in (tmp_path / "posts.csv").read_text()


def test_import_reads_numbers_as_the_file_writes_them(
    connection: Connection, window: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    connection.locale = replace(connection.locale, decimal=",", group=".")
    for text, like, read in (
        ("post_id,ip_address,count\n1,10.9.9.1,7\n", 0, "1234.5"),
        ('post_id,ip_address,count\n1,10.9.9.2,"1.007"\n', 1, "1.234,5"),
    ):
        source = tmp_path / "views.csv"
        source.write_text(text)
        views = connection.database.find("post_views")
        dialog = ImportDialog(connection, views, window, path=source)
        dialog.open()
        qtbot.waitUntil(dialog.go_button.isEnabled)
        assert dialog.writing.currentIndex() == like
        assert dialog.writing.currentText().startswith(read)
        with qtbot.waitSignal(dialog.imported) as done:
            dialog.run(dry_run=False)
        assert done.args is not None and done.args[0].inserted == 1
        dialog.reject()


def test_import_tries_tells_and_writes(
    connection: Connection, window: QWidget, second: OpenSecond, tmp_path: Path, qtbot: QtBot
) -> None:
    source = tmp_path / "tags.csv"
    source.write_text("name,slug,colour\nwater,water,blue\nnew,new,red\n,empty,red\n")
    dialog = ImportDialog(connection, connection.database.find("tags"), window, path=source)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.go_button.isEnabled())
    assert [match.column for match in dialog.columns.matches()] == ["name", "slug", None]
    dialog.duplicates.setCurrentIndex(1)
    dialog.run(dry_run=True)
    counts = "1 inserted · 0 updated · 1 skipped · 1 refused."
    qtbot.waitUntil(lambda: dialog.status.text() == f"Nothing was written. An import would give: {counts}")
    assert dialog.refused.topLevelItemCount() == 1
    assert scalar(second, connection, "SELECT count(*) FROM tags") == 3
    with qtbot.waitSignal(dialog.imported):
        dialog.run(dry_run=False)
    assert dialog.status.text() == f"Done: {counts}"
    assert scalar(second, connection, "SELECT count(*) FROM tags") == 4
    dialog.reject()


def test_a_dialog_has_room_for_all_that_it_says_of_a_delete(
    connection: Connection, window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.dialogs.bulk_dialog.MOST_ROWS", 1)
    dialog = DeleteDialog(connection, chosen(connection, "posts", 1, 4), window, for_good=True)
    opened(dialog, qtbot)
    assert dialog.unkept.isVisible() and dialog.hint.text().startswith("Counted a moment ago.")
    QApplication.processEvents()
    dialog.outer.activate()
    assert dialog.height() >= dialog.outer.heightForWidth(dialog.width())
    dialog.reject()


def test_an_update_says_beforehand_when_its_long_texts_are_not_kept(
    connection: Connection, window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the size of what it replaces and writes: a short field of as many records is kept."""
    monkeypatch.setattr("ui.dialogs.bulk_dialog.MOST_WEIGHT", 60)
    monkeypatch.setattr("ui.dialogs.bulk_dialog.FEW_ROWS", 1)
    dialog = SetFieldDialog(connection, chosen(connection, "posts", 1, 2, 3), window, column="body")
    opened(dialog, qtbot)
    assert dialog.unkept.isHidden()

    def choose(name: str) -> None:
        names = [column.name for column in dialog._columns]
        dialog.field.setCurrentIndex(names.index(name))

    choose("title")
    assert dialog.go_button is not None and not dialog.go_button.isEnabled()
    qtbot.waitUntil(dialog.unkept.isVisible)
    assert dialog.unkept.text().endswith("this is not kept and cannot be undone later.")
    choose("body")
    qtbot.waitUntil(dialog.unkept.isHidden)
    qtbot.waitUntil(dialog.go_button.isEnabled)
    assert dialog.editor is not None
    dialog.editor.set_value("a body of some length")
    dialog.editor.changed.emit()
    assert dialog.unkept.isVisible()
    dialog.reject()
