"""A role with rights to some columns only: what it may not read is left out, what it may write is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Reason, RefusedError
from desktop.browse.default_view import default_view
from desktop.browse.fetch import first_block
from desktop.edit.bulk import delete_selected
from desktop.edit.unit import Unit
from desktop.schema.database import Database, open_database
from desktop.schema.hidden import hidden_words
from tests.edit.craft import chosen, read, ref, stage
from tests.edit.test_recording import Notes
from tests.fixtures.databases import MakeDatabase, OpenSecond

ROLE = "rowkeeper_temp"


@pytest.fixture
def clerk(make_postgres: MakeDatabase, second: OpenSecond) -> Iterator[tuple[Database, sa.Connection]]:
    """As a temporary clerk sees it, who may neither read nor write what people earn."""
    owned = make_postgres(
        "CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL, town text, note text DEFAULT 'none',"
        " salary integer, boss integer REFERENCES people (id), UNIQUE (name, salary),"
        " CHECK (salary > 0 AND name <> 'x'))",
        "CREATE TABLE badges (code integer PRIMARY KEY, text text)",
        "CREATE TABLE worn (person integer REFERENCES people, badge integer REFERENCES badges,"
        " since date NOT NULL, PRIMARY KEY (person, badge))",
        "CREATE TABLE secret_keys (code integer PRIMARY KEY, text text)",
        "INSERT INTO people (name, town, salary) VALUES ('Ada', 'Rome', 10), ('Bob', 'Oslo', 20)",
        f"DROP ROLE IF EXISTS {ROLE}",
        f"CREATE ROLE {ROLE} LOGIN",
        f"GRANT SELECT (id, name, town, note), INSERT (name, town) ON people TO {ROLE}",
        f"GRANT UPDATE (town), DELETE ON people TO {ROLE}",
        f"GRANT USAGE ON SEQUENCE people_id_seq TO {ROLE}",
        f"GRANT SELECT (person, badge), INSERT (person, badge) ON worn TO {ROLE}",
        f"GRANT SELECT (text), INSERT ON secret_keys TO {ROLE}",
        f"GRANT ALL ON badges TO {ROLE}",
    )
    owner = second(owned)
    schema = owner.scalar(sa.text("SELECT current_schema()"))
    owner.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO {ROLE}')
    opened = open_database(replace(owned.profile, user=ROLE))
    yield opened, owner
    opened.dispose()
    owner.exec_driver_sql(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


@pytest.fixture
def office(clerk: tuple[Database, sa.Connection]) -> Database:
    return clerk[0]


@pytest.fixture
def owner(clerk: tuple[Database, sa.Connection]) -> sa.Connection:
    """Who may see and do everything."""
    return clerk[1]


def _people(owner: sa.Connection) -> list[tuple[object, ...]]:
    query = "SELECT name, town, note, salary FROM people ORDER BY id"
    return [tuple(row) for row in owner.execute(sa.text(query))]


def test_a_table_is_shown_without_what_may_not_be_read(office: Database) -> None:
    table = office.table(office.find("people"))
    assert [column.name for column in table.columns] == ["id", "name", "town", "note"]
    assert table.unreadable == ("salary", "boss") and table.read_only_reason == ""
    assert hidden_words(table) == "Without “Salary” and “Boss”, which you may not read."
    assert not hidden_words(office.table(office.find("badges")))
    assert [unique.columns for unique in table.uniques] == [("id",)] and not table.foreign_keys
    assert [check.columns for check in table.checks] == [("name",)]
    rows = first_block(office, default_view(table))
    assert [row.values[:2] for row in rows] == [("Ada", "Rome"), ("Bob", "Oslo")]
    assert read(office, ref(table.name, 1)).values["town"] == "Rome"


def test_a_key_that_may_not_be_read_tells_no_record_apart(office: Database) -> None:
    table = office.table(office.find("secret_keys"))
    assert not table.key and table.read_only_reason == (
        "You may not read the key of this table, so records cannot be told apart; it is shown read-only."
    )


def test_a_table_of_which_something_is_hidden_is_no_mere_link(office: Database) -> None:
    assert len(office.table(office.find("worn")).foreign_keys) == 2
    assert not office.table(office.find("people")).links


@pytest.mark.parametrize("many", [1, 3])
def test_new_records_send_only_what_may_be_given(office: Database, owner: sa.Connection, many: int) -> None:
    unit, name = Unit(office), office.find("people")
    for number in range(many):
        unit.stage_insert(name, {"name": f"New {number}"} | ({"town": "Bonn"} if number % 2 else {}))
    saved = unit.save()
    assert len(saved.inserted) == many and len(saved.records) == many
    added = _people(owner)[2:]
    assert added == [(f"New {n}", "Bonn" if n % 2 else None, "none", None) for n in range(many)]


def test_what_may_not_be_given_is_refused_with_its_field(office: Database, owner: sa.Connection) -> None:
    unit = Unit(office)
    unit.stage_insert(office.find("people"), {"name": "New", "note": "mine"})
    with pytest.raises(RefusedError) as caught:
        unit.save()
    assert (caught.value.refusal.reason, caught.value.refusal.fields) == (Reason.NOT_ALLOWED, ("note",))
    assert len(_people(owner)) == 2


def test_a_field_that_may_be_changed_is(office: Database, owner: sa.Connection) -> None:
    unit, person = Unit(office), ref(office.find("people"), 2)
    stage(unit, office, person, town="Paris")
    saved = unit.save()
    assert saved.records[person].values["town"] == "Paris"
    assert _people(owner)[1] == ("Bob", "Paris", "none", 20)


def test_a_constraint_on_a_hidden_field_is_told(office: Database, owner: sa.Connection) -> None:
    owner.exec_driver_sql("ALTER TABLE people ALTER COLUMN salary SET NOT NULL")
    unit = Unit(office)
    unit.stage_insert(office.find("people"), {"name": "New"})
    with pytest.raises(RefusedError) as caught:
        unit.save()
    assert caught.value.refusal.sentence == "Salary must be filled in, and you may not read it."
    assert caught.value.refusal.reason is Reason.REQUIRED and not caught.value.refusal.fields


def test_what_is_removed_with_hidden_fields_cannot_be_put_back(
    office: Database, owner: sa.Connection
) -> None:
    notes, name = Notes(), office.find("people")
    unit = Unit(office, recorder=notes)
    unit.stage_delete(ref(name, 2))
    unit.save()
    assert [row[0] for row in _people(owner)] == ["Ada"]
    assert not notes.rows and notes.logs[0].unkept == {name}


def _may_only_delete(owner: sa.Connection) -> None:
    """PostgreSQL locks no row for who may update none."""
    owner.exec_driver_sql(f"REVOKE UPDATE (town) ON people FROM {ROLE}")


@pytest.fixture
def remover(clerk: tuple[Database, sa.Connection]) -> Iterator[Database]:
    """As who may delete people and change nothing of them sees it."""
    office, owner = clerk
    _may_only_delete(owner)
    opened = open_database(office.profile)
    yield opened
    opened.dispose()


def test_what_may_be_deleted_and_not_locked_is_deleted(remover: Database, owner: sa.Connection) -> None:
    people, unit = remover.find("people"), Unit(remover, recorder=Notes())
    unit.changes.delete(ref(people, 1), dict(read(remover, ref(people, 1)).values))
    unit.save()
    assert [name for name, *_ in _people(owner)] == ["Bob"]
    assert delete_selected(remover, chosen(people, 2), 1, recorder=Notes()) == 1
    assert not _people(owner)


@pytest.mark.parametrize("moment", ["before", "between"])
def test_what_cannot_be_locked_is_deleted_only_as_it_was_seen(
    remover: Database, owner: sa.Connection, moment: str
) -> None:
    people, unit = remover.find("people"), Unit(remover)
    for number in (1, 2):
        unit.changes.delete(ref(people, number), dict(read(remover, ref(people, number)).values))
    change = sa.text("UPDATE people SET town = 'Bergen' WHERE id = 2")
    if moment == "before":
        owner.execute(change)
    else:  # after it was compared, before it is deleted

        @sa.event.listens_for(remover.engine, "before_cursor_execute")
        def meanwhile(_: object, __: object, statement: str, *rest: object) -> None:
            if statement.startswith("DELETE"):
                owner.execute(change)

    with pytest.raises(RefusedError) as told:
        unit.save()
    assert told.value.refusal.reason is Reason.CONFLICT and told.value.refusal.record == ref(people, 2)
    assert "“Town” was changed meanwhile" in told.value.refusal.sentence
    assert [name for name, *_ in _people(owner)] == ["Ada", "Bob"] and unit.dirty
