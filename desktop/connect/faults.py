"""Owns the reading of driver errors into faults; pure: no schema, no connection, no words for people."""

from __future__ import annotations

import re
import sqlite3
import sys
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeGuard

import sqlalchemy as sa

from desktop.base.cancel import CancelledError
from desktop.base.keys import TableName

if TYPE_CHECKING:
    import psycopg


class FaultKind(Enum):
    """What went wrong, in the database's terms."""

    UNIQUE = "unique"
    FOREIGN_KEY = "foreign key"
    NOT_NULL = "not null"
    CHECK = "check"
    TOO_LONG = "too long"
    OUT_OF_RANGE = "out of range"
    BAD_VALUE = "bad value"
    EXCLUSION = "exclusion"
    RAISED = "raised"
    """A trigger or rule of the database spoke in its own words."""
    READ_ONLY = "read only"
    LOCKED = "locked"
    DEADLOCK = "deadlock"
    SERIALIZATION = "serialization"
    PERMISSION = "permission"
    UNSAFE = "unsafe"
    """A view or trigger of an SQLite file uses what could reach out of the file."""
    CONNECTION = "connection"
    DISK_FULL = "disk full"
    MISSING_OBJECT = "missing object"
    CANCELLED = "cancelled"
    NOT_A_DATABASE = "not a database"
    MOVED = "moved"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a driver error says, taken apart; empty where it says nothing."""

    kind: FaultKind
    sqlstate: str = ""
    """PostgreSQL's SQLSTATE, or SQLite's name of the error."""
    constraint: str = ""
    """Its name; on SQLite for an unnamed CHECK its text."""
    table: TableName | None = None
    """The schema as the server names it; on SQLite as far as the message can be split."""
    columns: tuple[str, ...] = ()
    type_name: str = ""
    detail: str = ""
    """May hold values of records: for the Details section only."""
    message: str = ""
    hint: str = ""


def read_fault(error: BaseException) -> Fault:
    """Read any exception; one that no database raised is OTHER."""
    original = _unwrapped(error)
    if isinstance(original, sqlite3.Error):
        return _sqlite(original)
    if _is_postgresql(original):
        return _postgresql(original, lost=_is_lost(error))
    if isinstance(original, CancelledError):
        return Fault(FaultKind.CANCELLED)
    if isinstance(original, OverflowError):
        return Fault(FaultKind.OUT_OF_RANGE, message=str(original))
    if isinstance(original, UnicodeEncodeError):
        return Fault(FaultKind.BAD_VALUE, message=str(original))
    if isinstance(original, sa.exc.NoSuchTableError):
        return Fault(FaultKind.MISSING_OBJECT, table=TableName(None, str(original)), message=str(original))
    return Fault(FaultKind.OTHER, message=str(original))


def _unwrapped(error: BaseException) -> BaseException:
    while isinstance(error, sa.exc.StatementError) and error.orig is not None:
        error = error.orig
    return error


def _is_lost(error: BaseException) -> bool:
    return isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated


# --- SQLite ------------------------------------------------------------------------------------------------

_SQLITE_EXTENDED = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: FaultKind.UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: FaultKind.UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_ROWID: FaultKind.UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: FaultKind.FOREIGN_KEY,
    sqlite3.SQLITE_CONSTRAINT_NOTNULL: FaultKind.NOT_NULL,
    sqlite3.SQLITE_CONSTRAINT_CHECK: FaultKind.CHECK,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER: FaultKind.RAISED,
    3091: FaultKind.BAD_VALUE,  # SQLITE_CONSTRAINT_DATATYPE: a STRICT table; Python 3.11 has no name for it
    sqlite3.SQLITE_READONLY_DBMOVED: FaultKind.MOVED,
}
_SQLITE_PRIMARY = {
    sqlite3.SQLITE_BUSY: FaultKind.LOCKED,
    sqlite3.SQLITE_LOCKED: FaultKind.LOCKED,
    sqlite3.SQLITE_READONLY: FaultKind.READ_ONLY,
    sqlite3.SQLITE_FULL: FaultKind.DISK_FULL,
    sqlite3.SQLITE_CANTOPEN: FaultKind.CONNECTION,
    sqlite3.SQLITE_IOERR: FaultKind.CONNECTION,
    sqlite3.SQLITE_NOTADB: FaultKind.NOT_A_DATABASE,
    sqlite3.SQLITE_CORRUPT: FaultKind.NOT_A_DATABASE,
    sqlite3.SQLITE_INTERRUPT: FaultKind.CANCELLED,
    sqlite3.SQLITE_TOOBIG: FaultKind.TOO_LONG,
    sqlite3.SQLITE_MISMATCH: FaultKind.BAD_VALUE,
    sqlite3.SQLITE_AUTH: FaultKind.PERMISSION,
    sqlite3.SQLITE_PERM: FaultKind.PERMISSION,
}
_SQLITE_MISSING = re.compile(r"no such (?:table|column|view|function|module)|has no column named")
_SQLITE_UNSAFE = re.compile(r"unsafe use of|not authorized|too many attached databases")
_SQLITE_FOREIGN_KEY = "FOREIGN KEY constraint failed"
_SQLITE_FAILED = re.compile(r"(UNIQUE|NOT NULL|CHECK) constraint failed: (.*)", re.DOTALL)
_SQLITE_INDEX = re.compile(r"index '(.*)'", re.DOTALL)
_SQLITE_STRICT = re.compile(r"cannot store \S+ value in (\S+) column (.+)", re.DOTALL)


def _sqlite(error: sqlite3.Error) -> Fault:
    code = getattr(error, "sqlite_errorcode", None)
    message = str(error)
    name = getattr(error, "sqlite_errorname", "") if code is not None else ""
    if code is None:
        kind = FaultKind.OTHER
    elif _SQLITE_MISSING.search(message):
        kind = FaultKind.MISSING_OBJECT
    elif _SQLITE_UNSAFE.match(message):
        kind = FaultKind.UNSAFE
    elif message == _SQLITE_FOREIGN_KEY:  # ON DELETE RESTRICT comes with the code of a trigger
        kind = FaultKind.FOREIGN_KEY
    else:
        kind = _SQLITE_EXTENDED.get(code) or _SQLITE_PRIMARY.get(code & 0xFF, FaultKind.OTHER)
    constraint, table, columns, type_name = _sqlite_place(message)
    return Fault(kind, name, constraint, table, columns, type_name, message=message)


def _sqlite_place(message: str) -> tuple[str, TableName | None, tuple[str, ...], str]:
    """Constraint, table, columns and type out of the message."""
    if strict := _SQLITE_STRICT.fullmatch(message):
        table, columns = _split_names(strict[2])
        return "", table, columns, strict[1]
    failed = _SQLITE_FAILED.fullmatch(message)
    if failed is None:
        return "", None, (), ""
    what, rest = failed.groups()
    if what == "CHECK":
        return rest, None, (), ""
    if index := _SQLITE_INDEX.fullmatch(rest):
        return index[1], None, (), ""
    table, columns = _split_names(rest)
    return "", table, columns, ""


def _split_names(text: str) -> tuple[TableName | None, tuple[str, ...]]:
    """``posts.a, posts.b`` to its parts; nothing where a dot in a name leaves it open."""
    tables, columns = set(), []
    for part in text.split(", "):
        table, dot, column = part.rpartition(".")
        if not dot:
            return None, ()
        tables.add(table)
        columns.append(column)
    return (TableName(None, tables.pop()), tuple(columns)) if len(tables) == 1 else (None, ())


# --- PostgreSQL --------------------------------------------------------------------------------------------

_STATES = {
    "23505": FaultKind.UNIQUE,
    "23503": FaultKind.FOREIGN_KEY,
    "23001": FaultKind.FOREIGN_KEY,
    "23502": FaultKind.NOT_NULL,
    "23514": FaultKind.CHECK,
    "44000": FaultKind.CHECK,
    "23P01": FaultKind.EXCLUSION,
    "22001": FaultKind.TOO_LONG,
    "22003": FaultKind.OUT_OF_RANGE,
    "22008": FaultKind.OUT_OF_RANGE,
    "54000": FaultKind.TOO_LONG,
    "25006": FaultKind.READ_ONLY,
    "55P03": FaultKind.LOCKED,
    "40P01": FaultKind.DEADLOCK,
    "40001": FaultKind.SERIALIZATION,
    "42501": FaultKind.PERMISSION,
    "53100": FaultKind.DISK_FULL,
    "53300": FaultKind.CONNECTION,
    "25P03": FaultKind.CONNECTION,
    "57014": FaultKind.CANCELLED,
    "57P01": FaultKind.CONNECTION,
    "57P02": FaultKind.CONNECTION,
    "57P03": FaultKind.CONNECTION,
    "57P05": FaultKind.CONNECTION,
    "42P01": FaultKind.MISSING_OBJECT,
    "42703": FaultKind.MISSING_OBJECT,
    "42704": FaultKind.MISSING_OBJECT,
    "3F000": FaultKind.MISSING_OBJECT,
    "P0001": FaultKind.RAISED,
    "428C9": FaultKind.READ_ONLY,
    "55000": FaultKind.READ_ONLY,
}
_CLASSES = {"08": FaultKind.CONNECTION, "28": FaultKind.CONNECTION, "22": FaultKind.BAD_VALUE}
_RAISED = re.compile(r"at RAISE(\n|$)")


def _is_postgresql(error: BaseException) -> TypeGuard[psycopg.Error]:
    """Where the driver was never loaded, no error is its own."""
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


def _postgresql(error: psycopg.Error, *, lost: bool) -> Fault:
    diag, state = error.diag, error.sqlstate or ""
    message = diag.message_primary or str(error)
    table = TableName(diag.schema_name, diag.table_name) if diag.table_name else None
    return Fault(
        kind=_postgresql_kind(error, state, lost=lost),
        sqlstate=state,
        constraint=diag.constraint_name or "",
        table=table,
        columns=(diag.column_name,) if diag.column_name else (),
        type_name=diag.datatype_name or "",
        detail=diag.message_detail or "",
        message=message,
        hint=diag.message_hint or "",
    )


def _postgresql_kind(error: psycopg.Error, state: str, *, lost: bool) -> FaultKind:
    if not state:
        return _without_state(error, lost=lost)
    if kind := _STATES.get(state):
        return FaultKind.RAISED if kind in _CONSTRAINTS and _speaks_for_itself(error) else kind
    if kind := _CLASSES.get(state[:2]):
        return FaultKind.RAISED if _speaks_for_itself(error) else kind
    if lost:
        return FaultKind.CONNECTION
    return FaultKind.RAISED if _is_raised(error, state) else FaultKind.OTHER


_CONSTRAINTS = frozenset(
    (FaultKind.UNIQUE, FaultKind.FOREIGN_KEY, FaultKind.CHECK, FaultKind.EXCLUSION, FaultKind.NOT_NULL)
)


def _speaks_for_itself(error: psycopg.Error) -> bool:
    """A trigger borrowed a standard code for its own sentence, without naming a constraint."""
    return bool(_RAISED.search(error.diag.context or "")) and not error.diag.constraint_name


def _is_raised(error: psycopg.Error, state: str) -> bool:
    if _RAISED.search(error.diag.context or ""):
        return True
    from psycopg.errors import lookup

    try:
        lookup(state)
    except KeyError:  # a code of the database's own
        return True
    return False


def _without_state(error: psycopg.Error, *, lost: bool) -> FaultKind:
    """What the client library itself complains of."""
    import psycopg

    if isinstance(error, psycopg.DataError):
        return FaultKind.BAD_VALUE  # a NUL character in a text, a date the driver cannot write
    if lost or isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return FaultKind.CONNECTION
    return FaultKind.OTHER
