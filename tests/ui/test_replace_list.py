"""What is marked in the list of cells to be replaced."""

from __future__ import annotations

import pytest

from desktop.base.keys import RecordRef, TableName
from desktop.staging.find_replace import Cell
from ui.dialogs.replace_list import marked

REF = RecordRef(TableName(None, "posts"), (1,))


@pytest.mark.parametrize(
    ("before", "after", "span", "text", "marks"),
    [
        ("a cat", "a dog", (2, 5), "a cat  →  a dog", ["cat", "dog"]),
        ("a cat\nx", "a \nx", (2, 5), "a cat⏎x  →  a ⏎x", ["cat"]),
        (
            "x" * 20 + "cat" + "y" * 50,
            "x" * 20 + "cats" + "y" * 50,
            (20, 23),
            "…" + "x" * 8 + "cat" + "y" * 25 + "…  →  …" + "x" * 8 + "cats" + "y" * 24 + "…",
            ["cat", "cats"],
        ),
    ],
)
def test_what_was_found_and_what_is_new_is_marked(
    before: str, after: str, span: tuple[int, int], text: str, marks: list[str]
) -> None:
    line, places = marked(Cell(REF, "One", "title", before, after, (span,), before))
    assert line == text
    assert [line[low:high] for low, high, _ in places] == marks
    assert [new for *_, new in places] == [False, True][: len(marks)]


@pytest.mark.parametrize(
    ("before", "after", "spans", "marks"),
    [
        ("The night the bus", "A night A bus", ((0, 3), (10, 13)), ["The", "the", "A", "A"]),
        ("aa bb", " ", ((0, 2), (3, 5)), ["aa", "bb"]),
        ("ab cde", "<ab> <cde>", ((0, 2), (3, 6)), ["ab", "cde", "<ab> <cde>"]),  # of unlike lengths
    ],
)
def test_every_match_is_marked_with_what_it_became(
    before: str, after: str, spans: tuple[tuple[int, int], ...], marks: list[str]
) -> None:
    line, places = marked(Cell(REF, "One", "title", before, after, spans, before))
    assert [line[low:high] for low, high, _ in places] == marks
