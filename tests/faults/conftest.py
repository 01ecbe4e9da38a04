"""Gives fault tests the desk of the stories."""

from __future__ import annotations

from tests.stories.conftest import sit, threads

__all__ = ["sit", "threads"]
