"""Owns the actions that select, search and filter as rows of data."""

from __future__ import annotations

from ui.actions.spec import EDIT, ActionSpec, Needs

A, N = ActionSpec, Needs

FINDING: tuple[ActionSpec, ...] = (
    A(
        "edit.select_all",
        "Select All",
        EDIT,
        ("Ctrl+A",),
        "select-all",
        "Select every record that the view lets through",
        N.TABLE,
        in_grid=True,
    ),
    A("edit.find", "Find", EDIT, ("Ctrl+F",), "magnify", "Search all text columns", N.TABLE, separator=True),
    A(
        "edit.replace",
        "Replace…",
        EDIT,
        ("Ctrl+H",),
        "find-replace",
        "Find text in the cells of this view and replace it, with a look first",
        N.WRITABLE,
    ),
    A(
        "edit.filter_row",
        "Filter Row",
        EDIT,
        ("Ctrl+Shift+F",),
        "filter-variant",
        "A field above each column to filter by",
        N.TABLE,
        checkable=True,
    ),
    A(
        "edit.filter_value",
        "Filter by This Value",
        EDIT,
        ("Alt+F3",),
        "filter-check-outline",
        "Show only records with the value of the current cell",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "edit.clear_filter",
        "Clear Filter",
        EDIT,
        ("Ctrl+Shift+L",),
        "filter-remove-outline",
        "Show all records again",
        N.NARROWED,
    ),
)
