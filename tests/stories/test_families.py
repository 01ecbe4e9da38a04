"""A new post, its comments and its tags, one of them new, are one unit: saved, refused, undone as one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.schema.database import Database
from tests.fixtures.databases import SqlLog
from tests.stories.family_kit import (
    WRITTEN,
    begin_in_dialog,
    begin_in_panel,
    children,
    comment,
    commits,
    enter_post,
    fill,
    tag,
    type_in,
)
from tests.stories.kit import Person
from ui.panels.children_tab import ChildrenTab

GROWN = {"posts": 1, "comments": 3, "tags": 1, "post_tags": 2}
Listen = Callable[[Database], SqlLog]


def grown(person: Person, before: dict[str, int]) -> dict[str, int]:
    """How many rows came to which table."""
    return {name: count - before[name] for name, count in person.counts().items() if count != before[name]}


def three_comments(person: Person, tab: ChildrenTab) -> None:
    for author in ("Ann", "Ben", "Cleo"):
        comment(person, tab, author, f"{author} was there.")


def written_tables(log: SqlLog) -> list[str]:
    """The tables written, in order, each once."""
    return list(dict.fromkeys(statement.split()[2].strip('"') for statement in log.writes))


def test_in_the_panel_all_is_saved_in_one_transaction(person: Person, sql_log: Listen) -> None:
    before = person.counts()
    tab, form, tabs = begin_in_panel(person)
    enter_post(person, form)
    comments = children(person, tabs, "Comments")
    three_comments(person, comments)
    assert tabs.bar.tabText(1) == "Comments 3"
    assert person.counts() == before
    log = sql_log(person.database)
    with commits(person.database) as committed:
        person.press("Ctrl+S")
        person.wait(lambda: not tab.staged.text and not person.connection.workbench.saving)
    assert len(committed) == 1
    written = written_tables(log)
    assert set(written) == {"tags", "posts", "comments", "post_tags"}
    assert written.index("posts") < written.index("comments")
    assert written[-1] == "post_tags" or written.index("post_tags") > written.index("tags")
    assert grown(person, before) == GROWN
    assert person.rows(WRITTEN) == [("Night ferry", 3, 2)]


def test_discard_leaves_nothing_of_it(person: Person) -> None:
    before = person.counts()
    tab, form, tabs = begin_in_panel(person)
    enter_post(person, form)
    three_comments(person, children(person, tabs, "Comments"))
    person.act("data.discard")
    person.wait(lambda: not tab.staged.text)
    assert person.counts() == before
    assert not person.connection.workbench.staging.dirty


def test_in_the_dialog_all_is_saved_in_one_transaction(person: Person, sql_log: Listen) -> None:
    before = person.counts()
    dialog = begin_in_dialog(person)
    enter_post(person, dialog.form)
    three_comments(person, children(person, dialog.tabs, "Comments"))
    assert person.counts() == before
    assert not person.connection.workbench.staging.dirty
    with commits(person.database) as committed:
        person.save(dialog)
    assert len(committed) == 1
    assert grown(person, before) == GROWN
    assert person.rows(WRITTEN) == [("Night ferry", 3, 2)]
    assert not person.connection.workbench.staging.dirty


def test_cancel_in_the_dialog_leaves_nothing_of_it(person: Person) -> None:
    before = person.counts()
    dialog = begin_in_dialog(person)
    enter_post(person, dialog.form)
    three_comments(person, children(person, dialog.tabs, "Comments"))
    person.click(dialog.cancel_button)
    person.boxes.press("Discard")
    person.gone(dialog)
    assert person.counts() == before
    assert not person.connection.workbench.staging.dirty


@pytest.mark.parametrize("where", ["panel", "dialog"])
def test_a_refused_child_is_marked_corrected_and_saved(person: Person, where: str) -> None:
    before = person.counts()
    if where == "panel":
        _, form, tabs = begin_in_panel(person)
    else:
        dialog = begin_in_dialog(person)
        form, tabs = dialog.form, dialog.tabs
    enter_post(person, form)
    comments = children(person, tabs, "Comments")
    comment(person, comments, "Ann", "She was there.")
    person.click(comments.new_button)
    person.wait(lambda: comments.staged_count == 2 and comments.grid is not None and comments.grid.hasFocus())
    tabs.show_form()
    form.focus_first()
    person.press("Ctrl+Return")  # this post and what belongs to it
    box = person.boxes.escape()
    assert box.sentence.endswith("must be filled in.")
    person.wait(lambda: tabs.bar.currentIndex() == 1)
    assert person.counts() == before
    assert comments.staged_count == 2
    grid = comments.grid
    assert grid is not None
    person.wait(grid.hasFocus)
    assert grid.currentIndex().row() == 1  # the one refused
    for column, text in (("author_name", "Ben"), ("body", "So was I.")):
        grid.setCurrentIndex(grid.record_model.index(1, grid.record_model.section_of(column)))
        type_in(person, comments, text)
        person.press("Return")
    tabs.show_form()
    form.focus_first()
    person.press("Ctrl+Return")
    person.wait(lambda: person.rows(WRITTEN) == [("Night ferry", 2, 2)])
    person.wait(lambda: not person.connection.workbench.saving)
    assert grown(person, before) == GROWN | {"comments": 2}


def test_undo_takes_back_child_parent_and_link_step_by_step(person: Person) -> None:
    staging = person.connection.workbench.staging
    _, form, tabs = begin_in_panel(person)
    fill(person, form, "title", "Night ferry")
    tag(person, form, "city")
    comment(person, children(person, tabs, "Comments"), "Ann", "She was there.")
    names = []
    while staging.undo_name is not None:
        names.append(staging.undo_name)
        person.act("edit.undo")
    assert [name.split(" “")[0] for name in names] == [
        "set Body", "set Author name", "new comment", "change Tags", "set Title", "new post",
    ]  # fmt: skip
    assert not staging.dirty
    for _ in names:
        person.act("edit.redo")
    assert (staging.record_count, staging.redo_name) == (2, None)
    person.act("data.discard")
    assert not staging.dirty


def test_a_staged_parent_goes_with_its_children_and_comes_back_with_them(person: Person) -> None:
    staging = person.connection.workbench.staging
    tab, form, tabs = begin_in_panel(person)
    fill(person, form, "title", "Night ferry")
    three_comments(person, children(person, tabs, "Comments"))
    assert staging.record_count == 4
    tab.grid.setFocus()
    person.act("record.delete")
    assert not staging.dirty
    person.press("Ctrl+Z")
    assert staging.record_count == 4
    person.press("Ctrl+Y")
    assert not staging.dirty


def test_undo_in_the_dialog_stops_at_what_it_opened_with(person: Person) -> None:
    dialog = begin_in_dialog(person)
    comments = children(person, dialog.tabs, "Comments")
    comment(person, comments, "Ann", "She was there.")
    assert comments.grid is not None
    for _ in range(5):
        person.press("Ctrl+Z")
    assert comments.staged_count == 0
    assert dialog.bench.staging.refs == [dialog.ref]
    for _ in range(3):
        person.press("Ctrl+Y")
    assert comments.staged_count == 1
    assert dialog.bench.staging.record_count == 2
    person.click(dialog.cancel_button)
    person.boxes.press("Discard")
    person.gone(dialog)


def test_a_child_refused_by_save_all_is_led_to_where_it_was_entered(person: Person) -> None:
    tab, form, tabs = begin_in_panel(person)
    enter_post(person, form)
    comments = children(person, tabs, "Comments")
    person.click(comments.new_button)
    person.wait(lambda: comments.staged_count == 1)
    tabs.show_form()
    tab.grid.setFocus()
    person.press("Ctrl+S")
    assert person.boxes.escape().sentence.endswith("must be filled in.")
    person.wait(lambda: comments.grid is not None and comments.grid.hasFocus())
    assert person.tab is tab
    assert tabs.bar.currentIndex() == 1
    person.act("data.discard")
