"""Owns the actions on the connection as a whole, and help as rows of data."""

from __future__ import annotations

from ui.actions.spec import DATA, HELP, ActionSpec, Needs

A, N = ActionSpec, Needs

GENERAL: tuple[ActionSpec, ...] = (
    A(
        "data.refresh",
        "Refresh",
        DATA,
        ("F5", "Ctrl+R"),
        "refresh",
        "Read the records again",
        N.TABLE,
        separator=True,
    ),
    A(
        "data.reload",
        "Reload Tables",
        DATA,
        ("Shift+F5",),
        "database-refresh-outline",
        "Read the list of tables and their columns again",
        N.CONNECTION,
    ),
    A(
        "data.reconnect",
        "Reconnect",
        DATA,
        ("Ctrl+Shift+F5",),
        "connection",
        "Connect to the database again and read everything anew; what is not saved stays",
        N.CONNECTION,
    ),
    A(
        "data.settings",
        "Table Settings…",
        DATA,
        ("Ctrl+,",),
        "table-cog",
        "How records of this table are named and marked as deleted",
        N.TABLE,
        separator=True,
    ),
    A(
        "help.shortcuts",
        "Keyboard Shortcuts…",
        HELP,
        ("F1",),
        "keyboard-outline",
        "Every action and its keys",
    ),
    A(
        "help.reset_sample",
        "Reset Sample Database",
        HELP,
        (),
        "backup-restore",
        "Put the sample database back as it was",
        separator=True,
    ),
    A(
        "help.about",
        "About Rowkeeper",
        HELP,
        (),
        "information-outline",
        "Version and licence",
        separator=True,
    ),
)
