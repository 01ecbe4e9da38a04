"""Message boxes: sentence, way out, folded details, verbs; readable by assistive tools."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.base.keys import RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from ui.dialogs import message

OTHER = RecordRef(TableName(None, "posts"), (7,))
REFUSAL = Refusal(
    Reason.UNIQUE,
    "Another post already uses this slug.",
    "Change it, or open the other one.",
    other=OTHER,
    other_label="Harbour notes",
    details="SQLSTATE 23505",
)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def click(box: QMessageBox, text: str) -> None:
    button = next(b for b in box.buttons() if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_refusal_is_an_alert_with_its_sentence(window: QWidget) -> None:
    box = message.show_refusal(window, REFUSAL, title="Save posts", edit_label="Edit Slug")
    spoken = QAccessible.queryAccessibleInterface(box)
    assert spoken is not None
    assert spoken.role() is QAccessible.Role.AlertMessage
    assert spoken.text(QAccessible.Text.Name) == REFUSAL.sentence
    assert spoken.text(QAccessible.Text.Description) == REFUSAL.hint
    assert (box.text(), box.informativeText(), box.detailedText()) == (
        REFUSAL.sentence,
        REFUSAL.hint,
        REFUSAL.details,
    )
    assert {b.text() for b in box.buttons()} == {"Edit Slug", "Details"}
    box.close()


def test_closing_a_refusal_comes_back_to_the_field(window: QWidget) -> None:
    opened: list[RecordRef] = []
    closed: list[bool] = []
    for text in ("Edit Slug", "Open “Harbour notes”"):
        box = message.show_refusal(
            window,
            REFUSAL,
            title="Save",
            open_other=opened.append,
            edit_label="Edit Slug",
            done=lambda: closed.append(True),
        )
        click(box, text)
    assert opened == [OTHER]
    assert closed == [True]


def test_the_default_and_escape_are_the_safe_choice(window: QWidget) -> None:
    answers: list[str] = []
    choices = (
        message.Choice("discard", "Discard Changes", message.Tone.DANGER),
        message.Choice("keep", "Keep Editing", message.Tone.SAFE),
    )
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        box = message.ask(window, "Edit", "Discard?", "", choices, answers.append)
        assert box.defaultButton().text() == "Keep Editing"
        QTest.keyClick(box, key)
    assert answers == ["keep", "keep"]


def test_details_unfold_and_keep_their_name(window: QWidget) -> None:
    box = message.show_refusal(window, REFUSAL, title="Save")
    assert isinstance(box, message.MessageBox)
    click(box, "Details")
    assert box.isVisible()
    button = box.details_button()
    assert button is not None
    assert button.text() == "Details"
    box.close()


def test_every_failure_becomes_words(caplog: pytest.LogCaptureFixture) -> None:
    assert message.refusal_of(RefusedError(REFUSAL)) is REFUSAL
    file = message.refusal_of(PermissionError(13, "Permission denied", "/x/y.csv"))
    assert file.sentence == "Permission denied: /x/y.csv."
    bug = message.refusal_of(ZeroDivisionError("division by zero"))
    assert "inside Rowkeeper" in bug.sentence
    assert "ZeroDivisionError" in bug.details
    assert len(caplog.records) == 1
