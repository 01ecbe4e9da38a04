"""Owns a copy on the clipboard: its forms become the system's own when somebody asks for one, not before."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QMetaType, QMimeData
from PySide6.QtGui import QGuiApplication

from desktop.transfer.clipboard import Offer
from desktop.transfer.clipboard_cells import MIME

_TEXT, _HTML = "text/plain", "text/html"


class OfferedData(QMimeData):
    """A copy that is held as it was made: to hand over the forms of 100,000 records takes 70 ms, and mostly
    one of them is wanted, or none."""

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self.offer = offer
        forms = {_TEXT: offer.text, _HTML: offer.html, MIME: offer.cells}
        self._forms = {name: text for name, text in forms.items() if text or name == _TEXT}

    def formats(self) -> list[str]:
        return list(self._forms)

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype in self._forms

    def retrieveData(self, mimetype: str, preferredType: QMetaType | QMetaType.Type) -> object:
        text = self._forms.get(mimetype)
        return QByteArray(text.encode("ascii")) if text is not None and mimetype == MIME else text


def to_clipboard(offer: Offer) -> None:
    """Put every form of the block onto the clipboard."""
    QGuiApplication.clipboard().setMimeData(OfferedData(offer))


def from_clipboard() -> Offer:
    """What is on the clipboard, unread."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if data is None:  # nothing is there, or its owner is gone
        return Offer()
    if isinstance(data, OfferedData):
        return data.offer
    cells = bytes(data.data(MIME).data()).decode("ascii", "replace") if data.hasFormat(MIME) else ""
    return Offer(data.text(), data.html() if data.hasHtml() else "", cells)


def hand_over() -> None:
    """Give the clipboard every form for good: Python is about to end, and nobody could ask for one later."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if not isinstance(data, OfferedData):
        return
    kept = QMimeData()
    for form in data.formats():
        kept.setData(form, data.data(form))
    QGuiApplication.clipboard().setMimeData(kept)
