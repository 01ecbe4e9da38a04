"""A staging apart over an open connection: begins with what is staged, saved or handed back or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from desktop.base.keys import RecordRef
from desktop.edit.saved import Saved
from desktop.models.connection import Connection
from desktop.models.scope import Scope
from desktop.schema.database import Database
from desktop.staging.staging import Edit
from tests.edit.craft import COMMENTS, POSTS, TAGS, ref
from tests.fixtures.databases import OpenSecond
from tests.fixtures.windows import AppConnection

if TYPE_CHECKING:  # pytest-qt is set up only after this file is read
    from pytestqt.qtbot import QtBot

ONE, TWO = ref(POSTS, 1), ref(POSTS, 2)


@pytest.fixture
def connection(newsroom: Database, app_connection: AppConnection) -> Connection:
    return app_connection(newsroom)


def _scope(connection: Connection) -> Scope:
    scope = Scope(connection, connection.workbench, connection)
    scope.begin()
    return scope


def _edit(connection: Connection, record: RecordRef, column: str, base: object, new: object) -> None:
    connection.workbench.edit(f"set {column}", [Edit(record, column, base, new)])


def _save(scope: Scope, record: RecordRef, qtbot: QtBot) -> Saved:
    answers: list[Saved] = []
    failures: list[Exception] = []
    owner = QObject(scope)
    assert scope.save(record, answers.append, failures.append, owner)
    qtbot.waitUntil(lambda: bool(answers or failures), timeout=15_000)
    assert failures == []
    return answers[0]


def test_it_begins_with_what_is_staged_and_gives_nothing_back_by_itself(connection: Connection) -> None:
    _edit(connection, ONE, "view_count", 1, 5)
    scope = _scope(connection)
    assert not _differs(scope)
    assert scope.workbench.staging.undo_name is None
    _edit(scope, ONE, "view_count", 1, 6)
    assert _differs(scope)
    assert connection.workbench.staging.changes.get(ONE) == scope.outer.staging.changes.get(ONE)
    assert scope.workbench.undo() is not None
    assert not _differs(scope)
    assert connection.workbench.staging.change_count == 1


def test_what_is_handed_over_is_one_step_outside(connection: Connection) -> None:
    scope = _scope(connection)
    post = scope.workbench.insert(POSTS, {"title": "Night ferry", "author_id": 1, "body": "."})
    scope.workbench.insert(COMMENTS, {"post_id": post.key, "author_name": "Ann", "body": "."})
    scope.hand_over("new post")
    staging = connection.workbench.staging
    assert staging.record_count == 2
    connection.workbench.undo()
    assert not staging.dirty


def test_a_save_takes_what_was_touched_and_leaves_the_rest_staged_outside(
    connection: Connection, second: OpenSecond, qtbot: QtBot
) -> None:
    stored_child = ref(COMMENTS, 1)
    _edit(connection, ONE, "view_count", _view_count(second, connection), 5)
    _edit(connection, TWO, "title", "?", "not now")
    _edit(connection, stored_child, "body", "?", "not now either")
    scope = _scope(connection)
    scope.workbench.insert(COMMENTS, {"post_id": 1, "author_name": "Ann", "body": "So was I."})
    saved = _save(scope, ONE, qtbot)
    assert saved.tables == {POSTS, COMMENTS}
    assert set(connection.workbench.staging.refs) == {TWO, stored_child}
    assert _view_count(second, connection) == 5


def test_a_new_record_is_saved_with_its_children_and_links(connection: Connection, qtbot: QtBot) -> None:
    scope = _scope(connection)
    post = scope.workbench.insert(POSTS, {"title": "Night ferry", "author_id": 1, "body": "."})
    tag = scope.workbench.insert(TAGS, {"name": "night", "slug": "night"})
    scope.workbench.link(post, "tags", [tag.key], [])
    for author in ("Ann", "Ben"):
        scope.workbench.insert(COMMENTS, {"post_id": post.key, "author_name": author, "body": "."})
    saved = _save(scope, post, qtbot)
    assert len(saved.inserted) == 4
    assert not connection.workbench.staging.dirty


def test_nothing_to_write_is_told(connection: Connection) -> None:
    scope = _scope(connection)
    assert not scope.save(ONE, _never, _never, scope)


def test_what_is_taken_back_inside_is_taken_back_outside(connection: Connection) -> None:
    _edit(connection, ONE, "view_count", 1, 5)
    scope = _scope(connection)
    scope.workbench.revert(ONE)
    assert _differs(scope)
    assert not scope.save(ONE, _never, _never, scope)
    assert not connection.workbench.staging.dirty


def _differs(scope: Scope) -> bool:
    return scope.differs


def _view_count(second: OpenSecond, connection: Connection) -> object:
    found = second(connection.database).exec_driver_sql("SELECT view_count FROM posts WHERE id = 1")
    return found.scalar()


def _never(answer: object) -> None:
    raise AssertionError(answer)
