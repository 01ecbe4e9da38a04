"""A whole session leaves no password anywhere, and no record's value but in the journals that keep them."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.base.folders import config_folder, data_folder, state_folder
from desktop.connect.secrets import keep_password
from desktop.models.draft_keeper import DraftKeeper
from tests.fixtures.databases import Backend
from tests.stories.grid_kit import TITLE, at, entry, saved
from tests.stories.kit import Person
from ui.last_resort import LastResort, log_file

MARK, PASSWORD = "canary-value-7c1e", "canary-password-93ab"


@pytest.fixture
def logged() -> Iterator[LastResort]:
    """Everything that is said, at its loudest, goes to the log of the program."""
    root = logging.getLogger()
    level = root.level
    guard = LastResort()
    guard.install()
    root.setLevel(logging.DEBUG)
    yield guard
    root.setLevel(level)
    guard.remove()


def files() -> list[Path]:
    """All that the program has written for itself."""
    folders = (config_folder(), data_folder(), state_folder())
    return [file for folder in folders for file in folder.rglob("*") if file.is_file()]


def children() -> list[bytes]:
    """Arguments and environment of the processes this one has started."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [Path(f"/proc/{child}/{what}").read_bytes() for what in ("cmdline", "environ")]
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux about its processes")
def test_nothing_private_is_left_where_it_does_not_belong(
    person: Person, backend: Backend, logged: LastResort, capfd: pytest.CaptureFixture[str]
) -> None:
    before = person.connection
    profile = replace(before.database.profile, name="Private")
    if backend == "postgresql":
        keep_password(profile, PASSWORD, remember=False)
    person.desk.workspace.opener.reopen(profile)
    person.wait(lambda: person.desk.workspace.connection not in (None, before))
    person.open("posts")
    at(person, 1, "title")
    entry(person, MARK)
    keeper = person.desk.workspace.findChildren(DraftKeeper)[-1]
    person.wait(lambda: keeper.up_to_date and keeper.path.exists())
    assert MARK.encode() in b"".join(file.read_bytes() for file in files() if "drafts" in file.parts)
    saved(person)
    assert person.stored(TITLE) == MARK
    person.open("tags")
    for row in (1, 2):  # the same text twice, where it must be unique
        at(person, row, "slug")
        entry(person, MARK)
    person.press("Ctrl+S")
    person.boxes.escape()
    person.connection.workbench.discard()
    person.wait(lambda: keeper.up_to_date and not keeper.path.exists())
    try:
        try:
            raise KeyError(MARK)
        except KeyError as error:
            raise ValueError(f"{MARK} {PASSWORD}") from error
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    person.boxes.escape()

    assert "ValueError" in log_file().read_text()
    keeping = {file for file in files() if MARK.encode() in file.read_bytes()}
    assert keeping and {file.name.split("-")[0].split(".")[0] for file in keeping} == {"saves"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in keeping} == {0o600}
    assert [file for file in files() if PASSWORD.encode() in file.read_bytes()] == []
    said = "".join(capfd.readouterr())
    assert MARK not in said and PASSWORD not in said
    started = b"".join((*children(), "\0".join(sys.argv).encode(), repr(dict(os.environ)).encode()))
    assert MARK.encode() not in started and PASSWORD.encode() not in started
