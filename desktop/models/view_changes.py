"""Owns how a person's gestures turn one frozen view into the next; plain functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from desktop.browse.view import ColumnFilter, Sort, View


def toggle_sort(view: View, column: str, *, add: bool = False) -> View:
    """A click on a header: ascending, descending, then the key's own order again.

    ``add`` keeps the other terms: the column joins them as the last one, or changes in its place.
    """
    old = next((term for term in view.sort if term.column == column), None)
    if old is None:
        new = Sort(column)
    elif not old.descending:
        new = Sort(column, descending=True)
    else:
        new = None
    if not add:
        return replace(view, sort=() if new is None else (new,))
    if old is None:
        return replace(view, sort=(*view.sort, Sort(column)))
    terms = [new if term is old else term for term in view.sort]
    return replace(view, sort=tuple(term for term in terms if term is not None))


def sort_by(view: View, column: str, descending: bool) -> View:
    """By this column alone."""
    return replace(view, sort=(Sort(column, descending),))


def with_filters(view: View, texts: Mapping[str, str]) -> View:
    """The view with these filter texts by column; blank ones filter nothing."""
    filters = tuple(ColumnFilter(column, text) for column, text in texts.items() if text.strip())
    return replace(view, filters=filters)


def with_filter(view: View, column: str, text: str) -> View:
    """The view with one column's filter text put in place of the old one."""
    texts = {f.column: f.text for f in view.filters}
    texts[column] = text
    return with_filters(view, texts)


def without_filters(view: View) -> View:
    """Neither filters nor search."""
    return replace(view, filters=(), search="")
