"""Owns the clipboard form of Rowkeeper's own: every value exactly, one line per record; pure text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from desktop.base.keys import NewKey
from desktop.base.raw import RawText
from desktop.schema.describe import Kind
from desktop.staging.staged import Invalid
from desktop.transfer.clipboard import Copied, CopiedColumn, Pasted, PastedCell, Typed
from desktop.values.special import DEFAULT

MIME: Final = "application/x-rowkeeper-cells"
_VERSION = 1
_AS_THEY_ARE = (str, bool, int, float)
_READ: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "decimal": Decimal,
        "date": date.fromisoformat,
        "time": time.fromisoformat,
        "datetime": datetime.fromisoformat,
        "uuid": UUID,
        "bytes": bytes.fromhex,
    }
)


def cells_of(copied: Copied) -> str:
    """The records as JSON: a line that tells of the columns, then one line each."""
    return "\n".join(_lines(copied))


def read_cells(text: str) -> Pasted | None:
    """What ``cells_of`` wrote; None where it is something else, or of a later version."""
    try:
        head, *lines = (json.loads(line) for line in text.split("\n"))
        if head["version"] != _VERSION:
            return None
        columns = tuple(_column(column) for column in head["columns"])
        rows = [tuple(map(_cell, line)) for line in lines]
        return Pasted(rows, columns, str(head["source"]), str(head["table"]))
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _lines(copied: Copied) -> Iterator[str]:
    head = {
        "version": _VERSION,
        "source": copied.source,
        "table": copied.table,
        "columns": [
            {
                "name": column.name,
                "heading": column.heading,
                "kind": column.kind.value,
                "target": column.target,
                "link": column.link,
            }
            for column in copied.columns
        ],
    }
    yield json.dumps(head)
    for row in copied.rows:
        yield json.dumps([_written(cell) for cell in row])


def _written(cell: Typed) -> object:
    value = cell.value
    if isinstance(value, NewKey | Invalid):  # they mean nothing elsewhere: only what is seen of them does
        return {"type": "text", "value": value.text if isinstance(value, Invalid) else cell.label or ""}
    if cell.label is None and (value is None or type(value) in _AS_THEY_ARE):
        return value
    return {"name": cell.label, **_tagged(value)}


def _tagged(value: object) -> dict[str, Any]:
    if value is None or type(value) in _AS_THEY_ARE:
        return {"value": value}
    if value is DEFAULT:
        return {"type": "default"}
    if isinstance(value, RawText):
        stored = _tagged(value.stored) if value.stored is not None else None
        return {"type": "raw", "value": value.text, "stored": stored}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"type": "bytes", "value": bytes(value).hex()}
    for name, kind in (("datetime", datetime), ("date", date), ("time", time)):
        if isinstance(value, kind):
            return {"type": name, "value": value.isoformat()}
    if isinstance(value, Decimal | UUID):
        return {"type": type(value).__name__.lower(), "value": str(value)}
    return {"type": "text", "value": str(value)}


def _column(told: Mapping[str, Any]) -> CopiedColumn:
    return CopiedColumn(
        str(told["name"]),
        str(told["heading"]),
        Kind(told["kind"]),
        target=str(told["target"]),
        link=bool(told["link"]),
    )


def _cell(told: object) -> PastedCell:
    if not isinstance(told, dict):
        return Typed(told)
    if told.get("type") == "text":
        return str(told["value"])
    return Typed(_untagged(told), told.get("name"))


def _untagged(told: Mapping[str, Any]) -> object:
    kind, value = told.get("type"), told.get("value")
    if kind is None:
        return value
    if kind == "default":
        return DEFAULT
    if kind == "raw":
        stored: Any = _untagged(told["stored"]) if told["stored"] is not None else None
        return RawText(str(value), stored)
    return _READ[kind](str(value))
