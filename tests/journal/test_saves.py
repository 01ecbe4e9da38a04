"""Kept saves: complete, private, bounded, erased without a trace, and never in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.base.folders import state_folder
from desktop.base.keys import RecordRef, TableName
from desktop.connect.profile import Profile, sqlite_profile
from desktop.edit.save_log import RowChange, SaveLog
from desktop.journal import saves
from desktop.journal.saves import SavesFile

POSTS, TAGS = TableName(None, "posts"), TableName("public", "tags")
CANARY = "canary-93ab"
CHANGED = RowChange(POSTS, (1,), (1,), {"title": "old"}, {"title": CANARY}, "The river")
MOVED = RowChange(POSTS, (2,), (20,), {"id": 2}, {"id": 20})
MADE = RowChange(TAGS, None, (7, "x"), {}, {"id": 7, "code": "x", "blob": b"\x00"})
REMOVED = RowChange(TAGS, (8, "y"), None, {"id": 8, "code": "y", "blob": None}, {})
ALL = (CHANGED, MOVED, MADE, REMOVED)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return sqlite_profile(tmp_path / "news.sqlite")


def log(*rows: RowChange) -> SaveLog:
    return SaveLog(rows, frozenset(row.table for row in rows))


def test_a_save_comes_back_whole(profile: Profile) -> None:
    clock = Clock()
    file = SavesFile(now=clock)
    file.add(profile, log(*ALL))
    (entry,) = file.entries(profile)
    assert entry.counts == {POSTS: (0, 2, 0), TAGS: (1, 0, 1)}
    assert (entry.made, entry.kept, entry.gap, entry.records) == (clock.now, True, "", 4)
    assert entry.os_user
    assert file.rows(entry.id) == ALL


def test_saves_of_other_connections_are_apart(profile: Profile, tmp_path: Path) -> None:
    other = sqlite_profile(tmp_path / "other.sqlite")
    file = SavesFile()
    file.add(profile, log(CHANGED))
    file.add(other, log(MADE))
    assert [entry.counts for entry in file.entries(other)] == [{TAGS: (1, 0, 0)}]
    file.erase(other)
    assert file.entries(other) == [] and len(file.entries(profile)) == 1


def test_a_record_has_its_own_history_under_all_its_keys(profile: Profile) -> None:
    file = SavesFile()
    file.add(profile, log(CHANGED, MOVED))
    file.add(profile, log(CHANGED))
    found = file.of_record(profile, RecordRef(POSTS, (1,)))
    assert [(entry.id, row) for entry, row in found] == [(2, CHANGED), (1, CHANGED)]
    for key in (2, 20):
        assert [row for _, row in file.of_record(profile, RecordRef(POSTS, (key,)))] == [MOVED]
    assert file.of_record(profile, RecordRef(POSTS, (3,))) == []


def test_an_undone_save_knows_by_what(profile: Profile) -> None:
    file = SavesFile()
    file.add(profile, log(CHANGED))
    file.add(profile, log(CHANGED), undoes=1)
    undo, first = file.entries(profile)
    assert (undo.undoes, first.undone_by) == (1, undo.id)


def test_too_much_is_listed_and_not_kept(profile: Profile, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SavesFile()
    file.add(profile, SaveLog((), frozenset({POSTS}), too_many=True))
    monkeypatch.setattr(saves, "MOST_OF_ONE", 10)
    file.add(profile, log(CHANGED))
    for entry in file.entries(profile):
        assert not entry.kept and entry.gap == "It changed too much to be kept."
        assert file.rows(entry.id) == ()


def _too_old(file: SavesFile, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    clock.now += timedelta(days=91)


def _too_many(file: SavesFile, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(saves, "MOST_SAVES", 1)


def _too_big(file: SavesFile, clock: Clock, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(saves, "MOST_BYTES", 200)


@pytest.mark.parametrize("bound", [_too_old, _too_many, _too_big])
def test_old_saves_are_let_go(
    profile: Profile,
    monkeypatch: pytest.MonkeyPatch,
    bound: Callable[[SavesFile, Clock, pytest.MonkeyPatch], None],
) -> None:
    clock = Clock()
    file = SavesFile(now=clock)
    file.add(profile, log(CHANGED))
    bound(file, clock, monkeypatch)
    file.add(profile, log(MADE))
    assert [entry.counts for entry in file.entries(profile)] == [{TAGS: (1, 0, 0)}]
    assert file.of_record(profile, RecordRef(POSTS, (1,))) == []


def test_erasing_leaves_no_trace_in_the_file(profile: Profile) -> None:
    file = SavesFile()
    file.add(profile, log(CHANGED))
    everything = b"".join(f.read_bytes() for f in state_folder().glob("saves.sqlite*"))
    assert CANARY.encode() in everything
    assert {f.stat().st_mode & 0o777 for f in state_folder().glob("saves.sqlite*")} == {0o600}
    file.erase(profile)
    everything = b"".join(f.read_bytes() for f in state_folder().glob("saves.sqlite*"))
    assert CANARY.encode() not in everything


def test_a_damaged_file_is_put_aside(profile: Profile) -> None:
    file = SavesFile()
    file.path.write_bytes(b"not ours" * 1000)
    file.add(profile, log(CHANGED))
    assert len(file.entries(profile)) == 1
    assert len(list(state_folder().glob("saves.sqlite.damaged-*"))) == 1
