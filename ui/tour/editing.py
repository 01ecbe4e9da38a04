"""Owns the steps that edit one record: in its form, in the grid, refused, corrected, cancelled."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.tour.driver import click, expect, message_box, press, settle, type_text, until
from ui.tour.tour import CONTROL, SHIFT, Tour, first_post, type_in_cell

NEW_TITLE = "The harbour, one year later"
NEW_EMAIL = "tour@rowkeeper.example"


def edit_and_save(tour: Tour) -> str:
    tab = tour.table("posts")
    number, title = tour.witness.most_viewed("review")
    before = tour.witness.post(number)
    tab.go_to(0)
    tab.grid.setFocus()
    press(tab.grid, Qt.Key.Key_Return, SHIFT)
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
    number, before = first_post(tour, tab)
    type_in_cell(tab, "title", before + " (corrected)")
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
