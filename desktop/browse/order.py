"""Owns the order of a view and the conditions "from here" and "before there" in that order.

Positions are found by the values of the order terms, never by counting rows: OFFSET would read all it skips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.browse.binding import bind
from desktop.schema.types import is_orderable

Anchor: TypeAlias = tuple[object, ...]
"""The values of all order terms at one record."""
Clause: TypeAlias = sa.ColumnElement[bool]


@dataclass(frozen=True, eq=False)
class Term:
    """One expression a view is sorted by."""

    expression: sa.ColumnElement[Any]
    descending: bool
    nullable: bool
    nulls_last: bool
    """Where NULL stands in this term's own direction."""

    @property
    def ordered(self) -> sa.ColumnElement[Any]:
        return self.expression.desc() if self.descending else self.expression.asc()

    def bind(self, value: object) -> sa.ColumnElement[Any]:
        return bind(value, self.expression.type)

    def equal(self, value: object) -> Clause:
        return self.expression.is_(None) if value is None else self.expression == self.bind(value)

    def bound(self, value: object, *, later: bool) -> Clause:
        """Not before (or not after) the value; NULLs are never among these."""
        if self.descending == later:
            return self.expression <= self.bind(value)
        return self.expression >= self.bind(value)

    def beyond(self, value: object, *, later: bool) -> Clause:
        """Strictly after (or before) the value in this term's direction, NULLs where they stand."""
        if value is None:
            return self.expression.is_not(None) if self.nulls_last != later else sa.false()
        if self.descending == later:
            clause = self.expression < self.bind(value)
        else:
            clause = self.expression > self.bind(value)
        if self.nullable and self.nulls_last == later:
            clause = sa.or_(clause, self.expression.is_(None))
        return clause


def make_term(
    expression: sa.ColumnElement[Any], *, descending: bool, nullable: bool, nulls_first_ascending: bool
) -> Term:
    """A term with NULLs where the database puts them by itself, because that is how its indexes stand."""
    if not is_orderable(expression):
        expression = sa.cast(expression, sa.Text())
    return Term(expression, descending, nullable, nulls_first_ascending == descending)


def segments(terms: Sequence[Term], start: Anchor, end: Anchor | None) -> list[list[Clause]]:
    """Conditions for the records from ``start`` (itself included) up to ``end`` (excluded; None: the last).

    Usually one list; two where the range runs over the border between NULLs and values, because no index
    serves "greater or NULL". Read them one after the other.
    """
    alike = shared(start, end)
    prefix = [term.equal(value) for term, value in zip(terms[:alike], start, strict=False)]
    rest, low = terms[alike:], start[alike:]
    high = None if end is None else end[alike:]
    if not rest:
        return [prefix] if end is None else []
    return [[*prefix, *clauses] for clauses in _split(rest, low, high)]


def before(terms: Sequence[Term], anchor: Anchor) -> Clause:
    """Strictly before the record with these values."""
    return _lexical(terms, anchor, later=False, inclusive=False)


def shared(start: Anchor, end: Anchor | None) -> int:
    """How many leading values are the same at both ends: those terms are equal all along."""
    if end is None:
        return 0
    count = 0
    for a, b in zip(start, end, strict=True):
        if not _is_same(a, b):
            break
        count += 1
    return count


def _is_same(a: object, b: object) -> bool:
    """Whether both stand for one stored value; equal moments may be written differently."""
    return type(a) is type(b) and a == b and getattr(a, "stored", None) == getattr(b, "stored", None)


def _split(terms: Sequence[Term], low: Anchor, high: Anchor | None) -> list[list[Clause]]:
    first = terms[0]
    if not first.nullable:
        return [_values(terms, low, high)]
    if low[0] is None:
        nulls = _nulls(terms, low, None)
        return [nulls] if first.nulls_last else [nulls, _values(terms, None, high)]
    if not first.nulls_last or (high is not None and high[0] is not None):
        return [_values(terms, low, high)]
    return [_values(terms, low, None), _nulls(terms, None, high)]


def _nulls(terms: Sequence[Term], low: Anchor | None, high: Anchor | None) -> list[Clause]:
    """Where the first term is NULL, between the remaining values."""
    clauses: list[Clause] = [terms[0].expression.is_(None)]
    if low is not None and len(terms) > 1:
        clauses.append(_lexical(terms[1:], low[1:], later=True, inclusive=True))
    if high is not None and len(terms) > 1:
        clauses.append(_lexical(terms[1:], high[1:], later=False, inclusive=False))
    return clauses


def _values(terms: Sequence[Term], low: Anchor | None, high: Anchor | None) -> list[Clause]:
    """Where the first term is a value; the bare bounds on it are what an index is searched by."""
    first = terms[0]
    clauses: list[Clause] = []
    known = first if not first.nullable else Term(first.expression, first.descending, False, first.nulls_last)
    terms = [known, *terms[1:]]
    for anchor, later in ((low, True), (high, False)):
        if anchor is not None:
            if len(terms) > 1:
                clauses.append(first.bound(anchor[0], later=later))
            clauses.append(_lexical(terms, anchor, later=later, inclusive=later))
    if not clauses and first.nullable:
        clauses.append(first.expression.is_not(None))
    return clauses


def _lexical(terms: Sequence[Term], anchor: Anchor, *, later: bool, inclusive: bool) -> Clause:
    """Compares as a dictionary does: by the first term, among equals by the second, and so on."""
    if len(terms) > 1 and _is_uniform(terms):
        return _row_value(terms, anchor, later=later, inclusive=inclusive)
    first, value = terms[0], anchor[0]
    if len(terms) == 1:
        beyond = first.beyond(value, later=later)
        if not inclusive:
            return beyond
        return sa.or_(beyond, first.equal(value)) if first.nullable else first.bound(value, later=later)
    rest = _lexical(terms[1:], anchor[1:], later=later, inclusive=inclusive)
    return sa.or_(first.beyond(value, later=later), sa.and_(first.equal(value), rest))


def _is_uniform(terms: Sequence[Term]) -> bool:
    return not any(term.nullable or term.descending != terms[0].descending for term in terms)


def _row_value(terms: Sequence[Term], anchor: Anchor, *, later: bool, inclusive: bool) -> Clause:
    left = sa.tuple_(*(term.expression for term in terms))
    right = sa.tuple_(*(term.bind(value) for term, value in zip(terms, anchor, strict=True)))
    if terms[0].descending == later:
        return left <= right if inclusive else left < right
    return left >= right if inclusive else left > right
