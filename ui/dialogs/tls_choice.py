"""Owns the choice of how a line is protected, in libpq's words, and what each of them really gives."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui.dialogs.frame import text_label
from ui.editors.combo import CalmCombo

_AUTOMATIC = "automatic"
_OFFERED = ("", "verify-full", "verify-ca", "require", "disable")
_PERHAPS = "Encrypted only if both sides happen to agree, else in the open without a word: no protection."
_WORDS = {
    "": "Encrypted and verified, except to this machine.",
    "verify-full": "Encrypted; the certificate and the name of the server are verified.",
    "verify-ca": "Encrypted; the certificate is verified, but it may be another server's.",
    "require": "Encrypted, but nobody verifies who answers.",
    "prefer": _PERHAPS,
    "allow": _PERHAPS,
    "disable": "Not encrypted: whoever is on the way can read and change what travels.",
}
_SAFE = ("", "verify-full")


class TlsChoice(CalmCombo):
    """What is offered for a new connection; an older one keeps what it has, however weak."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words: QLabel = text_label("", "muted")
        """Stands below: what is lacking where something is."""
        for mode in _OFFERED:
            self._offer(mode)
        self.currentIndexChanged.connect(self._tell)
        self._tell()

    @property
    def mode(self) -> str:
        """As libpq calls it; empty for automatic."""
        return str(self.currentData())

    def show_mode(self, mode: str) -> None:
        """Choose it; one that is not offered is put at the end."""
        if self.findData(mode) < 0:
            self._offer(mode)
        self.setCurrentIndex(self.findData(mode))

    def _offer(self, mode: str) -> None:
        self.addItem(mode or _AUTOMATIC, mode)
        self.setItemData(self.count() - 1, _WORDS.get(mode, ""), Qt.ItemDataRole.ToolTipRole)

    def _tell(self) -> None:
        words = _WORDS.get(self.mode, "")
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.words.setText("" if self.mode in _SAFE else words)
        self.words.setVisible(bool(self.words.text()))
