"""Owns the saves kept on disk: what each changed, bounded in number, size and age; takes nothing back."""

from __future__ import annotations

import getpass
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from desktop.base.folders import state_folder
from desktop.base.keys import Key, RecordRef, TableName
from desktop.connect.profile import Profile
from desktop.edit.save_log import RowChange, SaveLog
from desktop.journal.codec import VERSION, UnreadableError, from_plain, to_plain
from desktop.journal.drafts import identity_of
from desktop.journal.file import FAULTS, open_file, put_aside, transaction, wipe_log
from desktop.journal.records import ref_to_text

MOST_SAVES: Final = 1_000
MOST_BYTES: Final = 100_000_000
MOST_OF_ONE: Final = 50_000_000
"""Bytes of one save; a larger one is listed and cannot be taken back. Room for MOST_WEIGHT of any text."""
LONGEST: Final = timedelta(days=90)

_APPLICATION = 0x524B5356
"""Marks the file as Rowkeeper's saved changes."""
_SCHEMA = """
CREATE TABLE save (id INTEGER PRIMARY KEY AUTOINCREMENT, identity TEXT NOT NULL, made TEXT NOT NULL,
    os_user TEXT NOT NULL, db_user TEXT NOT NULL, facts TEXT NOT NULL, content TEXT NOT NULL,
    size INTEGER NOT NULL, undoes INTEGER, undone_by INTEGER);
CREATE INDEX save_identity ON save (identity, id);
CREATE TABLE touched (identity TEXT NOT NULL, ref TEXT NOT NULL, save INTEGER NOT NULL,
    PRIMARY KEY (identity, ref, save)) WITHOUT ROWID;
CREATE INDEX touched_save ON touched (save)
"""


@dataclass(frozen=True, slots=True)
class SaveEntry:
    """One save, as a list shows it."""

    id: int
    made: datetime
    """In UTC."""
    os_user: str
    db_user: str
    counts: Mapping[TableName, tuple[int, int, int]]
    """Rows made, changed and removed, by table."""
    gap: str = ""
    """Why it cannot be taken back, or not all of it; empty where it can."""
    kept: bool = True
    """What it changed is known, so that it can be taken back."""
    undoes: int | None = None
    """The save that this one took back."""
    undone_by: int | None = None
    about: bool = False
    """It was about to be committed when Rowkeeper ended: perhaps it was saved."""

    @property
    def records(self) -> int:
        return sum(sum(counts) for counts in self.counts.values())

    def undone_in_part(self, undo: SaveEntry | None) -> bool:
        """``undo``: the save that took it back, where it is still kept."""
        return undo is not None and undo.records < self.records


class SavesFile:
    """All kept saves of this person, of every connection; for any thread and several processes."""

    def __init__(
        self, folder: Path | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._path = (folder or state_folder()) / "saves.sqlite"
        self._now = now
        self._lock = threading.Lock()
        self._checked = False
        """For damage, once: it takes reading all of the file."""

    @property
    def path(self) -> Path:
        return self._path

    def add(self, profile: Profile, log: SaveLog, undoes: int | None = None, *, about: bool = False) -> int:
        """Keep one save, and let go of what is too old or too much; returns its number.

        ``about``: it is about to be committed, ``settle`` follows. Raises OSError or sqlite3.Error.
        """
        identity, content = identity_of(profile), json.dumps([_plain(row) for row in log.rows])
        too_large = len(content) > MOST_OF_ONE
        facts = _facts(log, too_large=too_large)
        if about:
            facts[_ABOUT] = True
        content = "[]" if too_large else content
        values = (identity, self._now().isoformat(), _os_user(), profile.user, json.dumps(facts), content)
        refs = set() if too_large else {ref_to_text(ref) for row in log.rows for ref in _refs(row)}
        with self._open() as connection, transaction(connection):
            cursor = connection.execute(
                "INSERT INTO save (identity, made, os_user, db_user, facts, content, size, undoes)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, len(content), undoes),
            )
            number = cursor.lastrowid
            connection.executemany(
                "INSERT INTO touched VALUES (?, ?, ?)", [(identity, ref, number) for ref in refs]
            )
            assert number is not None
            if not about:
                connection.execute(_UNDONE, {"save": number})
            self._let_go(connection)
        return number

    def settle(self, save: int, *, saved: bool) -> bool:
        """A save that was about to be committed was, or was not: then it is forgotten. False where it is not
        there any more."""
        with self._open() as connection, transaction(connection):
            if saved:
                cursor = connection.execute(
                    "UPDATE save SET facts = json_remove(facts, '$.' || ?) WHERE id = ?", (_ABOUT, save)
                )
                connection.execute(_UNDONE, {"save": save})
            else:
                cursor = connection.execute("DELETE FROM save WHERE id = ?", [save])
                connection.execute("DELETE FROM touched WHERE save = ?", [save])
            return cursor.rowcount == 1

    def entries(self, profile: Profile) -> list[SaveEntry]:
        """The saves made on a connection, the last first."""
        if not self._path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(_OF_CONNECTION, [identity_of(profile)])
            return [_entry(row) for row in rows]

    def rows(self, save: int) -> tuple[RowChange, ...]:
        """Everything a save changed; empty where it is not kept any more."""
        with self._open() as connection:
            found = connection.execute("SELECT content FROM save WHERE id = ?", [save]).fetchone()
        return () if found is None else tuple(_row_from(plain) for plain in json.loads(found[0]))

    def of_record(self, profile: Profile, ref: RecordRef) -> list[tuple[SaveEntry, RowChange]]:
        """What saves did to one record, the last first; under the keys it had before too."""
        if not self._path.exists():
            return []
        found: list[tuple[SaveEntry, RowChange]] = []
        with self._open() as connection:
            rows = connection.execute(_OF_RECORD, [identity_of(profile), ref_to_text(ref)])
            entries = [_entry(row) for row in rows]
        for entry in entries:
            found += [(entry, row) for row in self.rows(entry.id) if ref in _refs(row)]
        return found

    def erase(self, profile: Profile) -> None:
        """Forget every save made on a connection; nothing of it stays readable in the file."""
        if not self._path.exists():
            return
        with self._open() as connection:
            with transaction(connection):
                for table in _ERASE:
                    connection.execute(table, [identity_of(profile)])
            connection.execute("VACUUM")
            wipe_log(connection)

    def _let_go(self, connection: sqlite3.Connection) -> None:
        oldest = (self._now() - LONGEST).isoformat()
        connection.execute(
            "DELETE FROM save WHERE made < ? OR id <= (SELECT max(id) FROM save) - ?", (oldest, MOST_SAVES)
        )
        connection.execute(_TOO_MUCH, [MOST_BYTES])
        connection.execute("DELETE FROM touched WHERE save NOT IN (SELECT id FROM save)")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                connection = open_file(
                    self._path, _APPLICATION, VERSION, _SCHEMA, alone=False, check=not self._checked
                )
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                put_aside(self._path)
                connection = open_file(self._path, _APPLICATION, VERSION, _SCHEMA, alone=False)
            self._checked = True
            try:
                yield connection
            finally:
                connection.close()


_ABOUT = "about"
_UNDONE = "UPDATE save SET undone_by = :save WHERE id = (SELECT undoes FROM save WHERE id = :save)"
_OF_CONNECTION = (
    "SELECT id, made, os_user, db_user, facts, undoes, undone_by FROM save WHERE identity = ?"
    " ORDER BY id DESC"
)
_OF_RECORD = (
    "SELECT id, made, os_user, db_user, facts, undoes, undone_by FROM save"
    " WHERE id IN (SELECT save FROM touched WHERE identity = ? AND ref = ?) ORDER BY id DESC"
)
_TOO_MUCH = (
    "DELETE FROM save WHERE id IN (SELECT id FROM"
    " (SELECT id, sum(size) OVER (ORDER BY id DESC) AS upto FROM save) WHERE upto > ?)"
)
_ERASE = ("DELETE FROM touched WHERE identity = ?", "DELETE FROM save WHERE identity = ?")


def _facts(log: SaveLog, *, too_large: bool) -> dict[str, object]:
    counts: dict[TableName, list[int]] = {}
    for row in log.rows:  # what the person did comes first, then what went with it
        place = 0 if row.key_before is None else 2 if row.key_after is None else 1
        counts.setdefault(row.table, [0, 0, 0])[place] += 1
    for table in sorted(log.tables, key=str):
        counts.setdefault(table, [0, 0, 0])
    return {
        "counts": [[name.schema, name.name, *three] for name, three in counts.items()],
        "kept": not (log.too_many or too_large),
        "gap": _gap(log, too_large=too_large),
    }


def _gap(log: SaveLog, *, too_large: bool) -> str:
    if log.too_many or too_large:
        return "It changed too much to be kept."
    if log.unkept:
        names = ", ".join(sorted(map(str, log.unkept)))
        why = "that table has no key, or fields that you may not read"
        return f"What it removed from {names} is not kept: {why}."
    return ""


_PERHAPS = (
    "Rowkeeper ended while this was being saved, and the records were changed since: nobody can tell whether"
    " it was saved."
)


def _entry(row: tuple[Any, ...]) -> SaveEntry:
    id_, made, os_user, db_user, facts, undoes, undone_by = row
    plain = json.loads(facts)
    counts = {TableName(schema, name): (a, b, c) for schema, name, a, b, c in plain["counts"]}
    moment = datetime.fromisoformat(made)
    about = _ABOUT in plain
    gap = _PERHAPS if about else plain["gap"]
    return SaveEntry(id_, moment, os_user, db_user, counts, gap, plain["kept"], undoes, undone_by, about)


def _refs(row: RowChange) -> list[RecordRef]:
    return [RecordRef(row.table, key) for key in (row.key_before, row.key_after) if key is not None]


def _plain(row: RowChange) -> list[object]:
    return [
        row.table.schema,
        row.table.name,
        to_plain(row.key_before),
        to_plain(row.key_after),
        [[name, to_plain(value)] for name, value in row.before.items()],
        [[name, to_plain(value)] for name, value in row.after.items()],
        row.title,
        [[name, *pair] for name, pair in row.names.items()],
    ]


def _row_from(plain: list[Any]) -> RowChange:
    schema, name, key_before, key_after, before, after, title, *names = plain
    return RowChange(
        TableName(schema, name),
        _key(key_before),
        _key(key_after),
        {column: from_plain(value) for column, value in before},
        {column: from_plain(value) for column, value in after},
        title,
        {column: (old, new) for column, old, new in (names[0] if names else ())},
    )


def _key(plain: object) -> Key | None:
    found = from_plain(plain)
    if found is None or isinstance(found, tuple):
        return found
    raise UnreadableError("not a key")


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


__all__ = ["FAULTS", "LONGEST", "MOST_BYTES", "MOST_SAVES", "SaveEntry", "SavesFile"]
