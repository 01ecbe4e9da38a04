"""Owns the actions on files and connections as rows of data."""

from __future__ import annotations

from ui.actions.spec import FILE, ActionSpec, Needs

A, N = ActionSpec, Needs

FILES: tuple[ActionSpec, ...] = (
    A("file.open", "Open SQLite File…", FILE, ("Ctrl+O",), "folder-open-outline", "Open an SQLite database"),
    A(
        "file.connect",
        "Connect to PostgreSQL…",
        FILE,
        ("Ctrl+Shift+O",),
        "server-network",
        "Connect to a server",
    ),
    A(
        "file.sample",
        "Open Sample Database",
        FILE,
        (),
        "school-outline",
        "Open the newsroom to try things out",
    ),
    A(
        "file.settings",
        "Connection Settings…",
        FILE,
        ("Ctrl+Alt+,",),
        "tune-variant",
        "The colour of this connection, and how its records are saved",
        N.CONNECTION,
        separator=True,
    ),
    A(
        "file.import",
        "Import CSV…",
        FILE,
        ("Ctrl+I",),
        "import",
        "Add or update records from a CSV file",
        N.WRITABLE,
        separator=True,
    ),
    A(
        "file.export",
        "Export View…",
        FILE,
        ("Ctrl+Shift+X",),
        "export-variant",
        "Write what is seen to a CSV, TSV, XLSX or JSON file",
        N.TABLE,
    ),
    A(
        "file.close_tab",
        "Close Tab",
        FILE,
        ("Ctrl+W",),
        "close",
        "Close the current tab",
        N.TABLE,
        separator=True,
    ),
    A("file.quit", "Quit", FILE, ("Ctrl+Q",), "exit-to-app", "Leave Rowkeeper", separator=True),
)
