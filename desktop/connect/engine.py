"""Owns the making of engines: the only place that does; backend particulars live in sqlite and postgres."""

from __future__ import annotations

import sqlalchemy as sa

from desktop.connect import sqlite
from desktop.connect.backend import BackendArguments
from desktop.connect.profile import Profile

POOL_SIZE = 4
"""Kept open per database: the lane, the side lane, and two for look-ups beside them."""
_MOST_BESIDE = 8
"""Opened when needed: an export of a file reads with three connections."""


def make_engine(profile: Profile, password: str | None = None) -> sa.Engine:
    """An engine for the profile; connects to nothing yet, so it cannot fail for want of a server.

    No statement's parameters ever reach a log or an exception's text.
    """
    backend = _backend(profile, password)
    engine = sa.create_engine(
        backend.url,
        connect_args=backend.connect_args,
        hide_parameters=True,
        # A pool on both backends: lanes are threads, and any one of them at a time may use a connection.
        # On SQLite it also keeps the page cache and the parsed schema between two pages of a grid.
        poolclass=sa.QueuePool,
        pool_size=POOL_SIZE,
        max_overflow=_MOST_BESIDE,
        pool_use_lifo=True,
        **backend.engine_args,
    )
    backend.listen(engine)
    return engine


def _backend(profile: Profile, password: str | None) -> BackendArguments:
    if profile.backend == "sqlite":
        return sqlite.backend(profile)
    from desktop.connect import postgres  # loads the driver, which nobody who opens a file waits for

    return postgres.backend(profile, password)
