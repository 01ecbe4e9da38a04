"""Owns what a database server can do, asked by name; nothing else asks which product it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from desktop.connect import estimates, plans, sqlite, triggers
from desktop.connect.backend import Fetched


@dataclass(frozen=True)
class Capabilities:
    """Facts about the server behind one engine."""

    name: str
    """The product, for people: ``SQLite``, ``PostgreSQL``."""
    server_version: str
    returning: bool
    """INSERT, UPDATE and DELETE … RETURNING."""
    on_conflict: bool
    """INSERT … ON CONFLICT DO NOTHING / DO UPDATE."""
    row_locks: bool
    """SELECT … FOR UPDATE; where False, a write transaction locks the whole database (BEGIN IMMEDIATE)."""
    arrays: bool
    """One bound array for many keys: ``= ANY(:keys)``."""
    row_values: bool
    """``(a, b) IN (…)`` and ``(a, b) > (x, y)``."""
    deferred_constraints: bool
    """SET CONSTRAINTS ALL IMMEDIATE makes deferred constraints speak before COMMIT."""
    nulls_first_ascending: bool
    """Where NULL stands in an ascending sort without NULLS FIRST / LAST."""
    max_parameters: int
    """Most bound parameters of one statement."""
    schemas: bool
    """Tables live in named schemas."""
    fold: Callable[[sa.ColumnElement[str]], sa.ColumnElement[str]] = field(repr=False)
    """The text without case, for comparing in any script; apply it to both sides."""
    exact: Callable[[sa.ColumnElement[Any]], sa.ColumnElement[str]] = field(repr=False)
    """A text that differs whenever the stored value does, also of types without an equality."""
    bytewise: str
    """The collation that holds no two different texts for the same."""
    estimate: Callable[[sa.Connection, str, str | None], int | None] = field(repr=False)
    """About how many rows the table of that name and schema has; None where the server does not know."""
    reads_in_order: Callable[[sa.Connection, sa.Select[Any]], bool] = field(repr=False)
    """Whether the server reads a statement along an index instead of sorting; nothing runs."""
    reads_all: Callable[[sa.Connection, sa.Select[Any], str], bool] = field(repr=False)
    """Whether the server would look at about every record of that table to answer a statement."""
    goes_through: Callable[[sa.Connection, sa.Select[Any], str], bool] = field(repr=False)
    """Whether the server would read that table from end to end to answer, for want of an index."""
    has_triggers: Callable[[sa.Connection, str, str | None], bool] = field(repr=False)
    """Whether a write to the table of that name and schema may set off a trigger or a rule."""
    tuples: Callable[[sa.Connection, sa.Executable, Mapping[str, object]], Fetched] = field(repr=False)
    """All rows of a statement by the driver's own fastest means, whatever stands in them."""
    lone_statements: bool = False
    """A statement that reads needs no transaction around it, which would cost two more trips to a server."""
    whole_lock: bool = False
    """A write transaction locks the whole database, so that nobody else can write while it runs."""
    transaction_status: bool = False
    """The server can be asked afterwards whether a transaction was committed (pg_xact_status)."""
    copies_out: bool = False
    """COPY (SELECT …) TO STDOUT, of a database that holds any text."""
    byte_lines: bool = False
    """Text is kept as UTF-8 and joined byte by byte, so that a whole row can come as one value."""
    json_lists: bool = False
    """One bound JSON array for many whole-number keys: ``IN (SELECT value FROM json_each(:keys))``."""


def read_capabilities(engine: sa.Engine) -> Capabilities:
    """Ask the server once; raises what the driver raises when it cannot be reached."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return _sqlite(connection)
        return _postgresql(connection)


def _sqlite(connection: sa.Connection) -> Capabilities:
    version = sqlite.LIBRARY_VERSION
    return Capabilities(
        name="SQLite",
        server_version=".".join(str(part) for part in version),
        returning=version >= (3, 35),
        on_conflict=version >= (3, 24),
        row_locks=False,
        arrays=False,
        row_values=True,
        deferred_constraints=False,
        nulls_first_ascending=True,
        max_parameters=sqlite.most_parameters(connection),
        schemas=False,
        fold=sqlite.fold,
        exact=sqlite.exact,
        bytewise="BINARY",
        whole_lock=True,
        estimate=estimates.sqlite_estimate,
        reads_in_order=plans.sqlite_reads_in_order,
        reads_all=plans.sqlite_reads_all,
        goes_through=plans.sqlite_reads_all,
        has_triggers=triggers.sqlite_has_triggers,
        tuples=sqlite.tuples,
        json_lists=version >= (3, 38),
        byte_lines=sqlite.is_utf8(connection),
    )


def _postgresql(connection: sa.Connection) -> Capabilities:
    from desktop.connect import postgres  # its driver is loaded only for a server

    return Capabilities(
        name="PostgreSQL",
        server_version=postgres.server_version(connection),
        returning=True,
        on_conflict=True,
        row_locks=True,
        transaction_status=postgres.tells_of_transactions(connection),
        arrays=True,
        row_values=True,
        deferred_constraints=True,
        nulls_first_ascending=False,
        max_parameters=postgres.MOST_PARAMETERS,
        schemas=True,
        fold=postgres.fold,
        exact=postgres.exact,
        bytewise="C",
        estimate=estimates.postgres_estimate,
        reads_in_order=plans.postgres_reads_in_order,
        reads_all=plans.postgres_reads_all,
        goes_through=plans.postgres_goes_through,
        has_triggers=triggers.postgres_has_triggers,
        tuples=postgres.tuples,
        lone_statements=True,
        copies_out=postgres.is_utf8(connection),
    )
