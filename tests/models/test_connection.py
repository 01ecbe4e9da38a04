"""Opening in the background, news of changes, closing while a query runs."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject
from pytestqt.qtbot import QtBot

from desktop.base.cancel import CancelToken, Progress
from desktop.base.refusal import Reason, RefusedError
from desktop.connect.profile import Profile
from desktop.connect.running import running
from desktop.models.connection import Connection, open_connection
from desktop.models.locale import person_locale
from desktop.schema.database import Database
from tests.fixtures.windows import AppConnection

ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"


def _endless(database: Database, token: CancelToken) -> int:
    with database.engine.connect() as connection, running(connection, token):
        return int(connection.execute(sa.text(ENDLESS)).scalar_one())


def test_a_database_is_opened_in_the_background(newsroom: Database, qtbot: QtBot) -> None:
    opened: list[Connection] = []
    failed: list[Exception] = []
    job = open_connection(newsroom.profile, None, opened.append, failed.append)
    assert opened == []
    qtbot.waitUntil(lambda: bool(opened or failed), timeout=10_000)
    assert not failed
    assert not job.running
    assert opened[0].database.schema.tables.keys() == newsroom.schema.tables.keys()
    assert opened[0].close()


def test_a_missing_file_is_refused_in_words(qtbot: QtBot, tmp_path: Path) -> None:
    failed: list[Exception] = []
    profile = Profile(name="x", backend="sqlite", path=str(tmp_path / "missing.sqlite"))
    open_connection(profile, None, lambda _: None, failed.append)
    qtbot.waitUntil(lambda: bool(failed), timeout=10_000)
    assert isinstance(failed[0], RefusedError)
    assert failed[0].refusal.reason is Reason.FILE


def test_a_database_opened_for_nobody_is_closed_again(
    newsroom: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    disposed: list[Database] = []
    real = Database.dispose

    def dispose(database: Database) -> None:
        disposed.append(database)
        real(database)

    monkeypatch.setattr(Database, "dispose", dispose)
    told: list[object] = []
    owner = QObject()
    open_connection(newsroom.profile, None, told.append, told.append, owner)
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: bool(disposed), timeout=10_000)
    assert told == []


def test_opening_can_be_cancelled(newsroom: Database, qtbot: QtBot) -> None:
    told: list[str] = []
    job = open_connection(
        newsroom.profile,
        None,
        lambda _: told.append("opened"),
        lambda _: told.append("failed"),
        cancelled=lambda: told.append("cancelled"),
    )
    job.cancel()
    qtbot.waitUntil(lambda: bool(told), timeout=10_000)
    assert told == ["cancelled"]


def test_closing_stops_a_query_that_runs(newsroom: Database, qtbot: QtBot) -> None:
    connection = Connection(newsroom)
    entered: list[int] = []
    told: list[object] = []

    def work(token: CancelToken, progress: Progress) -> int:
        progress(1, None)
        return _endless(newsroom, token)

    for lane in connection.lanes:
        lane.submit(work, told.append, told.append, progress=lambda done, total: entered.append(done))
    qtbot.waitUntil(lambda: len(entered) == len(connection.lanes), timeout=10_000)
    assert connection.busy
    assert connection.close()
    QCoreApplication.processEvents()
    assert told == []


def test_a_cancelled_query_leaves_the_lane_fit_for_the_next(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(newsroom)
    told: list[object] = []
    started: list[int] = []

    def work(token: CancelToken, progress: Progress) -> int:
        progress(1, None)
        return _endless(newsroom, token)

    job = connection.lane.submit(
        work,
        told.append,
        told.append,
        progress=lambda done, total: started.append(done),
        cancelled=lambda: told.append("cancelled"),
    )
    qtbot.waitUntil(lambda: bool(started), timeout=10_000)
    job.cancel()

    def count(token: CancelToken, progress: Progress) -> int:
        with newsroom.engine.connect() as one:
            return int(one.execute(sa.text("SELECT count(*) FROM posts")).scalar_one())

    connection.lane.submit(count, told.append, told.append)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=10_000)
    assert told == ["cancelled", 6]


@pytest.mark.parametrize(
    ("name", "decimal", "order"),
    [
        ("C", ".", "ymd"),
        ("de_DE", ",", "dmy"),
        ("en_US", ".", "mdy"),
        ("sv_SE", ",", "ymd"),
        ("en_GB", ".", "dmy"),
    ],
)
def test_the_persons_habits_are_taken_from_the_system(
    qapp: object, name: str, decimal: str, order: str
) -> None:
    locale = person_locale(QLocale.c() if name == "C" else QLocale(name))
    assert (locale.decimal, locale.date_order) == (decimal, order)
    assert locale.language == ("en" if name == "C" else name[:2])
    assert str(locale.zone) == "UTC" or locale.zone is UTC


def test_the_readers_of_closed_views_are_let_go(
    newsroom: Database, app_connection: AppConnection, qtbot: QtBot
) -> None:
    connection = app_connection(newsroom)
    before = len(connection.lanes)
    for _ in range(5):
        reader, done = connection.open_reader(), []  # type: ignore[var-annotated]
        reader.submit(lambda token, progress: 1, done.append)
        qtbot.waitUntil(lambda done=done: bool(done))  # type: ignore[misc]
        connection.close_reader(reader)
        qtbot.waitUntil(lambda reader=reader: not reader.is_alive)  # type: ignore[misc]
    connection.open_reader()
    assert len(connection.lanes) == before + 1
