"""Owns an open database as everything above sees it: profile, engine, description, tables, classes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.connect import sqlite_file
from desktop.connect.backend import wanted_by
from desktop.connect.capabilities import Capabilities, read_capabilities
from desktop.connect.engine import make_engine
from desktop.connect.opening import opening
from desktop.connect.profile import Profile
from desktop.connect.shares import share_of
from desktop.connect.target import check_file
from desktop.schema.describe import ForeignKey, Schema, Table
from desktop.schema.preferences import Preferences
from desktop.schema.reflect import Reflection, reflect

if TYPE_CHECKING:
    from desktop.schema.mapping import Mapped

_READ_ONLY = "This database was opened read-only."
_NOT_WRITABLE = "You may read this file, but not write to it and its folder."
_SHARED_LOG = (
    "This file is in WAL mode and lies on a network share, where writing could damage it: copy it to a disk"
    " of this computer."
)


class Classes(Mapping[TableName, type["Mapped"]]):
    """The mapped classes, made when the first is asked for: only what writes needs SQLAlchemy's ORM."""

    def __init__(self, reflection: Reflection) -> None:
        self._reflection = reflection
        self._lock = Lock()
        self._classes: Mapping[TableName, type[Mapped]] | None = None

    def __getitem__(self, name: TableName) -> type[Mapped]:
        return self._made()[name]

    def __iter__(self) -> Iterator[TableName]:
        return iter(self._made())

    def __len__(self) -> int:
        return len(self._made())

    def _made(self) -> Mapping[TableName, type[Mapped]]:
        from desktop.schema.mapping import map_classes

        with self._lock:  # any thread may be the first
            if self._classes is None:
                self._classes = map_classes(self._reflection)
            return self._classes


@dataclass(frozen=True)
class Database:
    """One open connection's worth of knowledge; frozen, so it may be read from any thread."""

    profile: Profile
    engine: sqlalchemy.Engine
    capabilities: Capabilities
    schema: Schema
    tables: Mapping[TableName, sqlalchemy.Table]
    classes: Mapping[TableName, type[Mapped]]
    preferences: Preferences
    reflected: Schema = field(repr=False)
    """As guessed, before the preferences were applied."""
    share: str = ""
    """The kind of network share the file lies on, where it does."""
    known: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What others would only have to work out again; from any thread, so nothing in it is ever changed."""

    @property
    def lone_statements(self) -> bool:
        """Read without a transaction around; one that is only read says so in each transaction."""
        return self.capabilities.lone_statements and not self.profile.read_only

    def table(self, name: TableName) -> Table:
        """The description; RefusedError where there is no such table or it cannot be read."""
        found = self.schema.tables.get(name)
        if found is None:
            raise RefusedError(self._missing(name))
        return found

    def sa(self, name: TableName) -> sqlalchemy.Table:
        """The SQLAlchemy table; its columns are found by their names."""
        self.table(name)
        return self.tables[name]

    def cls(self, name: TableName) -> type[Mapped]:
        """The mapped class; RefusedError where records of the table cannot be changed."""
        table = self.table(name)
        found = self.classes.get(name)
        if found is None:
            raise RefusedError(Refusal(Reason.READ_ONLY, table.read_only_reason, table=name))
        return found

    def key_columns(self, name: TableName) -> tuple[sqlalchemy.Column[Any], ...]:
        """The columns of ``Table.key``, in that order."""
        return tuple(self.sa(name).c[column] for column in self.table(name).key)

    def incoming(self, name: TableName) -> tuple[ForeignKey, ...]:
        """The foreign keys, here or elsewhere, that point to the table."""
        return self.schema.incoming.get(name, ())

    def find(self, text: str) -> TableName:
        """The table a person means by ``posts`` or ``public.posts``; RefusedError where there is none."""
        names = [*self.schema.tables, *(broken.name for broken in self.schema.broken)]
        wanted = text.strip()
        found = self._named(text, names) or self._named(wanted, names)
        if found is not None:
            self.table(found)
            return found
        near = difflib.get_close_matches(wanted.casefold(), [str(n).casefold() for n in names], n=1)
        meant = next((str(n) for n in names if near and str(n).casefold() == near[0]), "")
        hint = f"Did you mean {meant}?" if meant else ""
        raise RefusedError(Refusal(Reason.OTHER, f"There is no table named {wanted}.", hint))

    def _named(self, wanted: str, names: list[TableName]) -> TableName | None:
        """By the exact name, else ignoring case, else in whatever schema it is the only one."""
        for name in names:
            if wanted in (str(name), self._full_name(name)):
                return name
        folded = wanted.casefold()
        for name in names:
            if folded in (str(name).casefold(), self._full_name(name).casefold()):
                return name
        alone = [name for name in names if name.name.casefold() == folded]
        return alone[0] if len(alone) == 1 else None

    def with_preferences(self, preferences: Preferences) -> Database:
        """The same database seen through other settings; the engine is shared."""
        return replace(self, preferences=preferences, schema=preferences.apply(self.reflected))

    def reconnect(self, token: CancelToken | None = None) -> frozenset[TableName]:
        """Make all connections anew, to what is there now; the tables that are not as they were described.

        RefusedError in words where it cannot be reached, CancelledError.
        """
        token = token or CancelToken()
        self.engine.dispose()
        with wanted_by(token), opening(self.profile):
            found = reflect(self.engine, self.capabilities, token).schema
        now = _read_only(found, _read_only_reason(self.profile)).tables
        before = self.reflected.tables
        return frozenset(name for name in {*before, *now} if before.get(name) != now.get(name))

    def dispose(self) -> None:
        """Close every pooled connection; the database must not be used afterwards."""
        self.engine.dispose()

    def _full_name(self, name: TableName) -> str:
        schema = name.schema or (self.engine.dialect.default_schema_name or "main")
        return f"{schema}.{name.name}"

    def _missing(self, name: TableName) -> Refusal:
        for broken in self.schema.broken:
            if broken.name == name:
                return Refusal(Reason.OTHER, f"{name} cannot be opened.", broken.reason, table=name)
        return Refusal(Reason.OTHER, f"There is no table named {name}.", table=name)


def open_database(
    profile: Profile, password: str | None = None, token: CancelToken | None = None
) -> Database:
    """Connect, reflect and map; RefusedError in words for what cannot be opened, CancelledError."""
    token = token or CancelToken()
    if profile.backend == "sqlite":
        check_file(profile.path)  # opening a pipe or a device could wait for ever
    engine = make_engine(profile, password)
    try:
        with wanted_by(token), opening(profile):
            capabilities = read_capabilities(engine)
            reflection = reflect(engine, capabilities, token)
    except BaseException:
        engine.dispose()
        raise
    schema = _read_only(reflection.schema, _read_only_reason(profile))
    preferences = Preferences.load(profile)
    return Database(
        profile,
        engine,
        capabilities,
        preferences.apply(schema),
        reflection.tables,
        Classes(reflection),
        preferences,
        schema,
        share_of(profile.path) if profile.backend == "sqlite" else "",
    )


def _read_only_reason(profile: Profile) -> str:
    if profile.read_only:
        return _READ_ONLY
    if profile.backend != "sqlite":
        return ""
    if sqlite_file.is_wal(profile.path) and share_of(profile.path):
        return _SHARED_LOG
    return "" if sqlite_file.may_write(profile.path) else _NOT_WRITABLE


def _read_only(schema: Schema, reason: str) -> Schema:
    tables = {
        name: replace(table, read_only_reason=table.read_only_reason or reason)
        for name, table in schema.tables.items()
    }
    return replace(schema, tables=tables)
