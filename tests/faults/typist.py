"""Owns a process that types into the real window until it is killed, and tells what it typed on its output.

    python -m tests.faults.typist FILE ROUND

Lines: ``restored {"1": "text", …}`` once what was left behind is back in the grid, ``typed KEY TEXT`` for
each entry, ``kept`` when everything typed so far is on disk.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.command.arguments import WindowOptions
from desktop.edit.changes import FieldChange
from desktop.models.draft_keeper import DraftKeeper
from ui.app import Desk, application
from ui.dialogs.restore_dialog import RestoreDialog

COLUMN = "body"
KEYS = 20


def say(*words: str) -> None:
    """One line to whoever watches."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def wait(check: Callable[[], object]) -> None:
    """Let the window live until something holds; ends the process where it never does."""
    end = time.monotonic() + 60
    while not check():
        if time.monotonic() > end:
            raise SystemExit("waited in vain")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        time.sleep(0.001)  # the worker threads need the interpreter too


def restore(desk: Desk) -> None:
    """Put back what was left, where anything was, and tell all that is staged then."""
    wait(lambda: desk.workspace.connection is not None and desk.workspace.tab is not None)
    if desk.workspace.findChildren(DraftKeeper) and sys.argv[2] != "0":
        wait(lambda: isinstance(QApplication.activeModalWidget(), RestoreDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RestoreDialog)
        QTest.mouseClick(dialog.restore_button, Qt.MouseButton.LeftButton)
        wait(lambda: QApplication.activeModalWidget() is None)
    connection = desk.workspace.connection
    assert connection is not None
    staged: dict[str, object] = {}
    for change in connection.workbench.staging.changes:
        field = change.fields[COLUMN]
        assert isinstance(field, FieldChange) and isinstance(change.ref.key, tuple)
        staged[str(change.ref.key[0])] = field.new
    say("restored", json.dumps(staged))


def type_on(desk: Desk, round_: str) -> None:
    """Type into one cell after the other, for ever."""
    tab = desk.workspace.tab
    assert tab is not None
    (keeper,) = desk.workspace.findChildren(DraftKeeper)
    wait(lambda: tab.model.exact and tab.model.count == KEYS)
    wait(lambda: all(tab.model.row_at(row) for row in range(KEYS)))
    for number in range(1_000_000):
        row = number % KEYS
        text = f"{round_}-{number}"
        tab.grid.setFocus()
        tab.grid.setCurrentIndex(tab.model.index(row, tab.model.section_of(COLUMN)))
        tab.grid.editing.begin()
        wait(lambda: tab.grid.editing.open)
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keySequence(editor, "Ctrl+A")
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        wait(lambda: not tab.grid.editing.open)
        key = tab.model.key_at(row)
        assert key is not None
        say("typed", str(key[0]), text)
        if number % 3 == 2:
            wait(lambda: keeper.up_to_date)
            say("kept")


def main() -> None:
    """Until killed."""
    app = application()
    desk = Desk(app, WindowOptions(database=sys.argv[1], table="notes"))
    desk.window.show()
    desk.start()
    restore(desk)
    type_on(desk, sys.argv[2])


if __name__ == "__main__":
    main()
