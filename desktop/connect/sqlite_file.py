"""Owns what can be known of an SQLite file without SQLAlchemy, and a single look into it; writes nothing."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from desktop.connect.sqlite_guard import confine

LOOK = 0.25
"""Seconds a look may take; the real rows are waited for instead where it takes longer."""
_STEPS = 5_000
"""Steps of SQLite's machine between two looks at the clock."""


def file_uri(path: str, *, read_only: bool) -> str:
    """The ``file:`` URI of an existing file; never creates one."""
    # A file in WAL mode wants to make two others beside it even to be read, unless nothing can change it.
    frozen = is_wal(path) and _on_read_only_medium(path) and not Path(f"{path}-wal").exists()
    mode = "ro&immutable=1" if frozen else "ro" if read_only else "rw"
    return f"file:{quote(str(Path(path).absolute()))}?mode={mode}"


def may_write(path: str) -> bool:
    """Whether the file can be changed, as far as rights tell; its journal is made in its folder."""
    return os.access(path, os.W_OK) and os.access(Path(path).absolute().parent, os.W_OK)


def is_wal(path: str) -> bool:
    """Whether the file is in WAL mode, by its header; False where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(20)[18:20] == b"\2\2"
    except (OSError, ValueError):
        return False


def _on_read_only_medium(path: str) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (OSError, AttributeError):  # gone, or a system without statvfs: then SQLite says what it can
        return False


def decode_text(stored: bytes) -> str:
    """Invalid UTF-8 arrives as surrogates instead of failing the whole page."""
    return stored.decode("utf-8", "surrogateescape")


def look_into(path: str, statement: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
    """All rows of one statement, through a connection of its own that can only read.

    For the rows shown while SQLAlchemy is still being loaded: waits for no lock, and for no statement that
    has to search (where most records are marked as deleted, say). Raises sqlite3.Error.
    """
    until = time.monotonic() + LOOK
    with closing(sqlite3.connect(file_uri(path, read_only=True), uri=True, timeout=0)) as connection:
        connection.text_factory = decode_text
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("PRAGMA query_only = ON")
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        confine(connection)
        return connection.execute(statement, tuple(parameters)).fetchall()
