"""JSON and JSON Lines: valid, and nothing lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop.schema.describe import Kind
from desktop.transfer.layout import OutColumn
from tests.transfer.rows import columns, rows, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        ("", '""'),
        ("null", '"null"'),
        (True, "true"),
        (2**53, "9007199254740992"),
        (2**53 + 1, '"9007199254740993"'),
        (-(2**63), '"-9223372036854775808"'),
        (Decimal("12.30"), "12.30"),
        (Decimal("0.000000001"), "0.000000001"),
        (Decimal("1E+400"), '"1E+400"'),
        (Decimal("1234567890.123456"), '"1234567890.123456"'),
        (Decimal("NaN"), '"NaN"'),
        (float("-inf"), '"-inf"'),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (date(2024, 5, 1), '"2024-05-01"'),
        (datetime(2024, 5, 1, tzinfo=UTC), '"2024-05-01 00:00:00+00:00"'),
        (b"\xff", '"\\\\xff"'),
        ("a\udc80", '"a\\\\x80"'),
        ("=1+1", '"=1+1"'),
        ("\x00\u2028é", '"\\u0000\u2028é"'),
        ('100 % "sure"', '"100 % \\"sure\\""'),
    ],
)
def test_values(value: object, text: str) -> None:
    got = written("jsonl", columns("a%s"), [rows((value,))]).decode()
    if "\\\\" in text and isinstance(value, str):  # an undecodable byte is escaped for the file, once
        text = text.replace("\\\\", "\\")
    assert got == f'{{"a%s": {text}}}\n'


def test_array_of_several_blocks() -> None:
    got = written("json", columns("a", "b"), [rows((1, "x")), rows((2, None))])
    assert got == b'[\n{"a": 1, "b": "x"},\n{"a": 2, "b": null}\n]\n'
    assert json.loads(got) == [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


@pytest.mark.parametrize(("name", "read"), [("json", []), ("jsonl", None)])
def test_no_records(name: str, read: object) -> None:
    got = written(name, columns("a"), [])
    assert (json.loads(got) if got else None) == read


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ('{"a": 1}', '{"a": 1}'),
        ("[1,\n 2]", "[1,  2]"),
        ("12345678901234567890.5", "12345678901234567890.5"),
        ("not json", '"not json"'),
        ("NaN", '"NaN"'),
        ("", '""'),
        ("[" * 100_000, '"' + "[" * 100_000 + '"'),
    ],
    ids=["object", "lines", "number", "broken", "nan", "empty", "deep"],
)
def test_json_columns_stand_as_themselves(stored: str, text: str) -> None:
    got = written("jsonl", columns("a", kind=Kind.JSON), [rows((stored,))]).decode()
    assert got == f'{{"a": {text}}}\n'


def test_relations_are_lists() -> None:
    layout = (OutColumn("tags", Kind.TEXT, index=0, link=True),)
    row = rows((1,))[0]
    linked = type(row)(row.key, (1,), (None,), (("sea", 'long "read"'),))
    assert json.loads(written("json", layout, [[linked]])) == [{"tags": ["sea", 'long "read"']}]
