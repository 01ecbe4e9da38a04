"""Owns what a person may name as a database: a file, a URL or a saved connection; opens nothing."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from pathlib import Path

from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.connect.profile import Profile, parse_url, refused_url, sqlite_profile
from desktop.connect.secrets import get_password
from desktop.connect.store import as_saved, load_profiles

_MAGIC = b"SQLite format 3\0"
_CONNINFO = re.compile(r"\s*[a-z_]+\s*=")
_NAME = re.compile(r"[^/\\.~\0]+")
"""A text without a folder or an ending: as likely the name of a connection as of a file."""
_ALMOST_URL = re.compile(r"\s*(?:postg|p\w*sql|mysql|mariadb)[\w+]*[:/]+[^/]*@", re.IGNORECASE)
"""A URL with a slash or the colon missing: not to be repeated as a path, because of its password."""


def resolve(target: str, read_only: bool = False) -> tuple[Profile, str | None]:
    """The profile meant by ``target`` and its password where one is known.

    RefusedError where it is none of an existing SQLite file, a URL, or the name of a saved connection.
    """
    profile, password = _find(target)
    return (replace(profile, read_only=True) if read_only else profile), password


def shown_target(target: str) -> str:
    """What may be shown of what a person named as a database: never a password."""
    if _exists(target) or not _may_hold_password(target):
        return target
    try:
        return parse_url(target)[0].name
    except RefusedError:
        return "the database"


def _may_hold_password(target: str) -> bool:
    return any(("://" in target, _CONNINFO.match(target), _ALMOST_URL.match(target)))


def _find(target: str) -> tuple[Profile, str | None]:
    if not target.strip():
        raise _refused("No database was named.", "Name a file, a URL or a saved connection.")
    if "://" in target or (_CONNINFO.match(target) and not _exists(target)):
        profile, password = parse_url(target)
        if profile.backend == "sqlite":
            check_file(profile.path)
        profile = as_saved(profile)
        return profile, password or get_password(profile)
    saved = {profile.name: profile for profile in load_profiles()}
    if target in saved and not Path(target).expanduser().is_file():
        return saved[target], get_password(saved[target])
    if _ALMOST_URL.match(target) and not _exists(target):
        raise refused_url("This is almost a database URL: after its first word belongs “://”.")
    try:
        check_file(target)
    except RefusedError as error:
        near = difflib.get_close_matches(target, saved, n=1)
        hint = error.refusal.hint or (f"There is a saved connection named “{near[0]}”." if near else "")
        if _NAME.fullmatch(target) and not _exists(target):
            sentence = f"There is no saved connection called “{target}”, and no file of that name."
            raise _refused(sentence, hint) from error
        if not near or error.refusal.hint:
            raise
        raise _refused(error.refusal.sentence, hint) from error
    return as_saved(sqlite_profile(target)), None


def _exists(target: str) -> bool:
    try:
        return Path(target).expanduser().exists()
    except (OSError, ValueError, RuntimeError):  # too long for a path, or no home: then it is none
        return False


def check_file(path: str | Path) -> None:
    """RefusedError unless the path is an SQLite file that can be read; an empty file is an empty database."""
    file = Path(path).expanduser()
    try:
        if file.is_dir():
            raise _refused(f"“{path}” is a folder, not a database file.", "Choose a file in it.")
        if not file.exists():
            raise _refused(f"There is no file “{path}”.", _neighbour(file))
        if not file.is_file():  # reading a pipe or a device could wait for ever
            raise _refused(f"“{path}” is not an ordinary file.")
        with file.open("rb") as stream:
            head = stream.read(len(_MAGIC))
    except OSError as error:
        hint = "Ask for the right to read it."
        raise _refused(f"“{path}” cannot be read.", hint, details=str(error)) from error
    if head and head != _MAGIC:
        raise _refused(f"“{path}” is not an SQLite database.", "Perhaps it is encrypted, or of another kind.")


def _neighbour(file: Path) -> str:
    """A file that may have been meant."""
    try:
        names = [entry.name for entry in file.parent.iterdir()]
    except OSError:
        return f"There is no folder “{file.parent}” either." if not file.parent.exists() else ""
    near = difflib.get_close_matches(file.name, names, n=1, cutoff=0.75)
    return f"There is one named “{near[0]}” in the same folder." if near else ""


def _refused(sentence: str, hint: str = "", *, details: str = "") -> RefusedError:
    return RefusedError(Refusal(Reason.FILE, sentence, hint, details=details))
