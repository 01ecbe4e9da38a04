"""Every other class of constraint in words: composite, checked, deferred, computed, raised by a trigger."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError
from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.explain import Attempt, explain, is_refusal
from tests.edit.refusing import provoke, refused_delete, refused_insert, refused_update
from tests.fixtures.databases import MakeDatabase

RULES = (
    "CREATE TABLE authors (country VARCHAR(2), code INTEGER, name VARCHAR(50) NOT NULL,"
    " PRIMARY KEY (country, code))",
    "INSERT INTO authors VALUES ('se', 1, 'Selma'), ('se', 2, 'August')",
    "CREATE TABLE books (id INTEGER PRIMARY KEY, title VARCHAR(20) NOT NULL, country VARCHAR(2),"
    " code INTEGER, pages INTEGER, price NUMERIC(8,2), sale_price NUMERIC(8,2),"
    " CONSTRAINT positive_pages CHECK (pages > 0), CONSTRAINT cheaper CHECK (sale_price < price),"
    " CONSTRAINT by_author FOREIGN KEY (country, code) REFERENCES authors (country, code))",
    "CREATE UNIQUE INDEX one_title ON books (lower(title))",
    "INSERT INTO books (id, title, country, code) VALUES (1, 'Nils', 'se', 1)",
    "CREATE TABLE loans (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL"
    " REFERENCES books (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED)",
    "INSERT INTO loans VALUES (1, 1)",
)


def test_a_composite_parent_that_is_not_there(make_database: MakeDatabase) -> None:
    database = make_database(*RULES)
    refusal = refused_insert(database, "books", {"id": 2, "title": "X", "country": "se", "code": 9})
    assert refusal.sentence == "The author chosen does not exist any more."
    assert refusal.fields == ("country", "code")


def test_a_composite_parent_that_is_still_needed(make_database: MakeDatabase) -> None:
    refusal = refused_delete(make_database(*RULES), "authors", ("se", 1))
    assert refusal.sentence == "1 book still belongs to this author, so it cannot be deleted."
    assert (refusal.other, refusal.other_label) == (RecordRef(TableName(None, "books"), (1,)), "Nils")


def test_half_a_changed_key_is_completed_from_the_stored_record(make_database: MakeDatabase) -> None:
    refusal = refused_update(make_database(*RULES), "authors", ("se", 2), {"code": 1})
    assert refusal.fields == ("country", "code")
    assert refusal.other_label == "Selma"


@pytest.mark.parametrize(
    ("values", "sentence", "fields"),
    [
        ({"pages": -1}, "Pages must satisfy the rule “pages > 0”.", ("pages",)),
        (
            {"price": 5, "sale_price": 6},
            "Price and sale price together must satisfy the rule “sale_price < price”.",
            ("price", "sale_price"),
        ),
    ],
)
def test_a_broken_rule_is_quoted_with_its_fields(
    make_database: MakeDatabase, values: Mapping[str, object], sentence: str, fields: tuple[str, ...]
) -> None:
    refusal = refused_insert(make_database(*RULES), "books", {"id": 2, "title": "X", **values})
    assert (refusal.reason, refusal.sentence) == (Reason.CHECK, sentence)
    assert refusal.fields == fields


def test_a_unique_index_over_an_expression(make_database: MakeDatabase) -> None:
    refusal = refused_insert(make_database(*RULES), "books", {"id": 2, "title": "NILS"})
    assert refusal.sentence == "Another book already has this title."
    assert (refusal.fields, refusal.other_label) == (("title",), "Nils")


def test_a_delete_that_would_empty_a_required_field(make_database: MakeDatabase) -> None:
    refusal = refused_delete(make_database(*RULES), "books", (1,))
    assert refusal.reason is Reason.HAS_CHILDREN
    assert refusal.sentence == "This would leave loans without a book, which they must have."


def test_a_deferred_constraint_speaks_at_commit(make_database: MakeDatabase) -> None:
    database = make_database(*RULES)
    refusal = refused_insert(database, "loans", {"id": 2, "book_id": 77})
    assert refusal.sentence == "There is no book with the number 77."
    assert refusal.fields == ("book_id",)
    with database.engine.connect() as connection:  # nothing of it is stored, and the pool is clean
        assert connection.scalar(sa.text("SELECT count(*) FROM loans")) == 1


def test_bulk_deletes_speak_of_some_records(make_database: MakeDatabase) -> None:
    database = make_database(*RULES)
    authors = TableName(None, "authors")
    refusal = provoke(database, sa.delete(database.sa(authors)), Attempt(authors, None, {}, "delete"))
    assert refusal.sentence == "Some books still belong to some of these authors, so they cannot be deleted."
    assert refusal.hint.endswith("Nothing was deleted.")


TRIGGER_SQLITE = (
    "CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TRIGGER no_jobs BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'no new jobs in August'); END",
)
TRIGGER_POSTGRES = (
    "CREATE TABLE jobs (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE FUNCTION no_jobs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION"
    " 'no new jobs in August' USING HINT = 'Wait for September', COLUMN = 'name'{code}; END $$",
    "CREATE TRIGGER no_jobs BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION no_jobs()",
)


def test_a_trigger_speaks_for_itself_on_sqlite(make_sqlite: MakeDatabase) -> None:
    refusal = refused_insert(make_sqlite(*TRIGGER_SQLITE), "jobs", {"id": 1})
    assert refusal.sentence == "No new jobs in August."
    assert refusal.hint == "A rule of the database (a trigger) says so. Nothing was saved."


@pytest.mark.parametrize("code", ["", ", ERRCODE = 'JOB01'", ", ERRCODE = '23505'", ", ERRCODE = '22000'"])
def test_a_trigger_speaks_for_itself_on_postgresql(make_postgres: MakeDatabase, code: str) -> None:
    database = make_postgres(*(part.replace("{code}", code) for part in TRIGGER_POSTGRES))
    refusal = refused_insert(database, "jobs", {"id": 1})
    assert refusal.sentence == "No new jobs in August."
    assert refusal.hint == "Wait for September. Nothing was saved."
    assert refusal.fields == ("name",)


def test_an_exclusion_offers_the_record_in_the_way(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE bookings (id INTEGER PRIMARY KEY, name TEXT, during INT4RANGE,"
        " EXCLUDE USING gist (during WITH &&))",
        "INSERT INTO bookings VALUES (1, 'Monday', '[1,5)')",
    )
    refusal = refused_insert(database, "bookings", {"id": 2, "during": "[3,9)"})
    assert refusal.sentence == "This booking collides with another one (during)."
    assert (refusal.fields, refusal.other_label) == (("during",), "Monday")


def test_a_record_without_a_partition(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE events (id INTEGER, year INTEGER, PRIMARY KEY (id, year)) PARTITION BY RANGE (year)",
        "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM (2024) TO (2025)",
        "INSERT INTO events VALUES (1, 2024)",
    )
    refusal = refused_insert(database, "events", {"id": 1, "year": 1999})
    assert refusal.sentence == "The database has no place for this event with these values."
    taken = refused_insert(database, "events", {"id": 1, "year": 2024})
    assert taken.fields == ("id", "year")


def test_a_restricting_key_further_down(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE firms (id INTEGER PRIMARY KEY)",
        "CREATE TABLE teams (id INTEGER PRIMARY KEY, firm_id INTEGER REFERENCES firms ON DELETE CASCADE)",
        "CREATE TABLE goals (id INTEGER PRIMARY KEY, team_id INTEGER REFERENCES teams)",
        "INSERT INTO firms VALUES (1)",
        "INSERT INTO teams VALUES (1, 1)",
        "INSERT INTO goals VALUES (1, 1)",
    )
    refusal = refused_delete(database, "firms", (1,))
    assert refusal.sentence == "Some goals still belong to teams that would be deleted along with this firm."


def test_what_is_no_refusal_is_raised_again(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    attempt = Attempt(TableName(None, "t"), None, {}, "insert")
    bug = ZeroDivisionError("x")
    assert not is_refusal(bug)
    assert not is_refusal(CancelledError())
    with pytest.raises(ZeroDivisionError) as caught:
        explain(bug, attempt, database)
    assert caught.value is bug
    known = Refusal(Reason.GONE, "Gone.")
    assert explain(RefusedError(known), attempt, database) is known
