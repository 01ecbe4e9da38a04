"""The forms of the clipboard: what is written is read again, and what other programs write is understood."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.base.raw import RawText
from desktop.schema.describe import Kind
from desktop.staging.staged import Invalid
from desktop.transfer.clipboard import Copied, CopiedColumn, Offer, Typed, Written
from desktop.transfer.clipboard_cells import cells_of, read_cells
from desktop.transfer.clipboard_html import html_of, read_html
from desktop.transfer.clipboard_offer import offer_of, read_offer
from desktop.transfer.clipboard_tsv import read_tsv, tsv_of
from desktop.values.locale import PLAIN, Locale
from desktop.values.special import DEFAULT
from tests.transfer import payloads

NAUGHTY = Path(__file__).resolve().parents[3] / "shared" / "data" / "naughty"
TEXT = CopiedColumn("name", "Name", Kind.TEXT)
AMOUNT = CopiedColumn("amount", "Amount", Kind.DECIMAL, right=True)
WRITER = CopiedColumn("author_id", "Author", Kind.INTEGER, target="users")

texts = st.text() | st.text("\t\r\n\" ab,'=")
blocks = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=5)
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters()),
    st.decimals(allow_nan=False),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.datetimes(timezones=st.just(timezone(timedelta(hours=5, minutes=30)))),
    st.uuids(),
    st.binary(),
    st.just(DEFAULT),
    st.builds(RawText, st.text(), st.none() | st.binary() | st.integers()),
)


@given(blocks)
@example([[""]])
@example([["a"], [""]])
@example([['"'], ['a"b'], ['""\t']])
@example([["\0"]])
def test_tab_separated_text_comes_back_as_it_was(block: list[list[str]]) -> None:
    assert read_tsv(tsv_of(block)) == block


@given(st.lists(st.lists(st.builds(Typed, values, st.none() | st.text()), min_size=2, max_size=2)))
def test_the_own_form_loses_nothing(rows: list[list[Typed]]) -> None:
    copied = Copied("here", "posts", (TEXT, WRITER), [tuple(row) for row in rows])
    found = read_cells(cells_of(copied))
    assert found is not None
    assert (found.source, found.table) == ("here", "posts")
    assert [column.target for column in found.columns] == ["", "users"]
    assert list(map(list, found.lines)) == rows
    kinds = [[type(cell.value) for cell in row] for row in rows]
    assert [[type(cell.value) for cell in line if isinstance(cell, Typed)] for line in found.lines] == kinds


def _naughty() -> list[str]:
    if not NAUGHTY.is_dir():
        pytest.skip("the folder of naughty strings is not there")
    found: list[str] = json.loads((NAUGHTY / "blns.json").read_text(encoding="utf-8"))
    return found


def test_naughty_strings_survive_every_form() -> None:
    strings = _naughty()
    assert len(strings) > 100
    lines = [[text, "end"] for text in strings]
    assert read_tsv(tsv_of(lines)) == lines
    copied = Copied("here", "posts", (TEXT, TEXT), [tuple(map(Typed, line)) for line in lines])
    own = read_cells(cells_of(copied))
    assert own is not None
    assert [[cell.value for cell in line if isinstance(cell, Typed)] for line in own.lines] == lines
    shown = read_html(html_of((TEXT, TEXT), lines, header=False))
    assert [line[1] for line in shown] == ["end"] * len(lines)


def test_decimals_keep_their_zeros_and_moments_their_microseconds() -> None:
    kept = [Decimal("1.10"), datetime(2026, 1, 2, 3, 4, 5, 6, UTC), time(1, 2, 3, 4), date.min, UUID(int=5)]
    copied = Copied("", "t", (TEXT,) * 5, [tuple(map(Typed, kept))])
    found = read_cells(cells_of(copied))
    assert found is not None
    assert list(map(repr, found.lines[0])) == [repr(Typed(value)) for value in kept]


def test_a_text_that_is_no_value_is_copied_as_the_text() -> None:
    copied = Copied("", "t", (AMOUNT,), [(Typed(Invalid("3x", "no")),)])
    found = read_cells(cells_of(copied))
    assert found is not None
    assert found.lines == [("3x",)]
    assert offer_of(copied, PLAIN).text == "3x"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', '{"version": 1}', "null", '{"a": 1}\nx'])
def test_what_is_not_ours_is_not_read_as_ours(text: str) -> None:
    assert read_cells(text) is None


def test_the_table_is_escaped_and_made_safe_for_spreadsheets() -> None:
    html = html_of((TEXT, AMOUNT), [("<b>=1+1\nx", "1.5")], header=True)
    assert "<th>Name</th><th>Amount</th>" in html
    assert (
        "<td style=\"mso-number-format:'\\@'\">&lt;b&gt;=1+1"
        '<br style="mso-data-placement:same-cell">x</td><td style="text-align:right">1.5</td>' in html
    )


@given(st.lists(st.lists(st.text("ab <>&\"' "), min_size=2, max_size=2), min_size=1, max_size=4))
def test_a_table_comes_back_as_it_was(lines: list[list[str]]) -> None:
    assert read_html(html_of((TEXT, TEXT), lines, header=False)) == lines


def test_a_block_of_excel_is_understood_in_both_forms() -> None:
    wanted = [
        ["Name", "Price & tax", "", "Note"],
        ["Tea  green", "1,234.50", "0.19", "first\nsecond"],
        ["", "(12.00)", "", " "],
    ]
    assert read_html(payloads.EXCEL) == wanted
    assert read_tsv(payloads.EXCEL_TEXT) == wanted


def test_calc_tells_which_numbers_its_cells_show() -> None:
    assert read_html(payloads.CALC) == [
        ["Tee", Written("1.234,50 €", "1234.5"), Written("21.11.2025", "45982")],
        ["zwei\nZeilen", Written("13%", "0.125"), ""],
    ]


def test_of_a_web_page_the_first_table_is_taken() -> None:
    assert read_html(payloads.WEB) == [["River", "Length"], ["Nile[1]", "6,650 km"], ["Rio\nGrande", "3,051"]]


def test_quotes_that_close_nothing_are_letters() -> None:
    assert read_tsv('"5 nails\tb\r\n5" nails\t"c"d\r\n') == [['"5 nails', "b"], ['5" nails', '"c"d']]


def test_the_form_that_tells_most_is_read() -> None:
    own = cells_of(Copied("", "t", (TEXT,), [(Typed("own"),)]))
    html = "<table><tr><td>html</td></tr></table>"
    for offer, wanted in (
        (Offer("text", html, own), (Typed("own"),)),
        (Offer("text", html), ["html"]),
        (Offer("text", "<p>no table</p>"), ["text"]),
        (Offer("text", html, "broken"), ["html"]),
    ):
        found = read_offer(offer)
        assert found is not None
        assert list(found.lines) == [wanted]
    assert read_offer(Offer()) is None


def test_amounts_are_written_the_way_the_person_does() -> None:
    copied = Copied(
        "", "t", (AMOUNT, WRITER, TEXT), [(Typed(Decimal("1234.50")), Typed(3, "Ada"), Typed(None))]
    )
    assert offer_of(copied, Locale(decimal=",", group=".")).text == "1234,50\tAda\t"
    assert offer_of(copied, PLAIN, header=True).text == "Amount\tAuthor\tName\n1234.50\tAda\t"
