"""Owns where Rowkeeper keeps its own files, per person (XDG base directories on Linux)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_APP = "rowkeeper"


def data_folder() -> Path:
    """The sample database lives here."""
    return _folder("XDG_DATA_HOME", ".local/share")


def config_folder() -> Path:
    """Saved connections and per-table settings; never a password."""
    return _folder("XDG_CONFIG_HOME", ".config")


def state_folder() -> Path:
    """Window geometry, recent files, the log."""
    return _folder("XDG_STATE_HOME", ".local/state")


def _folder(variable: str, under_home: str) -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData/Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Application Support"
    else:
        base = Path(os.environ.get(variable) or Path.home() / under_home)
    folder = base / _APP
    folder.mkdir(parents=True, exist_ok=True)
    return folder
