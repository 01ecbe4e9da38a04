"""Owns the step in which a post, its comments and its tags come into being as one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.dialogs.record_dialog import RecordDialog
from ui.editors.picker_popup import PickerPopup
from ui.panels.children_tab import ChildrenTab
from ui.tour.driver import click, expect, press, settle, type_text, until
from ui.tour.tour import CONTROL, Tour

FERRY = "Night ferry"
_COMMENTS = (("Ann Holm", "I was on board."), ("Ben Adeyemi", "It left late."))
_TAGS = ("city", "sound")
_GROWN = {"posts": 1, "comments": len(_COMMENTS), "post_tags": len(_TAGS)}


def new_family(tour: Tour) -> str:
    tab = tour.table("posts")
    before = tour.witness.counts()
    tab.grid.setFocus()
    tour.act("record.new_form")
    dialog = tour.dialog()
    fields = dialog.form.fields
    type_text(fields["title"].editor.focus_target(), FERRY)
    type_text(fields["body"].editor.focus_target(), "It waits for nobody.")
    type_text(fields["author_id"].editor.focus_target(), "grace")
    _pick(dialog)
    for name in _TAGS:
        _tag(dialog, name)
    tour.camera.shoot("family", dialog)
    comments = _comments(dialog)
    for author, body in _COMMENTS:
        _comment(comments, author, body)
    settle(0.4)
    tour.camera.shoot("children", dialog)
    expect(tour.witness.counts() == before, "nothing is written before Save")
    press(dialog, Qt.Key.Key_S, CONTROL)
    until(lambda: not dialog.isVisible(), "the dialog to close after Save")
    after = tour.witness.counts()
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    expect(grown == _GROWN, f"what came to be: {grown}")
    expect(tour.witness.posts_titled(FERRY) == 1, "the post is stored")
    return "one post, its two comments and its two tags, written in one go"


def _popup() -> PickerPopup | None:
    """The list of a picker that is open and has its answer."""
    popup = QApplication.activePopupWidget()
    return popup if isinstance(popup, PickerPopup) and not popup.waiting else None


def _pick(dialog: RecordDialog) -> None:
    """Take the first the list offers, and see it closed."""
    popup = until(_popup, "the picker's answer")
    press(popup, Qt.Key.Key_Return)
    until(lambda: QApplication.activePopupWidget() is None, "the picker to close")
    until(dialog.isActiveWindow, "the dialog")


def _tag(dialog: RecordDialog, name: str) -> None:
    links = dialog.form.links["tags"]
    click(links.add_button)
    until(_popup, "the list of tags")
    QTest.keyClicks(until(QApplication.focusWidget, "the focus"), name)
    settle(0.4)  # the picker rests a moment before it asks
    _pick(dialog)
    until(lambda: name in links.names, f"the tag {name}")


def _comments(dialog: RecordDialog) -> ChildrenTab:
    """The tab of the comments, in front."""
    bar = dialog.tabs.bar
    place = next(place for place in range(bar.count()) if bar.tabText(place).startswith("Comments"))
    bar.setCurrentIndex(place)
    return dialog.tabs.tabs[place - 1]


def _comment(tab: ChildrenTab, author: str, body: str) -> None:
    """A new line in the small grid: name, Tab, text, Enter."""
    before = tab.staged_count
    click(tab.new_button)
    until(lambda: tab.staged_count == before + 1, "the new comment")
    grid = until(lambda: tab.grid if tab.grid is not None and tab.grid.hasFocus() else None, "its cell")
    for text, key in ((author, Qt.Key.Key_Tab), (body, Qt.Key.Key_Return)):
        if not grid.editing.open:
            press(grid, Qt.Key.Key_F2)
        until(lambda: grid.editing.open, "the editor")
        editor = QApplication.focusWidget()
        assert editor is not None
        type_text(editor, text)
        press(editor, key)
