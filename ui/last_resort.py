"""Owns what happens with failures nobody expected: a log entry, one panel, and the program lives on."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QObject,
    QThread,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QWidget

from desktop.base.failure import without_values
from desktop.base.folders import state_folder

_log = logging.getLogger("rowkeeper")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def log_file() -> Path:
    """Where the log is written; it never holds a record's values."""
    return state_folder() / "rowkeeper.log"


class LastResort(QObject):
    """Takes over what Python, Qt and worker threads would only print; ``remove`` gives it back."""

    _arrived = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: set[str] = set()
        self._crashes: TextIO | None = None
        self._handler: logging.Handler | None = None
        # A worker's failure is told by the GUI thread: the signal carries it there.
        self._arrived.connect(self._tell)

    def install(self) -> None:
        """From now on nothing is lost, and nothing ends the program."""
        self._handler = logging.handlers.RotatingFileHandler(
            log_file(), maxBytes=500_000, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(self._handler)
        self._crashes = log_file().with_suffix(".crash").open("w", encoding="utf-8")
        faulthandler.enable(self._crashes)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_on_qt_message)

    def remove(self) -> None:
        """Put everything back."""
        qInstallMessageHandler(None)
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        faulthandler.disable()
        if self._handler is not None:
            logging.getLogger().removeHandler(self._handler)
            self._handler.close()
        if self._crashes is not None:
            self._crashes.close()

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        told = without_values(error)  # details are copied into letters, too
        _log.error("unexpected failure\n%s", told)
        self._arrived.emit(_place(kind, trace), told)

    def _on_thread_exception(self, found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None:
            self._on_exception(found.exc_type, found.exc_value, found.exc_traceback)

    def _tell(self, place: str, details: str) -> None:
        """One panel per failure, however often it repeats."""
        app = QCoreApplication.instance()
        if place in self._told or app is None or QThread.currentThread() is not app.thread():
            return
        self._told.add(place)
        from ui.dialogs import message  # the window need not wait for it

        message.tell(
            _window(),
            "Rowkeeper",
            "Something went wrong inside Rowkeeper.",
            f"You can go on working. The log has the details: {log_file()}",
            details=details,
        )


def _window() -> QWidget | None:
    return QApplication.activeWindow() or next(iter(QApplication.topLevelWidgets()), None)


def _place(kind: type[BaseException], trace: TracebackType | None) -> str:
    """The kind of failure and the line it came from."""
    last = traceback.extract_tb(trace)[-1:] if trace is not None else []
    return f"{kind.__name__} {last[0].filename}:{last[0].lineno}" if last else kind.__name__


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    with contextlib.suppress(ValueError):  # the log file is closed while the program ends
        logging.getLogger("qt").log(_LEVELS[kind], text)
