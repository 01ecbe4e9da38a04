"""Long values cut to one line: short ones whole, and what differs in sight."""

from __future__ import annotations

import pytest

from ui.dialogs.cut_text import cut, cut_apart


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("short", "short"),
        ("two\nlines", "two lines"),
        ("a" * 10, "a" * 10),
        ("a" * 11, "a" * 9 + "…"),
        ("", ""),
    ],
)
def test_one_value_is_cut_at_its_end(text: str, short: str) -> None:
    assert cut(text, 10) == short


BASE = "The night the library at Kingsbridge stayed open"


def test_values_that_begin_alike_show_where_they_part() -> None:
    shown = cut_apart((BASE, BASE + " late", BASE + " (mine)"), 28)
    assert shown == [
        "…at Kingsbridge stayed open",
        "…ingsbridge stayed open late",
        "…gsbridge stayed open (mine)",
    ]


def test_a_value_like_no_other_is_shown_from_its_beginning() -> None:
    shown = cut_apart((BASE, "The river", BASE + " (mine)"), 28)
    assert shown == ["…at Kingsbridge stayed open", "The river", "…gsbridge stayed open (mine)"]


def test_the_same_value_twice_is_shown_from_its_beginning() -> None:
    assert cut_apart((BASE, BASE), 28) == ["The night the library at Ki…"] * 2
