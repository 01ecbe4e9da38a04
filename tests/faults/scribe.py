"""Owns a process that writes a draft without end, and tells on its output what is on disk for sure.

python -m tests.faults.scribe FOLDER
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from desktop.base.keys import RecordRef, TableName
from desktop.connect.profile import sqlite_profile
from desktop.edit.changes import Action, FieldChange, RecordChange
from desktop.journal.drafts import DraftFile
from desktop.journal.records import DraftRecord
from desktop.staging.staged import RecordState

TABLE = TableName(None, "notes")
RECORDS = 40


def main() -> None:
    """Until killed: one more entry, of a random size; now and then one is taken back."""
    folder = Path(sys.argv[1])
    file, chance = DraftFile(sqlite_profile(folder / "notes.sqlite"), folder), random.Random(7)
    for number in range(1, 10_000_000):
        ref = RecordRef(TABLE, (number % RECORDS,))
        text = f"{number} {'x' * chance.randint(0, 9000)}"
        change = RecordChange(ref, Action.UPDATE, {"body": FieldChange("as it was", text)})
        records: dict[RecordRef, DraftRecord | None] = {ref: DraftRecord(RecordState(ref, change))}
        if number % 13 == 0:
            records[RecordRef(TABLE, ((number + 1) % RECORDS,))] = None
        file.write(records)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
