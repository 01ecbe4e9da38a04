"""What a person may paste as a database, and what a profile says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.base.refusal import Reason, RefusedError
from desktop.connect.profile import Profile, parse_url, sqlite_profile


@pytest.mark.parametrize(
    ("text", "expected", "password"),
    [
        (
            "postgresql+psycopg://ann:s%40cret@db1:5433/news?sslmode=require",
            Profile(
                "news", "postgresql", host="db1", port=5433, database="news", user="ann", sslmode="require"
            ),
            "s@cret",
        ),
        (
            "postgresql://ann@db1/news",
            Profile("news", "postgresql", host="db1", database="news", user="ann"),
            None,
        ),
        (
            "postgres://ann:pw@[::1]:5432/news",
            Profile("news", "postgresql", host="::1", port=5432, database="news", user="ann"),
            "pw",
        ),
        (
            "host=db1 port=5433 dbname='my news' user=ann password='a b'",
            Profile("my news", "postgresql", host="db1", port=5433, database="my news", user="ann"),
            "a b",
        ),
        (
            "postgresql+psycopg://ann@/news?host=a:5432&host=b:5433&target_session_attrs=read-write",
            Profile(
                "news",
                "postgresql",
                host="a,b",
                database="news",
                user="ann",
                options={"port": "5432,5433", "target_session_attrs": "read-write"},
            ),
            None,
        ),
        (
            "postgresql://a:1,b:2/news",
            Profile("news", "postgresql", host="a,b", database="news", options={"port": "1,2"}),
            None,
        ),
        (
            "postgresql:///news?host=/var/run/postgresql",
            Profile("news", "postgresql", host="/var/run/postgresql", database="news"),
            None,
        ),
        (
            "postgresql+psycopg://h/d?options=-csearch_path%3Dx,y",
            Profile("d", "postgresql", host="h", database="d", options={"options": "-csearch_path=x,y"}),
            None,
        ),
        ("service=crm", Profile("crm", "postgresql", options={"service": "crm"}), None),
    ],
)
def test_a_postgresql_url(text: str, expected: Profile, password: str | None) -> None:
    assert parse_url(text) == (expected, password)


@pytest.mark.parametrize(
    ("text", "path", "read_only"),
    [
        ("sqlite:////data/my%20file.db", "/data/my file.db", False),
        ("sqlite+pysqlite:////data/x.db", "/data/x.db", False),
        ("sqlite:///file:/data/a%20b.db?mode=ro&uri=true", "/data/a b.db", True),
    ],
)
def test_an_sqlite_url(text: str, path: str, read_only: bool) -> None:
    profile, password = parse_url(text)
    assert (profile.backend, profile.path, profile.read_only, password) == ("sqlite", path, read_only, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "mysql://host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://host:99999/db",
        "postgresql://host:port/db",
        "postgresql://u:secret@host/db?nonsense=1",
        "postgresql://host/db?sslpassword=secret",
        "postgresql://u:se@secret@host/db",
        "host=",
    ],
)
def test_nonsense_is_refused_in_one_sentence_without_a_password(text: str) -> None:
    if text == "host=":
        assert parse_url(text)[0].host == ""
        return
    with pytest.raises(RefusedError) as caught:
        parse_url(text)
    refusal = caught.value.refusal
    assert refusal.reason is Reason.CONNECTION
    assert refusal.sentence.endswith(".")
    assert "secret" not in refusal.sentence + refusal.hint + refusal.details


def test_identity_is_the_database_and_not_its_name_in_the_list() -> None:
    one = Profile("one", "postgresql", host="db1", database="news", user="ann")
    two = Profile("two", "postgresql", host="db1", port=5432, database="news", user="bob", read_only=True)
    assert one.identity == two.identity
    other = Profile("x", "postgresql", host="db1", database="news", options={"options": "-csearch_path=b"})
    assert other.identity != one.identity


@pytest.mark.parametrize(
    ("profile", "summary", "local"),
    [
        (sqlite_profile(Path("/data/newsroom.sqlite")), "SQLite · newsroom.sqlite", True),
        (Profile("n", "postgresql", host="db1", database="newsroom"), "PostgreSQL · db1 · newsroom", False),
        (Profile("n", "postgresql", database="newsroom"), "PostgreSQL · local · newsroom", True),
        (Profile("n", "postgresql", host="127.0.0.5", database="d"), "PostgreSQL · 127.0.0.5 · d", True),
        (Profile("n", "postgresql", host="localhost,db1"), "PostgreSQL · localhost,db1", False),
    ],
)
def test_summary_and_place(profile: Profile, summary: str, local: bool) -> None:
    assert (profile.summary, profile.is_local) == (summary, local)
