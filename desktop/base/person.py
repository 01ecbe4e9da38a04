"""Owns who is at work at this computer; asks nobody."""

from __future__ import annotations

import getpass


def person_at_work() -> str | None:
    """The login name, for tables that keep who did something; None where the system does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return None
