"""Editors: what is not touched is given back as it came; NULL, empty and default stay apart."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.models.connection import Connection
from desktop.schema.describe import Column, Kind
from desktop.values.kinds import BadValue
from desktop.values.special import DEFAULT, RawText
from tests.fixtures.databases import MakeDatabase
from tests.fixtures.windows import AppConnection
from ui.editors.base import Editor
from ui.editors.blob import BlobEditor
from ui.editors.combo import ComboEditor
from ui.editors.factory import fitting, make_editor
from ui.editors.json_ import JsonEditor
from ui.editors.large_text import is_large
from ui.editors.line import LineEditor, TextEditor
from ui.editors.long_text import LongTextEditor
from ui.editors.moment import MomentEditor
from ui.editors.uuid_ import UuidEditor

Make = Callable[..., Editor]

SAMPLES: dict[Kind, object] = {
    Kind.TEXT: "  Zoé \x0b Müller ",
    Kind.LONG_TEXT: "one\r\ntwo\u2028three\xa0four\n",
    Kind.INTEGER: 2**62 + 1,
    Kind.DECIMAL: Decimal("1234567890.12345678900"),
    Kind.FLOAT: 0.1 + 0.2,
    Kind.BOOLEAN: False,
    Kind.DATE: date(1, 1, 1),
    Kind.TIME: time(23, 59, 59, 999999),
    Kind.TIMESTAMP: datetime(2026, 11, 20, 22, 41, 3, 123456),
    Kind.TIMESTAMP_TZ: datetime(1750, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    Kind.CHOICE: "retired",
    Kind.JSON: '{"b": 1.00, "a": [ ],"b":2}',
    Kind.UUID: uuid.UUID(int=7),
    Kind.BYTES: b"\x89PNG\x00\xff",
    Kind.INTERVAL: "1 mon -2 days +03:04:05.6",
    Kind.ARRAY: '{1,"b c",NULL,"NULL",""}',
    Kind.RANGE: '[1,"b c")',
    Kind.NETWORK: "10.0.0.1/8",
    Kind.OTHER: "{[1,3),[5,7)}",
}


@pytest.fixture
def connection(make_sqlite: MakeDatabase, app_connection: AppConnection) -> Connection:
    return app_connection(make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY)"))


@pytest.fixture
def make(connection: Connection, qtbot: QtBot) -> Make:
    def editor(kind: Kind, value: object = None, **details: object) -> Editor:
        choices = ("draft", "published") if kind is Kind.CHOICE else ()
        column = Column("field", kind, kind.value, choices=choices, **details)  # type: ignore[arg-type]
        made = make_editor(column, connection)
        qtbot.addWidget(made)
        made.set_value(value)
        made.show()
        return made

    return editor


def press(
    editor: Editor, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(editor.focus_target(), key, modifier)


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name)
def test_opening_and_leaving_every_kind_changes_nothing(make: Make, kind: Kind) -> None:
    for value in (SAMPLES[kind], None, RawText("infinity")):
        editor = make(kind, value)
        press(editor, Qt.Key.Key_Tab)
        if not isinstance(editor, ComboEditor):  # there it means "the first one"
            press(editor, Qt.Key.Key_Home)
        assert not editor.touched
        assert editor.value() is value
        assert editor.text_is_valid() is None


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name)
def test_alt_del_empties_every_kind_to_null(make: Make, kind: Kind) -> None:
    editor = make(kind, SAMPLES[kind])
    press(editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert editor.touched
    assert editor.value() is None


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name)
def test_alt_del_leaves_a_required_field_alone(make: Make, kind: Kind) -> None:
    editor = make(kind, SAMPLES[kind], nullable=False)
    press(editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert not editor.touched


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.LONG_TEXT])
def test_null_and_empty_text_look_different_and_are_one_key_apart(make: Make, kind: Kind) -> None:
    editor = make(kind, None)
    assert isinstance(editor, TextEditor | LongTextEditor)
    shown = editor.line if isinstance(editor, TextEditor) else editor.area
    assert shown.placeholderText() == "NULL"
    press(editor, Qt.Key.Key_Backspace)
    assert editor.value() == ""
    assert shown.placeholderText() == "empty text"
    press(editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.AltModifier)
    assert not editor.touched


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.INTEGER, Kind.CHOICE, Kind.DATE, Kind.JSON])
def test_default_is_left_to_the_database_until_touched(make: Make, kind: Kind) -> None:
    editor = make(kind, DEFAULT, has_default=True)
    assert editor.value() is DEFAULT
    assert not editor.touched
    editor.put(SAMPLES[kind])
    assert editor.value() == SAMPLES[kind]
    editor.set_default()
    assert not editor.touched


def test_typing_a_number_keeps_every_digit(make: Make) -> None:
    editor = make(Kind.DECIMAL, Decimal("1.50"))
    assert isinstance(editor, LineEditor)
    editor.line.selectAll()
    QTest.keyClicks(editor.line, "9007199254740993.10")
    assert editor.value() == Decimal("9007199254740993.10")


def test_a_wrong_number_is_told_in_words(make: Make) -> None:
    editor = make(Kind.INTEGER, 5)
    assert isinstance(editor, LineEditor)
    editor.line.selectAll()
    QTest.keyClicks(editor.line, "five")
    assert "“five”" in (editor.text_is_valid() or "")
    with pytest.raises(BadValue):
        editor.value()


def test_going_back_by_hand_is_no_change(make: Make) -> None:
    editor = make(Kind.TEXT, "ab")
    press(editor, Qt.Key.Key_End)
    QTest.keyClicks(editor.focus_target(), "c")
    assert editor.touched
    press(editor, Qt.Key.Key_Backspace)
    assert not editor.touched


def test_long_text_keeps_its_line_ends_and_odd_spaces_when_touched(make: Make) -> None:
    editor = make(Kind.LONG_TEXT, "one\r\ntwo\xa0three\u2028four")
    assert isinstance(editor, LongTextEditor)
    QTest.keyClicks(editor.area, "x")
    assert editor.value() == "xone\r\ntwo\xa0three\u2028four"


def test_text_longer_than_a_line_edit_holds_is_not_cut(make: Make) -> None:
    editor = make(Kind.TEXT, "x" * 40_000)
    QTest.keyClicks(editor.focus_target(), "y")
    assert len(str(editor.value())) == 40_001


def test_what_a_field_cannot_lay_out_quickly_is_opened_on_demand() -> None:
    assert is_large("x" * 10_001) and is_large("a\n" * 60_000)
    assert not is_large("x" * 10_000) and not is_large("word " * 19_000)


def test_text_with_line_ends_gets_several_lines() -> None:
    column = Column("field", Kind.TEXT, "text")
    assert fitting(column, "a\nb").kind is Kind.LONG_TEXT
    assert fitting(column, "ab") is column


def test_a_stored_value_outside_the_choices_is_kept_and_shown(make: Make) -> None:
    editor = make(Kind.CHOICE, "retired", nullable=False)
    assert isinstance(editor, ComboEditor)
    assert "Retired" in editor.combo.currentText()
    press(editor, Qt.Key.Key_Down)
    assert editor.value() == "draft"


def test_yes_no_and_null_by_keyboard(make: Make) -> None:
    editor = make(Kind.BOOLEAN, None)
    assert isinstance(editor, ComboEditor)
    assert editor.combo.currentText() == "NULL"
    QTest.keyClicks(editor.combo, "y")
    assert editor.value() is True
    QTest.keyClicks(editor.combo, "n")


def test_the_calendar_replaces_the_day_only(make: Make) -> None:
    before = datetime(2026, 11, 20, 22, 41, 3, 123456, tzinfo=UTC)
    editor = make(Kind.TIMESTAMP_TZ, before)
    assert isinstance(editor, MomentEditor)
    assert editor.note in ("UTC", "Etc/UTC")
    editor.take_day(date(2027, 1, 2))
    assert editor.value() == before.replace(year=2027, month=1, day=2)


def test_today_by_key(make: Make) -> None:
    editor = make(Kind.DATE, None)
    press(editor, Qt.Key.Key_Semicolon, Qt.KeyboardModifier.ControlModifier)
    assert editor.value() == datetime.now(UTC).date()


def test_json_is_checked_and_laid_out_without_touching_tokens(make: Make, qtbot: QtBot) -> None:
    editor = make(Kind.JSON, '{"b":1.00,"a":[],"c":[1,{"d":"x, {y}"}]}')
    assert isinstance(editor, JsonEditor)
    editor.format_button.click()
    assert editor.value() == (
        '{\n  "b": 1.00,\n  "a": [],\n  "c": [\n    1,\n    {\n      "d": "x, {y}"\n    }\n  ]\n}'
    )
    QTest.keyClicks(editor.area, "{")
    qtbot.waitUntil(lambda: editor.error is not None)


def test_a_new_uuid(make: Make) -> None:
    editor = make(Kind.UUID, None)
    assert isinstance(editor, UuidEditor)
    editor.new_button.click()
    assert isinstance(editor.value(), uuid.UUID)


def test_a_blob_to_a_file_and_from_one(make: Make, qtbot: QtBot, tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    editor = make(Kind.BYTES, b"\x89PNG\r\n\x1a\n")
    assert isinstance(editor, BlobEditor)
    assert editor.line.text() == "PNG image · 8 B"
    editor.save_to(folder / "out.png")
    qtbot.waitUntil(lambda: (folder / "out.png").exists() and (folder / "out.png").stat().st_size == 8)
    (folder / "in.bin").write_bytes(b"\x00\xff" * 1000)
    editor.load_from(folder / "in.bin")
    qtbot.waitUntil(lambda: editor.touched)
    assert editor.value() == b"\x00\xff" * 1000


def test_marks(make: Make) -> None:
    editor = make(Kind.TEXT, "a")
    editor.mark_error("Taken.")
    assert editor.focus_target().property("state") == "error"
    assert editor.focus_target().accessibleDescription() == "Taken."
    QTest.keyClicks(editor.focus_target(), "b")
    assert editor.error is None
    assert editor.focus_target().property("state") == "changed"


def test_ctrl_a_before_typing_does_not_spoil_the_choice(make: Make) -> None:
    editor = make(Kind.CHOICE, "draft")
    press(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor.focus_target(), "pub")
    assert editor.value() == "published"
