"""What may be named as a database, what is remembered of it, and where its password goes."""

from __future__ import annotations

import os
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend

from desktop.base.folders import config_folder
from desktop.base.refusal import Reason, RefusedError
from desktop.connect import secrets
from desktop.connect.profile import Profile, sqlite_profile
from desktop.connect.secrets import forget_password, get_password, keep_password, keyring_works
from desktop.connect.store import (
    MOST_RECENT,
    delete_profile,
    keep_settings,
    load_profiles,
    recent,
    remember_recent,
    save_profile,
)
from desktop.connect.target import resolve, shown_target

CRM = Profile("crm", "postgresql", host="db1", port=5433, database="crm", user="ann", colour="#aa0000")


@pytest.fixture(autouse=True)
def _fresh_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_in_memory", {})


def refusal(target: str) -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        resolve(target)
    assert caught.value.refusal.reason is Reason.FILE
    return caught.value.refusal.sentence, caught.value.refusal.hint


def test_a_mistyped_path_is_refused_and_creates_nothing(tmp_path: Path) -> None:
    (tmp_path / "newsroom.sqlite").touch()
    target = str(tmp_path / "newsrom.sqlite")
    sentence, hint = refusal(target)
    assert sentence == f"There is no file “{target}”."
    assert hint == "There is one named “newsroom.sqlite” in the same folder."
    assert not Path(target).exists()


def test_what_is_no_database_file(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("just some words")
    os.mkfifo(tmp_path / "pipe")
    assert refusal(str(tmp_path))[0] == f"“{tmp_path}” is a folder, not a database file."
    assert "is not an SQLite database" in refusal(str(tmp_path / "text.db"))[0]
    assert "is not an ordinary file" in refusal(str(tmp_path / "pipe"))[0]
    assert "no folder" in refusal(str(tmp_path / "none" / "a.db"))[1]
    assert refusal("a\0b")[0].startswith("There is no file")


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_a_url_and_a_saved_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here.db").touch()
    save_profile(CRM)
    keep_password(CRM, "pw", remember=False)
    file, _ = resolve("here.db", read_only)
    assert (file.path, file.read_only) == (str(tmp_path / "here.db"), read_only)
    assert resolve(f"sqlite:///{tmp_path}/here.db", read_only)[0] == file
    profile, password = resolve("crm", read_only)
    assert (profile.host, profile.read_only, password) == ("db1", read_only, "pw")
    assert resolve("postgresql://u:x@h/d", read_only)[1] == "x"
    assert resolve("host=h dbname=d")[0].database == "d"
    assert refusal("crn")[1] == "There is a saved connection named “crm”."


def test_saved_connections_survive_without_any_secret() -> None:
    save_profile(Profile("b", "sqlite", path="/b.db", read_only=True))
    save_profile(CRM)
    options = {"sslrootcert": "/ca", "password": "s3cret", "sslpassword": "s3cret"}
    save_profile(Profile("A", "postgresql", host="h", options=options))
    assert [profile.name for profile in load_profiles()] == ["A", "b", "crm"]
    assert load_profiles()[0].options == {"sslrootcert": "/ca"}
    assert load_profiles()[2] == CRM
    file = config_folder() / "connections.json"
    assert "s3cret" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    delete_profile("crm")
    assert [profile.name for profile in load_profiles()] == ["A", "b"]


def test_recent_keeps_the_newest_once(tmp_path: Path) -> None:
    for number in range(MOST_RECENT + 3):
        remember_recent(sqlite_profile(tmp_path / f"{number}.db"))
    remember_recent(sqlite_profile(tmp_path / "5.db"))
    names = [profile.name for profile in recent()]
    assert names[:2] == ["5", str(MOST_RECENT + 2)]
    assert len(names) == len(set(names)) == MOST_RECENT


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"saved": [{"name": 1}], "recent": []}', '{"saved": 5, "recent": []}']
)
def test_a_broken_file_is_put_aside(content: str) -> None:
    file = config_folder() / "connections.json"
    file.write_text(content)
    assert load_profiles() == []
    assert [entry.read_text() for entry in config_folder().glob("*.broken.json")] == [content]
    save_profile(CRM)
    assert load_profiles() == [CRM]


class Keyring(KeyringBackend):
    """A working keyring, or one that takes everything and keeps nothing."""

    priority = 1

    def __init__(self, *, keeps: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keeps, self.kept = keeps, dict[tuple[str, str], str]()

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.keeps:
            self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def use(monkeypatch: pytest.MonkeyPatch, keyring: Keyring, *, trusted: bool) -> None:
    secrets._keyring.cache_clear()
    monkeypatch.setattr("keyring.get_keyring", lambda: keyring)
    if trusted:
        monkeypatch.setattr(secrets, "_TRUSTED", (Keyring.__module__,))


def test_a_password_goes_to_a_real_keyring_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = Keyring(keeps=True)
    use(monkeypatch, keyring, trusted=True)
    assert keyring_works()
    assert keyring.kept == {}  # the canary is gone
    assert not keep_password(CRM, "pw", remember=False)
    assert keyring.kept == {}
    assert keep_password(CRM, "pw", remember=True)
    secrets._in_memory.clear()
    assert get_password(CRM) == "pw"
    forget_password(CRM)
    assert get_password(CRM) is None
    secrets._keyring.cache_clear()


@pytest.mark.parametrize(("keeps", "trusted"), [(False, True), (True, False)])
def test_a_keyring_that_cannot_be_trusted_leaves_it_in_memory(
    monkeypatch: pytest.MonkeyPatch, keeps: bool, trusted: bool
) -> None:
    keyring = Keyring(keeps=keeps)
    use(monkeypatch, keyring, trusted=trusted)
    assert not keyring_works()
    assert not keep_password(CRM, "pw", remember=True)
    assert (get_password(CRM), keyring.kept) == ("pw", {})
    secrets._keyring.cache_clear()


@pytest.mark.parametrize(
    "target",
    [
        "postgresql:/ann:secret@db1/crm",
        "postgresql//ann:secret@db1/crm",
        "postgres:ann:secret@db1/crm",
        "postgresql://ann:secret@db1:99999/crm",
        "postgresql://ann:sec@secret@db1/crm",
        "postgresql+psycopg://ann:sec@secret@db1/crm",
        "mysql://ann:secret@db1/crm",
        "password=secret hst=db1",
        "password='secret host=db1",
        "postgresql://ann:secret@db1/crm?sslmod=require",
    ],
)
def test_a_mistyped_url_is_refused_without_repeating_its_password(target: str) -> None:
    with pytest.raises(RefusedError) as caught:
        resolve(target)
    refusal = caught.value.refusal
    assert refusal.sentence.endswith(".") and refusal.hint
    assert "secret" not in refusal.sentence + refusal.hint + refusal.details + shown_target(target)


def test_what_is_shown_of_a_target(tmp_path: Path) -> None:
    odd = tmp_path / "password=secret"
    odd.touch()
    assert shown_target(str(odd)) == str(odd)
    assert resolve(str(odd))[0].path == str(odd)
    assert shown_target("no-such.sqlite") == "no-such.sqlite"
    assert shown_target("postgresql://ann:secret@db1/crm") == "crm"


def test_no_database_named() -> None:
    assert refusal(" ") == ("No database was named.", "Name a file, a URL or a saved connection.")


def test_a_name_that_is_neither_saved_nor_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    save_profile(sqlite_profile(tmp_path / "newsroom.sqlite"))
    assert refusal("newsrom") == (
        "There is no saved connection called “newsrom”, and no file of that name.",
        "There is a saved connection named “newsroom”.",
    )


def test_a_file_is_treated_as_its_saved_connection_says(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        sqlite3.connect(tmp_path / folder / "a.db").close()
    one, two = (sqlite_profile(tmp_path / folder / "a.db") for folder in ("one", "two"))
    kept = keep_settings(replace(one, review=True, colour="red"))
    assert keep_settings(replace(two, read_only=True)).name == "a (2)"
    assert resolve(one.path)[0] == kept
    assert resolve(two.path)[0].read_only
    assert keep_settings(one) == one
    assert resolve(one.path)[0] == one
