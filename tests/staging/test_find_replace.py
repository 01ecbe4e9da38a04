"""What a replacement in a view would change: stored with staged over it, by column and selection, bounded."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from desktop.base.keys import RecordRef, TableName
from desktop.browse import stream
from desktop.browse.selection import AllMatching, Selection
from desktop.browse.view import ColumnFilter, View
from desktop.schema.database import Database
from desktop.staging import find_replace
from desktop.staging.find_replace import Outcome, StagedNow, Task, can_search, find_cells, staged_now
from desktop.staging.replacing import Search
from desktop.staging.staging import Edit, Invalid, Staging
from desktop.values.locale import PLAIN
from tests.edit.craft import POSTS, USERS, chosen, ref
from tests.fixtures.databases import MakeDatabase, SqlLog

VIEW = View(POSTS, ("title", "status", "view_count"))


def look(
    database: Database,
    search: Search,
    *columns: str,
    staging: Staging | None = None,
    selection: Selection | None = None,
    view: View = VIEW,
) -> Outcome:
    task = Task(view, selection or AllMatching(view), columns, search)
    return find_cells(database, task, staged_now(staging or Staging(), view.table), PLAIN)


def told(outcome: Outcome) -> list[tuple[object, str, str, str]]:
    return [(cell.ref.key, cell.column, cell.before, cell.after) for cell in outcome.shown]


def test_cells_are_found_with_their_records(newsroom: Database) -> None:
    outcome = look(newsroom, Search("THE ", "a "), "title")
    assert told(outcome) == [
        ((1,), "title", "The river that learned to wait", "a river that learned to wait"),
        ((4,), "title", "What the harbour master saw", "What a harbour master saw"),
    ]
    assert [cell.title for cell in outcome.shown] == [cell.before for cell in outcome.shown]
    assert (outcome.possible, outcome.impossible) == (2, 0)
    changes = [state.change.fields["title"] for state in outcome.states if state.change is not None]
    assert [(one.base, one.new) for one in changes] == [(cell.before, cell.after) for cell in outcome.shown]


def test_the_filter_and_the_selection_hold(newsroom: Database) -> None:
    view = View(POSTS, VIEW.columns, filters=(ColumnFilter("status", "draft"),))
    assert [key for key, *_ in told(look(newsroom, Search("a", "b"), "title", view=view))] == [(4,)]
    few = look(newsroom, Search("e", "E", match_case=True), "title", selection=chosen(POSTS, 1, 6))
    assert [key for key, *_ in told(few)] == [(1,), (6,)]


def test_what_is_staged_is_looked_through_instead(newsroom: Database) -> None:
    staging = Staging()
    staging.edit("a", [Edit(ref(POSTS, 3), "title", "上海的早晨", "Morning")])
    staging.edit("a", [Edit(ref(POSTS, 3), "view_count", 0, Invalid("1x2", "No."))])
    staging.delete([ref(POSTS, 4)])
    new = staging.insert(POSTS, {"title": "Good morning"})
    staging.insert(USERS, {"name": "morning"})
    outcome = look(newsroom, Search("morning", "night"), "title", staging=staging)
    assert told(outcome) == [
        ((3,), "title", "Morning", "night"),
        (new.key, "title", "Good morning", "Good night"),
    ]
    staging.paste("replace in 2 cells", outcome.states)
    assert staging.base(ref(POSTS, 3), "title") == "上海的早晨"
    mended = look(newsroom, Search("x", ""), "view_count", staging=staging)
    assert [cell.new for cell in mended.cells] == [12]


@pytest.mark.parametrize(
    ("find", "whole"),
    [("harbor", False), ("MASS", False), ("the kiss", False), ("上海", False), ("é", False), ("50%_", False),
     ("ss", True), ("a\x00", False), ("\ud800", False)],
)  # fmt: skip
@pytest.mark.parametrize("case", [False, True])
def test_only_records_that_may_match_are_read_and_none_is_missed(
    make_database: MakeDatabase, sql_log: Callable[[Database], SqlLog], find: str, whole: bool, case: bool
) -> None:
    texts = ["Harbor", "The \u212aISS", "maſs", "Mass", "上海的早晨", "É 50%_", "50 5_", "SS", "ſs", "x"]
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("t", sa.Text)
    )
    database = make_database(table.metadata)
    with database.engine.begin() as connection:
        connection.execute(table.insert(), [{"t": text} for text in texts * 20])
    name, staging = TableName(None, "t"), Staging()
    staging.edit("a", [Edit(RecordRef(name, (10,)), "t", "x", f"now {find} too")])
    view, search = View(name, ("t",)), Search(find, "-", case, whole)
    pattern = re.compile(re.escape(find), re.NOFLAG if case else re.IGNORECASE)
    wanted = [
        n for n, text in enumerate(texts * 20) if (pattern.fullmatch if whole else pattern.search)(text)
    ]
    log = sql_log(database)
    found = [cell.ref.key for cell in look(database, search, "t", staging=staging, view=view).shown]
    staged = [(10,)] if not whole and "\ud800" not in find else []
    assert found == sorted([(n + 1,) for n in wanted] + staged)
    narrowed = "LIKE" in log.reads[-1]
    assert narrowed is not ({*find} <= set("sSéa\ud800") and find not in ("a\x00",))


def test_other_kinds_are_parsed_back_or_left_out(newsroom: Database) -> None:
    outcome = look(newsroom, Search("8", "x"), "view_count")
    assert (outcome.possible, outcome.impossible) == (0, 2)
    assert all(cell.problem for cell in outcome.shown)
    numbers = look(newsroom, Search("8", "0"), "view_count")
    assert [cell.new for cell in numbers.cells] == [10422, 50]
    states = look(newsroom, Search("draft", "review", whole_cell=True), "status")
    assert [cell.new for cell in states.cells] == ["review", "review"]
    assert look(newsroom, Search("draft", "nonsense"), "status").impossible == 2


def test_more_than_the_bound_is_counted_and_not_kept(
    newsroom: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_replace, "MOST", 2)
    monkeypatch.setattr(find_replace, "SHOWN", 1)
    outcome = look(newsroom, Search(".", "x", regex=True), "title")
    assert (outcome.possible, len(outcome.cells), len(outcome.shown)) == (6, 3, 1)


def test_once_there_are_too_many_no_more_is_read(newsroom: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_replace, "MOST", 2)
    monkeypatch.setattr(stream, "CHUNK", 3)
    looked: list[int] = []
    task = Task(VIEW, AllMatching(VIEW), ("title",), Search("e", "x"))
    outcome = find_cells(newsroom, task, StagedNow(), PLAIN, progress=lambda done, total: looked.append(done))
    assert (looked, outcome.possible > 2) == ([3], True)


def test_long_texts_are_read_in_full(make_database: MakeDatabase) -> None:
    long = "a" * 5_000 + "needle"
    database = make_database(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)",
        f"INSERT INTO notes VALUES (1, '{long}'), (2, NULL), (3, '')",  # noqa: S608 - a fixed text
    )
    view = View(TableName(None, "notes"), ("body",))
    [cell] = look(database, Search("needle", "pin"), "body", view=view).cells
    assert (cell.ref, cell.new) == (RecordRef(view.table, (1,)), "a" * 5_000 + "pin")
    assert cell.spans == ((5_000, 5_006),)


def test_references_and_computed_columns_are_not_offered(newsroom: Database) -> None:
    table = newsroom.table(POSTS)
    assert can_search(table, table.column("title"))
    assert not can_search(table, table.column("author_id"))
