"""Reads that fail for reasons people can understand are refused in words; the next read works."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.keys import TableName
from desktop.base.refusal import Reason, RefusedError
from desktop.browse.fetch import first_block, scan
from desktop.browse.view import View
from desktop.schema.database import Database
from tests.fixtures.databases import OpenSecond

TAGS, POST_VIEWS = TableName(None, "tags"), TableName(None, "post_views")


def test_table_that_was_dropped_meanwhile(newsroom: Database, second: OpenSecond) -> None:
    second(newsroom).execute(sa.text("DROP TABLE post_views"))
    with pytest.raises(RefusedError) as caught:
        first_block(newsroom, View(POST_VIEWS, ("id",)))
    assert caught.value.refusal.reason is Reason.GONE
    assert caught.value.refusal.sentence.endswith(".")
    assert len(first_block(newsroom, View(TAGS, ("name",)))) == 3


def test_cancelled_read_leaves_nothing_behind(newsroom: Database) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        scan(newsroom, View(TAGS, ("name",)), token=token)
    assert newsroom.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert scan(newsroom, View(TAGS, ("name",))).count == 3
