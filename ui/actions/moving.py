"""Owns the actions that go from record to record as rows of data."""

from __future__ import annotations

from ui.actions.spec import RECORD, ActionSpec, Needs

A, N = ActionSpec, Needs

MOVING: tuple[ActionSpec, ...] = (
    A(
        "record.open_reference",
        "Open Referenced Record",
        RECORD,
        ("Alt+Space",),
        "open-in-new",
        "Open the record the current cell names",
        N.REFERENCE,
        context=True,
        separator=True,
    ),
    A(
        "record.related",
        "Go to Related…",
        RECORD,
        ("Alt+Shift+Space",),
        "arrow-right-bottom",
        "Show the records elsewhere that belong to the current one",
        N.RECORD,
        context=True,
    ),
    A(
        "record.first",
        "First",
        RECORD,
        ("Ctrl+Home",),
        "page-first",
        "Go to the first record",
        N.TABLE,
        in_grid=True,
        separator=True,
    ),
    A("record.previous", "Previous", RECORD, ("Alt+Up",), "chevron-up", "Go one record up", N.TABLE),
    A("record.next", "Next", RECORD, ("Alt+Down",), "chevron-down", "Go one record down", N.TABLE),
    A(
        "record.last",
        "Last",
        RECORD,
        ("Ctrl+End",),
        "page-last",
        "Go to the last record",
        N.TABLE,
        in_grid=True,
    ),
)
