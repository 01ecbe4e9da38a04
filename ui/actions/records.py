"""Owns the actions about whole records as rows of data: new, opened, copied, deleted."""

from __future__ import annotations

from ui.actions.spec import RECORD, ActionSpec, Needs

A, N = ActionSpec, Needs

RECORDS: tuple[ActionSpec, ...] = (
    A("record.new", "New", RECORD, ("Ctrl+N", "Ins"), "plus", "Begin a new record in the grid", N.WRITABLE),
    A(
        "record.new_form",
        "New in Form…",
        RECORD,
        ("Ctrl+Alt+N",),
        "card-plus-outline",
        "Enter a new record in a form",
        N.WRITABLE,
    ),
    A(
        "record.edit",
        "Edit…",
        RECORD,
        ("Shift+Return", "Shift+Enter", "Ctrl+E"),
        "pencil-outline",
        "Open the current record in a form",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "record.duplicate",
        "Duplicate",
        RECORD,
        ("Ctrl+Shift+D",),
        "content-duplicate",
        "Begin a new record in the grid as a copy of the current one",
        N.WRITABLE_RECORD,
        context=True,
    ),
    A(
        "record.delete",
        "Delete",
        RECORD,
        ("Ctrl+Del",),
        "trash-can-outline",
        "Strike the selected records out until they are saved, or keep them again",
        N.WRITABLE_RECORD,
        in_grid=True,
        context=True,
        separator=True,
    ),
    A(
        "record.delete_now",
        "Delete Now…",
        RECORD,
        ("Del",),
        "delete-alert-outline",
        "Delete the selected records at once, after a look at what goes with them",
        N.SELECTION,
        in_grid=True,
        context=True,
    ),
)
