"""What several records share, read from the database and laid under what is staged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from desktop.base.keys import RecordRef
from desktop.base.refusal import RefusedError
from desktop.browse import many as reading
from desktop.browse.many import read_many
from desktop.edit.changes import LinkChange
from desktop.schema.database import Database
from desktop.staging.many import ManyRecords
from desktop.staging.staging import Edit, Invalid, Staging
from desktop.values.special import DEFAULT, DIFFERS
from tests.edit.craft import POSTS, TAGS, ref
from tests.fixtures.databases import MakeDatabase, SqlLog


def records(database: Database, staging: Staging, *numbers: int) -> ManyRecords:
    keys = [(number,) for number in numbers]
    refs = [RecordRef(POSTS, key) for key in keys]
    return ManyRecords(database.table(POSTS), refs, read_many(database, POSTS, keys), staging)


def test_stored_and_staged_values_are_compared(newsroom: Database) -> None:
    staging = Staging()
    many = records(newsroom, staging, 3, 4, 99)
    assert many.refs == [ref(POSTS, 3), ref(POSTS, 4)]  # the third is not there
    assert (many.shared("status"), many.shared("title")) == ("draft", DIFFERS)
    assert many.label("author_id", many.shared("author_id")) == "Grace Hopper"
    staging.edit("a", [Edit(ref(POSTS, 3), "status", "draft", "review")])
    assert many.shared("status") is DIFFERS and many.shared("status", staged=False) == "draft"
    staging.edit("b", many.edits("status", Invalid("x", "No.")))
    assert many.shared("status") == Invalid("x", "No.")
    assert many.counts() == {"status": 2}
    staging.delete([ref(POSTS, 3)])
    assert many.refs == [ref(POSTS, 4)]


def test_one_step_changes_all_and_going_back_gives_each_its_own(newsroom: Database) -> None:
    staging = Staging()
    staging.edit("first", [Edit(ref(POSTS, 3), "title", "上海的早晨", "Mine")])
    many = records(newsroom, staging, 3, 4)
    before = many.seen("title")
    for text in ("M", "Mi", "Mine", "Mines"):  # a record that holds the text already does not part the step
        staging.edit("set Title on 2 records", many.edits("title", text), merge=True)
    assert many.shared("title") == "Mines"
    staging.edit("set Title on 2 records", many.back("title", before), merge=True)
    assert (many.value(ref(POSTS, 3), "title"), staging.change_count) == ("Mine", 1)
    staging.undo()
    assert staging.undo_name == "first"


def test_new_records_take_part(newsroom: Database) -> None:
    staging = Staging()
    new = staging.insert(POSTS, {"title": "New", "status": "draft"})
    stored = read_many(newsroom, POSTS, [(3,)])
    many = ManyRecords(newsroom.table(POSTS), [ref(POSTS, 3), new], stored, staging)
    assert (many.shared("status"), many.shared("view_count")) == ("draft", DIFFERS)
    assert many.stored_value(new, "view_count") is DEFAULT
    staging.edit("a", many.edits("view_count", 9))
    assert many.shared("view_count") == 9
    staging.revert(new)
    assert many.refs == [ref(POSTS, 3)]


def test_links_of_all_and_of_some(newsroom: Database) -> None:
    staging = Staging()
    many = records(newsroom, staging, 1, 4)
    assert many.linked("tags", ref(POSTS, 4)) == {(3,): "long read", (1,): "water"}
    changes = many.link_changes("tags", [(3,)], [(1,)])
    assert changes == {ref(POSTS, 1): LinkChange([(3,)], [(1,)]), ref(POSTS, 4): LinkChange([], [(1,)])}
    staging.link_many("tags", changes, "change Tags on 2 records")
    staging.titles[RecordRef(TAGS, (3,))] = "long read"
    assert many.linked("tags", ref(POSTS, 1)) == {(3,): "long read"} == many.linked("tags", ref(POSTS, 4))
    assert staging.undo() == "change Tags on 2 records" and not staging.dirty
    staging.redo()
    staging.take_back(many.refs, "take back 2 records")
    assert not staging.dirty and staging.undo_name == "take back 2 records"


def test_many_are_read_in_few_statements(newsroom: Database, sql_log: Callable[[Database], SqlLog]) -> None:
    log = sql_log(newsroom)
    read_many(newsroom, POSTS, [(number,) for number in range(1, 7)])
    assert len([sql for sql in log.statements if sql.lstrip().upper().startswith("SELECT")]) == 2


def test_bytes_are_not_read_and_too_much_text_is_refused(
    make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch, backend: str
) -> None:
    kind = "BYTEA" if backend == "postgresql" else "BLOB"
    database = make_database(
        f"CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, picture {kind})",
        "INSERT INTO notes (id, body) VALUES (1, 'abc'), (2, 'def')",
    )
    name = database.find("notes")
    assert set(read_many(database, name, [(1,)]).values[(1,)]) == {"id", "body"}
    monkeypatch.setattr(reading, "MOST_CHARACTERS", 5)
    with pytest.raises(RefusedError, match="too much text"):
        read_many(database, name, [(1,), (2,)])
