"""What a save is noted to have changed: old and new values, and every row that goes along with a delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from desktop.base.cancel import CancelToken
from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import RefusedError
from desktop.browse.selection import AllMatching
from desktop.browse.view import View
from desktop.edit import noted, recording
from desktop.edit.bulk import SetValue, delete_selected, set_field
from desktop.edit.save_log import RowChange, SaveLog
from desktop.edit.standing import took_place
from desktop.edit.taking_back import take_back
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from tests.edit.craft import COMMENTS, POST_TAGS, POSTS, TAGS, USERS, chosen, ref, stage
from tests.fixtures.databases import MakeDatabase, OpenSecond, SqlLog


class Notes:
    """A recorder that keeps what it is told."""

    def __init__(self) -> None:
        self.logs: list[SaveLog] = []
        self.final: list[Mapping[RecordRef, RecordRef]] = []
        self.about: list[SaveLog] = []
        self.failures: list[SaveLog] = []

    def committing(self, final: Mapping[RecordRef, RecordRef], log: SaveLog) -> None:
        self.final.append(final)
        self.about.append(log)

    def saved(self, log: SaveLog) -> None:
        assert log is self.about[-1]
        self.logs.append(log)

    def failed(self, log: SaveLog) -> None:
        assert log is self.about[-1]
        self.failures.append(log)

    @property
    def rows(self) -> dict[tuple[str, object, object], RowChange]:
        """The rows of the only save, by table, key before and key after."""
        (log,) = self.logs
        return {(row.table.name, row.key_before, row.key_after): row for row in log.rows}


@pytest.fixture
def notes() -> Notes:
    return Notes()


def test_an_update_is_noted_with_the_stored_values(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    stage(unit, newsroom, ref(POSTS, 1), title="Changed", view_count=5)
    unit.save()
    (row,) = notes.rows.values()
    assert row.before == {"title": "The river that learned to wait", "view_count": 18422}
    assert row.after == {"title": "Changed", "view_count": 5}
    assert row.title == "Changed"


def test_an_insert_is_noted_with_all_that_the_database_filled_in(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    staged = unit.stage_insert(TAGS, {"name": "sea", "slug": "sea"})
    saved = unit.save()
    final = saved.final[staged]
    assert notes.final == [{staged: final}]
    row = notes.rows["tags", None, final.key]
    assert row.before == {} and row.after["name"] == "sea"
    assert set(row.after) == {column.name for column in newsroom.table(TAGS).columns}


def test_a_delete_is_noted_with_children_and_links(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    unit.stage_delete(ref(POSTS, 1))
    unit.save()
    assert set(notes.rows) == {
        ("posts", (1,), None),
        ("comments", (1,), None),
        ("comments", (2,), None),
        ("post_tags", (1, 1), None),
        ("post_views", (1,), None),
    }
    assert notes.rows["comments", (2,), None].before["body"] == "More, please."


def test_links_are_noted_as_rows(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    unit.stage_link(ref(POSTS, 4), "tags", added=[(2,)], removed=[(1,)])
    unit.save()
    assert set(notes.rows) == {("post_tags", None, (4, 2)), ("post_tags", (4, 1), None)}


def test_what_was_changed_and_then_went_is_noted_as_it_was_first(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    stage(unit, newsroom, ref(COMMENTS, 1), body="changed first")
    unit.stage_delete(ref(POSTS, 1))
    unit.save()
    assert notes.rows["comments", (1,), None].before["body"] == "Lovely."


def test_what_a_delete_only_empties_is_noted(make_database: MakeDatabase, notes: Notes) -> None:
    database = make_database(
        "CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE TABLE book (id INTEGER PRIMARY KEY,"
        " shelf_id INTEGER REFERENCES shelf (id) ON DELETE SET NULL)",
        "INSERT INTO shelf VALUES (1, 'Atlas')",
        "INSERT INTO book VALUES (7, 1), (8, NULL)",
    )
    unit = Unit(database, recorder=notes)
    unit.stage_delete(ref(TableName(None, "shelf"), 1))
    unit.save()
    row = notes.rows["book", (7,), (7,)]
    assert (row.before, row.after) == ({"shelf_id": 1}, {"shelf_id": None})


@pytest.mark.parametrize("most", [2, 5000])
def test_bulk_statements_are_noted_up_to_a_size(
    newsroom: Database, notes: Notes, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "MOST_ROWS", most)
    set_field(newsroom, chosen(POSTS, 3, 4, 5), "status", SetValue("published"), 3, recorder=notes)
    (log,) = notes.logs
    assert log.tables == {POSTS}
    assert log.too_many == (most == 2)
    befores = [row.before for row in log.rows]
    assert befores == ([] if most == 2 else [{"status": s} for s in ("draft", "draft", "review")])


@pytest.mark.parametrize("verb", ["set", "delete"])
def test_of_more_rows_than_are_kept_none_is_weighed_or_read(
    newsroom: Database,
    notes: Notes,
    monkeypatch: pytest.MonkeyPatch,
    sql_log: Callable[[Database], SqlLog],
    verb: str,
) -> None:
    monkeypatch.setattr(recording, "MOST_ROWS", 5)
    log, all_posts = sql_log(newsroom), AllMatching(View(POSTS, ()))
    if verb == "set":
        set_field(newsroom, all_posts, "title", SetValue("x"), 6, recorder=notes)
    else:
        delete_selected(newsroom, all_posts, 6, recorder=notes)
    (told,) = notes.logs
    assert told.too_many and told.tables == {POSTS}
    assert log.reads == [] and len(log.writes) == 1


def test_rows_that_are_too_long_are_not_even_read(
    newsroom: Database, notes: Notes, monkeypatch: pytest.MonkeyPatch, sql_log: Callable[[Database], SqlLog]
) -> None:
    monkeypatch.setattr(recording, "MOST_WEIGHT", 20)
    log = sql_log(newsroom)
    delete_selected(newsroom, chosen(POSTS, 1), 1, recorder=notes)
    (told,) = notes.logs
    assert told.too_many and not told.rows
    assert [text for text in log.starting("SELECT") if "body" in text and "length(" not in text] == []


def test_many_new_rows_that_are_too_long_are_not_read_again(
    newsroom: Database, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noted, "MOST_WEIGHT", 2_000)
    unit = Unit(newsroom, recorder=notes)
    for number in range(101):
        unit.stage_insert(COMMENTS, {"post_id": 1, "author_name": f"n{number}", "body": "x" * 20})
    unit.save()
    (told,) = notes.logs
    assert told.too_many and told.tables == {COMMENTS}


def test_of_what_is_changed_nothing_else_is_read(
    newsroom: Database, notes: Notes, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    set_field(newsroom, chosen(POSTS, 3, 4, 5), "status", SetValue("published"), 3, recorder=notes)
    assert len(notes.rows) == 3
    assert [text for text in log.starting("SELECT") if "body" in text] == []


def test_a_bulk_delete_is_noted(newsroom: Database, notes: Notes) -> None:
    delete_selected(newsroom, chosen(TAGS, 1, 2), 2, recorder=notes)
    assert {row.table for row in notes.rows.values()} == {TAGS, POST_TAGS}
    assert len(notes.rows) == 5


def test_a_refused_save_tells_nothing(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    unit.stage_insert(USERS, {"name": "Ada", "email": "ada@example.org"})
    with pytest.raises(RefusedError):
        unit.save()
    assert notes.logs == []


def test_without_a_recorder_a_delete_reads_nothing(
    newsroom: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    unit = Unit(newsroom)
    unit.stage_delete(ref(TAGS, 1))
    unit.save()
    assert [text for text in log.starting("SELECT") if "tags.name" in text] == []


def test_a_save_refused_at_its_end_is_noted_and_forgotten(make_database: MakeDatabase, notes: Notes) -> None:
    database = make_database(
        "CREATE TABLE shelf (id INTEGER PRIMARY KEY)",
        "CREATE TABLE book (id INTEGER PRIMARY KEY,"
        " shelf INTEGER REFERENCES shelf (id) DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO book VALUES (1, NULL)",
    )
    unit = Unit(database, recorder=notes)
    stage(unit, database, ref(TableName(None, "book"), 1), shelf=9)
    with pytest.raises(RefusedError):
        unit.save()
    assert notes.logs == []
    assert [log.rows[0].after for log in notes.about] == [{"shelf": 9}]
    assert notes.failures == notes.about


def test_what_a_foreign_key_points_to_is_noted_by_name(newsroom: Database, notes: Notes) -> None:
    unit = Unit(newsroom, recorder=notes)
    author = unit.stage_insert(USERS, {"name": "New", "email": "new@example.org"})
    stage(unit, newsroom, ref(POSTS, 1), author_id=author.key)
    unit.stage_delete(ref(COMMENTS, 1))
    unit.save()
    assert notes.rows["posts", (1,), (1,)].names == {"author_id": ("Ada Lovelace", "New")}
    assert notes.rows["comments", (1,), None].names == {"post_id": ("The river that learned to wait", "")}


def test_whether_a_save_took_place_is_told_by_the_rows(
    newsroom: Database, notes: Notes, second: OpenSecond
) -> None:
    unit = Unit(newsroom, recorder=notes)
    unit.stage_insert(TAGS, {"name": "sea", "slug": "sea"})
    stage(unit, newsroom, ref(POSTS, 2), title="Other", view_count=7)
    unit.stage_delete(ref(POSTS, 1))
    unit.save()
    (log,) = notes.logs
    assert took_place(newsroom, log.rows, CancelToken()) is True
    take_back(newsroom, log.rows)
    assert took_place(newsroom, log.rows, CancelToken()) is False
    second(newsroom).exec_driver_sql("UPDATE posts SET title = 'Theirs' WHERE id = 2")
    assert took_place(newsroom, log.rows, CancelToken()) is None
