"""Owns the actions on what the window shows, and how as rows of data."""

from __future__ import annotations

from ui.actions.spec import THEME, VIEW, ActionSpec, Needs

A, N = ActionSpec, Needs

VIEWS: tuple[ActionSpec, ...] = (
    A(
        "view.columns",
        "Columns…",
        VIEW,
        ("Ctrl+Shift+K",),
        "view-column-outline",
        "Choose and order the columns",
        N.TABLE,
    ),
    A(
        "view.names",
        "Show Names Instead of Ids",
        VIEW,
        ("Ctrl+Shift+I",),
        "tag-text-outline",
        "Show the name of the record a reference points to",
        N.TABLE,
        checkable=True,
    ),
    A(
        "view.deleted",
        "Show Deleted",
        VIEW,
        ("Ctrl+Shift+H",),
        "delete-clock-outline",
        "Show records that are marked as deleted",
        N.MARKER,
        checkable=True,
    ),
    A(
        "view.find_table",
        "Find a Table or View",
        VIEW,
        ("Ctrl+P",),
        "table-search",
        "Go to a table by its name",
        N.CONNECTION,
        separator=True,
    ),
    A("view.next_tab", "Next Tab", VIEW, ("Ctrl+Tab", "Ctrl+PgDown"), "tab", "Go to the next tab", N.TABLE),
    A(
        "view.previous_tab",
        "Previous Tab",
        VIEW,
        ("Ctrl+Shift+Tab", "Ctrl+PgUp"),
        "tab",
        "Go to the tab before",
        N.TABLE,
    ),
    A(
        "view.next_area",
        "Next Part of the Window",
        VIEW,
        ("F6",),
        "",
        "Go on to the record panel, the changes, the tables, the grid",
        N.CONNECTION,
    ),
    A(
        "view.previous_area",
        "Previous Part of the Window",
        VIEW,
        ("Shift+F6",),
        "",
        "Go back to the tables, the changes, the record panel, the grid",
        N.CONNECTION,
    ),
    A(
        "view.navigator",
        "Navigator",
        VIEW,
        ("F9",),
        "dock-left",
        "The list of tables at the left",
        checkable=True,
        separator=True,
    ),
    A(
        "view.panel",
        "Record Panel",
        VIEW,
        ("F4",),
        "dock-right",
        "The current record in a form at the right",
        checkable=True,
    ),
    A("theme.system", "System", f"{VIEW} > {THEME}", (), "", "As the desktop", checkable=True, group="theme"),
    A("theme.light", "Light", f"{VIEW} > {THEME}", (), "", "Always light", checkable=True, group="theme"),
    A("theme.dark", "Dark", f"{VIEW} > {THEME}", (), "", "Always dark", checkable=True, group="theme"),
)
