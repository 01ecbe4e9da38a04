"""Owns the shape in which a backend hands its particulars to the engine; knows no backend itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

COPY_OUT = "rowkeeper_copy_out"
"""Execution option of a Select: (delimiter, function that takes the lines of CSV in blocks, as they come)."""


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
