"""A copy on the clipboard: nobody pays for its forms before somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMetaType, QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.transfer.clipboard import Offer
from desktop.transfer.clipboard_cells import MIME
from ui.grid import offered
from ui.grid.offered import OfferedData, from_clipboard, hand_over, to_clipboard

OFFER = Offer("Köln\t1\r\n上海\t2", "<table><tr><td>Köln</td></tr></table>", '{"cells": "K\\u00f6ln"}')


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The forms that were made."""
    made: list[str] = []
    real = OfferedData.retrieveData

    def retrieve(self: OfferedData, mimetype: str, kind: QMetaType | QMetaType.Type) -> object:
        made.append(mimetype)
        return real(self, mimetype, kind)

    monkeypatch.setattr(OfferedData, "retrieveData", retrieve)
    return made


@pytest.fixture(autouse=True)
def _clean(qapp: QApplication) -> Iterator[None]:
    yield
    QGuiApplication.clipboard().clear()


def test_forms_are_made_when_they_are_asked_for(asked: list[str]) -> None:
    to_clipboard(OFFER)
    assert asked == []
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == OFFER.text and "text/plain" in asked and "text/html" not in asked
    data = clipboard.mimeData()
    assert data.hasText() and data.hasHtml() and data.hasFormat(MIME)
    assert data.html() == OFFER.html
    assert bytes(data.data(MIME).data()).decode() == OFFER.cells


def test_pasting_what_was_copied_here_makes_none(asked: list[str]) -> None:
    to_clipboard(OFFER)
    assert from_clipboard() is OFFER and asked == []


def test_what_has_no_table_offers_none() -> None:
    to_clipboard(Offer("only text"))
    data = QGuiApplication.clipboard().mimeData()
    assert data.formats() == ["text/plain"] and not data.hasHtml()
    to_clipboard(Offer())
    assert QGuiApplication.clipboard().text() == ""


def test_at_the_end_all_forms_are_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    to_clipboard(OFFER)
    hand_over()
    assert not isinstance(QGuiApplication.clipboard().mimeData(), OfferedData)
    assert from_clipboard() == OFFER
    foreign = QMimeData()
    foreign.setText("of somebody else")
    QGuiApplication.clipboard().setMimeData(foreign)
    offered.hand_over()
    assert from_clipboard() == Offer("of somebody else")
