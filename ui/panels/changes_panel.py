"""Owns the changes panel: every change not saved, in words, over all tables; writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.base.cancel import CancelToken, Progress
from desktop.models.changes_model import ChangesModel
from desktop.models.connection import Connection
from desktop.models.lanes import Job
from desktop.staging.statements import sql_of
from ui import icons, look
from ui.panels.changes_list import ChangesList
from ui.panels.panel_header import ShortLabel
from ui.window.empty_state import EmptyState
from ui.window.staged_bar import staged_words

NOTHING = "Nothing is changed."
_SQL_REST = 300
"""Milliseconds after the last change before the statements are written out anew."""


class ChangesPanel(QFrame):
    """Always as things stand now; while it is hidden it works nothing out."""

    go_wanted = Signal(object, str)
    """A RecordRef to show, and the column (or nothing)."""
    save_wanted = Signal()
    discard_wanted = Signal()
    undo_wanted = Signal()
    redo_wanted = Signal()
    close_wanted = Signal()
    left = Signal()
    """The person is done here: the focus belongs to the grid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "changes")
        self.setAccessibleName("Changes not saved")
        self.setMinimumHeight(look.scaled(120))
        self._connection: Connection | None = None
        self._sql_job: Job | None = None
        self.model = ChangesModel(self)
        self.list = ChangesList(self.model, self)
        self.headline = ShortLabel("muted", self)
        self.sql = QPlainTextEdit(self)
        self.empty = EmptyState()
        self._pages = QStackedWidget()
        self._sql_rest = QTimer(self, singleShot=True, interval=_SQL_REST)
        self._sql_rest.timeout.connect(self._tell_sql)
        self._lay_out()
        self.list.go_wanted.connect(self.go)
        self.list.back_wanted.connect(self.take_back)
        self.list.left.connect(self.left)
        self.list.current_changed.connect(self._tell_line)
        self.model.updated.connect(self._tell)
        self._tell()

    @property
    def connection(self) -> Connection | None:
        """Whose changes are shown."""
        return self._connection

    def follow(self, connection: Connection | None) -> None:
        """Show the changes of this connection from now on."""
        if self._connection is not None and connection is not self._connection:
            self._connection.workbench.busy.disconnect(self._tell)
        if connection is not None and connection is not self._connection:
            connection.workbench.busy.connect(self._tell)
        self._connection = connection
        self.model.show(None if self.isHidden() else connection)

    def focus(self) -> None:
        """Go to the list; where records were refused and none of them is chosen, to the first of those."""
        refused = self._connection.workbench.refusals if self._connection is not None else {}
        line = self.list.line
        if line is None or line.ref not in refused:
            rows = [row for ref in refused if (row := self.model.row_of(ref)) is not None]
            if rows or line is None:
                self.list.choose(min(rows, default=1))
        self.list.setFocus()

    def go(self) -> None:
        """Show the chosen record in its table."""
        line = self.list.line
        if line is not None and line.ref is not None:
            self.go_wanted.emit(line.ref, line.column)

    def take_back(self) -> None:
        """Take back the chosen field or relation, or all of the chosen record; it can be undone."""
        line = self.list.line
        if line is None or line.ref is None or self._connection is None:
            return
        bench = self._connection.workbench
        if not bench.saving:
            bench.revert(line.ref, line.column or None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.show(self._connection)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.isHidden():  # not where the whole window is minimised
            self.model.show(None)

    # building

    def _lay_out(self) -> None:
        title = QLabel("Changes")
        title.setProperty("role", "heading")
        self.undo_button = _tool("undo", "Undo", "Ctrl+Z", self.undo_wanted.emit)
        self.redo_button = _tool("redo", "Redo", "Ctrl+Y", self.redo_wanted.emit)
        self.go_button = _button("Go to Record", "Show it in its table  Enter", self.go)
        self.back_button = _button("Take Back", "Take back what is chosen below  Del", self.take_back)
        self.sql_button = _button("SQL", "The statements that a save would send", self._tell_sql)
        self.sql_button.setCheckable(True)
        self.discard_button = _button("Discard All", "Take everything back", self.discard_wanted.emit)
        self.save_button = _button("Save", "Write all changes, in one step  Ctrl+S", self.save_wanted.emit)
        self.close_button = _tool("close", "Close the changes panel", "Ctrl+Shift+P", self.close_wanted.emit)
        row = QHBoxLayout()
        row.setContentsMargins(14, 4, 8, 4)
        row.setSpacing(2 * look.STEP)
        row.addWidget(title)
        row.addWidget(self.headline, 1)
        for part in (
            self.undo_button,
            self.redo_button,
            self.go_button,
            self.back_button,
            self.sql_button,
            self.discard_button,
            self.save_button,
            self.close_button,
        ):
            row.addWidget(part)
        self.sql.setReadOnly(True)
        self.sql.setAccessibleName("Statements")
        self.sql.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.sql.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.sql.hide()
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setHandleWidth(1)
        self._halves.setChildrenCollapsible(False)
        self._halves.addWidget(self.list)
        self._halves.addWidget(self.sql)
        self._pages.addWidget(self._halves)
        self._pages.addWidget(self.empty)
        self.empty.say("playlist-check", NOTHING)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self._pages, 1)

    # what is told

    def _tell(self) -> None:
        """Bring the headline and the buttons up to date."""
        connection = self._connection
        dirty = connection is not None and connection.workbench.staging.dirty
        saving = connection is not None and connection.workbench.saving
        words = ""
        if connection is not None and dirty:
            words = staged_words(connection.workbench.staging, connection.locale)
            if count := len(connection.workbench.refusals):
                words += f" · {count:,} refused"
        self.headline.say(words)
        self._pages.setCurrentWidget(self._halves if dirty else self.empty)
        staging = connection.workbench.staging if connection is not None else None
        _name_step(self.undo_button, "Undo", staging.undo_name if staging else None, "Ctrl+Z")
        _name_step(self.redo_button, "Redo", staging.redo_name if staging else None, "Ctrl+Y")
        for button in (self.save_button, self.discard_button):
            button.setEnabled(dirty and not saving)
        self._tell_line()
        if self.sql_button.isChecked():
            self._sql_rest.start()

    def _tell_line(self) -> None:
        """What can be done with the line chosen."""
        line = self.list.line
        about = line is not None and line.ref is not None
        self.go_button.setEnabled(about)
        self.back_button.setEnabled(about)

    def _tell_sql(self) -> None:
        shown = self.sql_button.isChecked()
        self.sql.setVisible(shown)
        if self._sql_job is not None:
            self._sql_job.cancel()
        if shown and self._connection is not None and not self.isHidden():
            connection = self._connection
            changes, database = connection.workbench.staging.changes.copy(), connection.database

            def work(token: CancelToken, progress: Progress) -> str:
                return sql_of(changes, database)

            self._sql_job = connection.side.submit(work, self._show_sql, self._no_sql, owner=self)

    def _show_sql(self, text: str) -> None:
        if text != self.sql.toPlainText():
            self.sql.setPlainText(text)

    def _no_sql(self, error: Exception) -> None:
        self.sql.setPlainText(f"-- {error}")


def _name_step(button: QToolButton, verb: str, name: str | None, key: str) -> None:
    words = f"{verb}: {name}" if name else verb
    button.setEnabled(name is not None)
    button.setAccessibleName(words)
    button.setToolTip(f"{words}  {key}")


def _button(text: str, tip: str, slot: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setProperty("role", "flat")
    button.clicked.connect(lambda: slot())
    return button


def _tool(icon: str, name: str, key: str, slot: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setIcon(icons.icon(icon, "muted"))
    button.setIconSize(QSize(look.scaled(16), look.scaled(16)))
    button.setAccessibleName(name)
    button.setToolTip(f"{name}  {key}")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(lambda: slot())
    return button
