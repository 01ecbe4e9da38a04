"""Owns processes that save again and again until they are killed; knows no Qt, so that a hundred are quick.

    python -m tests.faults.saver URL KILLS SEED

Prints ``saving TEXT`` when the draft of a save is on disk, ``saved TEXT`` when the save has come back. Each
process first saves what the one before it left unsaved. The last one does only that, and ends by itself.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Mapping, Sequence

from desktop.base.keys import RecordRef
from desktop.connect.profile import parse_url
from desktop.edit.changes import ChangeSet
from desktop.edit.save_log import SaveLog
from desktop.edit.unit import Unit
from desktop.journal.drafts import Draft, DraftFile, left_behind
from desktop.journal.records import DraftRecord
from desktop.journal.restoring import recheck
from desktop.schema.database import Database, open_database
from desktop.staging.staged import RecordState
from desktop.values.locale import PLAIN

ROWS = 20


class Saver:
    """One process at work."""

    def __init__(self, database: Database, out: int) -> None:
        self._database = database
        self._file = DraftFile(database.profile)
        self._out = out

    def committing(self, final: Mapping[RecordRef, RecordRef], log: SaveLog) -> None:
        self._file.committing(final)

    def saved(self, log: SaveLog) -> None:
        """The draft learns it from the save."""

    def failed(self, log: SaveLog) -> None:
        """Everything stays as it is."""

    def save(self, changes: ChangeSet, text: str, absorbed: Sequence[Draft] = ()) -> None:
        """With a draft on disk before, in place of those it takes over, and none afterwards."""
        records = {one.ref: DraftRecord(RecordState(one.ref, one)) for one in changes}
        self._file.write(records, [draft.name for draft in absorbed])
        for draft in absorbed:
            draft.erase()
        self._say("saving", text)
        unit = Unit(self._database, changes, self)
        unit.save()
        self._file.write(dict.fromkeys(records))
        self._say("saved", text)

    def restore(self) -> None:
        """Save what was left behind."""
        for draft in left_behind().drafts:
            found = recheck(self._database, draft, PLAIN)
            changes = ChangeSet()
            for record in found.records:
                assert record.state.change is not None
                changes.put(record.state.change)
            if len(changes):
                text = next(str(one.values["text"]) for one in changes)
                self.save(changes, text, [draft])
            draft.erase()

    def go_on(self, round_: int) -> None:
        """For ever: every note gets one text, and the log one more line."""
        notes, log = self._database.find("notes"), self._database.find("log")
        before = str(_stored(self._database))
        for number in range(1_000_000):
            text, unit = f"{round_}-{number}", Unit(self._database)
            for key in range(1, ROWS + 1):
                unit.stage(RecordRef(notes, (key,)), "text", before, text)
            unit.stage_insert(log, {"text": text})
            self.save(unit.changes, text)
            before = text

    def _say(self, *words: str) -> None:
        os.write(self._out, (" ".join(words) + "\n").encode())


def _stored(database: Database) -> object:
    import sqlalchemy as sa

    with database.engine.connect() as connection:
        return connection.scalar(sa.text("SELECT text FROM notes WHERE id = 1"))


def child(url: str, round_: int, out: int, *, last: bool) -> None:
    """Everything a process does."""
    database = open_database(parse_url(url)[0])
    saver = Saver(database, out)
    saver.restore()
    if not last:
        saver.go_on(round_)


def killed(url: str, round_: int, chance: random.Random) -> None:
    """One process, from its start to its end."""
    listen, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(listen)
        child(url, round_, tell, last=False)
    os.close(tell)
    with os.fdopen(listen) as lines:
        for _ in range(chance.randint(1, 7)):
            sys.stdout.write(lines.readline())
        time.sleep(chance.random() * 0.04)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        sys.stdout.writelines(line for line in lines if line.endswith("\n"))
    sys.stdout.flush()


def main() -> None:
    """Kill and start again; the imports are done once, each process is a fork."""
    url, kills, chance = sys.argv[1], int(sys.argv[2]), random.Random(sys.argv[3])  # moments to kill at
    for round_ in range(kills):
        killed(url, round_, chance)
    child(url, kills, sys.stdout.fileno(), last=True)


if __name__ == "__main__":
    main()
