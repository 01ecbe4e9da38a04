"""Moments where the clocks are changed, in five zones: none moves, none is guessed, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import TableName
from desktop.browse.records import read_records
from desktop.edit.compare import same_value
from desktop.edit.unit import Unit
from desktop.models.connection import Connection
from desktop.schema.describe import Column, Kind
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import Locale
from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond
from ui.editors.factory import make_editor
from ui.editors.texts import enter_text, text_in

CHANGES = {
    "Europe/Paris": datetime(2024, 10, 27, 1, tzinfo=UTC),
    "America/New_York": datetime(2024, 3, 10, 7, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2024, 4, 6, 15, tzinfo=UTC),  # by half an hour
    "America/St_Johns": datetime(2024, 11, 3, 4, 30, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 30, 10, tzinfo=UTC),  # by a whole day
}
"""When the clocks of each zone are changed."""
MOMENTS = TableName(None, "moments")
MOMENT = Column("at", Kind.TIMESTAMP_TZ, "timestamptz")


def around(change: datetime) -> list[datetime]:
    """Moments on both sides of it, to the microsecond."""
    steps = (-90, -60, -30, 0, 30, 60, 90)
    return [change + timedelta(minutes=step, microseconds=1) for step in steps]


@pytest.mark.parametrize("name", CHANGES)
def test_a_moment_is_edited_in_any_zone_and_is_still_that_moment(
    name: str, make_database: MakeDatabase, backend: Backend, second: OpenSecond, qtbot: QtBot
) -> None:
    kind = "timestamptz" if backend == "postgresql" else "TIMESTAMPTZ"
    database = make_database(
        f"CREATE TABLE moments (id integer PRIMARY KEY, at {kind}, again {kind}, n text)"
    )
    moments = around(CHANGES[name])
    with database.engine.begin() as behind:
        rows = [{"id": number, "at": moment} for number, moment in enumerate(moments)]
        behind.execute(sa.insert(database.sa(MOMENTS)), rows)
    connection = Connection(database, locale=Locale(zone=ZoneInfo(name)))
    parent = QWidget()
    qtbot.addWidget(parent)
    column, unit = database.table(MOMENTS).column("at"), Unit(database)
    for record in read_records(database, MOMENTS, [(number,) for number in range(len(moments))]):
        shown = make_editor(column, connection, parent)
        shown.set_value(record.values["at"])
        QTest.keyClick(shown.focus_target(), Qt.Key.Key_End)
        assert not shown.touched
        unit.stage(record.ref, "n", None, "another field")
        typed = make_editor(column, connection, parent)
        typed.set_value(None)
        enter_text(typed, text_in(shown))
        assert same_value(typed.value(), record.values["at"])
        unit.stage(record.ref, "again", None, typed.value())
    unit.save()
    connection.close()
    stored = second(database).execute(sa.text("SELECT at, again FROM moments ORDER BY id")).all()
    assert [tuple(_moment(value) for value in row) for row in stored] == [(m, m) for m in moments]


def _moment(stored: object) -> datetime:
    found = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return found.astimezone(UTC)


@pytest.mark.parametrize("name", CHANGES)
def test_a_time_that_does_not_exist_or_comes_twice_is_told_and_not_guessed(name: str) -> None:
    zone = ZoneInfo(name)
    locale, kind = Locale(zone=zone), kind_for(MOMENT)
    change = CHANGES[name]
    before, after = ((change + step).astimezone(zone) for step in (-timedelta(hours=1), timedelta(hours=1)))
    forward = _offset(after) > _offset(before)
    wall = change.astimezone(zone).replace(tzinfo=None) + timedelta(minutes=-15 if forward else 15)
    with pytest.raises(BadValue) as told:
        kind.parse(f"{wall:%Y-%m-%d %H:%M}", MOMENT, locale)
    words = "does not exist: the clocks are put forward" if forward else "comes twice"
    assert words in told.value.sentence
    for offset in (before, after) if not forward else ():
        written = offset.isoformat()[-6:]
        assert written in told.value.sentence
        exact = kind.parse(f"{wall:%Y-%m-%d %H:%M}{written}", MOMENT, locale)
        assert isinstance(exact, datetime) and exact.isoformat()[-6:] == written
    plain = kind.parse("2024-07-01 12:00", MOMENT, locale)
    assert plain == datetime(2024, 7, 1, 12, tzinfo=zone)


def _offset(moment: datetime) -> timedelta:
    found = moment.utcoffset()
    assert found is not None
    return found


@pytest.mark.parametrize("fold", [0, 1])
def test_the_two_times_of_one_clock_are_told_apart(fold: int) -> None:
    zone: tzinfo = ZoneInfo("Europe/Paris")
    typed = datetime(2024, 10, 27, 2, 30, tzinfo=zone, fold=fold)
    stored = [datetime(2024, 10, 27, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert [same_value(typed, one) for one in stored] == [fold == 0, fold == 1]
    assert same_value(typed, typed.replace(fold=1)) is bool(fold)
