"""Records named by key that a view does not return can be read with its columns all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.base.keys import TableName
from desktop.browse.outside import inside, rows_outside
from desktop.browse.view import ColumnFilter, View
from desktop.schema.database import Database

VIEW = View(TableName(None, "posts"), ("title", "author_id"), links=("tags",))
DRAFTS = replace(VIEW, filters=(ColumnFilter("status", "draft"),))
ALL = [(key,) for key in (1, 2, 3, 4, 5, 6, 99)]


def test_inside_and_outside_share_out_what_exists(newsroom: Database) -> None:
    there = inside(newsroom, DRAFTS, ALL)
    outside = rows_outside(newsroom, DRAFTS, ALL)
    assert (4,) in there
    assert sorted(str(key) for key in [*there, *(row.key for row in outside)]) == [str(k) for k in ALL[:-1]]


def test_rows_outside_are_whole_rows_of_the_view(newsroom: Database) -> None:
    [row] = rows_outside(newsroom, replace(VIEW, search="nothing like this"), [(4,)])
    assert (row.values, row.labels[1]) == (("What the harbour master saw", 2), "Grace Hopper")
    assert row.links == (("long read", "water"),)


@pytest.mark.parametrize(("author", "found"), [(2, [(4,)]), (1, [])])
def test_what_is_pinned_holds_for_them_too(newsroom: Database, author: int, found: list[object]) -> None:
    view = replace(VIEW, search="nothing like this", pinned=(("author_id", author),))
    assert [row.key for row in rows_outside(newsroom, view, [(4,)])] == found
