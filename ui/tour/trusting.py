"""Owns the steps that show why a save can be trusted: reviewed, chosen between two people, taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.models.workbench import Workbench
from ui.dialogs.conflict_dialog import ConflictDialog
from ui.dialogs.saved_changes_dialog import SavedChangesDialog
from ui.tour.driver import click, expect, press, settle, until
from ui.tour.tour import CONTROL, Tour, first_post, type_in_cell
from ui.window.table_tab import TableTab

_THEIRS = "As the night desk calls it"


def review(tour: Tour) -> str:
    """Changes in two tables, in words, in one list."""
    users = tour.table("users")
    workbench = users.connection.workbench
    users.go_to(1)
    users.grid.setCurrentIndex(users.model.index(1, users.model.section_of("name")))
    users.grid.setFocus()
    type_in_cell(users, "name", "Grace Brewster Hopper")
    posts = tour.table("posts")
    posts.clear_filters()
    living = tour.witness.living_posts()
    until(lambda: posts.model.exact and posts.model.count == living, f"{living} posts")
    number, before = first_post(tour, posts)
    type_in_cell(posts, "title", before + " (read again)")
    until(lambda: workbench.staging.change_count == 2, "two changes")
    tour.act("data.review")
    tour.follows(posts)
    settle(0.6)
    tour.camera.shoot("review")
    tour.act("edit.undo")
    expect(workbench.staging.change_count == 1, "Undo takes back the last, in whatever table")
    tour.act("edit.redo")
    _save(workbench, posts)
    tour.act("data.review")
    expect(tour.witness.post(number)["title"] == before + " (read again)", "the post is saved")
    return "two changes in two tables, looked at and saved as one"


def conflict(tour: Tour) -> str:
    """Somebody else changes the same field meanwhile: both values are shown, and one is chosen."""
    posts = tour.table("posts")
    workbench = posts.connection.workbench
    number, before = first_post(tour, posts)
    mine = before + " (mine)"
    type_in_cell(posts, "title", mine)
    tour.colleague.rename(number, _THEIRS)
    press(posts.grid, Qt.Key.Key_S, CONTROL)
    dialog = until(_conflict_dialog, "the choice between mine and theirs")
    settle(0.3)
    tour.camera.shoot("conflict", dialog)
    expect(tour.witness.post(number)["title"] == _THEIRS, "nothing was overwritten")
    click(dialog.save_button)
    until(lambda: not workbench.saving and not workbench.staging.dirty, "the save")
    expect(tour.witness.post(number)["title"] == mine, "what was chosen is stored")
    return "base, theirs and mine were shown, and nothing was overwritten before the choice"


def take_back(tour: Tour) -> str:
    """The last save is undone, from its own list."""
    posts = tour.table("posts")
    number, mine = first_post(tour, posts)
    tour.act("data.saves")
    dialog = until(_saves_dialog, "the list of saves")
    until(lambda: dialog.undo_button.isEnabled(), "the last save")
    settle(0.3)
    tour.camera.shoot("saves", dialog)
    count = dialog.list.topLevelItemCount()
    click(dialog.undo_button)
    until(lambda: dialog.list.topLevelItemCount() == count + 1, "the save that takes it back")
    until(lambda: not dialog.undoing, "the end of it")
    expect(tour.witness.post(number)["title"] == _THEIRS, f"“{mine}” is what it was before")
    click(dialog.close_button)
    until(lambda: not dialog.isVisible(), "the list to close")
    tour.loaded(posts)
    return "a save from the list was undone"


def _save(workbench: Workbench, tab: TableTab) -> None:
    tab.grid.setFocus()
    press(tab.grid, Qt.Key.Key_S, CONTROL)
    until(lambda: not workbench.saving and not workbench.staging.dirty, "the save")


def _conflict_dialog() -> ConflictDialog | None:
    dialog = QApplication.activeModalWidget()
    return dialog if isinstance(dialog, ConflictDialog) else None


def _saves_dialog() -> SavedChangesDialog | None:
    dialog = QApplication.activeModalWidget()
    return dialog if isinstance(dialog, SavedChangesDialog) else None
