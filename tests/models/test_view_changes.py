"""Gestures on heads and filter fields turn one view into the next."""

from __future__ import annotations

import pytest

from desktop.base.keys import TableName
from desktop.browse.view import ColumnFilter, Sort, View
from desktop.models.view_changes import sort_by, toggle_sort, with_filter, with_filters, without_filters

VIEW = View(TableName(None, "posts"), ("title", "views"))
UP, DOWN, OTHER = Sort("title"), Sort("title", descending=True), Sort("views")


@pytest.mark.parametrize(
    ("before", "add", "after"),
    [
        ((), False, (UP,)),
        ((UP,), False, (DOWN,)),
        ((DOWN,), False, ()),
        ((OTHER,), False, (UP,)),
        ((OTHER,), True, (OTHER, UP)),
        ((UP, OTHER), True, (DOWN, OTHER)),
        ((DOWN, OTHER), True, (OTHER,)),
        ((UP, OTHER), False, (DOWN,)),
    ],
)
def test_a_click_on_a_head(before: tuple[Sort, ...], add: bool, after: tuple[Sort, ...]) -> None:
    view = View(VIEW.table, VIEW.columns, sort=before)
    assert toggle_sort(view, "title", add=add).sort == after


def test_sorting_by_command_replaces_all_terms() -> None:
    assert sort_by(View(VIEW.table, VIEW.columns, sort=(OTHER,)), "title", True).sort == (DOWN,)


def test_blank_filter_texts_filter_nothing() -> None:
    view = with_filters(VIEW, {"title": "river", "views": "  "})
    assert view.filters == (ColumnFilter("title", "river"),)


def test_one_filter_is_replaced_in_its_place_or_added() -> None:
    view = with_filters(VIEW, {"title": "river", "views": "> 1"})
    assert with_filter(view, "title", "sea").filters == (
        ColumnFilter("title", "sea"),
        ColumnFilter("views", "> 1"),
    )
    assert with_filter(view, "title", "").filters == (ColumnFilter("views", "> 1"),)
    assert with_filter(VIEW, "views", "> 1").filters == (ColumnFilter("views", "> 1"),)


def test_without_filters_takes_the_search_away_too() -> None:
    view = View(VIEW.table, VIEW.columns, filters=(ColumnFilter("title", "x"),), search="y", sort=(UP,))
    assert without_filters(view) == View(VIEW.table, VIEW.columns, sort=(UP,))
