"""What only SQLite's catalogue holds: rowids, odd keys, virtual tables, loose types, broken objects."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.keys import TableName
from desktop.base.refusal import RefusedError
from desktop.schema.describe import Kind
from tests.fixtures.databases import MakeDatabase


def _t(name: str) -> TableName:
    return TableName(None, name)


@pytest.mark.parametrize(
    ("ddl", "key", "identity"),
    [
        ("(id INTEGER PRIMARY KEY, v)", ("id",), True),
        ("(id INTEGER, v, PRIMARY KEY (id))", ("id",), True),
        ("(id INTEGER PRIMARY KEY AUTOINCREMENT, v)", ("id",), True),
        ("(id INT PRIMARY KEY, v)", ("id",), False),
        ("(id INTEGER PRIMARY KEY DESC, v)", ("id",), False),
        ("(id TEXT PRIMARY KEY, v)", ("id",), False),
        ("(id INTEGER PRIMARY KEY, v) WITHOUT ROWID", ("id",), False),
        ("(id INTEGER, v TEXT, PRIMARY KEY (v, id)) STRICT", ("v", "id"), False),
    ],
)
def test_only_a_rowid_alias_numbers_itself(
    ddl: str, key: tuple[str, ...], identity: bool, make_sqlite: MakeDatabase
) -> None:
    table = make_sqlite(f"CREATE TABLE t {ddl}").table(_t("t"))
    assert table.key == key
    assert not table.key_is_rowid
    assert table.column("id").identity is identity
    assert table.column("id").required is not identity


@pytest.mark.parametrize(
    ("ddl", "rowid"),
    [
        ("(a, b)", "rowid"),
        ("(rowid, b)", "_rowid_"),
        ("(RowId, _rowid_)", "oid"),
        ('("rowid", "_rowid_", "OID")', ""),
    ],
)
def test_a_table_without_a_key_goes_by_its_rowid(ddl: str, rowid: str, make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        f"CREATE TABLE t {ddl}", "INSERT INTO t VALUES ('x', 'y')" if "OID" not in ddl else ""
    )
    table = database.table(_t("t"))
    assert table.key_is_rowid is bool(rowid)
    assert table.key == ((rowid,) if rowid else ())
    assert bool(table.read_only_reason) is not bool(rowid)
    assert rowid not in [column.name for column in table.columns]
    if rowid:
        (key,) = database.key_columns(_t("t"))
        assert key.info == {"rowid": True}
        with database.engine.connect() as connection:
            assert connection.scalar(sa.select(key)) == 1


def test_empty_keys_make_the_rowid_the_key(make_sqlite: MakeDatabase) -> None:
    """A key that is not an INTEGER PRIMARY KEY may hold NULL in SQLite, several times over."""
    database = make_sqlite(
        "CREATE TABLE empty_keys (code TEXT PRIMARY KEY, v)",
        "INSERT INTO empty_keys VALUES (NULL, 1), (NULL, 2), ('a', 3)",
        "CREATE TABLE full_keys (code TEXT PRIMARY KEY, v)",
        "INSERT INTO full_keys VALUES ('a', 3)",
    )
    assert database.table(_t("empty_keys")).key == ("rowid",)
    assert database.table(_t("full_keys")).key == ("code",)
    assert not database.table(_t("full_keys")).column("code").nullable


def test_shadow_tables_and_internal_tables_are_left_out(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE VIRTUAL TABLE notes USING fts5(title, body)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "INSERT INTO t VALUES (1)",
        "ANALYZE",
    )
    assert [str(name) for name in database.schema.tables] == ["notes", "t"]
    notes = database.table(_t("notes"))
    assert [column.name for column in notes.columns] == ["title", "body"]
    assert notes.key == ("rowid",)


def test_broken_objects_are_listed_and_hide_nothing(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE good (id INTEGER PRIMARY KEY)",
        "CREATE TABLE gone (id INTEGER PRIMARY KEY)",
        "CREATE VIEW broken AS SELECT * FROM gone",
        'CREATE TABLE nameless (id INTEGER PRIMARY KEY, "" TEXT)',
        "CREATE VIEW circular AS SELECT * FROM broken",
        "DROP TABLE gone",
    )
    assert list(database.schema.tables) == [_t("good")]
    reasons = {str(broken.name): broken.reason for broken in database.schema.broken}
    assert reasons["broken"] == "This view cannot be read: no such table: main.gone."
    assert reasons["nameless"] == "One of its columns has no name."
    assert set(reasons) == {"broken", "nameless", "circular"}
    with pytest.raises(RefusedError) as refused:
        database.table(_t("nameless"))
    assert refused.value.refusal.hint == reasons["nameless"]


def test_foreign_keys_may_be_spelt_loosely(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE Artist (ArtistId INTEGER PRIMARY KEY, Name TEXT)",
        "CREATE TABLE album (id INTEGER PRIMARY KEY, artistid INTEGER, ghost_id REFERENCES ghost(id),"
        " other REFERENCES artist, odd REFERENCES artist(no_such_column),"
        " FOREIGN KEY (ARTISTID) REFERENCES ARTIST (artistID) ON DELETE CASCADE)",
    )
    found = {
        (fk.columns, fk.target.name, fk.target_columns) for fk in database.table(_t("album")).foreign_keys
    }
    assert found == {(("artistid",), "Artist", ("ArtistId",)), (("other",), "Artist", ("ArtistId",))}
    assert len(database.incoming(_t("Artist"))) == 2


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("INT", Kind.INTEGER),
        ("UNSIGNED BIG INT", Kind.INTEGER),
        ("INT(11)", Kind.INTEGER),
        ("tinyint(1)", Kind.INTEGER),
        ("NVARCHAR(160)", Kind.TEXT),
        ("VARCHAR(2000)", Kind.LONG_TEXT),
        ("NATIVE CHARACTER(70)", Kind.TEXT),
        ("CLOB", Kind.TEXT),
        ("DOUBLE PRECISION", Kind.FLOAT),
        ("DECIMAL(10,2)", Kind.DECIMAL),
        ("boolean", Kind.BOOLEAN),
        ("Date", Kind.DATE),
        ("TIMESTAMP", Kind.TIMESTAMP),
        ("TIMESTAMP(6)", Kind.TIMESTAMP),
        ("TIMESTAMP WITH TIME ZONE", Kind.TIMESTAMP_TZ),
        ("JSON", Kind.JSON),
        ("VARBINARY(16)", Kind.BYTES),
        ("POINT", Kind.TEXT),
        ("STRING", Kind.TEXT),
        ("", Kind.TEXT),
    ],
)
def test_declared_types_become_kinds(declared: str, kind: Kind, make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})")
    column = database.table(_t("t")).column("v")
    assert (column.kind, column.type_name.casefold()) == (kind, declared.casefold())


def test_limits_come_from_the_declaration(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(7) DEFAULT 'it''s', n NUMERIC(8, 3))"
    )
    table = database.table(_t("t"))
    assert table.column("v").length == 7
    assert table.column("v").default_text == "'it''s'"
    assert (table.column("n").precision, table.column("n").scale) == (8, 3)
    assert table.column("n").length is None


def test_defaults_that_are_null_are_none(make_sqlite: MakeDatabase) -> None:
    database = make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT DEFAULT NULL)")
    assert not database.table(_t("t")).column("v").has_default
