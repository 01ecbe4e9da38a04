"""Owns passwords: in the system's keyring, else in memory for this run; never in a file."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from desktop.connect.profile import Profile

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Rowkeeper"

_TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)
"""Every other backend either keeps nothing (null, fail) or keeps it in a plain file."""

_in_memory: dict[str, str] = {}
"""By account, until the program ends."""


def get_password(profile: Profile) -> str | None:
    """The password kept for the profile, or None. May wait for the person to unlock the keyring."""
    account = _account(profile)
    if profile.backend == "sqlite":
        return None
    if account in _in_memory:
        return _in_memory[account]
    keyring = _keyring()
    return _read(keyring, account) if keyring else None


def keep_password(profile: Profile, password: str, remember: bool) -> bool:
    """Keep it for this run, and with ``remember`` in the keyring; True where the keyring really has it."""
    account = _account(profile)
    _in_memory[account] = password
    keyring = _keyring() if remember else None
    return keyring is not None and _store(keyring, account, password)


def forget_password(profile: Profile) -> None:
    """Remove it from memory and from the keyring."""
    account = _account(profile)
    _in_memory.pop(account, None)
    keyring = _keyring()
    if keyring is not None and _read(keyring, account) is not None:
        _remove(keyring, account)


def keyring_works() -> bool:
    """Whether "Remember the password" can be offered."""
    return _keyring() is not None


def _account(profile: Profile) -> str:
    return f"{profile.user}@{profile.identity}"


@cache
def _keyring() -> KeyringBackend | None:
    """The system's keyring, if it is a real one that gives back what it was given."""
    import keyring  # asks the desktop for its services, which takes time at start-up

    chosen = keyring.get_keyring()
    for backend in getattr(chosen, "backends", [chosen]):  # a chainer asks several in turn
        if is_trusted(backend) and _keeps(backend):
            return backend  # type: ignore[no-any-return]
    return None


def is_trusted(backend: KeyringBackend) -> bool:
    """A keyring of the operating system or the desktop."""
    return type(backend).__module__ in _TRUSTED


def _keeps(backend: KeyringBackend) -> bool:
    """Write a canary and read it back: some backends take everything and keep nothing."""
    canary = secrets.token_hex(8)
    kept = _store(backend, "canary", canary)
    if kept:
        _remove(backend, "canary")
    return kept


# A keyring is a plug-in that talks to a service of the desktop: whatever it raises (locked, dismissed, gone,
# no such message bus) means only that the password stays in memory.


def _store(backend: KeyringBackend, account: str, password: str) -> bool:
    try:
        backend.set_password(SERVICE, account, password)
    except Exception:  # noqa: BLE001
        return False
    return _read(backend, account) == password


def _read(backend: KeyringBackend, account: str) -> str | None:
    try:
        return backend.get_password(SERVICE, account)
    except Exception:  # noqa: BLE001
        return None


def _remove(backend: KeyringBackend, account: str) -> bool:
    try:
        backend.delete_password(SERVICE, account)
    except Exception:  # noqa: BLE001
        return False
    return True
