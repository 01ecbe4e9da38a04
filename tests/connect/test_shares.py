"""A file on a network share is told as such, and never written in WAL mode."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop.connect import shares
from desktop.connect.profile import sqlite_profile
from desktop.connect.shares import share_of
from desktop.schema.database import open_database


def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """As if the system listed these."""
    (tmp_path / "mounts").write_text("\n".join(("/dev/sda1 / ext4 rw 0 0", "proc /proc proc rw 0 0", *lines)))
    monkeypatch.setattr(shares, "MOUNTS", tmp_path / "mounts")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_the_nearest_mount_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    mounted(
        tmp_path,
        monkeypatch,
        f"there:/all /mnt/all\\040of\\040us {kind} rw 0 0",
        "/dev/sdb1 /mnt/all\\040of\\040us/mine ext4 rw 0 0",
    )
    assert share_of("/mnt/all of us/a/b.sqlite") == kind
    assert share_of("/mnt/all of us/mine/b.sqlite") == share_of("/mnt/all of us too/b.sqlite") == ""
    monkeypatch.setattr(shares, "MOUNTS", tmp_path / "nowhere")
    assert share_of("/mnt/all of us/a/b.sqlite") == ""


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_in_wal_mode_it_is_only_read_and_the_mode_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str
) -> None:
    file = tmp_path / "notes.sqlite"
    with closing(sqlite3.connect(file)) as plain:
        plain.execute(f"PRAGMA journal_mode = {journal}")
        plain.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY)")
        plain.commit()
    mounted(tmp_path, monkeypatch, f"//there/all {tmp_path} cifs rw 0 0")
    database = open_database(sqlite_profile(file))
    assert database.share == "cifs"
    reason = database.table(database.find("notes")).read_only_reason
    assert ("network share" in reason) is (journal == "wal") is bool(reason)
    database.dispose()
    with closing(sqlite3.connect(file)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == (journal,)
