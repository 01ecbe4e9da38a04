"""Owns the tabs of one record: its form, and a grid for each table that points to it; saves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop.base.keys import RecordRef
from desktop.base.refusal import Refusal
from desktop.browse.rows import Record
from desktop.models.connection import Connection
from desktop.schema.describe import Table
from desktop.schema.labels import record_word
from ui.dialogs import message
from ui.grid.grid_view import GridView
from ui.panels.child_counter import ChildCounter
from ui.panels.children import MOST, Children, child_of, children_of, view_of
from ui.panels.children_tab import ChildrenTab
from ui.panels.history_tab import HistoryTab
from ui.window.words import number


class RecordTabs(QWidget):
    """Form, "Comments 14"...: all of it is edited in the staging of the connection it is given."""

    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    refused = Signal(object, str)
    """A Refusal of what was tried in a cell, and where ("Comments")."""
    cell_opened = Signal()
    """The editor of a cell was opened or closed."""

    def __init__(
        self, connection: Connection, table: Table, form: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._connection = connection
        self._word = record_word(table)
        self._form = form
        self.children_: list[Children] = children_of(connection.database, table)
        """What may belong to the record."""
        self._counts: Sequence[int] = ()
        self._counter = ChildCounter(self)
        self._counter.counted.connect(self._on_counted)
        self._counter.late.connect(self._on_counted)
        self._counter.failed.connect(self._on_not_counted)
        self.bar = QTabBar()
        self._pages = QStackedWidget()
        self.history = HistoryTab(self)
        self.tabs = [self._make_tab(one) for one in self.children_]
        self._lay_out()
        connection.workbench.changed.connect(self._tell_counts)

    @property
    def busy(self) -> bool:
        """A count is still to come."""
        return self._counter.busy

    def grids(self) -> list[GridView]:
        """The grids of the children, as far as they were looked at."""
        return [tab.grid for tab in self.tabs if tab.grid is not None]

    def show_record(self, record: Record) -> None:
        """Show what belongs to this record, which may be staged only."""
        database = self._connection.database
        views = [view_of(database, one.foreign_key, record) for one in self.children_]
        for one, tab, view in zip(self.children_, self.tabs, views, strict=True):
            tab.show_view(view, self._word, child_of(one.foreign_key, record))
        self.history.show_record(self._connection, record.ref)
        self._counter.count(self._connection, views)

    def show_form(self) -> None:
        """Bring the form to the front."""
        self.bar.setCurrentIndex(0)

    def reveal(self, ref: RecordRef, column: str) -> bool:
        """Bring a child that is shown here to the front, at that column; False where there is none."""
        for place, tab in enumerate(self.tabs):
            if tab.holds(ref):
                self.bar.setCurrentIndex(place + 1)
                tab.reveal(ref, column)
                return True
        return False

    def commit(self) -> None:
        """Stage what stands in open editors."""
        for grid in self.grids():
            grid.editing.commit()

    def refresh(self) -> None:
        """Read again what belongs to the record."""
        for tab in self.tabs:
            tab.refresh()

    def stop(self) -> None:
        """Tell and read nothing more for now."""
        self._counter.stop()

    def close_models(self) -> None:
        """Stop reading for good; what stands in an open editor is staged."""
        self._counter.stop()
        self._connection.workbench.changed.disconnect(self._tell_counts)
        for tab in self.tabs:
            tab.close_model()

    def _make_tab(self, one: Children) -> ChildrenTab:
        tab = ChildrenTab(self._connection, one.foreign_key, self)
        tab.open_wanted.connect(self.open_wanted)
        tab.cell_opened.connect(self.cell_opened)
        tab.refused.connect(partial(self._on_refused, one.heading))
        return tab

    def _lay_out(self) -> None:
        bar = self.bar
        bar.setProperty("role", "panel")
        bar.setDrawBase(False)
        bar.setExpanding(False)
        bar.setUsesScrollButtons(True)
        bar.setElideMode(Qt.TextElideMode.ElideNone)
        bar.setAccessibleName("What belongs to the record")
        bar.addTab("Form")
        for one in self.children_:
            bar.addTab(one.heading.replace("&", "&&"))
        bar.addTab("History")
        for page in (self._form, *self.tabs, self.history):
            self._pages.addWidget(page)
        bar.currentChanged.connect(self._on_tab)
        bar.tabBarClicked.connect(self._on_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._pages, 1)

    def _on_tab(self, place: int) -> None:
        self._pages.setCurrentIndex(place)
        if 0 < place <= len(self.tabs):
            self.tabs[place - 1].look()
        elif place == self.bar.count() - 1:
            self.history.look()

    def _on_clicked(self, place: int) -> None:
        """Who clicks on the children is with them: the keys mean those from now on."""
        if 0 < place <= len(self.tabs):
            self.bar.setCurrentIndex(place)
            self.tabs[place - 1].setFocus()

    def _on_counted(self, counts: Sequence[int] = ()) -> None:
        self._counts = counts
        self._tell_counts()

    def _tell_counts(self) -> None:
        """Put the counts on the tabs, what is staged with what is stored; or take them off."""
        for place, (one, tab) in enumerate(zip(self.children_, self.tabs, strict=True)):
            count = ""
            if self._counts:
                more = "+" if self._counts[place] > MOST else ""
                known = min(self._counts[place], MOST) + tab.staged_count
                count = f" {number(known, self._connection.locale)}{more}"
            self.bar.setTabText(place + 1, f"{one.heading}{count}".replace("&", "&&"))
            self.bar.setTabToolTip(place + 1, "")

    def _on_not_counted(self, error: Exception) -> None:
        self._on_counted()
        sentence = message.refusal_of(error).sentence
        for place in range(1, len(self.tabs) + 1):
            self.bar.setTabToolTip(place, sentence)

    def _on_refused(self, title: str, refusal: Refusal) -> None:
        self.refused.emit(refusal, title)
