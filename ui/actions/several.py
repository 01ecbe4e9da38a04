"""Owns the actions on all records selected as rows of data."""

from __future__ import annotations

from ui.actions.spec import RECORD, ActionSpec, Needs

A, N = ActionSpec, Needs

SEVERAL: tuple[ActionSpec, ...] = (
    A(
        "record.delete_permanently",
        "Delete Permanently…",
        RECORD,
        ("Ctrl+Shift+Del",),
        "delete-forever-outline",
        "Delete for good, where a table normally only marks records as deleted",
        N.MARKED,
        in_grid=True,
    ),
    A(
        "record.restore",
        "Restore",
        RECORD,
        ("Ctrl+Shift+R",),
        "delete-restore",
        "Take records back that were marked as deleted",
        N.MARKED,
        in_grid=True,
        context=True,
    ),
    A(
        "record.set_field",
        "Set Field…",
        RECORD,
        ("Ctrl+Shift+E",),
        "form-textbox",
        "Give one field the same value in all selected records",
        N.SELECTION,
        context=True,
        separator=True,
    ),
    A(
        "record.add_to_field",
        "Add to Field…",
        RECORD,
        ("Ctrl++",),
        "plus-box-multiple-outline",
        "Add an amount to a number in all selected records",
        N.SELECTION,
        context=True,
    ),
)
