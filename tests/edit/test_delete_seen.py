"""A record to be deleted that is not as it was seen is told, and deleted only by a second decision."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desktop.base.refusal import Conflict, Reason, RefusedError
from desktop.edit.saved import Saved
from desktop.edit.unit import Unit
from desktop.schema.database import Database
from desktop.staging.resolve import Resolution, resolve
from desktop.staging.staging import Staging
from desktop.values.special import DEFAULT, Clipped
from tests.edit.craft import TAGS, count, ref
from tests.fixtures.databases import OpenSecond

TAG = ref(TAGS, 3)


def _staged(name: object) -> Staging:
    staging = Staging()
    staging.delete([TAG], "delete", {TAG: {"name": name}})
    return staging


def _save(database: Database, staging: Staging) -> Saved:
    return Unit(database, staging.changes.copy()).save()


def _name(second: sa.Connection) -> str:
    return str(second.scalar(sa.text("SELECT name FROM tags WHERE id = 3")))


def test_as_seen_it_is_deleted(newsroom: Database, second: OpenSecond) -> None:
    behind = second(newsroom)
    before, name = count(behind, "tags"), _name(behind)
    behind.commit()
    assert _save(newsroom, _staged(Clipped(name[:1], len(name)))).deleted == (TAG,)
    assert count(second(newsroom), "tags") == before - 1


def test_changed_since_it_is_told_and_stays_until_decided(newsroom: Database, second: OpenSecond) -> None:
    behind = second(newsroom)
    name = _name(behind)
    behind.execute(sa.text("UPDATE tags SET name = 'theirs' WHERE id = 3"))
    behind.commit()
    staging = _staged(name)
    with pytest.raises(RefusedError) as caught:
        _save(newsroom, staging)
    refusal = caught.value.refusal
    assert refusal.reason is Reason.CONFLICT and "not as you saw it: “Name”" in refusal.sentence
    conflict = Conflict(TAG, "name", name, "theirs", DEFAULT)
    assert refusal.conflicts == (conflict,) and _name(behind) == "theirs"
    behind.commit()
    resolve(staging, newsroom, Resolution(mine=(conflict,)), {})
    assert _save(newsroom, staging).deleted == (TAG,)
    assert count(behind, "tags", "id = 3") == 0


def test_kept_after_all(newsroom: Database) -> None:
    staging = _staged("never")
    resolve(staging, newsroom, Resolution(discard=(TAG,)), {})
    assert not staging.dirty


def test_without_anything_seen_nothing_is_compared(newsroom: Database) -> None:
    unit = Unit(newsroom)
    unit.stage_delete(TAG)
    assert unit.save().deleted == (TAG,)
