"""Owns the record panel: one record beside the grid, its form and what belongs to it, as tabs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Refusal
from desktop.browse.rows import Record
from desktop.models.connection import Changed, Connection
from desktop.schema.describe import Table
from desktop.schema.labels import record_word, records_word
from ui import look
from ui.dialogs import message
from ui.grid.grid_view import GridView
from ui.panels.child_counter import ChildCounter
from ui.panels.children import Children, child_of, children_of, view_of
from ui.panels.children_tab import ChildrenTab
from ui.panels.form_page import FormPage
from ui.panels.history_tab import HistoryTab
from ui.panels.many_page import ManyPage
from ui.panels.panel_header import PanelHeader
from ui.panels.record_loader import RecordLoader
from ui.window.empty_state import EmptyState
from ui.window.words import number

NOTHING = "Choose a record to see it here."


class RecordPanel(QFrame):
    """Shows the record it is told to; asks the window for everything that opens elsewhere."""

    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    new_wanted = Signal(object, object)
    """A TableName to enter a new record in, and what to call with the Saved."""
    child_wanted = Signal(object)
    """A Record: a new one that begins with its values is to be entered."""
    refused = Signal(object, str)
    """The Refusal of a save, and what was to be saved ("Save post")."""
    previous_wanted = Signal()
    next_wanted = Signal()
    close_wanted = Signal()
    cell_opened = Signal()
    """The editor of a cell was opened or closed."""
    left = Signal()
    """The person is done here: the focus belongs to the grid."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName("Record")
        self.setMinimumWidth(look.scaled(260))
        self.ref: RecordRef | None = None
        """The record wished for; see ``record`` for the one shown."""
        self.form_page: FormPage | None = None
        self.children_tabs: list[ChildrenTab] = []
        self._connection: Connection | None = None
        self._children: list[Children] = []
        self._loader = RecordLoader(self)
        self._loader.loaded.connect(self._show)
        self._loader.gone.connect(self._show_gone)
        self._loader.failed.connect(self._show_failed)
        self._counter = ChildCounter(self)
        self._counter.counted.connect(self._show_counts)
        self._counter.late.connect(self._show_counts)
        self._counter.failed.connect(self._show_not_counted)
        self.header = PanelHeader(self)
        self.tabs = QTabBar()
        self._pages = QStackedWidget()
        self.empty = EmptyState()
        self.many = ManyPage(self)
        self.history = HistoryTab(self)
        self._lay_out()
        self.say(NOTHING)

    @property
    def connection(self) -> Connection | None:
        """Where the records shown come from; let go of by ``clear``."""
        return self._connection

    @property
    def record(self) -> Record | None:
        """The record shown."""
        page = self.form_page
        return page.record if page is not None and not self._is_empty else None

    @property
    def busy(self) -> bool:
        """An answer is still to come."""
        return self._loader.reading or self._counter.busy or self.many.busy

    def follow(self, connection: Connection, ref: RecordRef) -> None:
        """Show this record, as soon as it is read; the one before stays until then."""
        if self._connection is connection and self.ref == ref:
            return
        self._adopt(connection)
        self.many.stop()
        self.ref = ref
        self._loader.wish(connection, ref)

    def follow_many(self, connection: Connection, table: TableName, refs: Sequence[RecordRef]) -> None:
        """Show what these records share, in one form for all of them."""
        self._adopt(connection)
        self._loader.stop()
        self._counter.stop()
        self.ref = None
        self.many.follow(connection, table, refs)
        count = number(len(refs), connection.locale)
        words = records_word(connection.database.table(table), len(refs))
        self.header.say(f"{count} {words}", "Changes go to all of them")
        self.header.up_button.setEnabled(False)
        self.header.down_button.setEnabled(False)
        self.tabs.hide()
        self._pages.setCurrentWidget(self.many)

    def reload(self) -> None:
        """Read the record again, and what belongs to it."""
        if self._connection is not None and self.ref is not None:
            self._loader.wish(self._connection, self.ref, at_once=True)
            for tab in self.children_tabs:
                tab.refresh()

    def say(self, sentence: str) -> None:
        """Show a sentence, and no record."""
        self._loader.stop()
        self._counter.stop()
        self.many.stop()
        self.ref = None
        self._say(sentence)

    def clear(self) -> None:
        """Let go of everything that belongs to a connection."""
        self.say(NOTHING)
        self._drop_pages()
        if self._connection is not None:
            self._connection.changed.disconnect(self._on_committed)
            self._connection = None

    def grids(self) -> list[GridView]:
        """The grids of the children, as far as they were looked at."""
        return [tab.grid for tab in self.children_tabs if tab.grid is not None]

    def focus(self, column: str | None = None) -> None:
        """Go to a field of the form, or to the first one."""
        if self.form_page is not None and not self._is_empty:
            self.tabs.setCurrentIndex(0)
            self.form_page.focus(column)

    def _adopt(self, connection: Connection) -> None:
        if self._connection is not connection:
            self.clear()
            self._connection = connection
            connection.changed.connect(self._on_committed)

    # building

    def _lay_out(self) -> None:
        bar = self.tabs
        bar.setProperty("role", "panel")
        bar.setDrawBase(False)
        bar.setExpanding(False)
        bar.setUsesScrollButtons(True)
        bar.setElideMode(Qt.TextElideMode.ElideNone)
        bar.setAccessibleName("What belongs to the record")
        bar.currentChanged.connect(self._on_tab)
        self.header.previous_wanted.connect(self.previous_wanted)
        self.header.next_wanted.connect(self.next_wanted)
        self.header.close_wanted.connect(self.close_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(bar)
        column.addWidget(self._pages, 1)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.many)
        self._pages.addWidget(self.history)
        self.many.open_wanted.connect(self.open_wanted)
        self.many.new_wanted.connect(self.new_wanted)
        self.many.left.connect(self.left)

    def _make_pages(self, record: Record) -> FormPage:
        """The pages of the record's table; kept while records of one table follow each other."""
        connection = self._connection
        assert connection is not None
        page = self.form_page
        if page is not None and page.table.name == record.ref.table:
            return page
        self._drop_pages()
        page = self.form_page = FormPage(connection, record.ref.table, self)
        page.open_wanted.connect(self.open_wanted)
        page.new_wanted.connect(self.new_wanted)
        page.refused.connect(partial(_refused, self, record_word(page.table)))
        page.left.connect(self.left)
        self._pages.addWidget(page)
        self.tabs.addTab("Form")
        self._children = children_of(connection.database, page.table)
        for one in self._children:
            tab = ChildrenTab(connection, one.foreign_key, self)
            tab.open_wanted.connect(self.open_wanted)
            tab.new_wanted.connect(self.child_wanted)
            tab.cell_opened.connect(self.cell_opened)
            tab.refused.connect(partial(_refuse, self, one.heading))
            self.children_tabs.append(tab)
            self._pages.addWidget(tab)
            self.tabs.addTab(one.heading.replace("&", "&&"))
        self.tabs.addTab("History")
        return page

    def _drop_pages(self) -> None:
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        self.tabs.blockSignals(False)
        pages = [*self.children_tabs, self.form_page]
        for tab in self.children_tabs:
            tab.close_model()
        self.children_tabs, self.form_page = [], None
        self._pages.setCurrentWidget(self.empty)
        for page in pages:
            if page is not None:
                self._pages.removeWidget(page)
                page.hide()
                page.deleteLater()

    # the record

    def _show(self, record: Record) -> None:
        word = record_word(_table_of(self._connection, record.ref))
        page = self._make_pages(record)
        page.show_record(record)
        self.header.say(record.label, f"{word.capitalize()} {_key_text(record.ref)}")
        self.tabs.show()
        self._count(record, word)
        assert self._connection is not None
        self.history.show_record(self._connection, record.ref)
        self._on_tab()

    def _count(self, record: Record, word: str) -> None:
        connection = self._connection
        assert connection is not None
        database = connection.database
        views = [view_of(database, one.foreign_key, record) for one in self._children]
        for one, tab, view in zip(self._children, self.children_tabs, views, strict=True):
            tab.show_view(view, word, child_of(one.foreign_key, record))
        self._counter.count(connection, views)

    def _show_counts(self, counts: Sequence[int] = ()) -> None:
        """Put the counts on the tabs, or take them off."""
        connection = self._connection
        assert connection is not None
        for place, one in enumerate(self._children):
            count = f" {number(counts[place], connection.locale)}" if counts else ""
            self.tabs.setTabText(place + 1, f"{one.heading}{count}".replace("&", "&&"))
            self.tabs.setTabToolTip(place + 1, "")

    def _show_not_counted(self, error: Exception) -> None:
        self._show_counts()
        sentence = message.refusal_of(error).sentence
        for place in range(1, self.tabs.count() - 1):
            self.tabs.setTabToolTip(place, sentence)

    def _show_gone(self, ref: RecordRef) -> None:
        self._say(f"This {record_word(_table_of(self._connection, ref))} is no longer in the database.")

    def _show_failed(self, error: Exception) -> None:
        refusal = message.refusal_of(error)
        self._say(f"{refusal.sentence} {refusal.hint}".strip())

    # what happens

    @property
    def _is_empty(self) -> bool:
        return self._pages.currentWidget() in (self.empty, self.many)

    def _say(self, sentence: str) -> None:
        self.empty.say("card-text-outline", sentence)
        self.header.say("", "")
        self.tabs.hide()
        self._pages.setCurrentWidget(self.empty)

    def _on_tab(self) -> None:
        place = self.tabs.currentIndex()
        if place == 0 and self.form_page is not None:
            self._pages.setCurrentWidget(self.form_page)
        elif 0 < place <= len(self.children_tabs):
            tab = self.children_tabs[place - 1]
            self._pages.setCurrentWidget(tab)
            tab.look()
        elif place == self.tabs.count() - 1:
            self._pages.setCurrentWidget(self.history)
            self.history.look()

    def _on_committed(self, changed: Changed) -> None:
        """Something was written: what is shown may be old."""
        connection, ref = self._connection, self.ref
        if connection is None or ref is None:
            return
        table = _table_of(self._connection, ref)
        near = {table.name, *(key.target for key in table.foreign_keys)}
        near |= {name for link in table.links for name in (link.through, link.there.target)}
        near |= {one.foreign_key.table for one in self._children}
        if changed.tables & near:
            self._loader.wish(connection, ref, at_once=True)


def _refused(panel: RecordPanel, word: str, error: Exception) -> None:
    panel.refused.emit(message.refusal_of(error), f"Save {word}")


def _table_of(connection: Connection | None, ref: RecordRef) -> Table:
    assert connection is not None
    return connection.database.table(ref.table)


def _refuse(panel: RecordPanel, title: str, refusal: Refusal) -> None:
    panel.refused.emit(refusal, title)


def _key_text(ref: RecordRef) -> str:
    key = ref.key
    return "" if isinstance(key, NewKey) else " · ".join(str(part) for part in key)
