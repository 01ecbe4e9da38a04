"""Owns the steps of the tour: each does one thing a person does, and checks it in the database."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.base.keys import TableName
from desktop.sample.witness import Witness
from ui.app import Desk
from ui.dialogs.delete_dialog import DeleteDialog
from ui.dialogs.export_dialog import ExportDialog
from ui.dialogs.record_dialog import RecordDialog
from ui.tour.driver import (
    Camera,
    TourFailedError,
    click,
    expect,
    message_box,
    press,
    settle,
    type_text,
    until,
)
from ui.tour.heartbeat import Heartbeat
from ui.window.table_tab import TableTab

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
MOST_GAP = 100.0
"""Milliseconds the window may stand still."""
TRIES = 3
NEW_TITLE = "The harbour, one year later"
NEW_EMAIL = "tour@rowkeeper.example"


@dataclass
class Tour:
    """What the steps share."""

    desk: Desk
    witness: Witness
    camera: Camera
    out: Path

    def table(self, name: str) -> TableTab:
        """Open a table by its name in the navigator and wait for its records."""
        tab = until(lambda: self.desk.workspace.open_table(TableName(None, name)), f"the tab of {name}")
        self.loaded(tab)
        return tab

    def loaded(self, tab: TableTab) -> None:
        """Wait until the tab shows its records and has counted them."""
        until(lambda: tab.model.exact and (tab.model.count == 0 or tab.model.row_at(0)), "the records")
        settle()

    def act(self, action: str) -> None:
        """Use a menu action."""
        chosen = self.desk.window.actions_[action]
        expect(chosen.isEnabled(), f"“{chosen.text()}” can be used")
        chosen.trigger()

    def dialog(self) -> RecordDialog:
        """The record dialog that is open, once it shows its record."""

        def ready() -> RecordDialog | None:
            dialog = QApplication.activeWindow()
            return dialog if isinstance(dialog, RecordDialog) and dialog.ready else None

        return until(ready, "the record dialog")


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


def edit_and_save(tour: Tour) -> str:
    tab = tour.table("posts")
    number, title = tour.witness.most_viewed("review")
    before = tour.witness.post(number)
    tab.go_to(0)
    tab.grid.setFocus()
    press(tab.grid, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    dialog = tour.dialog()
    type_text(dialog.form.fields["title"].editor.focus_target(), title + " (updated)")
    press(dialog.form.fields["status"].editor.focus_target(), Qt.Key.Key_P)  # the combo jumps to Published
    tour.camera.shoot("edit", dialog)
    press(dialog, Qt.Key.Key_S, CONTROL)
    until(lambda: not dialog.isVisible(), "the dialog to close after Save")
    after = tour.witness.post(number)
    changed = {name for name in after if after[name] != before[name]}
    expect({"title", "status"} <= changed <= {"title", "status", "updated_at"}, f"what changed: {changed}")
    tour.loaded(tab)
    return "only what was changed was written"


def edit_in_the_grid(tour: Tour) -> str:
    tab = tour.table("posts")
    workbench = tab.connection.workbench
    number, before = _first_post(tour, tab)
    _type_in_cell(tab, "title", before + " (corrected)")
    until(lambda: workbench.staging.change_count == 1, "the change to be staged")
    settle(0.4)
    tour.camera.shoot("staged")
    expect(tour.witness.post(number)["title"] == before, "nothing is written before Save")
    tour.act("edit.undo")
    expect(workbench.staging.change_count == 0, "Undo takes it back")
    tour.act("edit.redo")
    expect(workbench.staging.change_count == 1, "Redo brings it again")
    press(tab.grid, Qt.Key.Key_S, CONTROL)
    until(lambda: not workbench.saving and workbench.staging.change_count == 0, "the save")
    expect(tour.witness.post(number)["title"] == before + " (corrected)", "Save wrote it")
    return "staged, taken back, brought again, saved"


def _first_post(tour: Tour, tab: TableTab) -> tuple[int, str]:
    """Make the title of the first post the current cell; its number and title."""
    tour.loaded(tab)
    tab.go_to(0)
    tab.grid.setCurrentIndex(tab.model.index(0, tab.model.section_of("title")))
    tab.grid.setFocus()
    key = tab.model.key_at(0)
    assert key is not None
    number = int(str(key[0]))
    return number, str(tour.witness.post(number)["title"])


def _type_in_cell(tab: TableTab, column: str, text: str) -> None:
    press(tab.grid, Qt.Key.Key_F2)
    editor = until(lambda: _cell_editor(tab), f"the editor of {column}")
    type_text(editor, text)
    press(editor, Qt.Key.Key_Return)


def _cell_editor(tab: TableTab) -> QWidget | None:
    focused = QApplication.focusWidget()
    return focused if focused is not None and focused is not tab.grid and tab.grid.editing.open else None


def refused_by_constraint(tour: Tour) -> str:
    tab = tour.table("users")
    name, email = tour.witness.an_email()
    tab.grid.setFocus()
    tour.act("record.new_form")
    dialog = tour.dialog()
    type_text(dialog.form.fields["name"].editor.focus_target(), "Nora Ørsted")
    type_text(dialog.form.fields["email"].editor.focus_target(), email)
    press(dialog, Qt.Key.Key_S, CONTROL)
    box = until(message_box, "the message box")
    sentence = box.text()
    expect("already" in sentence, f"the box says that it is taken: {sentence}")
    expect(bool(box.detailedText()), "the technical text is under Details")
    tour.camera.shoot("refused", dialog, box)
    expect(tour.witness.users_with(email) == 1, "nothing was written")
    press(box, Qt.Key.Key_Escape)
    settle()
    field = dialog.form.fields["email"]
    expect(field.problem.isVisible(), "the field says why under itself")
    expect(field.editor.value() == email, "what was typed is still there")
    tour.camera.shoot("marked", dialog)
    return f"{sentence} ({name})"


def correct_and_save(tour: Tour) -> str:
    dialog = tour.dialog()
    type_text(dialog.form.fields["email"].editor.focus_target(), NEW_EMAIL)
    press(dialog, Qt.Key.Key_S, CONTROL)
    until(lambda: not dialog.isVisible(), "the dialog to close after Save")
    expect(tour.witness.users_with(NEW_EMAIL) == 1, "the user is stored")
    tab = tour.table("users")
    until(lambda: tab.model.count == tour.witness.counts()["users"], "the new user in the grid")
    settle(0.3)
    tour.camera.shoot("saved")
    return "the new user is stored and in the grid"


def cancel(tour: Tour) -> str:
    tab = tour.table("posts")
    before = tour.witness.counts()
    tab.grid.setFocus()
    tour.act("record.new_form")
    dialog = tour.dialog()
    type_text(dialog.form.fields["title"].editor.focus_target(), NEW_TITLE)
    press(dialog, Qt.Key.Key_Escape)
    box = until(message_box, "the question whether to discard")
    tour.camera.shoot("cancel", dialog, box)
    discard = next(button for button in box.buttons() if "Discard" in button.text())
    click(discard)
    until(lambda: not dialog.isVisible(), "the dialog to close")
    expect(tour.witness.counts() == before, "no table has another count than before")
    return "nothing was left behind"


def bulk_delete(tour: Tour) -> str:
    tab = tour.table("posts")
    tab.clear_filters()
    tour.loaded(tab)
    tab.filter_column("status", "archived")
    posts = tour.witness.living_posts("archived")
    until(lambda: tab.model.exact and tab.model.count == posts, f"{posts} archived posts")
    comments, links = tour.witness.of_archived()
    before = tour.witness.counts()
    tab.grid.setFocus()
    press(tab.grid, Qt.Key.Key_A, CONTROL)
    tour.act("record.delete_permanently")
    dialog = until(_delete_dialog, "the delete dialog")
    until(lambda: dialog.go_button is not None and dialog.go_button.isEnabled(), "the counts")
    settle(0.8)  # the panel reads what the chosen records share
    tour.camera.shoot("delete", dialog)
    impact = dialog.impact
    expect(impact is not None and impact.count == posts, f"{posts} posts are announced")
    assert dialog.go_button is not None
    click(dialog.go_button)
    until(lambda: not dialog.isVisible(), "the delete to end")
    after = tour.witness.counts()
    expect(before["posts"] - after["posts"] == posts, f"{posts} posts are gone")
    expect(before["comments"] - after["comments"] == comments, f"{comments} comments went with them")
    expect(before["post_tags"] - after["post_tags"] == links, f"{links} links went with them")
    return f"{posts:,} posts, {comments:,} comments and {links:,} links, as announced"


def export_view(tour: Tour) -> str:
    tab = tour.table("posts")
    tab.clear_filters()
    tour.loaded(tab)
    wanted = tour.witness.living_posts()
    until(lambda: tab.model.exact and tab.model.count == wanted, f"{wanted} posts")
    for number, kind in enumerate(("csv", "xlsx", "json")):
        tour.act("file.export")
        dialog = until(_export_dialog, "the export dialog")
        dialog.format_combo.setCurrentIndex(dialog.format_combo.findText(kind.upper(), _STARTS))
        if number == 0:
            until(lambda: dialog.go_button.isEnabled(), "the count")  # noqa: B023 - used within the turn
            tour.camera.shoot("export", dialog)
        dialog.export_to(tour.out / f"posts.{kind}")
        until(lambda: not dialog.isVisible(), f"posts.{kind}")  # noqa: B023 - used within the turn
    with (tour.out / "posts.csv").open(encoding="utf-8", newline="") as file:
        expect(len(list(csv.reader(file))) == wanted + 1, "the CSV file has a head and every post")
    records = json.loads((tour.out / "posts.json").read_text(encoding="utf-8"))
    expect(len(records) == wanted, "the JSON file has every post")
    expect((tour.out / "posts.xlsx").stat().st_size > 10_000, "the XLSX file is there")
    return f"{wanted:,} posts each to CSV, XLSX and JSON"


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
    tour.camera.shoot("dark")
    tour.act("theme.light")
    return "the same window in the dark"


_STARTS = Qt.MatchFlag.MatchStartsWith

STEPS: tuple[tuple[str, Callable[[Tour], str]], ...] = (
    ("open", open_sample),
    ("filter", filter_records),
    ("sort", sort_records),
    ("edit and save", edit_and_save),
    ("edit in the grid", edit_in_the_grid),
    ("refused", refused_by_constraint),
    ("corrected", correct_and_save),
    ("cancelled", cancel),
    ("bulk delete", bulk_delete),
    ("export", export_view),
    ("alive", stay_alive),
    ("dark", dark),
)


def _delete_dialog() -> DeleteDialog | None:
    dialog = QApplication.activeModalWidget()
    return dialog if isinstance(dialog, DeleteDialog) else None


def _export_dialog() -> ExportDialog | None:
    dialog = QApplication.activeModalWidget()
    return dialog if isinstance(dialog, ExportDialog) else None
