"""Owns the drafts on disk: one file per process and connection while something is not saved; shows nothing.

The file is held by its process alone (SQLite's own lock, which ends with the process however that ends), so
that a draft that can be opened is one that nobody works on any more.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from desktop.base.folders import state_folder
from desktop.base.keys import RecordRef
from desktop.connect.profile import Profile
from desktop.connect.store import profile_from_plain, profile_to_plain
from desktop.journal.codec import VERSION, UnreadableError
from desktop.journal.file import (
    FAULTS,
    InUseError,
    erase,
    open_file,
    put_aside,
    transaction,
    wipe_log,
)
from desktop.journal.records import (
    DraftRecord,
    plain_ref,
    record_from_text,
    record_to_text,
    ref_from,
    ref_to_text,
)

_APPLICATION = 0x524B4452
"""Marks the file as a draft of Rowkeeper's."""
_SCHEMA = """
CREATE TABLE fact (name TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (place INTEGER PRIMARY KEY, ref TEXT NOT NULL UNIQUE, staged TEXT NOT NULL)
"""
_ENDING = ".draft"


def drafts_folder() -> Path:
    """Where drafts lie; nothing else does."""
    return state_folder() / "drafts"


def identity_of(profile: Profile) -> str:
    """The database and the user that a draft belongs to; a file by its real path."""
    if profile.backend == "sqlite":
        return f"sqlite:{os.path.realpath(profile.path)}"
    return f"{profile.identity}?user={profile.user}"


class DraftFile:
    """The draft of one connection of this process; may be used from any thread."""

    def __init__(self, profile: Profile, folder: Path | None = None) -> None:
        self._profile = profile
        self._folder = folder or drafts_folder()
        self._path = self._folder / f"{uuid.uuid4().hex}{_ENDING}"
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    @property
    def path(self) -> Path:
        return self._path

    def write(
        self,
        records: Mapping[RecordRef, DraftRecord | None],
        absorbed: Sequence[str] = (),
        *,
        saving: bool = False,
    ) -> None:
        """Put down what is staged for these records now (None: nothing any more); durable on return.

        ``absorbed`` names drafts that are part of this one from now on; ``saving``: a save is on its way, of
        which ``committing`` may have told. With nothing left the file is erased.
        Raises OSError or sqlite3.Error where the folder cannot be written.
        """
        with self._lock:
            if self._connection is not None or any(records.values()):
                self._write(self._opened(), records, absorbed, saving)

    def _write(
        self,
        connection: sqlite3.Connection,
        records: Mapping[RecordRef, DraftRecord | None],
        absorbed: Sequence[str],
        saving: bool,
    ) -> None:
        with transaction(connection):
            if not saving:
                connection.execute("DELETE FROM fact WHERE name = 'saving'")
            for ref, record in records.items():
                _put(connection, ref, record)
            connection.executemany(
                "INSERT OR REPLACE INTO fact VALUES ('absorbed ' || ?1, ?1)", [(one,) for one in absorbed]
            )
            left = connection.execute("SELECT EXISTS (SELECT 1 FROM record)").fetchone()[0]
        if not left:
            _wipe(connection, self._path)
            self._connection = None
        elif not all(records.values()):
            wipe_log(connection)

    def committing(self, final: Mapping[RecordRef, RecordRef]) -> None:
        """A save is about to be committed, with these final references of new records; durable on return."""
        pairs = [[plain_ref(new), plain_ref(known)] for new, known in final.items()]
        with self._lock:
            if self._connection is not None:
                self._connection.execute(
                    "INSERT OR REPLACE INTO fact VALUES ('saving', ?)", [json.dumps(pairs)]
                )

    def erase(self) -> None:
        """Nothing is to be kept any more."""
        with self._lock:
            if self._connection is not None:
                _wipe(self._connection, self._path)
                self._connection = None

    def close(self) -> None:
        """Let go of the file; what stands in it is offered at the next start."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = open_file(self._path, _APPLICATION, VERSION, _SCHEMA, alone=True)
            facts = {
                "identity": identity_of(self._profile),
                "profile": json.dumps(profile_to_plain(self._profile)),
                "began": datetime.now(UTC).isoformat(),
            }
            with transaction(connection):
                connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", list(facts.items()))
            self._connection = connection
        return self._connection


def _put(connection: sqlite3.Connection, ref: RecordRef, record: DraftRecord | None) -> None:
    if record is None:
        connection.execute("DELETE FROM record WHERE ref = ?", [ref_to_text(ref)])
    else:
        connection.execute(
            "INSERT INTO record (ref, staged) VALUES (?, ?)"
            " ON CONFLICT (ref) DO UPDATE SET staged = excluded.staged",
            [ref_to_text(ref), record_to_text(record)],
        )


def _wipe(connection: sqlite3.Connection, path: Path) -> None:
    """Overwrite what was written before the file goes: it was not for everybody's eyes."""
    with transaction(connection):
        connection.execute("DELETE FROM record")
        connection.execute("DELETE FROM fact")
    wipe_log(connection)
    connection.close()
    erase(path)


@dataclass(eq=False)
class Draft:
    """What a process that ended left unsaved. Nobody else can have it until it is closed or erased."""

    profile: Profile
    identity: str
    began: datetime
    """When the first of it was staged, in UTC."""
    records: list[DraftRecord]
    saving: Mapping[RecordRef, RecordRef] | None
    """Where the process ended in the middle of a save: the keys its new records would have got."""
    path: Path
    _connection: sqlite3.Connection = field(repr=False)
    _erased: bool = False

    @property
    def name(self) -> str:
        """By which other drafts know it."""
        return self.path.name

    @property
    def changes(self) -> int:
        return sum(record.changes for record in self.records)

    def erase(self) -> None:
        """Leave nothing of it behind."""
        if not self._erased:
            self._erased = True
            _wipe(self._connection, self.path)

    def close(self) -> None:
        """Keep it for another time."""
        self._connection.close()


@dataclass(frozen=True)
class Left:
    """What was found at a start."""

    drafts: tuple[Draft, ...] = ()
    damaged: tuple[Path, ...] = ()
    """Files that could not be read, under the names they were put aside."""


def left_behind(
    folder: Path | None = None, *, identity: str | None = None, without: Iterable[Path] = ()
) -> Left:
    """The drafts of processes that ended, the oldest first; those in use are left alone.

    ``identity``: only those of that database. Raises OSError where the folder cannot be read.
    """
    folder = folder or drafts_folder()
    drafts: list[Draft] = []
    damaged: list[Path] = []
    own = set(without)
    for path in sorted(folder.glob(f"*{_ENDING}")) if folder.is_dir() else ():
        if path in own:
            continue
        try:
            draft = _open(path)
        except InUseError:
            continue
        except (sqlite3.DatabaseError, UnreadableError) as error:
            if isinstance(error, sqlite3.OperationalError):
                raise  # the folder, not the file
            damaged.append(put_aside(path))
            continue
        if draft is not None:
            drafts.append(draft)
    drafts = _without_absorbed(drafts)
    wanted = [draft for draft in drafts if identity in (None, draft.identity)]
    for draft in drafts:
        if draft not in wanted:
            draft.close()
    return Left(tuple(sorted(wanted, key=lambda draft: draft.began)), tuple(damaged))


def _open(path: Path) -> Draft | None:
    """None where nothing stands in it."""
    connection = open_file(path, _APPLICATION, VERSION, _SCHEMA, alone=True)
    try:
        facts = dict(connection.execute("SELECT name, content FROM fact"))
        texts = [text for (text,) in connection.execute("SELECT staged FROM record ORDER BY place")]
        if not texts:
            _wipe(connection, path)
            return None
        saving = facts.get("saving")
        return Draft(
            profile_from_plain(json.loads(facts["profile"])),
            facts["identity"],
            datetime.fromisoformat(facts["began"]),
            [record_from_text(text) for text in texts],
            None if saving is None else {ref_from(new): ref_from(known) for new, known in json.loads(saving)},
            path,
            connection,
        )
    except (KeyError, ValueError, TypeError) as error:
        connection.close()
        raise UnreadableError("not a draft") from error
    except BaseException:
        connection.close()
        raise


def _without_absorbed(drafts: list[Draft]) -> list[Draft]:
    """A process may end between taking a draft over and erasing it: what was taken over goes now."""
    gone = {
        name
        for draft in drafts
        for (name,) in draft._connection.execute("SELECT content FROM fact WHERE name LIKE 'absorbed %'")
    }
    for draft in drafts:
        if draft.name in gone:
            draft.erase()
    return [draft for draft in drafts if draft.name not in gone]


__all__ = ["FAULTS", "Draft", "DraftFile", "Left", "drafts_folder", "identity_of", "left_behind"]
