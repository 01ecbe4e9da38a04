"""Owns making the sample database file: built beside its place, then put there in one step."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import sqlalchemy as sa

from desktop.sample.content import make_content
from desktop.sample.models import Base, Comment, Post, PostView, Tag, User, post_tags
from desktop.sample.place import sample_file


def sample_path() -> Path:
    """The person's own copy of the sample database, made on the first call; OSError where it cannot be."""
    path = sample_file()
    if not path.exists():
        build_sample(path)
    return path


def reset_sample() -> Path:
    """Put a fresh sample database in place of the person's copy, in one step."""
    path = sample_file()
    build_sample(path)
    return path


def build_sample(path: Path) -> None:
    """Make a fresh sample database at ``path``, replacing what is there only once it is complete."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(handle)
    made = Path(name)
    try:
        fill(sa.URL.create("sqlite", database=str(made)))
        for suffix in ("-wal", "-shm", "-journal"):  # they belong to the old file and would spoil the new one
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        os.replace(made, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            made.unlink()


def fill(url: sa.URL) -> None:
    """Create the tables and all rows in an empty database, in one transaction."""
    content = make_content()
    targets = (
        (sa.insert(User), content.users),
        (sa.insert(Tag), content.tags),
        (sa.insert(Post), content.posts),
        (sa.insert(post_tags), content.post_tags),
        (sa.insert(Comment), content.comments),
        (sa.insert(PostView), content.post_views),
    )
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
            for statement, rows in targets:
                connection.execute(statement, rows)
    finally:
        engine.dispose()
