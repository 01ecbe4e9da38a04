"""Owns the pop-up list of a record picker: asks for candidates while one types; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.browse.lookups import lookup
from desktop.browse.rows import Candidate
from desktop.models.connection import Connection
from desktop.models.lanes import Job
from desktop.schema.labels import record_word, records_word
from ui import look

_REST = 150  # milliseconds without a key before the database is asked
_MOST = 50
_ROW = 28
_ROLE = Qt.ItemDataRole.UserRole
_NAVIGATION = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class PickerPopup(QFrame):
    """Candidates under a line that keeps the focus; arrows walk, Enter takes, Esc closes."""

    chosen = Signal(object)
    """The Candidate taken."""
    new_wanted = Signal()
    """"New…" was pressed."""
    closed = Signal()

    def __init__(
        self, connection: Connection, target: TableName, columns: Sequence[str], line: QLineEdit
    ) -> None:
        super().__init__(line, Qt.WindowType.Popup)
        self._connection = connection
        self._target = target
        self._columns = tuple(columns)
        self._line = line
        self._job: Job | None = None
        self._text = ""
        self._asked = 0
        self._take_first = False
        self._word = record_word(connection.database.table(target))
        self.setObjectName("popup")
        self.setFocusProxy(line)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=_REST)
        self._timer.timeout.connect(self._ask)

    @property
    def candidates(self) -> list[Candidate]:
        """What is offered now."""
        items = (self.list.topLevelItem(index) for index in range(self.list.topLevelItemCount()))
        return [item.data(0, _ROLE) for item in items if item is not None]

    @property
    def waiting(self) -> bool:
        """An answer for what was typed is still to come."""
        return self._timer.isActive() or (self._job is not None and self._job.running)

    def search(self, text: str, *, at_once: bool = False) -> None:
        """Offer what matches ``text``, after a short rest."""
        self._text = text
        self._take_first = False
        if at_once:
            self._timer.stop()
            self._ask()
        else:
            self._timer.start()
        self._show_below()

    def take_current(self) -> None:
        """Take the highlighted candidate; where the answer is still to come, the first of it."""
        if self.waiting:
            self._take_first = True
            if self._timer.isActive():
                self._timer.stop()
                self._ask()
            return
        item = self.list.currentItem()
        if item is not None:
            self._take(item)

    def event(self, event: QEvent) -> bool:
        """No key is a shortcut of the window below while the list is open."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As a pop-up it gets the keys; what it does not use belongs to the line."""
        if not self.handle_key(event):
            self._line.event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """The keys belong to the line again; without a window manager nobody else sees to that."""
        super().hideEvent(event)
        self._line.window().activateWindow()

    def handle_key(self, event: QKeyEvent) -> bool:
        """True where the key was for the list."""
        if not self.isVisible():
            return False
        if event.key() in _NAVIGATION:
            self._walk(event.key())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (
            Qt.KeyboardModifier.ControlModifier
        ):
            self.take_current()
        elif event.matches(QKeySequence.StandardKey.New) and not self.new_button.isHidden():
            self._want_new()
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.closed.emit()
        else:
            return False
        return True

    def _build(self) -> None:
        self.list = QTreeWidget(self)
        self.list.setAccessibleName(f"Choose a {self._word}")
        self.list.setRootIsDecorated(False)
        self.list.setHeaderHidden(True)
        self.list.setUniformRowHeights(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setMouseTracking(True)
        self.list.itemClicked.connect(self._take)
        self.foot = QLabel(self)
        self.foot.setProperty("role", "faint")
        self.new_button = QPushButton(f"New {self._word.capitalize()}…", self)
        self.new_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.new_button.setToolTip(f"Make the {self._word} now (Ctrl+N); it is saved with this record")
        self.new_button.clicked.connect(self._want_new)
        self.new_button.setVisible(not self._connection.database.table(self._target).read_only_reason)
        bottom = QHBoxLayout()
        bottom.addWidget(self.foot, 1)
        bottom.addWidget(self.new_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.setSpacing(6)
        layout.addWidget(self.list)
        layout.addLayout(bottom)

    def _show_below(self) -> None:
        if self.isVisible():
            return
        host = self._line
        self.resize(max(host.width(), 420), 292)
        self.move(host.mapToGlobal(QPoint(0, host.height() + 2)))
        self.show()

    def _ask(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._asked += 1
        database, target, column, text = (
            self._connection.database,
            self._target,
            self._columns,
            self._text,
        )

        def work(token: CancelToken, progress: Progress) -> list[Candidate]:
            return list(lookup(database, target, column, text, limit=_MOST, token=token))

        answer = partial(self._answered, self._asked)
        self._job = self._connection.lane.submit(work, answer, self._failed, owner=self)
        self.foot.setText("Searching…")

    def _answered(self, asked: int, candidates: list[Candidate]) -> None:
        if asked != self._asked:
            return  # an answer to what was typed before
        self.list.clear()
        self.list.setColumnCount(1 + max((len(c.extra) for c in candidates), default=0))
        for candidate in candidates:
            item = QTreeWidgetItem([candidate.label, *candidate.extra])
            item.setData(0, _ROLE, candidate)
            item.setSizeHint(0, QSize(0, look.scaled(_ROW)))
            for column in range(1, item.columnCount()):
                item.setForeground(column, QBrush(look.current().muted))
            self.list.addTopLevelItem(item)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setMaximumSectionSize(self.list.width() * 3 // 5)
        for column in range(self.list.columnCount()):
            mode = QHeaderView.ResizeMode.ResizeToContents if column else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
        self._highlight(0)
        self.foot.setText(self._summary(len(candidates)))
        if self._take_first:
            self._take_first = False
            self.take_current()

    def _failed(self, error: Exception) -> None:
        self.list.clear()
        self.foot.setText(str(error))

    def _summary(self, count: int) -> str:
        if count == 0:
            return f"No {self._word} matches." if self._text else "There is none yet."
        if count >= _MOST:
            return f"The first {_MOST}; type to narrow"
        return f"{count} {records_word(self._connection.database.table(self._target), count)}"

    def _walk(self, key: int) -> None:
        step = {
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_PageUp: -8,
            Qt.Key.Key_PageDown: 8,
        }[Qt.Key(key)]
        count = self.list.topLevelItemCount()
        self._highlight(max(0, min(count - 1, self.list.currentIndex().row() + step)))

    def _highlight(self, row: int) -> None:
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)

    def _take(self, item: QTreeWidgetItem) -> None:
        candidate = item.data(0, _ROLE)
        self.hide()
        self.chosen.emit(candidate)

    def _want_new(self) -> None:
        self.hide()
        self.new_wanted.emit()
