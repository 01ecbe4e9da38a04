"""Owns anchors found by hopping along the key: one statement that jumps by the index from block to block."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from desktop.browse.select import CompiledView


def in_key_order(compiled: CompiledView) -> bool:
    """Whether the order is one key column alone, never NULL."""
    terms = compiled.terms
    return len(terms) == 1 and len(compiled.table.key) == 1 and not terms[0].nullable


def can_hop(compiled: CompiledView) -> bool:
    """Whether every hop is one range of the key's index.

    A condition could make the server read and sort all that meets it again for each hop.
    """
    return in_key_order(compiled) and not compiled.view.is_filtered


def hops(compiled: CompiledView, step: int) -> sa.Select[Any]:
    """The order value of every ``step``-th record, one row each; the last row is NULL.

    LIMIT and OFFSET in here count ``step`` rows of an index, from where the last hop ended: measured four to
    ten times as fast as numbering all rows.
    """
    term = compiled.terms[0]
    values = sa.select(term.expression).select_from(compiled.source).where(*compiled.where)
    values = values.order_by(term.ordered)
    first = sa.select(values.limit(1).scalar_subquery().label("o0"))
    anchors = first.cte("anchors", recursive=True)
    here = anchors.c.o0
    further = term.expression <= here if term.descending else term.expression >= here
    following = values.where(further).limit(1).offset(step).correlate(anchors).scalar_subquery()
    anchors = anchors.union_all(sa.select(following).where(here.is_not(None)))
    return sa.select(anchors.c.o0)
