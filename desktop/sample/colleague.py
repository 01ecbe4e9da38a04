"""Owns somebody else at the sample database, who changes a record meanwhile; uses nothing of the program."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from desktop.sample.models import Post


class Colleague:
    """Writes to a sample file through an engine of its own, and commits at once."""

    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=sa.NullPool)

    def rename(self, number: int, title: str) -> None:
        """Give a post another title."""
        with self._engine.begin() as connection:
            connection.execute(sa.update(Post).where(Post.id == number).values(title=title))
