"""Owns the second connection that checks the sample database from outside; it only reads."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from desktop.sample.models import Base, Comment, Post, Tag, User, post_tags

_PONDER = 5_000_000
TABLES: tuple[sa.Table, ...] = tuple(Base.metadata.sorted_tables)


class Witness:
    """Reads a sample file through an engine of its own, so that it sees only what was committed."""

    def __init__(self, path: Path) -> None:
        self._engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=sa.NullPool)

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self._engine.connect() as connection:
            return {
                table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in TABLES
            }

    def living_posts(self, status: str | None = None) -> int:
        """Posts that are not soft-deleted."""
        return self._number(
            sa.select(sa.func.count())
            .select_from(Post)
            .where(Post.deleted_at.is_(None), *([] if status is None else [Post.status == status]))
        )

    def most_viewed(self, status: str) -> tuple[int, str]:
        """Id and title of the post of that status with the most views; the higher id first among equals."""
        query = (
            sa.select(Post.id, Post.title)
            .where(Post.deleted_at.is_(None), Post.status == status)
            .order_by(Post.view_count.desc(), Post.id.desc())
        )
        with self._engine.connect() as connection:
            row = connection.execute(query.limit(1)).one()
        return int(row[0]), str(row[1])

    def post(self, number: int) -> dict[str, object]:
        """One post as it is stored."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(Post.__table__).where(Post.id == number)).mappings().one()
        return dict(row)

    def an_email(self) -> tuple[str, str]:
        """Name and e-mail address of the first user."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(User.name, User.email).order_by(User.id).limit(1)).one()
        return str(row[0]), str(row[1])

    def users_with(self, email: str) -> int:
        """How many users have this address."""
        return self._number(sa.select(sa.func.count()).select_from(User).where(User.email == email))

    def posts_titled(self, title: str) -> int:
        """How many posts have this title, deleted ones too."""
        return self._number(sa.select(sa.func.count()).select_from(Post).where(Post.title == title))

    def of_archived(self) -> tuple[int, int]:
        """Comments and tag links of living archived posts."""
        archived = sa.select(Post.id).where(Post.deleted_at.is_(None), Post.status == "archived")
        comments = sa.select(sa.func.count()).select_from(Comment).where(Comment.post_id.in_(archived))
        links = sa.select(sa.func.count()).select_from(post_tags).where(post_tags.c.post_id.in_(archived))
        return self._number(comments), self._number(links)

    def tag_names(self) -> list[str]:
        """Every tag's name in the order of their keys."""
        with self._engine.connect() as connection:
            return list(connection.scalars(sa.select(Tag.name).order_by(Tag.id)))

    def ponder(self) -> int:
        """A query that keeps the database busy for a second or two, to see that the window stays alive."""
        numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
        numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < _PONDER))
        return self._number(sa.select(sa.func.count()).select_from(numbers))

    def _number(self, query: sa.Select[int]) -> int:
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0
