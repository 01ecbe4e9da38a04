"""Everything a person can reach is named in the accessibility tree, and cells speak the text they show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QMenu, QWidget

from desktop.sample.models import Base
from tests.fixtures.boxes import Boxes
from tests.fixtures.databases import NEWSROOM_ROWS, MakeDatabase
from tests.stories.conftest import Sit
from tests.stories.kit import Person
from ui.dialogs import message
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.picker_popup import PickerPopup

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description


def spoken(widget: QWidget) -> QAccessibleInterface:
    """What assistive tools see of a widget."""
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None, widget
    return found


def inside(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Everything below, at any depth."""
    for place in range(interface.childCount()):
        child = interface.child(place)
        if child is not None and child.isValid():
            yield child
            yield from inside(child)


def name_of(widget: QWidget) -> str:
    """What names a widget. A combo box is named by what is chosen in it: its label, or a description,
    must tell what it is for."""
    interface = spoken(widget)
    if not isinstance(widget, QComboBox):
        return interface.text(NAME).strip()
    labels = [other for other, kind in interface.relations() if kind & QAccessible.RelationFlag.Label]
    return " ".join(label.text(NAME) for label in labels) or interface.text(DESCRIPTION)


def nameless(root: QWidget) -> list[str]:
    """Widgets in sight that take the focus and have no name."""
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in (root, *root.findChildren(QWidget))
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.focusProxy()
        and not name_of(widget)
    ]


@pytest.fixture
def reader(sit: Sit, make_sqlite: MakeDatabase) -> Person:
    """Someone with the small newsroom open, at the posts."""
    person = sit(make_sqlite(Base.metadata, *NEWSROOM_ROWS, "UPDATE users SET bio = 'x' WHERE id = 1"))
    person.open("posts")
    return person


def test_everything_in_the_window_is_named(reader: Person) -> None:
    reader.press("Ctrl+Shift+F")
    reader.filter("status", "draft", 2)  # a chip, too
    assert nameless(reader.window) == []


DIALOGS = (
    "Ctrl+Alt+N",
    "Shift+Return",
    "Del",
    "Ctrl+Shift+Del",
    "Ctrl+Shift+E",
    "Ctrl++",
    "Ctrl+Shift+K",
    "Ctrl+,",
    "Ctrl+I",
    "Ctrl+Shift+X",
    "Ctrl+Shift+O",
    "Ctrl+O",
    "F1",
)


def test_everything_in_every_dialog_is_named(reader: Person, boxes: Boxes) -> None:
    found: dict[str, list[str]] = {}
    for keys in DIALOGS:
        reader.select(1)
        reader.press(keys)
        dialog = reader.dialog(QDialog)
        if isinstance(dialog, RecordDialog):
            reader.wait(lambda: dialog.ready)  # noqa: B023 - used within the turn
        found[dialog.windowTitle()] = nameless(dialog)
        assert spoken(dialog).text(NAME)
        reader.press("Esc")
        if boxes.open is not None:
            boxes.press("Discard")
        reader.gone(dialog)
    assert {title: names for title, names in found.items() if names} == {}
    assert len(found) >= len(DIALOGS) - 2  # the two deletes share a title


def test_the_grid_is_named_after_its_table_and_cells_speak_what_they_show(reader: Person) -> None:
    reader.open("users")
    grid, model = reader.tab.grid, reader.tab.model
    table = spoken(grid)
    assert (table.role(), table.text(NAME)) == (QAccessible.Role.Table, "Users")
    children = [table.child(place) for place in range(table.childCount())]
    heads = [one.text(NAME) for one in children if one.role() == QAccessible.Role.ColumnHeader]
    cells = [one.text(NAME) for one in children if one.role() == QAccessible.Role.Cell]
    assert heads == [model.columns.heading(section) for section in range(model.columnCount())]
    shown = [str(model.data(model.index(row, section))) for row in range(3) for section in range(len(heads))]
    assert cells == shown and "Ada Lovelace" in cells


def test_references_and_null_are_spoken(reader: Person) -> None:
    table = spoken(reader.tab.grid)
    cells = [table.child(place).text(NAME) for place in range(table.childCount())]
    assert "Grace Hopper" in cells and "long read, water" in cells
    view = reader.tab.view
    reader.tab.model.set_view(replace(view, columns=(*view.columns, "deleted_by")))
    reader.wait(lambda: "deleted_by" in reader.tab.model.shown_view.columns)
    reader.settled()
    place = reader.tab.grid.model().index(0, reader.tab.model.section_of("deleted_by"))
    assert place.data(Qt.ItemDataRole.AccessibleTextRole) == "NULL"
    assert "NULL" in [table.child(place).text(NAME) for place in range(table.childCount())]


def test_a_form_says_field_and_error(reader: Person) -> None:
    reader.go_to(1)
    reader.press("Shift+Return")
    dialog = reader.record()
    title, status = (dialog.form.fields[one].editor.focus_target() for one in ("title", "status"))
    assert spoken(title).text(NAME) == "Title (required)"
    assert name_of(status) == "Status"
    reader.fill(dialog, "view_count", "many")
    reader.press("Ctrl+S")
    field = dialog.form.fields["view_count"]
    reader.wait(field.problem.isVisible)
    assert spoken(field.editor.focus_target()).text(DESCRIPTION) == field.problem.text()
    reader.press("Esc")
    reader.boxes.press("Discard")
    reader.gone(dialog)


def test_a_picker_says_what_it_offers(reader: Person) -> None:
    reader.go_to(1)
    reader.press("Shift+Return")
    dialog = reader.record()
    reader.fill(dialog, "author_id", "gra")
    reader.wait(lambda: isinstance(QApplication.activePopupWidget(), PickerPopup))
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, PickerPopup)
    reader.wait(lambda: not popup.waiting)
    said = {one.text(NAME) for one in inside(spoken(popup))}
    assert {"Choose a user", "Grace Hopper", "New User…"} <= said
    reader.press("Esc", "Esc")
    reader.wait(lambda: not dialog.form.dirty)
    reader.press("Esc")
    reader.gone(dialog)


def test_a_message_box_says_its_text_and_its_verbs(reader: Person) -> None:
    box = message.tell(reader.window, "Save", "That is taken.", "Choose another.", details="UNIQUE")
    interface = spoken(box)
    assert interface.role() in (QAccessible.Role.AlertMessage, QAccessible.Role.Dialog)
    assert "That is taken." in interface.text(NAME)
    said = {one.text(NAME) for one in inside(interface)}
    assert {"That is taken.", "Choose another.", "Close", "Details"} <= said
    reader.boxes.escape()


def test_menus_say_their_verbs_and_keys(reader: Person) -> None:
    for action in reader.window.menuBar().actions():
        menu = action.menu()
        assert isinstance(menu, QMenu)
        told = spoken(menu)
        entries = (told.child(place) for place in range(told.childCount()))
        named = [entry.text() for entry in menu.actions() if not entry.isSeparator()]
        assert [name for one in entries if one is not None and (name := one.text(NAME))] == named
    record = reader.window.menuBar().actions()[2].menu()
    assert isinstance(record, QMenu)
    new = spoken(record).child(0)
    assert (new.text(NAME), new.text(QAccessible.Text.Accelerator)) == ("New", "Ctrl+N")


def test_tabs_tables_and_the_foot_line_are_spoken(reader: Person) -> None:
    tabs = {one.text(NAME) for one in inside(spoken(reader.window.tabs.tabBar()))}
    tables = [one.text(NAME) for one in inside(spoken(reader.window.navigator.list))]
    assert "Posts" in tabs
    reader.wait(
        lambda: "Posts, 6 records" in [o.text(NAME) for o in inside(spoken(reader.window.navigator.list))]
    )
    assert tables[0] == "Tables"
    assert spoken(reader.tab.foot).text(NAME) == reader.foot
