"""SQLite files: real transactions, foreign keys, nothing created by mistake, no calls by hostile files."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.connect import sqlite_file
from desktop.connect.capabilities import read_capabilities
from desktop.connect.engine import make_engine
from desktop.connect.opening import opening_refusal
from desktop.connect.profile import sqlite_profile
from desktop.connect.running import running
from desktop.connect.sqlite import CASEFOLD, IMMEDIATE


def make_file(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make_file(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)",
        "INSERT INTO t VALUES (1, 'x')",
    )


@pytest.mark.parametrize(
    "name", ["plain.db", "what?.db", "50%25.db", "a#b.db", "ä 文.db", "a&mode=memory.db", "'"]
)
def test_any_file_name_opens_and_none_is_created(tmp_path: Path, name: str) -> None:
    engine = make_engine(sqlite_profile(make_file(tmp_path / name, "CREATE TABLE here (id)")))
    assert sa.inspect(engine).get_table_names() == ["here"]
    engine.dispose()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_missing_file_is_an_error_and_not_a_new_file(tmp_path: Path) -> None:
    engine = make_engine(sqlite_profile(tmp_path / "none.db"))
    with pytest.raises(sa.exc.OperationalError):
        engine.connect()
    assert not (tmp_path / "none.db").exists()


def test_a_file_in_wal_mode_on_a_read_only_medium_is_read_and_nothing_made_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wal = "PRAGMA journal_mode = WAL"
    path = make_file(tmp_path / "a.db", wal, "CREATE TABLE t (id)", "INSERT INTO t VALUES (1)")
    monkeypatch.setattr(sqlite_file, "_on_read_only_medium", lambda path: True)
    engine = make_engine(sqlite_profile(path))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT id FROM t")) == 1
        assert [entry.name for entry in tmp_path.iterdir()] == ["a.db"]
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            connection.execute(sa.text("INSERT INTO t VALUES (2)"))
    engine.dispose()


def test_a_file_in_wal_mode_that_others_may_change_is_never_taken_as_frozen(tmp_path: Path) -> None:
    path = make_file(tmp_path / "a.db", "PRAGMA journal_mode = WAL", "CREATE TABLE t (id)")
    assert sqlite_file.is_wal(str(path))
    assert "immutable" not in sqlite_file.file_uri(str(path), read_only=True)


def test_a_file_in_wal_mode_in_a_folder_without_rights_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(tmp_path / "a.db", "PRAGMA journal_mode = WAL", "CREATE TABLE t (id)")
    monkeypatch.setattr("desktop.connect.opening.may_write", lambda path: False)
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY
    refusal = opening_refusal(error, sqlite_profile(path))
    assert refusal is not None
    assert "WAL mode" in refusal.sentence
    assert refusal.hint == "Copy it to a folder of your own."


def test_cancel_rolls_back_even_when_a_savepoint_came_first(file: Path) -> None:
    engine = make_engine(sqlite_profile(file))
    with engine.connect() as connection:
        with connection.begin_nested():
            connection.execute(sa.text("INSERT INTO t VALUES (50, 'y')"))
        connection.rollback()
        assert connection.scalar(sa.text("SELECT count(*) FROM t")) == 1
    engine.dispose()


def test_settings_of_every_connection(file: Path) -> None:
    engine = make_engine(sqlite_profile(file))
    with engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(sa.text("PRAGMA trusted_schema")) == 0
        assert connection.scalar(sa.text("PRAGMA busy_timeout")) == 5000
    engine.dispose()


def test_read_only(file: Path) -> None:
    engine = make_engine(sqlite_profile(file, read_only=True))
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="readonly"):
        connection.execute(sa.text("DELETE FROM t"))
    engine.dispose()


def test_parameters_stay_out_of_error_texts(file: Path) -> None:
    engine = make_engine(sqlite_profile(file))
    with engine.connect() as connection, pytest.raises(sa.exc.IntegrityError) as caught:
        connection.execute(sa.text("INSERT INTO t VALUES (1, :name)"), {"name": "very private"})
    assert "very private" not in str(caught.value)
    engine.dispose()


@pytest.mark.parametrize("immediate", [False, True])
def test_a_write_transaction_takes_the_lock_at_once(file: Path, immediate: bool) -> None:
    engine = make_engine(sqlite_profile(file))
    other = sqlite3.connect(file, timeout=0, isolation_level=None)
    with engine.connect() as connection:
        connection.execution_options(**{IMMEDIATE: immediate})
        connection.begin()
        if immediate:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        else:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        assert connection.scalar(sa.text("PRAGMA busy_timeout")) == 5000
    other.execute("BEGIN IMMEDIATE")  # given back with the connection
    other.close()
    engine.dispose()


def test_waiting_for_a_lock_can_be_cancelled(file: Path) -> None:
    engine = make_engine(sqlite_profile(file))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    token = CancelToken()
    threading.Timer(0.2, token.cancel).start()
    with engine.connect() as connection:
        connection.execution_options(**{IMMEDIATE: True})
        with pytest.raises(CancelledError), running(connection, token):
            connection.begin()
    other.close()
    engine.dispose()


def test_invalid_utf8_costs_one_cell_and_not_the_page(tmp_path: Path) -> None:
    path = make_file(
        tmp_path / "a.db",
        "CREATE TABLE t (name TEXT)",
        "INSERT INTO t VALUES ('good'), (CAST(x'61ff' AS TEXT)), (NULL), ('ΣΤΡΑΣΣΕ')",
    )
    engine = make_engine(sqlite_profile(path))
    fold = read_capabilities(engine).fold
    name = sa.table("t", sa.column("name", sa.Text)).c.name
    with engine.connect() as connection:
        assert list(connection.scalars(sa.select(name))) == ["good", "a\udcff", None, "ΣΤΡΑΣΣΕ"]
        query = sa.select(name).where(fold(name) == fold(sa.literal("στρασσε")))
        assert list(connection.scalars(query)) == ["ΣΤΡΑΣΣΕ"]
        assert connection.scalar(sa.select(sa.func.count()).where(fold(name) == "good")) == 1
    engine.dispose()


def test_a_hostile_file_cannot_call_what_rowkeeper_registers(file: Path) -> None:
    make_file(file, f"CREATE VIEW v AS SELECT {CASEFOLD}(name) AS name FROM t")  # noqa: S608
    engine = make_engine(sqlite_profile(file))
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="unsafe use"):
        connection.execute(sa.text("SELECT * FROM v"))
    engine.dispose()


def test_capabilities(file: Path) -> None:
    engine = make_engine(sqlite_profile(file))
    capabilities = read_capabilities(engine)
    assert (capabilities.name, capabilities.nulls_first_ascending) == ("SQLite", True)
    assert capabilities.max_parameters >= 999
    assert not (capabilities.row_locks or capabilities.schemas or capabilities.arrays)
    engine.dispose()
