"""Every kind of staged value comes back from disk as it was: same type, same value, nothing executed."""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop.base.keys import NewKey
from desktop.journal.codec import UnreadableError, from_plain, to_plain
from desktop.schema.stored_dates import in_utc, read_date, read_datetime, read_time
from desktop.staging.staged import Invalid
from desktop.values.special import DEFAULT, BlobSize, Clipped, RawText

BERLIN = ZoneInfo("Europe/Berlin")
VALUES = (
    None,
    True,
    False,
    0,
    2**31,
    2**53 + 1,
    -(2**63),
    2**63,
    -(10**6000),
    "",
    "Ünïcødé \u202e \x00 \r\n",
    "lone \udc80 surrogate",
    0.1,
    -0.0,
    math.inf,
    -math.inf,
    5e-324,
    Decimal("1.00"),
    Decimal("-0E-20"),
    Decimal("Infinity"),
    Decimal("12345678901234567890123456789.0123456789"),
    dt.date(1, 1, 1),
    dt.time(23, 59, 59, 999999),
    dt.time(12, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
    dt.datetime(2024, 5, 1, 10, 0, 0, 123456),
    dt.datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=1),
    dt.datetime(2024, 10, 27, 2, 30, tzinfo=dt.UTC),
    dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(seconds=-123))),
    dt.timedelta(days=-3, microseconds=7),
    uuid.UUID(int=7),
    b"",
    bytes(range(256)),
    RawText("infinity"),
    RawText("", b"\xff\x00"),
    RawText("2", 2),
    RawText("0.5", 0.5),
    Clipped("first", 100_000),
    BlobSize(2**40),
    DEFAULT,
    NewKey(7),
    Invalid("12a", "not a number"),
    [1, [Decimal("1.10"), None]],
    (1, "a", b"b"),
    {"a": [1.5], 2: dt.date(2024, 1, 1)},
)


def _there_and_back(value: object) -> object:
    return from_plain(json.loads(json.dumps(to_plain(value))))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_values_come_back_as_they_were(value: object) -> None:
    back = _there_and_back(value)
    assert type(back) is type(value)
    assert back == value
    if isinstance(value, float | Decimal):
        assert repr(back) == repr(value)
    if isinstance(value, dt.datetime | dt.time):
        assert (back.tzinfo, back.fold) == (value.tzinfo, value.fold)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_datetime, "2024-05-01T10:00"),
        (read_datetime, "2024-05-01 10:00:00.120"),
        (read_datetime, "2024-05-01 10:00:00Z"),
        (read_date, "2024-05-01 00:00:00"),
        (read_time, "09:30"),
        (lambda text: in_utc(dt.datetime.fromisoformat(text)), "2024-05-01 10:00:00"),
    ],
)
def test_dates_written_in_another_form_keep_it(read: Callable[[str], object], text: str) -> None:
    value = read(text)
    back = _there_and_back(value)
    assert type(back) is type(value) and type(back).__name__.startswith("Stored")
    assert back == value
    assert back.stored == text  # type: ignore[attr-defined]
    assert getattr(back, "tzinfo", None) == getattr(value, "tzinfo", None)


def test_not_a_number_stays_that() -> None:
    back = _there_and_back(math.nan)
    assert isinstance(back, float) and math.isnan(back)
    assert str(_there_and_back(Decimal("sNaN"))) == "sNaN"


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.text() | some.floats(allow_nan=False)
        | some.decimals(allow_nan=False) | some.binary() | some.datetimes(timezones=some.timezones())
        | some.dates() | some.times() | some.timedeltas() | some.uuids(),
        lambda inner: some.lists(inner) | some.tuples(inner, inner),
        max_leaves=5,
    )
)  # fmt: skip
def test_any_value_comes_back(value: object) -> None:
    assert _there_and_back(value) == value


def test_a_value_of_an_unknown_kind_is_not_guessed() -> None:
    with pytest.raises(TypeError):
        to_plain(object())


@pytest.mark.parametrize(
    "plain",
    [1.5, [], {}, {"unknown": 1}, {"date": "2024-13-01"}, {"bytes": "?"}, {"new": "x"}, {"raw": ["a"]},
     {"decimal": "x"}, {"date": "a", "time": "b"}, {"invalid": [1, 2]}, {"span": ["x"]},
     {"stored": [1, "x"]}],
)  # fmt: skip
def test_what_is_no_value_is_refused(plain: object) -> None:
    with pytest.raises(UnreadableError):
        from_plain(plain)
