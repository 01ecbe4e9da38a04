"""A connection is treated as its settings say: looked at before saving, read-only, in a colour of its own."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from desktop.connect.store import load_profiles
from desktop.connect.target import resolve
from desktop.schema.database import open_database
from tests.stories.grid_kit import TITLE, at, entry
from tests.stories.kit import Person
from tests.stories.review_kit import changes_panel
from ui import look
from ui.dialogs.connection_settings_dialog import ConnectionSettingsDialog
from ui.dialogs.record_dialog import RecordDialog
from ui.dialogs.saving_choice import MEANINGS
from ui.look import Theme


def settings(person: Person, *, saving: str = "", colour: str = "", name: str = "") -> None:
    """Open the settings and change them."""
    person.press("Ctrl+Alt+,")
    dialog = person.dialog(ConnectionSettingsDialog)
    assert dialog.meaning.text() == MEANINGS[dialog.saving.currentText()]
    if saving:
        dialog.saving.setCurrentText(saving)
        assert dialog.meaning.text() == MEANINGS[saving]
    if colour:
        dialog.colour.setCurrentText(colour)
    if name:
        dialog.name.setText(name)
    person.press("Return")
    person.wait(lambda: not person.connection.busy)


def test_save_shows_the_changes_first_and_saves_when_pressed_again(person: Person) -> None:
    person.open("posts")
    settings(person, saving="Review before saving")
    person.wait(lambda: person.database.profile.review)
    before = person.stored(TITLE)
    at(person, 1, "title")
    entry(person, "Looked at")
    person.press("Ctrl+S")
    panel = changes_panel(person)
    assert person.stored(TITLE) == before
    assert person.connection.workbench.staging.dirty
    person.press("Ctrl+S")
    person.wait(lambda: not person.connection.workbench.staging.dirty)
    assert person.stored(TITLE) == "Looked at"
    person.press("Ctrl+Shift+P")
    person.wait(panel.isHidden)


def test_what_is_chosen_is_kept_for_the_database(person: Person) -> None:
    person.open("posts")
    settings(person, saving="Review before saving", colour="Red", name="Live newsroom")
    person.wait(lambda: person.database.profile.review)
    (kept,) = load_profiles()
    assert (kept.name, kept.review, kept.colour) == ("Live newsroom", True, "red")
    assert "Live newsroom" in person.window.windowTitle()
    assert resolve("Live newsroom")[0] == kept
    if kept.backend == "sqlite":
        assert resolve(kept.path)[0] == kept


def test_read_only_is_kept_by_the_database_and_told_in_the_window(person: Person) -> None:
    person.open("posts")
    before = person.connection
    settings(person, saving="Read only")
    desk = person.desk.workspace
    person.wait(lambda: desk.connection not in (None, before) and desk.tab is not None)
    person.settled()
    assert person.database.profile.read_only
    assert "Read-only: " in person.foot
    assert not person.can("record.new")
    assert not person.can("record.delete")
    reopened = open_database(person.database.profile)
    assert all(table.read_only_reason for table in reopened.schema.tables.values())
    reopened.dispose()


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_the_colour_is_seen_and_read_with_the_name(person: Person, theme: Theme, qapp: object) -> None:
    from ui.app import application

    person.open("posts")
    look.apply(application(), theme)
    settings(person, colour="Red", name="Live")
    strip = person.window.strip
    person.wait(strip.isVisible)
    assert strip.accessibleName() == "Connection Live, saved directly, red"
    assert person.window.navigator.accessibleName() == "Navigator, Live, red"
    assert seen(
        person.window.grab()
        .toImage()
        .pixelColor(600, strip.mapTo(person.window, strip.rect().topLeft()).y() + 1)
    )
    at(person, 1, "title")
    person.press("Shift+Return")
    dialog = person.dialog(RecordDialog)
    assert dialog.strip.accessibleName() == "Connection Live, saved directly, red"
    assert seen(dialog.grab().toImage().pixelColor(200, 1))
    person.press("Esc")
    settings(person, colour="None")
    person.wait(strip.isHidden)


def seen(colour: QColor) -> bool:
    return colour.rgb() == look.current().deleted.rgb()
