"""What the database made of a save is said under the fields of the record panel, until the next edit."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.fixtures.databases import Backend, MakeDatabase, OpenSecond
from tests.fixtures.windows import AppConnection
from tests.ui.panel_kit import bench_of, go, panel_of, text, type_into
from tests.ui.window_kit import Stage, show_window
from ui.panels.form_page import FormPage

TABLE = "CREATE TABLE wares (id INTEGER PRIMARY KEY, name VARCHAR(40), price NUMERIC, calls INTEGER)"
ROWS = "INSERT INTO wares VALUES (1, 'Lamp', 1.00, 0), (2, 'Chair', 2.00, 0)"
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER rounding AFTER UPDATE OF price ON wares"
        " BEGIN UPDATE wares SET price = round(new.price, 2), calls = old.calls + 1 WHERE id = new.id; END",
        "CREATE TRIGGER keeping AFTER UPDATE OF name ON wares WHEN new.name = 'mine'"
        " BEGIN UPDATE wares SET name = old.name WHERE id = new.id; END",
    ),
    "postgresql": (
        "CREATE FUNCTION counting() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN IF new.name = ''mine'' THEN new.name = old.name; ELSE new.calls = old.calls + 1; END IF;"
        " new.price = round(new.price, 2);"
        " RETURN new; END'",
        "CREATE TRIGGER counting BEFORE UPDATE ON wares FOR EACH ROW EXECUTE FUNCTION counting()",
    ),
}


@pytest.fixture
def stage(
    qtbot: QtBot, make_database: MakeDatabase, backend: Backend, app_connection: AppConnection
) -> Stage:
    return show_window(qtbot, app_connection(make_database(TABLE, ROWS, *TRIGGERS[backend])))


def _save(stage: Stage, column: str, words: str) -> FormPage:
    page = go(stage, "wares", 1)
    type_into(page, column, words)
    with stage.qtbot.waitSignal(bench_of(stage).busy, check_params_cb=lambda busy: not busy):
        page.save_button.click()
    panel_of(stage)
    return page


def _told(page: FormPage) -> dict[str, str]:
    assert page.form is not None
    fields = page.form.fields.items()
    return {name: field.made.text() for name, field in fields if field.made.isVisibleTo(field)}


SAID = {
    "price": "The database made 3.14 of 3.14159.",
    "calls": "The database has filled this in.",
}


def test_rounded_and_filled_in_until_the_next_edit(stage: Stage, second: OpenSecond) -> None:
    page = _save(stage, "price", "3.14159")
    stage.qtbot.waitUntil(lambda: _told(page) == SAID)
    assert (text(page, "price"), text(page, "calls")) == ("3.14", "1")
    assert _told(go(stage, "wares", 2)) == {}
    page = go(stage, "wares", 1)
    assert _told(page) == SAID, "as in the grid: until something is edited"
    type_into(page, "name", "Candle")
    assert _told(page) == {}
    bench_of(stage).discard()
    assert _told(page) == {}


def test_gone_with_a_refresh(stage: Stage) -> None:
    page = _save(stage, "price", "3.14159")
    stage.qtbot.waitUntil(lambda: _told(page) == SAID)
    stage.run("data.refresh")
    assert _told(page) == {}


def test_told_where_one_of_the_fields_is_as_it_was(stage: Stage) -> None:
    type_into(go(stage, "wares", 1), "price", "3.25")
    page = _save(stage, "name", "mine")
    stage.qtbot.waitUntil(lambda: _told(page).get("name") == "The database made Lamp of mine.")
    assert (text(page, "name"), text(page, "price")) == ("Lamp", "3.25")


def test_as_sent_nothing_is_said(stage: Stage) -> None:
    page = _save(stage, "price", "3.10")
    stage.qtbot.waitUntil(lambda: "price" not in _told(page) and text(page, "calls") == "1")
    assert _told(page) == {"calls": SAID["calls"]}
