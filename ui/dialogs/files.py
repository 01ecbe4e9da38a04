"""Owns asking for a file, always without blocking; neither reads nor writes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_file(
    parent: QWidget,
    title: str,
    done: Callable[[Path], None],
    filters: Sequence[str] = (),
    folder: Path | None = None,
) -> QFileDialog:
    """Ask for an existing file; ``done`` gets it, nothing happens on Cancel."""
    dialog = _dialog(parent, title, done, filters, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.open()
    return dialog


def choose_target(
    parent: QWidget,
    title: str,
    name: str,
    done: Callable[[Path], None],
    filters: Sequence[str] = (),
    folder: Path | None = None,
) -> QFileDialog:
    """Ask where to write; an existing file is asked about by the dialog itself."""
    dialog = _dialog(parent, title, done, filters, folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.selectFile(name)
    dialog.open()
    return dialog


def _dialog(
    parent: QWidget, title: str, done: Callable[[Path], None], filters: Sequence[str], folder: Path | None
) -> QFileDialog:
    dialog = QFileDialog(parent.window(), title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    if filters:
        dialog.setNameFilters(list(filters))
    if folder is not None:
        dialog.setDirectory(str(folder))
    # The window below gets the keys; without a window manager nobody else sees to that.
    dialog.finished.connect(parent.window().activateWindow)
    dialog.fileSelected.connect(lambda name: done(Path(name)))
    return dialog
