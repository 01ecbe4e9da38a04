"""Owns "About Rowkeeper": name, version and what it runs on."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

from ui.dialogs import message


def show_about(parent: QWidget | None, version: str) -> QMessageBox:
    """Tell what this is."""
    return message.tell(
        parent,
        "About Rowkeeper",
        f"Rowkeeper {version}",
        "Edit database records like a spreadsheet; save them like a bank. MIT licence.",
        details=f"Python {platform.python_version()}\nQt {qVersion()}\n{platform.platform()}",
    )
