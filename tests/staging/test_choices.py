"""What a picker offers of the records that are staged and not saved."""

from __future__ import annotations

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.rows import Candidate
from desktop.schema.database import Database
from desktop.staging.choices import staged_choices
from desktop.staging.staging import Edit, Staging
from desktop.values.locale import PLAIN

USERS, POSTS = TableName(None, "users"), TableName(None, "posts")


def offered(database: Database, staging: Staging, text: str, own: RecordRef | None = None) -> list[str]:
    return [one.label for one in staged_choices(staging, database, PLAIN, USERS, text, own=own)]


def test_they_are_found_by_their_names_as_they_are_now(newsroom: Database) -> None:
    staging = Staging(newsroom.schema.tables)
    first = staging.insert(USERS, {"name": "Old Quill"})
    staging.insert(USERS, {"name": "Quill Nora"})
    staging.insert(USERS, {})
    staging.insert(POSTS, {"title": "Quill"})
    assert offered(newsroom, staging, "") == ["Old Quill", "Quill Nora", "new user"]
    assert offered(newsroom, staging, "quill") == ["Quill Nora", "Old Quill"]  # begins with it, contains it
    assert offered(newsroom, staging, "NORA qui") == ["Quill Nora"]
    staging.edit("set Name", [Edit(first, "name", "Old Quill", "Nora Pen")])
    assert offered(newsroom, staging, "nora") == ["Nora Pen", "Quill Nora"]
    staging.undo()
    assert offered(newsroom, staging, "nora") == ["Quill Nora"]


def test_a_record_is_no_choice_for_itself(newsroom: Database) -> None:
    staging = Staging(newsroom.schema.tables)
    ref = staging.insert(USERS, {"name": "Nora"})
    staging.insert(USERS, {"name": "Nora too"})
    assert offered(newsroom, staging, "nora", own=ref) == ["Nora too"]


def test_all_columns_of_a_key_point_there_and_namesakes_are_told_apart(newsroom: Database) -> None:
    staging = Staging(newsroom.schema.tables)
    ref = staging.insert(USERS, {"name": "Nora", "email": "nora@example.org"})
    (one,) = staged_choices(staging, newsroom, PLAIN, USERS, "", columns=2)
    assert isinstance(ref.key, NewKey) and isinstance(one, Candidate)
    assert (one.key, one.value, one.values) == (ref.key, ref.key, (ref.key, ref.key))
    assert one.extra[0] == "nora@example.org"


def test_what_was_there_before_stays_without_the_reference(newsroom: Database) -> None:
    """Opened again from the picker and handed back, it is not one that was made for that reference."""
    staging = Staging(newsroom.schema.tables)
    author, post = staging.insert(USERS, {"name": "Nora"}), staging.insert(POSTS, {"title": "Ferry"})
    pointing = Edit(post, "author_id", None, author.key, "Nora")
    staging.take("change new user", [staging.look(author)], author, [pointing])
    staging.edit("set Author", [Edit(post, "author_id", None, 2)])
    assert staging.state(author) is not None
