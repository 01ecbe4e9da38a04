"""PostgreSQL connections: fixed session settings, values that never cost a page, TLS by default."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.base.raw import RawText
from desktop.connect import postgres
from desktop.connect.capabilities import read_capabilities
from desktop.connect.engine import make_engine
from desktop.connect.profile import Profile, parse_url
from tests.fixtures.postgres import Server


@pytest.fixture
def profile(postgres_server: Server) -> Profile:
    found, _ = parse_url(postgres_server.url)
    return found


def one(profile: Profile, query: str) -> object:
    engine = make_engine(profile)
    try:
        with engine.connect() as connection:
            value: object = connection.scalar(sa.text(query))
    finally:
        engine.dispose()
    return value


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TimeZone", "UTC"),
        ("DateStyle", "ISO, YMD"),
        ("IntervalStyle", "postgres"),
        ("bytea_output", "hex"),
        ("application_name", "Rowkeeper"),
        ("client_encoding", "UTF8"),
        ("default_transaction_read_only", "off"),
    ],
)
def test_session_settings(profile: Profile, setting: str, value: str) -> None:
    strange = replace(profile, options={"options": "-cTimeZone=Asia/Tokyo -cDateStyle=German"})
    assert one(strange, f"SHOW {setting}") == value


def test_the_profiles_own_parameters_win(profile: Profile) -> None:
    own = replace(profile, options={"application_name": "mine", "options": "-csearch_path=abc"})
    assert one(own, "SHOW application_name") == "mine"
    assert one(own, "SHOW search_path") == "abc"


def test_read_only(profile: Profile) -> None:
    with pytest.raises(sa.exc.InternalError, match="read-only transaction"):
        one(replace(profile, read_only=True), "CREATE TABLE never (id int)")


@pytest.mark.parametrize(
    ("expression", "raw"),
    [
        ("date 'infinity'", "infinity"),
        ("date '0044-03-15 BC'", "0044-03-15 BC"),
        ("date '12024-01-01'", "12024-01-01"),
        ("timestamp '-infinity'", "-infinity"),
        ("timestamp '0044-03-15 BC'", "0044-03-15 00:00:00 BC"),
        ("timestamptz '12024-01-01 00:00+00'", "12024-01-01 00:00:00+00"),
        ("time '24:00'", "24:00:00"),
        ("timetz '24:00+02'", "24:00:00+02"),
    ],
)
def test_what_python_cannot_represent_comes_as_raw_text(profile: Profile, expression: str, raw: str) -> None:
    assert one(profile, f"SELECT {expression}") == RawText(raw)


def test_several_hosts_are_tried_in_turn(profile: Profile) -> None:
    several = replace(
        profile, host=f"{profile.host},{profile.host}", port=None, options={"port": f"1,{profile.port}"}
    )
    assert one(several, "SELECT 1") == 1


def test_capabilities(profile: Profile) -> None:
    engine = make_engine(profile)
    capabilities = read_capabilities(engine)
    assert (capabilities.name, capabilities.max_parameters) == ("PostgreSQL", 65_535)
    assert capabilities.row_locks
    assert not capabilities.nulls_first_ascending
    assert int(capabilities.server_version.split(".")[0]) >= 12
    engine.dispose()


@pytest.mark.parametrize(
    ("profile", "tls"),
    [
        (Profile("", "postgresql", host="localhost"), {}),
        (Profile("", "postgresql", host="/run/postgresql"), {}),
        (Profile("", "postgresql", host="db1"), {"sslmode": "verify-full", "sslrootcert": "system"}),
        (Profile("", "postgresql", host="db1", sslmode="require"), {"sslmode": "require"}),
        (
            Profile("", "postgresql", host="db1", options={"sslrootcert": "/ca.pem"}),
            {"sslmode": "verify-full"},
        ),
        (Profile("", "postgresql", options={"service": "crm"}), {}),
    ],
)
def test_encryption_is_verified_unless_said_otherwise(
    profile: Profile, tls: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PGSSLMODE", raising=False)
    arguments = postgres.backend(profile, None).connect_args
    assert {key: value for key, value in arguments.items() if key.startswith("ssl")} == tls


def test_the_password_shows_nowhere() -> None:
    profile = Profile("", "postgresql", host="db1", user="ann")
    arguments = postgres.backend(profile, "s3cret")
    assert arguments.connect_args["password"] == "s3cret"
    engine = make_engine(profile, "s3cret")
    assert "s3cret" not in f"{arguments!r}{engine!r}{engine.url.render_as_string(hide_password=False)}"


@pytest.mark.parametrize(
    ("several", "wanted"),
    [
        (Profile("n", "postgresql", host="a,b", options={"port": "1,2"}), "read-write"),
        (Profile("n", "postgresql", host="a,b", read_only=True), None),
        (Profile("n", "postgresql", host="a,b", options={"target_session_attrs": "any"}), None),
        (Profile("n", "postgresql", host="a"), None),
    ],
)
def test_of_several_hosts_the_one_that_takes_changes_is_meant(several: Profile, wanted: str | None) -> None:
    arguments = postgres.backend(several, None)
    assert arguments.connect_args.get("target_session_attrs") == wanted
    assert arguments.url.query.get("target_session_attrs") == several.options.get("target_session_attrs")
