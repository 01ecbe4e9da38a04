"""Lends the guards the desk of the stories, and lets go of the source they have read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.guards.sources import forget
from tests.stories.conftest import sit, threads

__all__ = ["sit", "threads"]


@pytest.fixture(autouse=True, scope="module")
def _source_read_once() -> Iterator[None]:
    """A million nodes, kept for longer, would slow down every look for garbage after them."""
    yield
    forget()
