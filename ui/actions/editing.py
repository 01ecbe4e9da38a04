"""Owns the actions of staged editing as rows of data: undo, cells, and what becomes of the changes."""

from __future__ import annotations

from ui.actions.spec import DATA, EDIT, ActionSpec, Needs

A, N = ActionSpec, Needs
CELL = f"{EDIT} > Cell"

STEPS: tuple[ActionSpec, ...] = (
    A("edit.undo", "Undo", EDIT, ("Ctrl+Z",), "undo", "Take back the last change not yet saved", N.UNDO),
    A(
        "edit.redo",
        "Redo",
        EDIT,
        ("Ctrl+Y", "Ctrl+Shift+Z"),
        "redo",
        "Make the change again that was taken back",
        N.REDO,
    ),
)
"""They get the name of their step while the program runs."""

CELLS: tuple[ActionSpec, ...] = (
    A(
        "cell.edit",
        "Edit Cell",
        CELL,
        ("F2", "Return", "Enter"),
        "cursor-text",
        "Change the current cell in its place, or the record in its form where that is not possible",
        N.WRITABLE_RECORD,
        in_grid=True,
    ),
    A(
        "cell.null",
        "Set NULL",
        CELL,
        ("Alt+Del", "Ctrl+Shift+N"),
        "null",
        "Empty the cell, in all selected records",
        N.CELL,
        in_grid=True,
    ),
    A(
        "cell.empty",
        "Set Empty Text",
        CELL,
        ("Ctrl+Alt+Backspace",),
        "format-clear",
        "Put a text without characters into the cell, which is not NULL, in all selected records",
        N.CELL,
        in_grid=True,
    ),
    A(
        "cell.default",
        "Set Default",
        CELL,
        ("Ctrl+Backspace",),
        "backspace-outline",
        "Let the database fill in its own value, in all selected records",
        N.CELL,
        in_grid=True,
    ),
    A(
        "cell.fill_down",
        "Fill Down",
        CELL,
        ("Ctrl+D",),
        "arrow-collapse-down",
        "Give all selected records the value of the first one",
        N.CELL,
        in_grid=True,
        separator=True,
    ),
    A(
        "cell.from_above",
        "Copy from Above",
        CELL,
        ("Ctrl+'",),
        "arrow-down",
        "Take the value of the cell above",
        N.CELL,
        in_grid=True,
    ),
    A(
        "cell.today",
        "Enter Today",
        CELL,
        ("Ctrl+;",),
        "calendar-today",
        "Enter the date of today",
        N.CELL,
        in_grid=True,
    ),
    A(
        "cell.now",
        "Enter Now",
        CELL,
        ("Ctrl+Shift+;", "Ctrl+:"),
        "clock-outline",
        "Enter the date and the time of now",
        N.CELL,
        in_grid=True,
    ),
)

CHANGES: tuple[ActionSpec, ...] = (
    A(
        "data.save",
        "Save Changes",
        DATA,
        ("Ctrl+S",),
        "content-save-outline",
        "Write all changes to the database, in one step",
        N.STAGED,
    ),
    A(
        "data.review",
        "Changes Panel",
        DATA,
        ("Ctrl+Shift+P",),
        "playlist-check",
        "Every change that is not saved yet, in words, under the tables",
        N.CONNECTION,
        checkable=True,
    ),
    A(
        "data.saves",
        "Saved Changes…",
        DATA,
        (),
        "history",
        "Look at what was saved here, and undo a save",
        N.CONNECTION,
    ),
    A(
        "data.discard",
        "Discard Changes",
        DATA,
        (),
        "undo-variant",
        "Take back all changes not saved",
        N.STAGED,
    ),
)
