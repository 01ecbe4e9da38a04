"""Owns the actions of copying and pasting as rows of data."""

from __future__ import annotations

from ui.actions.spec import EDIT, ActionSpec, Needs

A, N = ActionSpec, Needs
COPY_AS = f"{EDIT} > Copy As"

CLIPBOARD: tuple[ActionSpec, ...] = (
    A(
        "edit.copy",
        "Copy",
        EDIT,
        ("Ctrl+C",),
        "content-copy",
        "Copy the selected records with all columns shown; where none is selected, the current cell",
        N.RECORD,
        separator=True,
        in_grid=True,
        context=True,
    ),
    A(
        "edit.copy_headers",
        "Copy with Headers",
        EDIT,
        ("Ctrl+Shift+C",),
        "table-headers-eye",
        "Copy the same under the names of the columns",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "edit.copy_cells",
        "Copy Cell",
        EDIT,
        ("Ctrl+Alt+C",),
        "table-column",
        "Copy the current column of the selected records",
        N.RECORD,
        in_grid=True,
        context=True,
    ),
    A(
        "copy.sql",
        "SQL",
        COPY_AS,
        (),
        "database-export-outline",
        "Copy the selected records as INSERT statements",
        N.RECORD,
    ),
    A("copy.json", "JSON", COPY_AS, (), "code-json", "Copy the selected records as JSON", N.RECORD),
    A(
        "copy.markdown",
        "Markdown",
        COPY_AS,
        (),
        "language-markdown-outline",
        "Copy the selected records as a Markdown table",
        N.RECORD,
    ),
    A(
        "edit.paste",
        "Paste",
        EDIT,
        ("Ctrl+V",),
        "content-paste",
        "Paste from the current cell right and down; lines past the last record become new ones",
        N.WRITABLE,
        in_grid=True,
        context=True,
    ),
    A(
        "edit.paste_new",
        "Paste as New Records",
        EDIT,
        ("Ctrl+Shift+V",),
        "table-row-plus-after",
        "Make a new record of every line; a first line of column names says where each column goes",
        N.WRITABLE,
        in_grid=True,
        context=True,
    ),
)
