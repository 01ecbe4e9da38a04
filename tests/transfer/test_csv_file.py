"""CSV and TSV: what is written, exactly."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import pytest

from desktop.base.raw import RawText
from desktop.schema.describe import Kind
from desktop.transfer.formats import WriterOptions
from desktop.transfer.layout import OutColumn
from tests.transfer.rows import columns, rows, written

PAYLOADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
    "＝1+1",
]


def test_null_and_empty_text_differ() -> None:
    assert written("csv", columns("a", "b"), [rows((None, ""), ("", None))]) == b'a,b\r\n,""\r\n"",\r\n'


def test_null_and_empty_text_differ_in_a_single_column() -> None:
    assert written("csv", columns("a"), [rows((None,), ("",), ("x",))]) == b'a\r\n\r\n""\r\nx\r\n'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12345678901234567890, "12345678901234567890"),
        (-5, "-5"),
        (Decimal("12.30"), "12.30"),
        (0.1, "0.1"),
        (True, "true"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, 10, 0, 0, 123456), "2024-05-01 10:00:00.123456"),
        (datetime(2024, 5, 1, 10, tzinfo=UTC), "2024-05-01 10:00:00+00:00"),
        (time(10, 5), "10:05:00"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (b"\x00\xff", "\\x00ff"),
        (RawText("infinity"), "infinity"),
        ("a\udc80b", "a\\x80b"),
        ("two\nlines", '"two\nlines"'),
        ('say "hi"', '"say ""hi"""'),
        ("a,b", '"a,b"'),
        ("上海 é ß", "上海 é ß"),
    ],
)
@pytest.mark.parametrize("beside", [None, "text", 7], ids=["alone", "with text", "with a number"])
def test_values(value: object, text: str, beside: object) -> None:
    """However mixed the column, a value looks the same."""
    cells = [(value, 1), (beside, 2)]
    lines = written("csv", columns("a", "b"), [rows(*cells)]).decode()
    assert lines.startswith(f"a,b\r\n{text},1\r\n")


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("format_name", ["csv", "tsv"])
def test_formulas_are_made_harmless(payload: str, format_name: str) -> None:
    text = written(format_name, columns("a", "b"), [rows((payload, 1), (RawText(payload), 2))]).decode()
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if format_name == "tsv" else ","))
    assert read[1:] == [[f"'{payload}", "1"], [f"'{payload}", "2"]]


def test_headings_are_made_harmless_too() -> None:
    assert written("csv", columns("=1+1", "b"), []) == b"'=1+1,b\r\n"


def test_protection_can_be_turned_off() -> None:
    options = WriterOptions("t", protect_formulas=False)
    assert written("csv", columns("a", "b"), [rows(("=1+1", ""))], options) == b'a,b\r\n=1+1,""\r\n'


def test_header_can_be_left_out_and_a_mark_added() -> None:
    options = WriterOptions("t", header=False, bom=True)
    assert written("csv", columns("a", "b"), [rows((1, 2))], options) == b"\xef\xbb\xbf1,2\r\n"


def test_tsv_has_tabs() -> None:
    assert written("tsv", columns("a", "b"), [rows((1, "x\ty"))]) == b'a\tb\r\n1\t"x\ty"\r\n'


def test_names_and_relations() -> None:
    layout = (
        OutColumn("author_id", Kind.INTEGER, index=0, named=True),
        OutColumn("tags", Kind.TEXT, index=0, link=True),
    )
    row = rows((1,))[0]
    named = type(row)(row.key, (1,), ("Ada",), (("sea", "long read"),))
    nameless = type(row)(row.key, (2,), (None,), ((),))
    assert (
        written("csv", layout, [[named, nameless]]) == b'author_id,tags\r\nAda,"sea, long read"\r\n2,""\r\n'
    )


def test_a_preview_is_never_written() -> None:
    from desktop.values.special import Clipped

    with pytest.raises(TypeError, match="preview"):
        written("csv", columns("a"), [rows((Clipped("abc", 900),))])
