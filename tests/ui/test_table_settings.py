"""A table's names may be chosen by hand, also from columns elsewhere, and show at once in open tabs."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.schema.database import Database
from desktop.schema.preferences import Preferences
from tests.fixtures.windows import AppConnection
from tests.ui.window_kit import show_window
from ui.dialogs.table_settings_dialog import TableSettingsDialog

POSTS = TableName(None, "posts")


def test_a_name_from_elsewhere_shows_at_once(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(newsroom)
    stage = show_window(qtbot, connection)
    tab = stage.open("comments")
    section = tab.model.section_of("post_id")

    def shown() -> object:
        return tab.model.data(tab.model.index(0, section))

    qtbot.waitUntil(lambda: shown() == "The river that learned to wait")
    dialog = TableSettingsDialog(connection, POSTS, stage.window)
    dialog.open()
    dialog.first.setCurrentText("Author › E-mail")
    dialog.second.setCurrentText("Title")
    dialog.save_button.click()
    qtbot.waitUntil(lambda: shown() == "ada@example.org · The river that learned to wait")
    assert Preferences.load(newsroom.profile).of(POSTS).label == (("author_id", "email"), "title")
    again = TableSettingsDialog(connection, POSTS, stage.window)
    assert again.first.currentText() == "Author › E-mail"
    again.deleteLater()
