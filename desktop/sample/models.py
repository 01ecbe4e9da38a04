"""Owns the declarative models of the newsroom sample database; knows no other layer of the application."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

STATUSES = ("draft", "review", "published", "archived")

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """All sample tables; every constraint has a name, so that errors can speak of it."""

    metadata = sa.MetaData(naming_convention=_NAMES)


post_tags = sa.Table(
    "post_tags",
    Base.metadata,
    sa.Column("post_id", sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
)
"""Which post carries which tag: nothing but two foreign keys."""


class User(Base):
    """Someone who writes; cannot be deleted while posts are theirs."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    bio: Mapped[str | None] = mapped_column(sa.Text)
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.current_timestamp())

    posts: Mapped[list[Post]] = relationship(back_populates="author", passive_deletes="all")


class Post(Base):
    """One article; ``deleted_at`` is set instead of deleting it."""

    __tablename__ = "posts"
    __table_args__ = (sa.CheckConstraint(sa.column("status").in_(STATUSES), name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(20), default="draft", server_default="draft")
    view_count: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.current_timestamp(), index=True)
    updated_at: Mapped[datetime] = mapped_column(server_default=sa.func.current_timestamp())
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[str | None] = mapped_column(sa.Text)

    author: Mapped[User] = relationship(back_populates="posts")
    tags: Mapped[list[Tag]] = relationship(secondary=post_tags, back_populates="posts", passive_deletes=True)
    comments: Mapped[list[Comment]] = relationship(
        back_populates="post", cascade="all, delete-orphan", passive_deletes=True
    )
    views: Mapped[list[PostView]] = relationship(
        back_populates="post", cascade="all, delete-orphan", passive_deletes=True
    )


class Tag(Base):
    """A subject that posts are filed under."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)

    posts: Mapped[list[Post]] = relationship(secondary=post_tags, back_populates="tags", passive_deletes=True)


class Comment(Base):
    """What a reader wrote under a post; goes with it."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    author_name: Mapped[str] = mapped_column(sa.String(120))
    body: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(server_default=sa.func.current_timestamp())

    post: Mapped[Post] = relationship(back_populates="comments")


class PostView(Base):
    """How often one address opened one post."""

    __tablename__ = "post_views"
    __table_args__ = (sa.UniqueConstraint("post_id", "ip_address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("posts.id", ondelete="CASCADE"), index=True)
    ip_address: Mapped[str] = mapped_column(sa.String(45))
    count: Mapped[int] = mapped_column(default=1, server_default=sa.text("1"))
    last_seen: Mapped[datetime] = mapped_column(server_default=sa.func.current_timestamp())

    post: Mapped[Post] = relationship(back_populates="views")
