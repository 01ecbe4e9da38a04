"""What the database made of a save by itself is told: rounded, padded, filled in, changed by a trigger."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop.edit.unit import Unit
from desktop.values.special import DEFAULT
from tests.edit.craft import insert, ref, stage
from tests.fixtures.databases import Backend, MakeDatabase


def test_rounded_and_padded(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC(6, 2), code CHAR(5), fine NUMERIC(6, 2))",
        "INSERT INTO t VALUES (1, 1, 'a', 1)",
    )
    unit, name = Unit(database), database.find("t")
    stage(unit, database, ref(name, 1), price=Decimal("3.14159"), code="xy", fine=Decimal("2.5"))
    saved = unit.save()
    assert saved.adjusted == {ref(name, 1): {"price": Decimal("3.14159"), "code": "xy"}}
    assert saved.records[ref(name, 1)].values["price"] == Decimal("3.14")


def test_filled_in_and_computed(make_database: MakeDatabase) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, state VARCHAR(9) DEFAULT 'new',"
        " double INTEGER GENERATED ALWAYS AS (n * 2) STORED, empty VARCHAR(9))"
    )
    unit, name = Unit(database), database.find("t")
    unit.stage_insert(name, {"id": 1, "n": 2})
    assert unit.save().adjusted == {ref(name, 1): {"state": DEFAULT, "double": DEFAULT}}
    stage(unit, database, ref(name, 1), n=5)
    assert unit.save().adjusted == {ref(name, 1): {"double": DEFAULT}}


def test_changed_back_by_a_trigger(make_database: MakeDatabase, backend: Backend) -> None:
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), changes INTEGER)"
    if backend == "sqlite":
        trigger: tuple[str, ...] = (
            "CREATE TRIGGER back AFTER UPDATE OF name ON t WHEN new.name <> upper(new.name)"
            " BEGIN UPDATE t SET name = old.name, changes = old.changes + 1 WHERE id = new.id; END",
        )
    else:
        trigger = (
            "CREATE FUNCTION back() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN new.name = old.name; new.changes = old.changes + 1; RETURN new; END'",
            "CREATE TRIGGER back BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION back()",
        )
    database = make_database(table, "INSERT INTO t VALUES (1, 'KEPT', 0)", *trigger)
    unit, name = Unit(database), database.find("t")
    stage(unit, database, ref(name, 1), name="new")
    saved = unit.save()
    assert saved.adjusted == {ref(name, 1): {"name": "new", "changes": DEFAULT}}
    assert saved.records[ref(name, 1)].values["name"] == "KEPT"


@pytest.mark.parametrize("count", [3, 300])
def test_a_field_that_only_the_trigger_changed_among_however_many(
    make_database: MakeDatabase, backend: Backend, count: int
) -> None:
    table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(9), changes INTEGER, other INTEGER)"
    if backend == "sqlite":
        trigger: tuple[str, ...] = (
            "CREATE TRIGGER counting AFTER UPDATE OF name ON t WHEN new.id = 2"
            " BEGIN UPDATE t SET changes = old.changes + 1 WHERE id = new.id; END",
        )
    else:
        trigger = (
            "CREATE FUNCTION counting() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF new.id = 2 THEN"
            " new.changes = old.changes + 1; END IF; RETURN new; END'",
            "CREATE TRIGGER counting BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION counting()",
        )
    rows = insert("t", ((n, "old", 0, 0) for n in range(1, count + 1)))
    database = make_database(table, rows, *trigger)
    unit, name = Unit(database), database.find("t")
    for number in range(1, count + 1):
        unit.stage(ref(name, number), "name", "old", "new")
    saved = unit.save()
    assert saved.adjusted == {ref(name, 2): {"changes": DEFAULT}}
    assert saved.records[ref(name, 2)].values["changes"] == 1


def test_very_many_without_triggers_are_read_back_in_what_was_changed(
    make_database: MakeDatabase, backend: Backend
) -> None:
    database = make_database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, text VARCHAR(9), other INTEGER,"
        " double INTEGER GENERATED ALWAYS AS (n * 2) STORED)",
        *(f"INSERT INTO t (id, n, text, other) VALUES ({n}, 1, 'x', 1)" for n in range(1, 301)),  # noqa: S608
    )
    unit, name = Unit(database), database.find("t")
    for number in range(1, 301):
        unit.stage(ref(name, number), "n", 1, 5)
    saved = unit.save()
    assert saved.records[ref(name, 300)].values == {"n": 5, "double": 10}
    assert saved.adjusted[ref(name, 300)] == {"double": DEFAULT} and len(saved.adjusted) == 300
