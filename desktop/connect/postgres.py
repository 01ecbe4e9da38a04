"""Owns how PostgreSQL is connected to: time-outs, TLS, session settings, loaders that never fail a page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import abc
from psycopg.abc import AdaptContext, Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from sqlalchemy.pool import ConnectionPoolEntry

from desktop.base.raw import RawText
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.connect import alive, giving_up, reaching
from desktop.connect.backend import NATIVE, BackendArguments, Fetched, all_of
from desktop.connect.copy_out import copy_out
from desktop.connect.profile import Profile

MOST_PARAMETERS = 65_535
CONNECT_TIMEOUT = 5
"""Seconds per host."""
APPLICATION = "Rowkeeper"

_CONNECTION_SETTINGS: Mapping[str, str | int] = {
    "connect_timeout": CONNECT_TIMEOUT,
    "application_name": APPLICATION,
    "client_encoding": "utf8",
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

_SESSION_SETTINGS: Mapping[str, str] = {
    # Text forms of values are compared and written back, so they must not depend on the server's settings.
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
}

_TOLERANT_TYPES = ("date", "time", "timetz", "timestamp", "timestamptz")
_UNREADABLE = (psycopg.DataError, ValueError, OverflowError)
"""What the driver's loaders raise where Python has no such value."""


def _native_loader(name: str) -> type[abc.Loader]:
    loader = psycopg.adapters.get_loader(psycopg.adapters.types[name].oid, Format.TEXT)
    assert loader is not None
    return loader


_NATIVE_LOADERS = {name: _native_loader(name) for name in _TOLERANT_TYPES}


def backend(profile: Profile, password: str | None) -> BackendArguments:
    """How to reach the server; the profile's own parameters win over Rowkeeper's defaults."""
    parameters: dict[str, Any] = {**_CONNECTION_SETTINGS, **_tls(profile), **_hosts(profile)}
    for name in profile.options.keys() - {"port"}:
        parameters.pop(name, None)
    if password:
        parameters["password"] = password

    def listen(engine: sa.Engine) -> None:
        def prepare(connection: psycopg.Connection[Any], _entry: ConnectionPoolEntry) -> None:
            _fix_session(connection, read_only=profile.read_only)
            _tolerate(connection)

        sa.event.listen(engine, "connect", prepare)
        reaching.listen(engine)
        alive.listen(engine)
        giving_up.listen(engine)
        sa.event.listen(engine, "do_execute", copy_out)
        sa.event.listen(engine, "before_cursor_execute", _natively)

    return BackendArguments(url=url(profile), listen=listen, connect_args=parameters)


def url(profile: Profile) -> sa.URL:
    """The profile as an SQLAlchemy URL, without a password; without the server where it names several."""
    several = _hosts(profile)
    return sa.URL.create(
        "postgresql+psycopg",
        username=profile.user or None,
        host=None if several else profile.host or None,
        port=None if several else profile.port,
        database=profile.database or None,
        query={
            name: value
            for name, value in profile.options.items()
            if name not in several or name == "target_session_attrs"
        },
    )


def _hosts(profile: Profile) -> dict[str, str]:
    """Several hosts go straight to libpq, which alone knows how they and their ports go together.

    Of several, the one that takes changes now is meant: after a standby has taken over it is another one.
    """
    if "," not in profile.host:
        return {}
    port = profile.options.get("port") or str(profile.port or "")
    found = {"host": profile.host, "port": port}
    return found if profile.read_only else {**found, "target_session_attrs": "read-write"}


def _tls(profile: Profile) -> dict[str, str]:
    """Verified encryption, unless the profile says otherwise, the server is here, or a service decides."""
    if profile.sslmode:
        return {"sslmode": profile.sslmode}
    elsewhere = not profile.is_local or (not profile.host and _is_remote(os.environ.get("PGHOST", "")))
    if not elsewhere or "service" in profile.options or "PGSSLMODE" in os.environ:
        return {}
    if _has_own_authority(profile):
        return {"sslmode": "verify-full"}
    return {"sslmode": "verify-full", "sslrootcert": "system"}


def _is_remote(host: str) -> bool:
    return not Profile(name="", backend="postgresql", host=host).is_local


def _has_own_authority(profile: Profile) -> bool:
    given = "sslrootcert" in profile.options or "PGSSLROOTCERT" in os.environ
    return given or (Path.home() / ".postgresql" / "root.crt").exists()


def _fix_session(connection: psycopg.Connection[Any], *, read_only: bool) -> None:
    settings = dict(_SESSION_SETTINGS)
    if read_only:
        settings["default_transaction_read_only"] = "on"
    calls = ", ".join(["set_config(%s, %s, false)"] * len(settings))
    values = [part for pair in settings.items() for part in pair]
    # After connecting and not in the start-up packet: connection poolers refuse unknown start-up options.
    connection.execute(f"SELECT {calls}", values, prepare=False)
    connection.commit()
    if read_only:
        _hold_read_only(connection)


def _hold_read_only(connection: psycopg.Connection[Any]) -> None:
    """Every transaction says READ ONLY itself too: a pooler may hand it to a session without our settings.

    RefusedError where the server does not keep to it.
    """
    connection.read_only = True
    told = connection.execute("SHOW transaction_read_only").fetchone()
    kept = connection.execute("SHOW default_transaction_read_only").fetchone()
    connection.commit()
    if told != ("on",) or kept != ("on",):
        sentence = "The server does not open this database for reading only, so it was not opened."
        raise RefusedError(Refusal(Reason.CONNECTION, sentence, "Ask for a user that may only read."))


def _natively(
    _connection: sa.Connection,
    cursor: psycopg.Cursor[Any],
    _statement: str,
    _parameters: Any,
    context: sa.ExecutionContext,
    _many: bool,
) -> None:
    if context.execution_options.get(NATIVE):
        for name, loader in _NATIVE_LOADERS.items():
            cursor.adapters.register_loader(name, loader)


def tuples(connection: sa.Connection, statement: sa.Executable, parameters: Mapping[str, object]) -> Fetched:
    """All rows of a statement, read by the driver's own loaders, or by ours where one of these fails."""
    result = connection.execute(statement, parameters, execution_options={NATIVE: True})
    try:
        return all_of(result)
    except _UNREADABLE:
        result.close()
    return all_of(connection.execute(statement, parameters))


def is_utf8(connection: sa.Connection) -> bool:
    """Whether the database can hold any text and nothing but text."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver.info.parameter_status("server_encoding") == "UTF8"


def is_encrypted(connection: sa.Connection) -> bool:
    """Whether what travels is encrypted."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return bool(driver.pgconn.ssl_in_use)


def is_verified(connection: sa.Connection) -> bool:
    """Whether the line is encrypted and the server's certificate was verified."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    mode = driver.info.get_parameters().get("sslmode", "")
    return is_encrypted(connection) and mode.startswith("verify-")


class _TolerantLoader(Loader):
    """psycopg's own loader, but a value Python cannot represent comes as RawText."""

    def __init__(self, oid: int, context: AdaptContext | None = None) -> None:
        super().__init__(oid, context)
        inner = psycopg.adapters.get_loader(oid, Format.TEXT)
        assert inner is not None
        self._load = inner(oid, context).load

    def load(self, data: Buffer) -> object:
        try:
            return self._load(data)
        except _UNREADABLE:
            return RawText(bytes(data).decode())


class _TolerantText(Loader):
    """Text of a database without an encoding may not be UTF-8; undecodable bytes become surrogates."""

    def load(self, data: Buffer) -> str:
        return bytes(data).decode("utf-8", "surrogateescape")


def _tolerate(connection: psycopg.Connection[Any]) -> None:
    for name in _TOLERANT_TYPES:
        connection.adapters.register_loader(name, _TolerantLoader)
    if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
        for name in ("text", "varchar", "bpchar", "name"):
            connection.adapters.register_loader(name, _TolerantText)


def server_version(connection: sa.Connection) -> str:
    """Such as ``16.4``."""
    return str(connection.scalar(sa.text("SHOW server_version"))).split()[0]


_ASKED_AFTER_COMMIT = ("pg_xact_status(xid8)", "pg_walfile_name(pg_lsn)", "pg_current_wal_lsn()")


def tells_of_transactions(connection: sa.Connection) -> bool:
    """Whether it has, and lets this user call, what tells of a transaction that has ended."""
    if (connection.dialect.server_version_info or ()) < (13,):
        return False
    may = (
        sa.func.has_function_privilege(sa.func.to_regprocedure(name), "execute")
        for name in _ASKED_AFTER_COMMIT
    )
    return all(connection.execute(sa.select(*may)).one())


def fold(expression: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The text without case, by the database's own rules."""
    return sa.func.lower(expression)


def exact(expression: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The server's own text form, which every type has."""
    return sa.cast(expression, sa.Text)
