"""What was edited stays in sight, links are seen in their cell, and keys work in the grid one is in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt

from desktop.base.keys import RecordRef
from desktop.browse import fetch
from desktop.models.cells import CellRole, CellState
from tests.stories.grid_kit import at, children, entry, saved, state, tip, write
from tests.stories.kit import Person
from ui.panels.record_panel import RecordPanel


@pytest.fixture
def editor(person: Person) -> Iterator[Person]:
    """Someone looking at the posts; what is left unsaved at the end is let go."""
    person.open("posts")
    yield person
    connection = person.desk.workspace.connection
    if connection is not None:
        connection.workbench.discard()


def last(person: Person, column: str, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    """What the last row shows."""
    model = person.tab.model
    return model.data(model.index(model.rowCount() - 1, model.section_of(column)), role)


def test_an_edited_record_stays_though_the_filter_hides_it(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Out of the filter")
    editor.filter("status", "review", 2)
    editor.wait(lambda: editor.tab.model.rowCount() == 3)
    assert editor.foot.startswith("1–2 of 2")
    assert last(editor, "title") == "Out of the filter"
    assert last(editor, "title", int(CellRole.STATE)) is CellState.CHANGED
    told = str(last(editor, "status", Qt.ItemDataRole.ToolTipRole))
    assert told == "No longer matches the filter; shown until saved or discarded."
    editor.tab.go_to(2)
    editor.tab.grid.setFocus()
    at_last = editor.tab.model.index(2, editor.tab.model.section_of("view_count"))
    editor.tab.grid.setCurrentIndex(at_last)
    entry(editor, "7")  # and can be edited further
    saved(editor)
    assert editor.rows("SELECT title, view_count FROM posts WHERE id = 1") == [("Out of the filter", 7)]
    editor.wait(lambda: editor.tab.model.rowCount() == 2)


def test_a_search_keeps_it_too_and_discarding_lets_it_go(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Out of the search")
    editor.press("Ctrl+F")
    editor.write("harbour")
    editor.wait(lambda: editor.tab.model.count == 1 and editor.tab.model.rowCount() == 2)
    assert last(editor, "title") == "Out of the search"
    editor.act("data.discard")
    editor.wait(lambda: editor.tab.model.rowCount() == 1)


def test_a_filter_drags_in_no_record_it_never_showed(editor: Person) -> None:
    at(editor, 1, "title")
    entry(editor, "Elsewhere")
    editor.act("file.close_tab")
    editor.open("posts")
    editor.filter("status", "review", 2)
    assert editor.tab.model.rowCount() == 2


def test_links_that_are_staged_are_seen_as_chips(editor: Person) -> None:
    bench, tags = editor.connection.workbench, editor.database.find("tags")
    bench.staging.titles[RecordRef(tags, (3,))] = "long read"
    post = RecordRef(editor.tab.table.name, (1,))
    bench.link(post, "tags", [(3,)], [], "change Tags")
    assert editor.cell(1, "tags") == "water, long read"
    assert state(editor, 1, "tags") is CellState.CHANGED
    assert tip(editor, 1, "tags").startswith("was water")
    editor.press("Ctrl+Z")
    assert editor.cell(1, "tags") == "water"
    assert state(editor, 1, "tags") is CellState.NORMAL


def test_a_tag_taken_off_in_the_panel_leaves_its_cell(editor: Person) -> None:
    editor.go_to(4)
    panel = editor.window.panel
    assert isinstance(panel, RecordPanel)
    editor.wait(lambda: panel.record is not None and panel.record.ref.key == (4,) and not panel.busy)
    assert panel.form_page is not None and panel.form_page.form is not None
    panel.form_page.form.links["tags"].remove((1,))
    assert editor.cell(4, "tags") == "long read"
    assert state(editor, 4, "tags") is CellState.CHANGED
    saved(editor)
    editor.wait(lambda: editor.cell(4, "tags") == "long read")
    assert state(editor, 4, "tags") is CellState.NORMAL


def test_keys_and_menus_act_on_the_grid_one_is_in(editor: Person) -> None:
    grid = children(editor)
    editor.press("Ctrl+Del")
    model = grid.record_model
    assert model.data(model.index(0, 0), int(CellRole.STATE)) is CellState.TO_DELETE
    assert [ref.table.name for ref in editor.connection.workbench.staging.refs] == ["comments"]
    editor.press("Ctrl+Z")
    editor.act("record.delete")
    assert model.data(model.index(0, 0), int(CellRole.STATE)) is CellState.TO_DELETE
    editor.press("Ctrl+Z")
    editor.act("record.new")
    assert (model.rowCount(), editor.tab.model.rowCount()) == (3, 6)
    [new] = editor.connection.workbench.staging.refs
    field = editor.connection.workbench.staging.field(new, "post_id")
    assert field is not None and getattr(field, "new", None) == 1


def test_another_view_waits_for_the_typing_in_a_cell(editor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, real = threading.Event(), fetch.begin

    def slow(*args: object, **named: object) -> object:
        go_on.wait(10)
        return partial(real, *args, **named)()  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "begin", slow)
    editor.press("Ctrl+F")
    editor.write("harbour")
    editor.wait(lambda: editor.tab.model.pages.asked is not None)
    at(editor, 3, "title")
    write(editor, "T")
    write(editor, "yped ")
    go_on.set()
    lane = editor.connection.lanes
    editor.wait(lambda: not any(one.is_busy for one in lane))
    write(editor, "to the end")
    assert (editor.tab.model.rowCount(), editor.tab.grid.editing.open) == (6, True)
    editor.press("Return")
    editor.wait(lambda: editor.tab.model.rowCount() == 2)
    assert last(editor, "title") == "Typed to the end"
    assert editor.connection.workbench.staging.change_count == 1
    editor.press("Ctrl+Z")
    editor.wait(lambda: editor.tab.model.rowCount() == 1)


def test_a_new_record_stays_the_current_one_when_another_view_comes(editor: Person) -> None:
    editor.press("Ctrl+N")
    editor.tab.filter_column("status", "review")
    editor.wait(lambda: editor.tab.model.rowCount() == 3)
    editor.settled()
    assert editor.tab.grid.currentIndex().row() == 2
    assert editor.tab.current_column == "title"
    write(editor, "M")
    write(editor, "ine")
    editor.press("Return")
    assert [row.data() for row in (editor.tab.model.index(2, 0),)] == ["Mine"]
    at(editor, 5, "view_count")
    editor.tab.filter_column("status", "draft")  # nobody works on this one: the first is the current one
    editor.wait(lambda: editor.tab.model.shown_view.filters[0].text == "draft")
    editor.settled()
    assert (editor.tab.grid.currentIndex().row(), editor.tab.current_column) == (0, "view_count")
