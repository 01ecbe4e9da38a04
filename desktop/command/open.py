"""Owns opening the database a command line names, and closing it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from desktop.base.cancel import CancelToken
from desktop.connect.target import resolve
from desktop.schema.database import Database, open_database


@contextmanager
def opened(target: str, token: CancelToken, *, read_only: bool = False) -> Iterator[Database]:
    """The database for the length of the block; RefusedError where it cannot be opened."""
    profile, password = resolve(target, read_only)
    database = open_database(profile, password, token)
    try:
        yield database
    finally:
        database.dispose()
