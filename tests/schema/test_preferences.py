"""What a person decided about a table outlives the run and never hides a table."""

from __future__ import annotations

import pytest

from desktop.base.folders import config_folder
from desktop.base.keys import TableName
from desktop.browse.lookups import labels_of
from desktop.schema.database import Database, open_database
from desktop.schema.describe import Label, Marker
from desktop.schema.preferences import Preferences

POSTS = TableName(None, "posts")
USERS = TableName(None, "users")


def test_decisions_are_kept_per_connection(newsroom: Database) -> None:
    preferences = newsroom.preferences.with_marker(POSTS, "").with_label(POSTS, ("slug", "title"))
    preferences.with_marker(USERS, "is_active").save()
    again = Preferences.load(newsroom.profile)
    assert again.of(POSTS).marker == ""
    assert again.of(POSTS).label == ("slug", "title")
    assert again.of(USERS).marker == "is_active"
    assert again.of(TableName(None, "tags")).marker is None


@pytest.mark.parametrize(
    ("table", "column", "marker"),
    [
        (POSTS, None, Marker("deleted_at", "deleted_by")),
        (POSTS, "", None),
        (USERS, "is_active", Marker("is_active")),
        (USERS, "no_such_column", None),
        (USERS, "name", None),
        (USERS, None, None),
    ],
)
def test_a_chosen_marker_wins_over_the_guess(
    table: TableName, column: str | None, marker: Marker | None, newsroom: Database
) -> None:
    newsroom.preferences.with_marker(table, column).save()
    again = open_database(newsroom.profile)
    assert again.table(table).marker == marker
    again.dispose()


def test_a_label_applies_at_once_and_can_be_taken_back(newsroom: Database) -> None:
    named = newsroom.with_preferences(newsroom.preferences.with_label(USERS, ("email",)))
    assert named.table(USERS).label == Label(("email",))
    assert named.engine is newsroom.engine
    back = named.with_preferences(named.preferences.with_label(USERS, None))
    assert back.table(USERS).label == Label(("name",))


def test_a_label_may_lead_over_a_foreign_key(newsroom: Database) -> None:
    parts = ("title", ("author_id", "email"))
    newsroom.preferences.with_label(POSTS, parts).save()
    again = open_database(newsroom.profile)
    assert again.table(POSTS).label == Label(parts)
    assert labels_of(again, POSTS, [(1,)]) == {(1,): "The river that learned to wait · ada@example.org"}
    again.preferences.with_label(POSTS, (("author_id", "gone"),)).save()
    guessed = open_database(newsroom.profile)
    assert guessed.table(POSTS).label == Label(("title",))
    again.dispose()
    guessed.dispose()


@pytest.mark.parametrize("content", ["", "[]", "{nonsense", '{"%s": 5}', '{"%s": {"posts": {"label": 5}}}'])
def test_a_damaged_file_means_guessing(content: str, newsroom: Database) -> None:
    path = config_folder() / "tables.json"
    path.write_text(content.replace("%s", newsroom.profile.identity))
    preferences = Preferences.load(newsroom.profile)
    assert preferences.of(POSTS).label is None
    preferences.with_marker(POSTS, "").save()
    assert Preferences.load(newsroom.profile).of(POSTS).marker == ""
