"""Values the database refuses without saying which field: the field is found, or none is named."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import Reason
from desktop.edit.explain import Attempt
from tests.edit.refusing import provoke, refused_insert
from tests.fixtures.databases import MakeDatabase

POSTGRES = (
    "CREATE TYPE mood AS ENUM ('happy', 'very_sad')",
    "CREATE DOMAIN zip AS TEXT CHECK (value ~ '^[0-9]{5}$')",
    "CREATE TABLE things (id INTEGER PRIMARY KEY, title VARCHAR(5), code CHAR(3), small SMALLINT,"
    " big BIGINT, price NUMERIC(4,2), mood mood, born DATE, at TIMESTAMPTZ, ident UUID, data JSONB,"
    " span INT4RANGE, net INET, postcode zip, parts INTEGER[], bits BIT(3), plain TEXT)",
)


@pytest.mark.parametrize(
    ("values", "reason", "sentence", "field"),
    [
        ({"title": "é" * 6}, Reason.TOO_LONG, "Title has 6 characters; at most 5 are allowed.", "title"),
        ({"code": "abcd"}, Reason.TOO_LONG, "Code has 4 characters; at most 3 are allowed.", "code"),
        ({"small": 40000}, Reason.OUT_OF_RANGE, "Small must lie between -32,768 and 32,767.", "small"),
        (
            {"big": 2**63},
            Reason.OUT_OF_RANGE,
            "Big must lie between -9,223,372,036,854,775,808 and 9,223,372,036,854,775,807.",
            "big",
        ),
        (
            {"price": Decimal("100")},
            Reason.OUT_OF_RANGE,
            "Price may have at most 2 digits before the decimal point and 2 after.",
            "price",
        ),
        ({"mood": "odd"}, Reason.BAD_VALUE, "Mood must be one of Happy, Very sad.", "mood"),
        ({"data": "{"}, Reason.BAD_VALUE, "Data is not a valid JSON.", "data"),
        ({"span": "[5,1)"}, Reason.BAD_VALUE, "Span is not a valid range.", "span"),
        ({"net": "10.0.0.256"}, Reason.BAD_VALUE, "Net is not a valid network address.", "net"),
        ({"parts": "1,2"}, Reason.BAD_VALUE, "Parts is not a valid list.", "parts"),
        ({"postcode": "12"}, Reason.CHECK, "Postcode breaks the rule of its type (zip).", "postcode"),
        (
            {"plain": "a\0b"},
            Reason.BAD_VALUE,
            "Plain contains a NUL character, which cannot be stored.",
            "plain",
        ),
        (
            {"plain": "a\udc80"},
            Reason.BAD_VALUE,
            "Plain contains a character that cannot be stored.",
            "plain",
        ),
    ],
)
def test_the_field_is_found_on_postgresql(
    make_postgres: MakeDatabase, values: Mapping[str, object], reason: Reason, sentence: str, field: str
) -> None:
    innocent = {"id": 1, "born": datetime.date(2024, 1, 1), "ident": None}
    if field != "title":
        innocent["title"] = "fine"
    if field != "price":  # rounded by the server without complaint, so it must not be blamed
        innocent["price"] = Decimal("1.239")
    refusal = refused_insert(make_postgres(*POSTGRES), "things", {**innocent, **values})
    assert (refusal.reason, refusal.sentence) == (reason, sentence)
    assert refusal.fields == (field,)
    assert refusal.details


def test_two_fields_at_once(make_postgres: MakeDatabase) -> None:
    refusal = refused_insert(
        make_postgres(*POSTGRES), "things", {"id": 1, "title": "toolong", "code": "abcd"}
    )
    assert refusal.fields == ("title", "code")


def test_an_expression_out_of_range_belongs_to_the_only_field_set(make_postgres: MakeDatabase) -> None:
    database = make_postgres(*POSTGRES, "INSERT INTO things (id, small) VALUES (1, 32767)")
    name = TableName(None, "things")
    table = database.sa(name)
    statement = sa.update(table).values(small=table.c.small + 1)
    refusal = provoke(database, statement, Attempt(name, None, {"small": 1}, "bulk update"))
    assert (refusal.reason, refusal.fields) == (Reason.OUT_OF_RANGE, ("small",))
    assert refusal.hint == "Change the small. Nothing was changed."


def test_what_cannot_be_found_names_no_field(make_postgres: MakeDatabase) -> None:
    database = make_postgres(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER)",
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN NEW.a := 'x'; RETURN NEW; END $$",
        "CREATE TRIGGER spoil BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION spoil()",
    )
    refusal = refused_insert(database, "t", {"id": 1, "a": 1, "b": 2})
    assert (refusal.reason, refusal.fields) == (Reason.BAD_VALUE, ())
    assert refusal.sentence == "One of the values does not fit its field."


def test_a_key_too_long_for_its_index(make_postgres: MakeDatabase) -> None:
    database = make_postgres("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
    noise = "".join(chr(0x4E00 + (i * 7919) % 20000) for i in range(2_000))
    refusal = refused_insert(database, "t", {"id": 1, "name": noise})
    assert (refusal.reason, refusal.fields) == (Reason.TOO_LONG, ("name",))
    assert refusal.sentence == "Name is too long."


SQLITE = (
    "CREATE TABLE things (id INTEGER PRIMARY KEY, number INTEGER, name TEXT)",
    "CREATE TABLE strict_things (id INTEGER PRIMARY KEY, number INTEGER, amount REAL) STRICT",
)


@pytest.mark.parametrize(
    ("table", "values", "reason", "field"),
    [
        ("things", {"number": 2**63}, Reason.OUT_OF_RANGE, "number"),
        ("things", {"name": "a\udc80"}, Reason.BAD_VALUE, "name"),
        ("strict_things", {"number": "many"}, Reason.BAD_VALUE, "number"),
    ],
)
def test_the_field_is_found_on_sqlite(
    make_sqlite: MakeDatabase, table: str, values: Mapping[str, object], reason: Reason, field: str
) -> None:
    refusal = refused_insert(make_sqlite(*SQLITE), table, {"id": 1, **values})
    assert (refusal.reason, refusal.fields) == (reason, (field,))
