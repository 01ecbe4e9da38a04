"""How staged records hang together: what goes with a record taken away, and what is saved with which."""

from __future__ import annotations

import pytest

from desktop.base.keys import NewKey, RecordRef
from desktop.edit.changes import Action
from desktop.schema.database import Database
from desktop.staging.kin import Kin
from desktop.staging.loose_ends import by_parent, loose_ends, new_keys_in, target_of
from desktop.staging.staging import Edit, LinkTo, Staging
from tests.edit.craft import COMMENTS, POSTS, TAGS, USERS, ref
from tests.fixtures.databases import MakeDatabase

STORED = ref(POSTS, 1)
COMMENT = ref(COMMENTS, 1)


@pytest.fixture
def staging(newsroom: Database) -> Staging:
    return Staging(newsroom.schema.tables)


def _family(staging: Staging) -> tuple[RecordRef, RecordRef, RecordRef]:
    """A new author, a new post of theirs, and a comment on that."""
    author = staging.insert(USERS, {"name": "Nora"}, "new user")
    post = staging.insert(POSTS, {"title": "Night ferry", "author_id": author.key}, "new post")
    comment = staging.insert(COMMENTS, {"post_id": post.key, "body": "So was I."}, "new comment")
    return author, post, comment


def test_what_must_point_to_a_record_goes_with_it_and_one_undo_brings_all_back(staging: Staging) -> None:
    author, post, comment = _family(staging)
    staging.delete([author], "delete user")
    assert not staging.dirty
    assert staging.undo() == "delete user"
    assert set(staging.refs) == {author, post, comment}
    assert staging.changes.get(comment) is not None
    staging.redo()
    assert not staging.dirty


def test_taking_a_record_back_leaves_its_parent(staging: Staging) -> None:
    author, post, _ = _family(staging)
    staging.revert(post)
    assert staging.refs == [author]


def test_an_optional_reference_to_what_is_gone_is_taken_back(staging: Staging) -> None:
    user = staging.insert(USERS, {"name": "Nora"})
    staging.edit("set author", [Edit(STORED, "author_id", 1, user.key, "Nora")])
    staging.edit("set title", [Edit(STORED, "title", "a", "b")])
    staging.delete([user])
    assert staging.field(STORED, "author_id") is None
    assert staging.field(STORED, "title") is not None
    assert staging.label(STORED, "author_id") is None


def test_links_to_what_is_gone_are_taken_back(staging: Staging) -> None:
    tag = staging.insert(TAGS, {"name": "night"})
    staging.link(STORED, "tags", [tag.key, (2,)], [])
    staging.delete([tag])
    change = staging.changes.get(STORED)
    assert change is not None
    assert change.links["tags"].added == [(2,)]


def test_a_record_made_for_a_reference_goes_when_nothing_points_to_it(staging: Staging) -> None:
    other = Staging()
    made = other.insert(TAGS, {"name": "night"})
    staging.take("new tag", [other.look(made)], made, LinkTo(STORED, "tags", made.key))
    assert staging.state(made) is Action.INSERT
    staging.link(STORED, "tags", [], [made.key])
    assert not staging.dirty
    staging.undo()
    assert set(staging.refs) == {made, STORED}


def test_a_new_child_of_a_record_to_be_deleted_goes(staging: Staging) -> None:
    staging.insert(COMMENTS, {"post_id": 1, "body": "Late."}, "new comment")
    staging.delete([STORED])
    assert staging.refs == [STORED]
    staging.undo()
    assert staging.record_count == 1
    assert staging.state(STORED) is None


def test_a_part_has_the_new_parents_and_the_children_of_new_records(staging: Staging) -> None:
    author, post, comment = _family(staging)
    apart = staging.insert(TAGS, {"name": "apart"})
    staging.edit("set body", [Edit(COMMENT, "body", "a", "b")])
    assert {change.ref for change in staging.part([post])} == {author, post, comment}
    assert {change.ref for change in staging.part([comment])} == {author, post, comment}
    assert {change.ref for change in staging.part([apart])} == {apart}
    assert {change.ref for change in staging.part([COMMENT])} == {COMMENT}


def test_a_part_is_a_copy(staging: Staging) -> None:
    staging.edit("set title", [Edit(STORED, "title", "a", "b")])
    chosen = staging.part([STORED])
    staging.edit("set title", [Edit(STORED, "title", "a", "c")])
    change = chosen.get(STORED)
    assert change is not None
    assert change.values == {"title": "b"}


def test_under_a_record_are_those_staged_to_point_to_it(staging: Staging) -> None:
    new = staging.insert(COMMENTS, {"post_id": 1, "body": "Late."})
    staging.edit("move", [Edit(COMMENT, "post_id", 2, 1)])
    staging.edit("set body", [Edit(ref(COMMENTS, 2), "body", "a", "b")])
    assert staging.under(STORED) == [new, COMMENT]


def test_what_differs_from_the_start(staging: Staging, newsroom: Database) -> None:
    author, post, _ = _family(staging)
    other = Kin(newsroom.schema.tables)
    other.begin_with(staging)
    assert staging.differing(other) == []
    staging.edit("set title", [Edit(post, "title", "Night ferry", "Day ferry")])
    staging.edit("set title", [Edit(STORED, "title", "a", "b")])
    assert [state.ref for state in staging.differing(other)] == [post, STORED]
    staging.undo()
    staging.delete([author])
    assert len(staging.differing(other)) == 3


def test_loose_ends_are_asked_for_until_there_are_none(staging: Staging, newsroom: Database) -> None:
    author, post, comment = _family(staging)
    tables = newsroom.schema.tables
    assert loose_ends(staging, tables, ()) == []
    assert loose_ends(staging, tables, [author]) == []
    assert [state.ref for state in loose_ends(staging, tables, [comment])] == [comment]
    assert by_parent(staging.changes, tables) == {author: [post], post: [comment]}


def test_a_reference_by_several_columns(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE shelf (room TEXT, number INTEGER, name TEXT, PRIMARY KEY (room, number))",
        "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, room TEXT, number INTEGER,"
        " FOREIGN KEY (room, number) REFERENCES shelf (room, number))",
    )
    tables = database.schema.tables
    shelf, book = database.find("shelf"), database.find("book")
    (key,) = tables[book].foreign_keys
    staging = Staging(tables)
    stored = staging.insert(book, {"title": "Tides", "room": "a", "number": 1})
    half = staging.insert(book, {"title": "Half", "room": "a"})
    new = staging.insert(shelf, {"name": "Sea"})
    both = staging.insert(book, {"title": "Ships", "room": new.key, "number": new.key})
    changes = {one: staging.changes.get(one) for one in (stored, half, both)}
    found = [target_of(change, key, tables) for change in changes.values() if change is not None]
    assert found == [RecordRef(shelf, ("a", 1)), None, new]
    change = changes[both]
    assert change is not None
    assert new_keys_in(change) == {new.key}
    assert isinstance(new.key, NewKey)
    staging.delete([new])
    later = staging.changes.get(both)
    assert later is not None  # a book may be on no shelf
    assert later.values == {"title": "Ships"}


def test_a_record_may_point_to_itself(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, boss_id INTEGER REFERENCES person (id))"
    )
    people, staging = database.find("person"), Staging(database.schema.tables)
    boss = staging.insert(people, {"name": "Ada"})
    staging.edit("set boss", [Edit(boss, "boss_id", None, boss.key, "Ada")])
    mate = staging.insert(people, {"name": "Bob", "boss_id": boss.key})
    assert {change.ref for change in staging.part([mate])} == {boss, mate}
    staging.delete([boss])
    assert staging.refs == [mate]
