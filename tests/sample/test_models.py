"""Holds the sample models to what they promise: names for every constraint, cascades, both backends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from desktop.sample.models import Base, Comment, Post, PostView, Tag, User, post_tags


@pytest.fixture
def session() -> Iterator[Session]:
    engine = sa.create_engine("sqlite://")

    @sa.event.listens_for(engine, "connect")
    def _keys_on(connection: object, record: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[attr-defined]

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def _post(title: str = "A title") -> Post:
    author = User(name="Ada", email="ada@example.org")
    return Post(author=author, title=title, body="…")


def test_every_constraint_has_a_name() -> None:
    nameless = [c for t in Base.metadata.tables.values() for c in t.constraints if not c.name]
    assert nameless == []


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_tables_compile(dialect: str) -> None:
    engine_dialect = sa.engine.url.make_url(f"{dialect}://").get_dialect()()
    text = "".join(str(CreateTable(t).compile(dialect=engine_dialect)) for t in Base.metadata.sorted_tables)
    assert "CONSTRAINT ck_posts_status CHECK (status IN ('draft', 'review', 'published', 'archived'))" in text


def test_server_fills_in_defaults(session: Session) -> None:
    post = _post()
    session.add(post)
    session.commit()
    assert (post.status, post.view_count, post.author.is_active) == ("draft", 0, True)
    assert post.created_at is not None and post.deleted_at is None


def test_status_outside_the_list_is_refused(session: Session) -> None:
    post = _post()
    post.status = "lost"
    session.add(post)
    with pytest.raises(sa.exc.IntegrityError, match="ck_posts_status"):
        session.flush()


def test_orphaned_comment_is_deleted(session: Session) -> None:
    post = _post()
    post.comments.append(Comment(author_name="Tim", body="Lovely."))
    session.add(post)
    session.commit()
    post.comments.clear()
    session.commit()
    assert session.scalar(sa.select(sa.func.count()).select_from(Comment)) == 0


def test_deleting_a_post_takes_its_children_and_links(session: Session) -> None:
    post = _post()
    post.tags.append(Tag(name="water", slug="water"))
    post.comments.append(Comment(author_name="Tim", body="Lovely."))
    post.views.append(PostView(ip_address="10.0.0.1"))
    session.add(post)
    session.commit()
    session.delete(post)
    session.commit()
    left = [
        session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Comment, PostView, post_tags, Tag)
    ]
    assert left == [0, 0, 0, 1]


def test_author_with_posts_cannot_be_deleted(session: Session) -> None:
    post = _post()
    session.add(post)
    session.commit()
    session.delete(post.author)
    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
        session.flush()
