"""Owns the pop-up list of a record picker: shows the candidates while one types; asks and decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QHideEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
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

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.rows import Candidate
from desktop.models.connection import Connection
from desktop.models.picker_search import MOST, Offer, PickerSearch
from desktop.schema.labels import record_word, records_word
from ui import look
from ui.editors.below import place_below

_REST = 80
"""Milliseconds without a key before the database is asked."""
_HOLD = 60
"""Milliseconds in which a better answer may come before a first one is shown, so that nothing flickers."""
_ROW = 28
_FEWEST, _MOST_ROWS = 4, 9
_WIDEST = 760
_WIDEST_NAME, _WIDEST_BESIDE = 320, 170
_GAP = 20
_ROLE = Qt.ItemDataRole.UserRole
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_NAVIGATION = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
"""Rows to go by each key."""


class PickerPopup(QFrame):
    """Candidates under a line that keeps the focus; arrows walk, Enter takes, Tab takes and goes on, Esc
    closes."""

    chosen = Signal(object)
    """The Candidate taken."""
    settled = Signal(object)
    """The Candidate taken by Tab, which the line gets after it."""
    new_wanted = Signal()
    """"New…" was pressed."""
    closed = Signal()

    def __init__(
        self,
        connection: Connection,
        target: TableName,
        columns: Sequence[str],
        place: str,
        line: QLineEdit,
        *,
        staged: bool = True,
    ) -> None:
        """``staged``: also offer what is not saved yet."""
        super().__init__(line, Qt.WindowType.Popup)
        self._connection = connection
        self._target = target
        self._line = line
        self._text = ""
        self._offer: Offer | None = None
        self._take_first = False
        self._walked = False
        self._tab: QKeyEvent | None = None
        """Tab was pressed: the line gets it once the candidate is taken."""
        self._word = record_word(connection.database.table(target))
        self.setObjectName("popup")
        self.setFocusProxy(line)
        self._build()
        self._search = PickerSearch(connection, target, columns, place, self, staged=staged)
        self._search.found.connect(self._on_found)
        self._search.failed.connect(self._on_failed)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self._ask)
        self._hold = QTimer(self, singleShot=True, interval=_HOLD)
        self._hold.timeout.connect(self._fill)

    @property
    def candidates(self) -> list[Candidate]:
        """What is offered now."""
        items = (self.list.topLevelItem(index) for index in range(self.list.topLevelItemCount()))
        return [item.data(0, _ROLE) for item in items if item is not None]

    @property
    def waiting(self) -> bool:
        """An answer for what was typed is still to come, or a better one."""
        return self._rest.isActive() or self._search.running

    def search(self, text: str, *, own: RecordRef | None = None, at_once: bool = False) -> None:
        """Offer what matches ``text``, after a short rest; the search before is given up. ``own``: the record
        whose field this is, which is no choice for itself."""
        self._text, self._search.own = text, own
        self._take_first = self._walked = False
        self._tab = None
        self._search.cancel()
        self._hold.stop()
        if at_once:
            self._rest.stop()
            self._ask()
        else:
            self._rest.start()
        self._show_below()

    def take_current(self) -> None:
        """Take the highlighted candidate; where the answer is still to come, the first of it."""
        if self.waiting and not self._walked:
            self._take_first = True
            if self._rest.isActive():
                self._rest.stop()
                self._ask()
            return
        item = self.list.currentItem()
        if item is not None:
            self._take(item)
        elif self._tab is not None:
            self._go_on(None)

    def event(self, event: QEvent) -> bool:
        """No key but Save is a shortcut of the window below while the list is open."""
        if event.type() == QEvent.Type.ShortcutOverride:
            if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Save):
                self._finish()
                return False
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As a pop-up it gets the keys; what it does not use belongs to the line."""
        if event.key() in _TABS:
            self._tab = event.clone()
            if self._text or self._walked:
                self.take_current()
            else:
                self._go_on(None)
        elif not self.handle_key(event):
            self._line.event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """The keys belong to the line again; without a window manager nobody else sees to that."""
        super().hideEvent(event)
        self._rest.stop()
        self._hold.stop()
        if (
            not self._take_first
        ):  # Enter was pressed: the first of what is still to come is taken all the same
            self._search.cancel()
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
            self._take_first = False
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
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        self.list.clear()
        self.resize(0, 0)
        self._fit()
        self.show()

    def _fit(self) -> None:
        """As wide as the columns need and as high as the rows; it grows while open, and never jumps back."""
        rows = max(_FEWEST, min(_MOST_ROWS, self.list.topLevelItemCount()))
        needed = [self._width_of(column) for column in range(self.list.columnCount())]
        for column, width in enumerate(needed):
            self.list.header().resizeSection(column, width)
        beside = self.list.verticalScrollBar().sizeHint().width() + _GAP
        wide = min(max(self._line.width(), look.scaled(320), sum(needed) + beside), look.scaled(_WIDEST))
        high = rows * look.scaled(_ROW) + self.new_button.sizeHint().height() + 26
        self.resize(max(self.width(), wide), max(self.height(), high))
        place_below(self, self._line)

    def _width_of(self, column: int) -> int:
        """Of the longest text in a column, within bounds; a name may be longer than what stands beside."""
        items = (self.list.topLevelItem(row) for row in range(self.list.topLevelItemCount()))
        texts = (self.list.fontMetrics().horizontalAdvance(item.text(column)) for item in items if item)
        most = _WIDEST_NAME if column == 0 else _WIDEST_BESIDE
        return min(max(texts, default=0), look.scaled(most)) + look.scaled(_GAP)

    def _ask(self) -> None:
        self.foot.setText("Searching…")
        self._search.ask(self._text)

    def _on_found(self, offer: Offer) -> None:
        self._offer = offer
        if offer.final:
            self._hold.stop()
            self._fill()
        elif not self._hold.isActive():
            self._hold.start()

    def _fill(self) -> None:
        """Show the offer; a row the person went to stays the current one."""
        offer = self._offer
        if offer is None:
            return
        current = self.list.currentItem()
        before = current.data(0, _ROLE) if current is not None and self._walked else None
        width = max((len(c.extra) for c in offer.candidates), default=0)
        self.list.clear()
        self.list.setColumnCount(2 + width)
        for number, candidate in enumerate(offer.candidates):
            note = "recent" if number < offer.staged + offer.recent else ""
            self.list.addTopLevelItem(self._item(candidate, width, note))
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._fit()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        keys = [candidate.key for candidate in offer.candidates]
        self._highlight(keys.index(before.key) if before is not None and before.key in keys else 0)
        self.foot.setText(self._summary(offer))
        if self._take_first and offer.final:
            self._take_first = False
            self.take_current()

    def _item(self, candidate: Candidate, width: int, note: str) -> QTreeWidgetItem:
        if isinstance(candidate.key, NewKey):
            note = "not saved yet"
        extra = [*candidate.extra, *[""] * (width - len(candidate.extra))]
        item = QTreeWidgetItem([candidate.label, *extra, note])
        item.setData(0, _ROLE, candidate)
        item.setSizeHint(0, QSize(0, look.scaled(_ROW)))
        for column in range(1, item.columnCount()):
            item.setForeground(column, QBrush(look.current().muted))
        return item

    def _on_failed(self, error: Exception) -> None:
        self.list.clear()
        self.foot.setText(str(error))

    def _summary(self, offer: Offer) -> str:
        count = len(offer.candidates)
        if not offer.final:
            return "Still looking…" if count == 0 else f"{count} found, still looking…"
        if count == 0:
            return f"No {self._word} matches." if self._text else "There is none yet."
        if count - offer.staged >= MOST:
            return f"The first {MOST}; type to narrow"
        return f"{count} {records_word(self._connection.database.table(self._target), count)}"

    def _walk(self, key: int) -> None:
        step = _NAVIGATION[Qt.Key(key)]
        self._walked = True
        count = self.list.topLevelItemCount()
        self._highlight(max(0, min(count - 1, self.list.currentIndex().row() + step)))

    def _highlight(self, row: int) -> None:
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)

    def _take(self, item: QTreeWidgetItem) -> None:
        candidate = item.data(0, _ROLE)
        if self._tab is not None:
            names = [other.label for other in self.candidates]
            self._go_on(candidate if self._walked or names.count(candidate.label) == 1 else None)
            return
        self._search.chosen(candidate)
        self.hide()
        self.chosen.emit(candidate)

    def _go_on(self, candidate: Candidate | None) -> None:
        """Take that, or nothing where it would be a guess, and let the line have the Tab."""
        tab, self._tab = self._tab, None
        self.hide()
        if candidate is not None:
            self._search.chosen(candidate)
            self.settled.emit(candidate)
        if tab is not None:
            QApplication.sendEvent(self._line, tab)

    def _finish(self) -> None:
        """Close; what was looked for and found is taken, as by Enter, but not what a mere look shows."""
        item = self.list.currentItem()
        if item is not None and (self._walked or (self._text and not self.waiting)):
            self._take(item)
        else:
            self.hide()

    def _want_new(self) -> None:
        self.hide()
        self.new_wanted.emit()
