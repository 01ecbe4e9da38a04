"""Every kind of refusal through a unit: the field is found where the database allows, and never guessed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.keys import RecordRef
from desktop.base.refusal import RefusedError
from desktop.edit.unit import Unit
from tests.edit.craft import count
from tests.fixtures.databases import MakeDatabase, OpenSecond

Case = tuple[str, dict[str, object], tuple[str, ...]]

SQLITE_TABLES = (
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, UNIQUE (a, b))",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, need TEXT NOT NULL DEFAULT 'x',"
    " n INTEGER CHECK (n > 0), low INTEGER, high INTEGER,"
    " p_id INTEGER REFERENCES p (id), a INTEGER, b INTEGER, one TEXT, two TEXT, mail TEXT,"
    " must INTEGER NOT NULL DEFAULT 1, nick TEXT CHECK (length(nick) < 4), slot INTEGER,"
    " kind TEXT DEFAULT 'a',"
    " later INTEGER REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED, city TEXT, rank INTEGER UNIQUE,"
    " CONSTRAINT span CHECK (low <= high), FOREIGN KEY (a, b) REFERENCES p (a, b), UNIQUE (one, two))",
    "CREATE UNIQUE INDEX t_mail ON t (lower(mail))",
    "CREATE UNIQUE INDEX t_slot ON t (slot) WHERE kind = 'a'",
    "CREATE UNIQUE INDEX t_city ON t (lower(kind), city)",
    "CREATE TRIGGER no_devil BEFORE UPDATE ON t WHEN new.n = 666 BEGIN SELECT RAISE(ABORT, 'not that'); END",
    "CREATE TABLE s (id INTEGER PRIMARY KEY, n INTEGER, r REAL) STRICT",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER NOT NULL REFERENCES t (id))",
    "INSERT INTO p VALUES (1, 1, 1)",
    "INSERT INTO t (id, code, one, two, mail, slot, city, rank) VALUES"
    " (1, 'a', 'x', 'y', 'A@x', 1, 'Ur', 1), (2, 'b', 'x', 'z', 'b@x', 2, 'Uruk', 2)",
    "INSERT INTO s VALUES (1, 1, 1.0)",
    "INSERT INTO c VALUES (1, 1)",
)
SQLITE: dict[str, Case] = {
    "unique": ("t", {"code": "a"}, ("code",)),
    "unique together": ("t", {"two": "y"}, ("one", "two")),
    "unique by expression": ("t", {"mail": "a@X"}, ("mail",)),
    "primary key": ("t", {"id": 1}, ("id",)),
    "not null": ("t", {"need": None}, ("need",)),
    "check": ("t", {"n": -1}, ("n",)),
    "check over two": ("t", {"low": 5, "high": 1}, ("low", "high")),
    "foreign key": ("t", {"p_id": 9}, ("p_id",)),
    "foreign key together": ("t", {"a": 1, "b": 9}, ("a", "b")),
    "one foreign key of two": ("t", {"p_id": 1, "a": 7, "b": 9}, ("a", "b")),
    "both foreign keys": ("t", {"p_id": 9, "a": 7, "b": 9}, ("p_id", "a", "b")),
    "raised by a trigger": ("t", {"n": 666}, ()),
    "not null number": ("t", {"must": None}, ("must",)),
    "check of a length": ("t", {"nick": "long", "code": "fine"}, ("nick",)),
    "unique where": ("t", {"slot": 1}, ("slot",)),
    "unique with an expression": ("t", {"city": "Ur"}, ("kind", "city")),
    "deferred": ("t", {"later": 9, "code": "fine"}, ("later",)),
    "unique number among others": ("t", {"rank": 1, "code": "fine", "mail": "new"}, ("rank",)),
    "strict whole number": ("s", {"n": "many"}, ("n",)),
    "strict number": ("s", {"r": "much"}, ("r",)),
    "past 64 bits": ("t", {"n": 2**63}, ("n",)),
    "lone surrogate": ("t", {"code": "fine", "p_id": 2**64}, ("p_id",)),
}
POSTGRES_TABLES = (
    "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
    "CREATE DOMAIN filled AS text NOT NULL",
    "CREATE DOMAIN word AS text CHECK (VALUE ~ '^[a-z]+$')",
    "CREATE TYPE mood AS ENUM ('good', 'bad')",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, UNIQUE (a, b))",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE, need TEXT NOT NULL DEFAULT 'x',"
    " n INTEGER CHECK (n > 0), low INTEGER, high INTEGER,"
    " p_id INTEGER REFERENCES p (id), a INTEGER, b INTEGER, one TEXT, two TEXT, mail TEXT,"
    " short VARCHAR(3), fixed CHAR(2), small SMALLINT, big BIGINT, price NUMERIC(4, 2), at DATE,"
    " clock TIME, stamp TIMESTAMPTZ, flag BOOLEAN, data JSONB, ident UUID, feel MOOD, d positive,"
    " d2 positive, f filled DEFAULT 'x', bits BIT(3), ip INET, span_ INT4RANGE, parts INTEGER[],"
    " later INTEGER REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED, room INT4RANGE,"
    " must INTEGER NOT NULL DEFAULT 1, nick TEXT CHECK (length(nick) < 4), slot INTEGER,"
    " kind TEXT DEFAULT 'a', city TEXT,"
    " rank INTEGER UNIQUE, place INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED, c INTEGER, e INTEGER,"
    " FOREIGN KEY (c, e) REFERENCES p (a, b) DEFERRABLE INITIALLY DEFERRED, code_ word, pause INTERVAL,"
    " mac MACADDR, real_ REAL,"
    " EXCLUDE USING gist (room WITH &&),"
    " CONSTRAINT span CHECK (low <= high), FOREIGN KEY (a, b) REFERENCES p (a, b), UNIQUE (one, two))",
    "CREATE UNIQUE INDEX t_mail ON t (lower(mail))",
    "CREATE UNIQUE INDEX t_slot ON t (slot) WHERE kind = 'a'",
    "CREATE UNIQUE INDEX t_city ON t (lower(kind), city)",
    "CREATE TABLE r (id INTEGER PRIMARY KEY, n INTEGER, m INTEGER)",
    "INSERT INTO r VALUES (1, 1, 1), (2, 2, 2)",
    "ALTER TABLE r ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY small ON r USING (true) WITH CHECK (n < 10)",
    "GRANT ALL ON r TO pg_monitor",
    "DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO pg_monitor', current_schema()); END $$",
    "CREATE FUNCTION devil() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN IF new.n = 666 THEN RAISE EXCEPTION ''not that''; END IF; RETURN new; END'",
    "CREATE TRIGGER no_devil BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION devil()",
    "INSERT INTO p VALUES (1, 1, 1)",
    "INSERT INTO t (id, code, one, two, mail, room, slot, city, rank, place) VALUES"
    " (1, 'a', 'x', 'y', 'A@x', '[1,5)', 1, 'Ur', 1, 1), (2, 'b', 'x', 'z', 'b@x', '[7,9)', 2, 'Uruk', 2, 2)",
)
POSTGRES: dict[str, Case] = {
    **{name: case for name, case in SQLITE.items() if case[0] == "t" and name != "lone surrogate"},
    "both foreign keys": ("t", {"p_id": 9, "a": 7, "b": 9}, ("p_id",)),  # the server names the first
    "unique with an expression": ("t", {"city": "Ur"}, ("city", "kind")),  # columns first
    "past 64 bits": ("t", {"big": 2**63}, ("big",)),
    "exclusion": ("t", {"room": "[2,3)"}, ("room",)),
    "too long": ("t", {"short": "long", "code": "fine"}, ("short",)),
    "too long for fixed": ("t", {"fixed": "long", "code": "fine"}, ("fixed",)),
    "small number": ("t", {"small": 40000, "n": 5}, ("small",)),
    "digits": ("t", {"price": 1000, "n": 5}, ("price",)),
    "date": ("t", {"at": "2026-02-30", "code": "fine"}, ("at",)),
    "time": ("t", {"clock": "25:00", "code": "fine"}, ("clock",)),
    "moment": ("t", {"stamp": "soon", "code": "fine"}, ("stamp",)),
    "json": ("t", {"data": "{", "code": "fine"}, ("data",)),
    "uuid": ("t", {"ident": "one", "code": "fine"}, ("ident",)),
    "enum": ("t", {"feel": "odd", "code": "fine"}, ("feel",)),
    "domain": ("t", {"d": -1, "d2": 1}, ("d",)),
    "the other of one domain": ("t", {"d": 1, "d2": -1}, ("d2",)),
    "domain not null": ("t", {"f": None, "code": "fine"}, ()),  # the server names the domain only
    "bits": ("t", {"bits": "10101", "code": "fine"}, ("bits",)),
    "address": ("t", {"ip": "everywhere", "code": "fine"}, ("ip",)),
    "range": ("t", {"span_": "[5,1)", "code": "fine"}, ("span_",)),
    "list": ("t", {"parts": "{1,x}", "code": "fine"}, ("parts",)),
    "deferred unique": ("t", {"place": 1, "code": "fine"}, ("place",)),
    "deferred together": ("t", {"c": 1, "e": 9, "code": "fine"}, ("c", "e")),
    "domain of a pattern": ("t", {"code_": "A1", "code": "fine"}, ("code_",)),
    "length of time": ("t", {"pause": "a while", "code": "fine"}, ("pause",)),
    "hardware address": ("t", {"mac": "here", "code": "fine"}, ("mac",)),
    "number too large": ("t", {"real_": 1e300, "code": "fine"}, ("real_",)),
    "nul in a text": ("t", {"code": "a\0b", "one": "fine"}, ("code",)),
    "two at once": ("t", {"short": "long", "fixed": "long"}, ("short", "fixed")),
}


def _check(database_of: MakeDatabase, second: OpenSecond, tables: tuple[str, ...], case: Case) -> None:
    database = database_of(*tables)
    table, values, fields = case
    name = database.find(table)
    last = sa.select(database.sa(name)).order_by(sa.desc("id")).limit(1)
    stored = dict(second(database).execute(last).mappings().one())
    ref = RecordRef(name, (stored["id"],))
    unit = Unit(database)
    for column, value in values.items():
        unit.stage(ref, column, stored[column], value)
    with pytest.raises(RefusedError) as caught:
        unit.save()
    refusal = caught.value.refusal
    assert refusal.fields == fields, refusal
    assert refusal.record == ref and refusal.sentence.endswith((".", "?"))
    change = unit.changes.get(ref)
    assert change is not None and change.values == values
    assert count(second(database), table, "id < 3") == (1 if table == "s" else 2)


@pytest.mark.parametrize("name", SQLITE)
def test_on_sqlite(make_sqlite: MakeDatabase, second: OpenSecond, name: str) -> None:
    _check(make_sqlite, second, SQLITE_TABLES, SQLITE[name])


@pytest.mark.parametrize("name", POSTGRES)
def test_on_postgresql(make_postgres: MakeDatabase, second: OpenSecond, name: str) -> None:
    _check(make_postgres, second, POSTGRES_TABLES, POSTGRES[name])
