"""Owns the plain form of values on disk, exact in both directions; must not run code found there (no pickle).

Texts, yes/no, NULL and whole numbers of 64 bits stand as JSON has them; everything else is an object with one
member, named after what it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from desktop.base.keys import NewKey
from desktop.schema.stored_dates import StoredDate, StoredDatetime, StoredTime, plain_form, written_as
from desktop.staging.staged import Invalid
from desktop.values.special import DEFAULT, BlobSize, Clipped, RawText

VERSION: Final = 1
"""Of the plain form; a file of another version is not read."""
_WHOLE: Final = 2**63


class UnreadableError(ValueError):
    """What stands on disk is none of the plain forms."""


def to_plain(value: object) -> object:
    """The value as JSON can hold it. Raises TypeError for a kind of value that is not known here."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if -_WHOLE <= value < _WHOLE else {"int": hex(value)}
    if value is DEFAULT:
        return {"default": True}
    encode = _ENCODERS.get(type(value))
    if encode is None:
        raise TypeError(f"no plain form of {type(value).__name__}")
    return encode(value)


def from_plain(plain: object) -> object:
    """The value back, of the same type and equal to the last digit. Raises UnreadableError."""
    if plain is None or isinstance(plain, bool | str | int):
        return plain
    if not isinstance(plain, dict) or len(plain) != 1:
        raise UnreadableError("not a value")
    ((name, content),) = plain.items()
    decode = _DECODERS.get(name)
    if decode is None:
        raise UnreadableError("an unknown kind of value")
    try:
        return decode(content)
    except UnreadableError:
        raise
    except (ValueError, TypeError, KeyError, ArithmeticError, LookupError) as error:
        raise UnreadableError(f"not a {name}") from error


def _encode_moment(value: dt.datetime | dt.time) -> object:
    zone = value.tzinfo
    plain: dict[str, object] = {"text": value.isoformat()}
    if isinstance(zone, ZoneInfo) and zone.key:
        plain["zone"] = zone.key
        plain["text"] = value.replace(tzinfo=None).isoformat()
    if value.fold:
        plain["fold"] = 1
    return {type(value).__name__: plain}


def _decode_moment(kind: type[dt.datetime] | type[dt.time]) -> Callable[[Any], object]:
    def decode(plain: Mapping[str, Any]) -> object:
        moment = kind.fromisoformat(plain["text"])
        zone = ZoneInfo(plain["zone"]) if "zone" in plain else moment.tzinfo
        return moment.replace(tzinfo=zone, fold=int(plain.get("fold", 0)))

    return decode


def _encode_raw(value: RawText) -> object:
    return {"raw": [value.text, to_plain(value.stored)]}


def _decode_raw(plain: Any) -> RawText:
    text, stored = plain
    value = from_plain(stored)
    if not isinstance(value, bytes | int | float | None):
        raise UnreadableError("not a raw text")
    return RawText(_text(text), value)


def _encode_stored(value: StoredDate | StoredTime | StoredDatetime) -> object:
    return {"stored": [to_plain(plain_form(value)), value.stored]}


def _decode_stored(plain: Any) -> object:
    moment, text = plain
    value = from_plain(moment)
    if not isinstance(value, dt.date | dt.time):
        raise UnreadableError("not a date or time")
    return written_as(value, _text(text))


def _text(plain: object) -> str:
    if not isinstance(plain, str):
        raise UnreadableError("not a text")
    return plain


def _decode_dict(plain: Any) -> dict[object, object]:
    return {from_plain(key): from_plain(value) for key, value in plain}


_ENCODERS: Final[Mapping[type, Callable[[Any], object]]] = {
    float: lambda value: {"float": value.hex()},
    Decimal: lambda value: {"decimal": str(value)},
    dt.datetime: _encode_moment,
    dt.time: _encode_moment,
    dt.date: lambda value: {"date": value.isoformat()},
    StoredDate: _encode_stored,
    StoredTime: _encode_stored,
    StoredDatetime: _encode_stored,
    dt.timedelta: lambda value: {"span": [value.days, value.seconds, value.microseconds]},
    uuid.UUID: lambda value: {"uuid": value.hex},
    bytes: lambda value: {"bytes": b64encode(value).decode("ascii")},
    list: lambda value: {"list": [to_plain(one) for one in value]},
    tuple: lambda value: {"tuple": [to_plain(one) for one in value]},
    dict: lambda value: {"dict": [[to_plain(key), to_plain(one)] for key, one in value.items()]},
    RawText: _encode_raw,
    Clipped: lambda value: {"clipped": [value.text, value.size]},
    BlobSize: lambda value: {"blob": value.size},
    NewKey: lambda value: {"new": value.number},
    Invalid: lambda value: {"invalid": [value.text, value.reason]},
}
_DECODERS: Final[Mapping[str, Callable[[Any], object]]] = {
    "int": lambda plain: int(plain, 16),
    "float": float.fromhex,
    "decimal": Decimal,
    "datetime": _decode_moment(dt.datetime),
    "time": _decode_moment(dt.time),
    "date": dt.date.fromisoformat,
    "stored": _decode_stored,
    "span": lambda plain: dt.timedelta(*plain),
    "uuid": lambda plain: uuid.UUID(hex=plain),
    "bytes": lambda plain: b64decode(plain, validate=True),
    "list": lambda plain: [from_plain(one) for one in plain],
    "tuple": lambda plain: tuple(from_plain(one) for one in plain),
    "dict": _decode_dict,
    "raw": _decode_raw,
    "clipped": lambda plain: Clipped(_text(plain[0]), int(plain[1])),
    "blob": lambda plain: BlobSize(int(plain)),
    "new": lambda plain: NewKey(int(plain)),
    "invalid": lambda plain: Invalid(_text(plain[0]), _text(plain[1])),
    "default": lambda plain: DEFAULT,
}
