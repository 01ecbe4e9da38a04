"""Owns the file that remembers how the table in front of each database is read and headed; never any data."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

from desktop.base.folders import state_folder
from desktop.browse.glance import Glance, read_glance
from desktop.browse.row_layout import RowLayout
from desktop.browse.rows import Row
from desktop.connect.profile import Profile, sqlite_profile
from desktop.connect.store import as_saved
from desktop.schema.describe import Column, Kind

_MOST = 20
"""Databases that are remembered; the oldest goes."""
_SHOWN = ("name", "kind", "type_name", "length", "padded", "precision", "scale", "choices", "element")
"""What of a column it takes to show its values."""


def keep_glance(identity: str, glance: Glance | None) -> None:
    """Remember this for the database of that identity, or forget it. Raises OSError."""
    kept = _read()
    kept.pop(identity, None)
    if glance is not None:
        kept[identity] = _plain(glance)
    file = _file()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".glances-")  # mode 0600, one for each window
    with open(handle, "w", encoding="utf-8") as stream:
        json.dump(dict(list(kept.items())[-_MOST:]), stream)
    Path(name).replace(file)


def find_glance(identity: str) -> Glance | None:
    """What is remembered for it; None where that is nothing, or of another version or damaged."""
    try:
        return _glance(_read()[identity])
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


class Seen(NamedTuple):
    """What can be shown of a database that is still to be opened."""

    profile: Profile
    glance: Glance
    rows: list[Row]


def glance_at(path: Path, table: str) -> Seen | None:
    """What an SQLite file was shown with last, and its first rows now; None where there is nothing to show at
    once, or where another table is wanted. Whatever is wrong with the file, opening it will tell."""
    try:
        file = path.expanduser()
        profile = as_saved(sqlite_profile(file))
        glance = find_glance(profile.identity) if file.is_file() else None
        if glance is None or table not in ("", glance.table):
            return None
        return Seen(profile, glance, read_glance(profile.path, glance))
    except (sqlite3.Error, OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _file() -> Path:
    return state_folder() / "glances.json"


def _read() -> dict[str, Any]:
    """What is remembered, by identity, the newest last; nothing where the file is missing or damaged."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _plain(glance: Glance) -> dict[str, Any]:
    columns = [_plain_column(column) for column in glance.layout.columns]
    layout = {field.name: getattr(glance.layout, field.name) for field in fields(RowLayout)}
    own = {field.name: getattr(glance, field.name) for field in fields(Glance)}
    return {**own, "layout": {**layout, "columns": columns}}


def _plain_column(column: Column) -> dict[str, Any]:
    plain = {name: getattr(column, name) for name in _SHOWN}
    plain["kind"] = column.kind.value
    plain["element"] = None if column.element is None else _plain_column(column.element)
    return plain


def _glance(plain: Mapping[str, Any]) -> Glance:
    layout = dict(plain["layout"])
    layout["columns"] = [_column(column) for column in layout["columns"]]
    layout["previews"] = [tuple(place) for place in layout["previews"]]
    return Glance(**{**_frozen(plain), "layout": RowLayout(**_frozen(layout))})


def _column(plain: Mapping[str, Any]) -> Column:
    element = plain["element"]
    made = {"kind": Kind(plain["kind"]), "element": None if element is None else _column(element)}
    return Column(**{**_frozen(plain), **made})


def _frozen(plain: Mapping[str, Any]) -> dict[str, Any]:
    """JSON knows only lists; the descriptions hold tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
