"""The draft on disk: complete, private, one process each, gone with the last change, never in the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.connect.profile import Profile, sqlite_profile
from desktop.edit.changes import Action, FieldChange, LinkChange, RecordChange
from desktop.journal.codec import UnreadableError
from desktop.journal.drafts import DraftFile, drafts_folder, identity_of, left_behind
from desktop.journal.records import DraftRecord, record_from_text, record_to_text, with_fresh_keys
from desktop.staging.staged import Invalid, RecordState, Wrong
from desktop.values.special import Clipped

POSTS = TableName(None, "posts")
POST = RecordRef(POSTS, (1,))
NEW = RecordRef(TableName("public", "tags"), NewKey(1_000_000))
CANARY = "canary-7c1e"


def update(ref: RecordRef, new: object, base: object = "old") -> DraftRecord:
    change = RecordChange(ref, Action.UPDATE, {"title": FieldChange(base, new)})
    return DraftRecord(RecordState(ref, change), "The river")


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return sqlite_profile(tmp_path / "news.sqlite")


def _texts(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_everything_staged_comes_back(profile: Profile) -> None:
    change = RecordChange(
        NEW, Action.INSERT, {"name": FieldChange(None, "sea")}, {"posts": LinkChange([(1,)], [])}
    )
    pointing = RecordChange(POST, Action.UPDATE, {"tag": FieldChange(2, NEW.key)},
                            {"tags": LinkChange([NEW.key], [(3,)])})  # fmt: skip
    wrong = {"views": Wrong(Invalid("x", "no number"), 3)}
    going = RecordRef(POSTS, (2,))
    seen = {"title": Clipped("The", 90), "price": Decimal("1.50"), "day": None}
    records = [
        DraftRecord(RecordState(NEW, change)),
        DraftRecord(RecordState(POST, pointing, wrong, {"tag": "sea"}), "The river"),
        DraftRecord(RecordState(going, RecordChange(going, Action.DELETE, seen=seen))),
    ]
    file = DraftFile(profile)
    file.write({record.ref: record for record in records})
    file.close()
    (draft,) = left_behind().drafts
    assert draft.records == records
    assert (draft.changes, draft.profile, draft.identity) == (1 + 3 + 1, profile, identity_of(profile))
    draft.close()


def test_a_delete_of_an_older_draft_comes_back_without_what_was_seen() -> None:
    delete = DraftRecord(RecordState(POST, RecordChange(POST, Action.DELETE, seen={"title": "old"})))
    plain = json.loads(record_to_text(delete))
    del plain["change"]["seen"]
    back = record_from_text(json.dumps(plain))
    assert back == DraftRecord(RecordState(POST, RecordChange(POST, Action.DELETE)))


@pytest.mark.parametrize("seen", [7, [["title"]], [["title", {"odd": 1}]]])
def test_what_was_seen_and_cannot_be_read_is_no_record(seen: object) -> None:
    delete = DraftRecord(RecordState(POST, RecordChange(POST, Action.DELETE)))
    plain = json.loads(record_to_text(delete))
    plain["change"]["seen"] = seen
    with pytest.raises(UnreadableError):
        record_from_text(json.dumps(plain))


def test_only_touched_records_are_written_again(profile: Profile) -> None:
    other = RecordRef(POSTS, (2,))
    file = DraftFile(profile)
    file.write({POST: update(POST, "a"), other: update(other, "b")})
    file.write({POST: update(POST, "c")})
    file.write({other: None})
    file.close()
    (draft,) = left_behind().drafts
    assert [record.ref for record in draft.records] == [POST]
    assert draft.records[0] == update(POST, "c")
    draft.close()


def test_files_are_for_nobody_else(profile: Profile) -> None:
    file = DraftFile(profile)
    file.write({POST: update(POST, CANARY)})
    modes = {f.name: f.stat().st_mode & 0o777 for f in drafts_folder().iterdir()}
    assert len(modes) > 1, "the log stands beside the file"
    assert set(modes.values()) == {0o600}
    file.erase()


def test_the_last_change_taken_back_leaves_nothing(profile: Profile) -> None:
    file = DraftFile(profile)
    file.write({POST: update(POST, CANARY)})
    file.write({POST: None})
    assert list(drafts_folder().iterdir()) == []
    file.write({POST: update(POST, "again")})
    assert left_behind().drafts == ()
    file.erase()


def test_a_change_taken_back_is_wiped_while_others_stay(profile: Profile) -> None:
    other = RecordRef(POSTS, (2,))
    file = DraftFile(profile)
    file.write({POST: update(POST, CANARY * 50), other: update(other, "b")})
    assert CANARY.encode() in _texts(drafts_folder())
    file.write({POST: None})
    assert CANARY.encode() not in _texts(drafts_folder())
    file.erase()


def _hold(path: str, ready: object, end: object) -> None:
    os.environ["XDG_STATE_HOME"] = path
    file = DraftFile(sqlite_profile("/nowhere/news.sqlite"))
    file.write({POST: update(POST, "theirs")})
    ready.set()  # type: ignore[attr-defined]
    end.wait(60)  # type: ignore[attr-defined]
    os._exit(1)


def test_the_draft_of_a_running_process_is_left_alone(profile: Profile) -> None:
    context = multiprocessing.get_context("spawn")
    ready, end = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(os.environ["XDG_STATE_HOME"], ready, end))
    other.start()
    assert ready.wait(60)
    assert left_behind().drafts == ()
    end.set()
    other.join()
    (draft,) = left_behind().drafts
    assert draft.records == [update(POST, "theirs")]
    draft.erase()
    assert list(drafts_folder().iterdir()) == []


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_draft_is_put_aside(profile: Profile, content: bytes) -> None:
    file = DraftFile(profile)
    file.write({POST: update(POST, "kept")})
    file.close()
    bad = drafts_folder() / "bad.draft"
    bad.write_bytes(content)
    left = left_behind()
    assert [draft.records for draft in left.drafts] == [[update(POST, "kept")]]
    (aside,) = left.damaged
    assert aside.name.startswith("bad.draft.damaged-") and aside.read_bytes() == content
    left.drafts[0].erase()
    assert left_behind() == type(left)()


@pytest.mark.parametrize("table", ["fact", "record"])
def test_a_draft_with_nonsense_in_it_is_put_aside(profile: Profile, table: str) -> None:
    file = DraftFile(profile)
    file.write({POST: update(POST, "kept")})
    file.close()
    with sqlite3.connect(file.path) as connection:
        column = "content" if table == "fact" else "staged"
        connection.execute(f"UPDATE {table} SET {column} = '[1'")  # noqa: S608 - two fixed names
    connection.close()
    assert len(left_behind().damaged) == 1


@pytest.mark.parametrize("size", [0, 1])
def test_a_process_that_ended_at_once_leaves_no_damage(profile: Profile, size: int) -> None:
    drafts_folder().mkdir()
    path = drafts_folder() / "early.draft"
    path.touch()
    if size:
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
    left = left_behind()
    assert (left.drafts, left.damaged) == ((), ())
    assert list(drafts_folder().iterdir()) == []


def test_a_draft_taken_over_is_not_offered_twice(profile: Profile) -> None:
    first, second = DraftFile(profile), DraftFile(profile)
    first.write({POST: update(POST, "a")})
    first.close()
    second.write({POST: update(POST, "a")}, absorbed=[first.path.name])
    second.close()
    (draft,) = left_behind().drafts
    assert draft.path == second.path
    assert not first.path.exists()
    draft.close()


def test_only_the_database_asked_for_is_offered(profile: Profile, tmp_path: Path) -> None:
    file = DraftFile(profile)
    file.write({POST: update(POST, "a")})
    file.close()
    assert left_behind(identity="sqlite:/other").drafts == ()
    link = tmp_path / "link.sqlite"
    link.symlink_to(profile.path)
    (draft,) = left_behind(identity=identity_of(sqlite_profile(link))).drafts
    draft.close()


def test_no_password_is_kept(tmp_path: Path) -> None:
    profile = Profile("n", "postgresql", host="h", database="d", user="u", options={"sslpassword": CANARY})
    file = DraftFile(profile)
    file.write({POST: update(POST, "a")})
    assert CANARY.encode() not in _texts(drafts_folder())
    file.erase()
    assert identity_of(profile) != identity_of(Profile("n", "postgresql", host="h", database="d", user="v"))


def test_a_save_on_its_way_is_known_after_a_crash(profile: Profile) -> None:
    file = DraftFile(profile)
    file.write({NEW: DraftRecord(RecordState(NEW, RecordChange(NEW, Action.INSERT)))})
    known = RecordRef(NEW.table, (12,))
    file.committing({NEW: known})
    file.write({POST: update(POST, "typed meanwhile")}, saving=True)
    file.close()
    (draft,) = left_behind().drafts
    assert draft.saving == {NEW: known}
    draft.close()


def test_a_failed_save_is_on_its_way_no_more(profile: Profile) -> None:
    file = DraftFile(profile)
    file.write({POST: update(POST, "a")})
    file.committing({})
    file.write({POST: update(POST, "b")}, saving=True)
    file.write({POST: update(POST, "c")})
    file.close()
    (draft,) = left_behind().drafts
    assert draft.saving is None
    draft.close()


def test_new_keys_stand_for_nothing_else_after_a_restart() -> None:
    new = DraftRecord(
        RecordState(NEW, RecordChange(NEW, Action.INSERT, {"parent": FieldChange(None, NEW.key)}))
    )
    pointing = RecordState(POST, RecordChange(POST, Action.UPDATE, {"tag": FieldChange(None, NEW.key)}))
    first, second = with_fresh_keys([new, DraftRecord(pointing)])
    assert isinstance(first.ref.key, NewKey) and first.ref.key != NEW.key
    for one in (first, second):
        assert one.state.change is not None
        assert [field.new for field in one.state.change.fields.values()] == [first.ref.key]
