"""What is staged, in words and as the statements of a save."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from unittest.mock import patch
from uuid import UUID

from desktop.base.keys import RecordRef, TableName
from desktop.edit.changes import Action, ChangeSet
from desktop.schema.database import Database
from desktop.staging.staging import Edit, Invalid, Staging
from desktop.staging.statements import insert_statements, sql_of
from desktop.staging.words import FieldWords, describe, title_of
from desktop.values.locale import PLAIN
from desktop.values.special import DEFAULT
from tests.fixtures.databases import MakeDatabase, SqlLog

POSTS, USERS, COMMENTS = (TableName(None, name) for name in ("posts", "users", "comments"))
ONE = RecordRef(POSTS, (1,))


def test_changes_are_told_by_record(newsroom: Database) -> None:
    staging = Staging()
    staging.titles[ONE] = "What the harbour master saw"
    staging.titles[RecordRef(USERS, (1,))] = "Ada Lovelace"
    staging.edit("a", [Edit(ONE, "view_count", 1, 1200), Edit(ONE, "status", "draft", "review")])
    staging.edit("b", [Edit(ONE, "author_id", 1, 2, "Zoé Müller")])
    staging.edit("c", [Edit(ONE, "created_at", None, Invalid("soon", "Not a date."))])
    [words] = describe(staging, newsroom, PLAIN)
    assert (words.heading, words.action) == ("Posts · What the harbour master saw", Action.UPDATE)
    assert [(line.heading, line.text, line.invalid) for line in words.lines] == [
        ("Author", "Ada Lovelace → Zoé Müller", False),
        ("Status", "Draft → Review", False),
        ("View count", "1 → 1200", False),
        ("Created at", "“soon”: Not a date.", True),
    ]


def test_new_and_deleted_records_are_told(newsroom: Database) -> None:
    staging = Staging()
    staging.delete([ONE])
    user = staging.insert(USERS, {"name": "Grace", "email": ""})
    post = staging.insert(POSTS, {"author_id": user.key, "body": None})
    staging.edit("d", [Edit(RecordRef(POSTS, (2,)), "view_count", 3, DEFAULT)])
    told = describe(staging, newsroom, PLAIN)
    assert [words.heading for words in told] == [
        "Posts · Post 1", "Posts · new post", "Posts · Post 2", "Users · Grace",
    ]  # fmt: skip
    assert told[0].lines == (FieldWords("", "Record", "will be deleted"),)
    assert [line.text for line in told[1].lines] == ["new", "Grace", "NULL"]
    assert [line.text for line in told[2].lines] == ["3 → default"]
    assert "“”" in [line.text for line in told[3].lines]
    assert title_of(post, staging, newsroom, PLAIN) == "new post"


def test_a_new_record_is_called_by_what_was_typed_as_its_name(newsroom: Database) -> None:
    staging = Staging(newsroom.schema.tables)
    post = staging.insert(POSTS, {"author_id": 1}, "new post")
    staging.titles[post] = "new post"
    assert (title_of(post, staging, newsroom, PLAIN), staging.undo_name) == ("new post", "new post")
    staging.edit("set Title", [Edit(post, "title", None, "What the gulls know")])
    assert title_of(post, staging, newsroom, PLAIN) == "What the gulls know"
    assert [words.title for words in describe(staging, newsroom, PLAIN)] == ["What the gulls know"]
    assert staging.undo() == "set Title"
    staging.redo()
    staging.edit("set Status", [Edit(post, "status", None, "draft")])
    assert staging.undo_name == "set Status"
    staging.undo()
    staging.undo()
    assert staging.undo_name == "new post"
    named = staging.insert(POSTS, {"title": "What the gulls know"}, "new post")
    assert staging.undo_name == "new post “What the gulls know”"
    staging.undo()
    assert staging.redo_name == "new post “What the gulls know”"
    assert staging.state(named) is None


def test_links_are_counted(newsroom: Database) -> None:
    staging = Staging()
    staging.link(ONE, "tags", [(1,), (2,)], [(3,)])
    [words] = describe(staging, newsroom, PLAIN)
    assert [(line.column, line.text) for line in words.lines] == [("tags", "2 added, 1 removed")]


def test_the_statements_are_those_of_a_save_and_are_not_sent(
    newsroom: Database, sql_log: Callable[[Database], SqlLog]
) -> None:
    log = sql_log(newsroom)
    staging = Staging()
    staging.delete([RecordRef(COMMENTS, (1,)), ONE])
    title = "100 % 'sure' :x"
    staging.edit("a", [Edit(RecordRef(POSTS, (2,)), "title", "x", title)])
    staging.edit("a", [Edit(RecordRef(POSTS, (2,)), "created_at", None, datetime(2026, 1, 2, 3, 4, 5))])
    user = staging.insert(USERS, {"name": "Grace", "email": "g@example.org"})
    staging.insert(POSTS, {"author_id": user.key, "title": "T"})
    staging.link(RecordRef(POSTS, (2,)), "tags", [(1,)], [(3,)])
    text = sql_of(staging.changes, newsroom)
    verbs = [part.split()[0] + " " + part.split()[1] for part in text.split("\n\n")]
    assert verbs == [
        "INSERT INTO", "INSERT INTO", "UPDATE posts", "DELETE FROM", "INSERT INTO",
        "DELETE FROM", "DELETE FROM",
    ]  # fmt: skip
    assert "'100 % ''sure'' :x'" in text
    assert "2026-01-02" in text
    assert f":new_{getattr(user.key, 'number', 0)}" in text
    assert "RETURNING" not in text
    assert "-- :" not in text
    assert text.index("DELETE FROM comments") < text.index("DELETE FROM posts")
    assert log.statements == []


def test_nothing_staged_is_no_statement(newsroom: Database) -> None:
    assert sql_of(ChangeSet(), newsroom) == ""


def test_values_of_every_kind_can_be_read(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE kinds (id INTEGER PRIMARY KEY, j JSONB, n NUMERIC(20, 4), b BYTEA, u UUID, i INTERVAL,"
        " a INTEGER[], t TIMESTAMPTZ, d DATE, o BOOLEAN, f FLOAT8, r INT4RANGE)"
    )
    name = TableName(None, "kinds")
    staging = Staging()
    values = {
        "j": {"a": [1, "x'y"]},
        "n": Decimal("12345678901234.5600"),
        "b": b"\x00\xff",
        "u": UUID(int=7),
        "i": "1 day",
        "a": "{1,2}",
        "t": datetime(2026, 1, 2, tzinfo=UTC),
        "d": date(2026, 1, 3),
        "o": True,
        "f": 0.1,
        "r": "[1,3)",
    }
    one = RecordRef(name, (1,))
    staging.edit("all", [Edit(one, column, None, value) for column, value in values.items()])
    staging.insert(name, {"id": 2, **values})
    text = sql_of(staging.changes, database)
    assert text.count("12345678901234.5600") == 2
    noted = [line.partition(" = ")[0] for line in text.splitlines() if line[:2] == "--"]
    assert noted == ["-- :j"] * 2
    for part in ("2026-01-02", "2026-01-03", "1 day", "{1,2}", "[1,3)", "0.1"):
        assert part in text
    [record, new] = describe(staging, database, PLAIN)
    assert (len(record.lines), len(new.lines)) == (len(values), len(values) + 2)


def test_many_inserts_are_written_as_single_ones_and_compiled_once(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, n NUMERIC(20, 4), d DATE, t TIMESTAMP,"
        " o BOOLEAN, f DOUBLE PRECISION, j JSON, b BYTEA)"
    )
    name = TableName(None, "things")
    odd: list[dict[str, object]] = [
        {"id": 1, "name": "100 % 'sure' :x \\ {0} \n", "n": Decimal("1.50"), "d": date(2026, 1, 3)},
        {"id": 2, "name": None, "n": None, "d": None, "t": datetime(2026, 1, 2, 3, 4, 5, 6), "o": True},
        {"id": 3, "o": None, "f": 0.1, "j": {"a": "x'y"}, "b": b"\x00\xff"},
        {"f": -1e300, "id": 2**62, "name": "", "n": 7},
    ]
    alone = [text for row in odd for text in insert_statements(database, name, [row])]
    assert alone[0].startswith("INSERT INTO things (id, name, n, d) VALUES (1, '100 % ''sure''")
    assert "'0.1'" not in alone[2] and "0.1" in alone[2]
    assert list(insert_statements(database, name, [*odd, *odd])) == [*alone, *alone]
    rows = [{"id": number, "name": f"Thing {number}", "n": Decimal(number)} for number in range(5_000)]
    compiler = type(database.engine.dialect).statement_compiler
    with patch.object(compiler, "__init__", autospec=True, side_effect=compiler.__init__) as compiled:
        assert len(list(insert_statements(database, name, rows))) == 5_000
    assert compiled.call_count < 30
