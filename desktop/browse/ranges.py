"""Owns the statements that read a view from one place to another; put together once, used for all places.

To build a statement takes SQLAlchemy as long as the database takes to read a page by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.browse.binding import Slot
from desktop.browse.decode import Decoder
from desktop.browse.order import Anchor, segments, shared
from desktop.browse.select import CompiledView
from desktop.schema.types_sqlite import bindable

MOST = "most"
"""The parameter that says how many rows are wanted."""
Steps: TypeAlias = Sequence[tuple[sa.Select[Any], Decoder]]
"""To be run one after the other until there are rows enough."""


def steps_between(
    compiled: CompiledView, start: Anchor | None, end: Anchor | None
) -> tuple[Steps, dict[str, Any]]:
    """The statements for the rows from ``start`` (None: the first) up to ``end`` (excluded; None: the last),
    and their parameters but MOST."""
    low, high = start or (), end or ()
    if not (_are_plain(compiled, low) and _are_plain(compiled, high)):
        return _steps(compiled, start, end), {}
    alike = shared(low, end)
    shape = (tuple(v is None for v in low), tuple(v is None for v in high), alike)
    steps = compiled.steps.get(shape)
    if steps is None:
        slots = _slots(low, "from"), _slots(high, "to")
        first, last = slots[0] if start else None, (*slots[0][:alike], *slots[1][alike:]) if end else None
        steps = compiled.steps[shape] = _steps(compiled, first, last)
    values = {f"from{i}": value for i, value in enumerate(low) if value is not None}
    values.update((f"to{i}", value) for i, value in enumerate(high) if i >= alike and value is not None)
    return steps, values


def _steps(compiled: CompiledView, start: Anchor | None, end: Anchor | None) -> Steps:
    ranges = [[]] if start is None else segments(compiled.terms, start, end)
    most = sa.bindparam(MOST, type_=sa.Integer())
    return [compiled.page(where, most) for where in ranges]


def _slots(anchor: Anchor, name: str) -> Anchor:
    return tuple(None if value is None else Slot(f"{name}{i}") for i, value in enumerate(anchor))


def _are_plain(compiled: CompiledView, anchor: Anchor) -> bool:
    """Whether every value travels as a parameter, as nearly all do."""
    return all(
        bindable(value, term.expression.type) is value
        for value, term in zip(anchor, compiled.terms, strict=False)
    )
