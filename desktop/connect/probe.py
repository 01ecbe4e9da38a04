"""Owns trying a connection before it is kept: once, with a time-out, leaving nothing open."""

from __future__ import annotations

import time
from dataclasses import dataclass

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.connect.backend import wanted_by
from desktop.connect.capabilities import read_capabilities
from desktop.connect.engine import make_engine
from desktop.connect.opening import opening
from desktop.connect.profile import Profile
from desktop.connect.sqlite_file import may_write
from desktop.connect.target import check_file


@dataclass(frozen=True, slots=True)
class Probe:
    """What a person wants to know before pressing Connect."""

    server_version: str
    tls: bool
    """What travels is encrypted."""
    verified: bool
    """The server has proved by a certificate who it is."""
    milliseconds: float
    """From the first byte to the first answer."""
    may_write: bool
    """As far as can be told without writing."""


def probe(profile: Profile, password: str | None = None, token: CancelToken | None = None) -> Probe:
    """Connect, ask, disconnect; RefusedError in words where that fails, CancelledError. Blocks up to 5 s per
    host, unless it is cancelled."""
    if profile.backend == "sqlite":
        check_file(profile.path)
    engine = make_engine(profile, password)
    try:
        with wanted_by(token or CancelToken()), opening(profile):
            started = time.perf_counter()
            with engine.connect() as connection:
                milliseconds = (time.perf_counter() - started) * 1000
                tls, verified, may_write = _look(connection, profile)
            version = read_capabilities(engine).server_version
            return Probe(version, tls, verified, milliseconds, may_write)
    finally:
        engine.dispose()


def _look(connection: sa.Connection, profile: Profile) -> tuple[bool, bool, bool]:
    if profile.backend == "postgresql":
        from desktop.connect.postgres import is_encrypted, is_verified

        # Also "on" for a standby server and for a role or database that is set to read only.
        read_only = connection.scalar(sa.text("SHOW transaction_read_only"))
        return is_encrypted(connection), is_verified(connection), read_only == "off"
    connection.scalar(
        sa.text("PRAGMA schema_version")
    )  # the first read tells whether it is a database at all
    return False, False, not profile.read_only and may_write(profile.path)
