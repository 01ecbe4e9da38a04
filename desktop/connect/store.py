"""Owns the saved connections and the recent list on disk; never a password, never a connection."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop.base.folders import config_folder
from desktop.connect.profile import Profile

MOST_RECENT = 10
_SECRETS = ("password", "sslpassword", "passfile")
_TEXTS = ("path", "host", "database", "user", "sslmode", "colour")


def load_profiles() -> list[Profile]:
    """The saved connections by name; an unreadable file is put aside and the list starts empty."""
    return sorted(_read().saved, key=lambda profile: profile.name.casefold())


def save_profile(profile: Profile) -> None:
    """Add it, or replace the one with the same name."""
    kept = _read()
    others = tuple(saved for saved in kept.saved if saved.name != profile.name)
    _write(replace(kept, saved=(*others, profile)))


def keep_settings(profile: Profile) -> Profile:
    """Save how this database is to be treated, under its name; one that is taken by another gets a number."""
    kept = _read()
    others = tuple(saved for saved in kept.saved if saved.identity != profile.identity)
    taken = {saved.name for saved in others}
    name, number = profile.name, 2
    while name in taken:
        name, number = f"{profile.name} ({number})", number + 1
    named = replace(profile, name=name)
    _write(replace(kept, saved=(*others, named)))
    return named


def as_saved(profile: Profile) -> Profile:
    """The profile treated as its saved connection says: read-only, reviewed, in its colour."""
    for saved in load_profiles():
        if saved.identity == profile.identity:
            return replace(
                profile,
                name=saved.name,
                read_only=profile.read_only or saved.read_only,
                review=saved.review,
                colour=saved.colour,
            )
    return profile


def delete_profile(name: str) -> None:
    """Forget the saved connection of that name, if there is one."""
    kept = _read()
    _write(replace(kept, saved=tuple(saved for saved in kept.saved if saved.name != name)))


def recent() -> list[Profile]:
    """What was opened last, the newest first."""
    return list(_read().recent)


def remember_recent(profile: Profile) -> None:
    """Put it on top of the recent list."""
    kept = _read()
    others = (old for old in kept.recent if old.identity != profile.identity)
    _write(replace(kept, recent=(profile, *others)[:MOST_RECENT]))


@dataclass(frozen=True)
class _Kept:
    saved: tuple[Profile, ...] = ()
    recent: tuple[Profile, ...] = ()


def _file() -> Path:
    return config_folder() / "connections.json"


def _read() -> _Kept:
    file = _file()
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return _Kept(_profiles(found["saved"]), _profiles(found["recent"]))
    except FileNotFoundError:
        return _Kept()
    except (ValueError, KeyError, TypeError, AttributeError):
        file.replace(file.with_name(f"connections-{time.strftime('%Y%m%d-%H%M%S')}.broken.json"))
        return _Kept()


def _write(kept: _Kept) -> None:
    """Whole or not at all, and for nobody else's eyes."""
    content = {
        "saved": [profile_to_plain(profile) for profile in kept.saved],
        "recent": [profile_to_plain(profile) for profile in kept.recent],
    }
    file = _file()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".connections-")  # mode 0600
    try:
        with open(handle, "w", encoding="utf-8") as stream:
            json.dump(content, stream, ensure_ascii=False, indent=1)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def profile_to_plain(profile: Profile) -> dict[str, object]:
    """The profile as JSON can hold it, without anything secret."""
    plain = asdict(replace(profile, options=dict(profile.options)))
    plain["options"] = {key: value for key, value in profile.options.items() if key not in _SECRETS}
    return {key: value for key, value in plain.items() if value not in ("", None, False, {})}


def _profiles(entries: list[Mapping[str, object]]) -> tuple[Profile, ...]:
    return tuple(profile_from_plain(entry) for entry in entries)


def profile_from_plain(entry: Mapping[str, object]) -> Profile:
    """The profile back; KeyError, TypeError or ValueError where the entry is none."""
    name, backend, port, options = (
        entry["name"],
        entry["backend"],
        entry.get("port"),
        entry.get("options", {}),
    )
    if not isinstance(name, str) or not isinstance(options, dict):
        raise TypeError("name or options")
    if backend not in ("sqlite", "postgresql"):
        raise ValueError("backend")
    texts = {key: entry.get(key, "") for key in _TEXTS}
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(port, int | None):
        raise TypeError("text or port")
    return Profile(
        name=name,
        backend="sqlite" if backend == "sqlite" else "postgresql",
        port=port,
        options={str(key): str(value) for key, value in options.items()},
        read_only=bool(entry.get("read_only", False)),
        review=bool(entry.get("review", False)),
        **{key: str(text) for key, text in texts.items()},
    )
