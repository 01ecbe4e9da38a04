"""Owns the shape in which a backend hands its particulars to the engine; knows no backend itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa

from desktop.base.cancel import CancelToken

COPY_OUT = "rowkeeper_copy_out"
"""Execution option of a Select: (delimiter, function that takes the lines of CSV in blocks, as they come)."""
JUST_READING = ContextVar("rowkeeper_just_reading", default=False)
"""Set where a connection is taken only to read, which can be tried again: it may be trusted to be alive."""
WANTED_BY: ContextVar[CancelToken | None] = ContextVar("rowkeeper_wanted_by", default=None)
"""The token of the work that a connection is taken for, while it may have to be made; see ``wanted_by``."""
NATIVE = "rowkeeper_native"
"""Execution option of a statement: values are read by the driver's own means, which fail on an odd one."""
Fetched: TypeAlias = tuple[Sequence[tuple[Any, ...]], Sequence[object]]
"""Rows as a driver has them, and its code for the type of each column."""


@contextmanager
def wanted_by(token: CancelToken) -> Iterator[None]:
    """Around whatever may have to reach a server first: cancelling the token ends that wait, too."""
    mark = WANTED_BY.set(token)
    try:
        yield
    finally:
        WANTED_BY.reset(mark)


def all_of(result: sa.CursorResult[Any]) -> Fetched:
    """The driver's own tuples; no type of SQLAlchemy's has touched them."""
    cursor: Any = result.cursor
    codes = [column[1] for column in cursor.description]
    rows = cursor.fetchall()
    result.close()
    return rows, codes


@dataclass(frozen=True)
class BackendArguments:
    """What ``make_engine`` needs to know about a backend."""

    url: sa.URL
    """Without a password."""
    listen: Callable[[sa.Engine], None]
    """Puts the backend's listeners on the engine."""
    connect_args: dict[str, Any] = field(default_factory=dict, repr=False)
    """For the driver; may hold the password, so it is never shown."""
    engine_args: Mapping[str, Any] = field(default_factory=dict, repr=False)
