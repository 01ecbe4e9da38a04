"""XLSX: read back with another library; formulas, limits, several sheets."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter.worksheet import Worksheet

from desktop.base.refusal import Reason, RefusedError
from desktop.transfer.layout import block_of
from desktop.transfer.xlsx_file import XlsxWriter, sheet_name
from tests.transfer.rows import columns, rows, written
from tests.transfer.test_csv_file import PAYLOADS


def read(data: bytes, sheet: int = 0) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [list(row) for row in book.get_sheet_by_index(sheet).to_python()]


def xml(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        (5, 5.0),
        (2**53, float(2**53)),
        (2**53 + 1, "9007199254740993"),
        (Decimal("12.30"), 12.3),
        (Decimal("1234567890.123456"), "1234567890.123456"),
        (Decimal("NaN"), "NaN"),
        (float("inf"), "inf"),
        (True, True),
        (date(2024, 5, 1), date(2024, 5, 1)),
        (date(1900, 2, 28), "1900-02-28"),
        (datetime(2024, 5, 1, 10, 30), datetime(2024, 5, 1, 10, 30)),
        (datetime(2024, 5, 1, 10, tzinfo=UTC), "2024-05-01 10:00:00+00:00"),
        (time(10, 30), time(10, 30)),
        ("007", "007"),
        ("http://example.org", "http://example.org"),
        ("a\udc80", "a\\x80"),
        (b"\xff", "\\xff"),
    ],
)
def test_values(value: object, seen: object) -> None:
    assert read(written("xlsx", columns("a"), [rows((value,))])) == [["a"], [seen]]


def test_every_payload_is_text_and_none_is_missing() -> None:
    data = written("xlsx", columns("a"), [rows(*((p,) for p in PAYLOADS))])
    assert "<f>" not in xml(data)
    assert len(read(data)) == len(PAYLOADS) + 1
    assert 'quotePrefix="1"' in xml(data, "xl/styles.xml")


def test_null_is_no_cell_and_empty_text_is_one() -> None:
    sheet = xml(written("xlsx", columns("a", "b"), [rows((None, ""))]))
    assert 'r="B2"' in sheet and 'r="A2"' not in sheet


def test_text_that_looks_like_an_escape_survives() -> None:
    texts = ["_x0041_", "a\x01b", "tab\tand\nline", " spaces "]
    assert [
        row[0] for row in read(written("xlsx", columns("a"), [rows(*((t,) for t in texts))]))[1:]
    ] == texts


@pytest.mark.parametrize("text", ["x" * 32_768, "😀" * 16_384], ids=["letters", "pairs"])
def test_too_long_is_refused_with_record_and_column(text: str) -> None:
    with pytest.raises(RefusedError, match="body of the record 2 is longer than the 32,767") as caught:
        written("xlsx", columns("body"), [rows(("short",), (text,))])
    assert caught.value.refusal.reason is Reason.FILE


def test_longest_text_is_kept() -> None:
    data = written("xlsx", columns("body"), [rows(("x" * 32_767,))])
    assert len(str(read(data)[1][0])) == 32_767


def test_next_sheet_where_one_is_full() -> None:
    file = io.BytesIO()
    layout = columns("n")
    writer = XlsxWriter(file, layout, "posts", most_rows=4)
    for start in (0, 4):
        writer.write(block_of(rows(*((start + n,) for n in range(4))), layout))
    writer.finish()
    writer.close()
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
    assert book.sheet_names == ["posts", "posts 2", "posts 3"]
    assert [read(file.getvalue(), n)[1:] for n in range(3)] == [
        [[0.0], [1.0], [2.0]],
        [[3.0], [4.0], [5.0]],
        [[6.0], [7.0]],
    ]


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(RefusedError, match="16,384 columns"):
        written("xlsx", columns(*map(str, range(16_385))), [])


def test_helper_files_go_away_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(RefusedError):
        written("xlsx", columns("body"), [rows(("short",), ("x" * 40_000,))])
    assert list(tmp_path.iterdir()) == []


def test_a_cell_the_library_does_not_write_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Worksheet, "write_number", lambda *a: -1)
    with pytest.raises(RuntimeError, match="was not written"):
        written("xlsx", columns("a"), [rows((1,))])


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("posts", "posts"),
        ("a/b:c*d?[e]\\f", "a b c d  e  f"),
        ("'quoted'", "quoted"),
        ("History", "History 1"),
        ("", "Records"),
        ("x" * 40, "x" * 31),
        ("😀" * 20, "😀" * 15),
    ],
)
def test_sheet_names(title: str, name: str) -> None:
    assert sheet_name(title, 1) == name
    assert len(sheet_name(title, 12)) <= 31
    assert re.search(r" 12$", sheet_name(title, 12))
