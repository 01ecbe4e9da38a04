"""Owns the record panel: one record beside the grid, its form and what belongs to it, as tabs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Refusal
from desktop.browse.rows import Record
from desktop.models.connection import Changed, Connection
from desktop.schema.describe import Table
from desktop.schema.labels import record_word, records_word
from desktop.staging.words import title_of
from ui import look
from ui.dialogs import message
from ui.grid.grid_view import GridView
from ui.panels.children_tab import ChildrenTab
from ui.panels.form_page import FormPage
from ui.panels.many_page import ManyPage
from ui.panels.panel_header import PanelHeader
from ui.panels.record_loader import RecordLoader
from ui.panels.record_tabs import RecordTabs
from ui.turns import Steps, Turns
from ui.window.empty_state import EmptyState
from ui.window.words import number

NOTHING = "Choose a record to see it here."


class RecordPanel(QFrame):
    """Shows the record it is told to; asks the window for everything that opens elsewhere."""

    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    refused = Signal(object, str)
    """The exception of a save, or the Refusal of something smaller, and what was to be done ("Save post")."""
    saved_new = Signal(object)
    """The RecordRef that a new record got when it was saved from here."""
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
        self.record_tabs: RecordTabs | None = None
        self._connection: Connection | None = None
        self._turns = Turns(self)
        self._loader = RecordLoader(self)
        self._loader.loaded.connect(partial(_show, self))
        self._loader.gone.connect(self._not_shown)
        self._loader.failed.connect(self._not_shown)
        self.header = PanelHeader(self)
        self._pages = QStackedWidget()
        self.empty = EmptyState()
        self.many = ManyPage(self)
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
    def tabs(self) -> QTabBar:
        """The heads of the tabs of the record shown."""
        assert self.record_tabs is not None
        return self.record_tabs.bar

    @property
    def children_tabs(self) -> list[ChildrenTab]:
        """What belongs to the record, table by table."""
        return self.record_tabs.tabs if self.record_tabs is not None else []

    @property
    def busy(self) -> bool:
        """An answer is still to come."""
        counting = self.record_tabs is not None and self.record_tabs.busy
        return self._loader.reading or self._turns.working or counting or self.many.busy

    def follow(self, connection: Connection, ref: RecordRef) -> None:
        """Show this record, as soon as it is read; the one before stays until then."""
        if self._connection is connection and self.ref == ref:
            return
        self._adopt(connection)
        self.many.stop()
        self._turns.stop()
        self.ref = ref
        if isinstance(ref.key, NewKey):
            self._loader.stop()
            new = Record(ref, f"new {record_word(_table_of(self._connection, ref))}", {})
            for _ in self._showing(new):  # at once: somebody wants to type into it
                pass
        else:
            self._loader.wish(connection, ref)

    def follow_many(self, connection: Connection, table: TableName, refs: Sequence[RecordRef]) -> None:
        """Show what these records share, in one form for all of them."""
        self._adopt(connection)
        self._stop()
        self.many.follow(connection, table, refs)
        count = number(len(refs), connection.locale)
        words = records_word(connection.database.table(table), len(refs))
        self.header.say(f"{count} {words}", "Changes go to all of them")
        self.header.up_button.setEnabled(False)
        self.header.down_button.setEnabled(False)
        self._pages.setCurrentWidget(self.many)

    def reload(self) -> None:
        """Read the record again, and what belongs to it."""
        if self._connection is not None and self.ref is not None:
            if not isinstance(self.ref.key, NewKey):
                self._turns.stop()
                self._loader.wish(self._connection, self.ref, at_once=True)
            if self.record_tabs is not None:
                self.record_tabs.refresh()

    def say(self, sentence: str) -> None:
        """Show a sentence, and no record."""
        self._stop()
        self.many.stop()
        self._say(sentence)

    def clear(self) -> None:
        """Let go of everything that belongs to a connection."""
        self.say(NOTHING)
        self._drop_pages()
        if self._connection is not None:
            self._connection.changed.disconnect(self._on_committed)
            self._connection.workbench.changed.disconnect(self._on_staged)
            self._connection = None

    def grids(self) -> list[GridView]:
        """The grids of the children, as far as they were looked at."""
        return self.record_tabs.grids() if self.record_tabs is not None else []

    def focus(self, column: str | None = None) -> None:
        """Go to a field of the form, or to the first one."""
        if self._pages.currentWidget() is self.many:
            if self.many.form is not None:
                self.many.form.focus_first()
        elif self.form_page is not None and self.record_tabs is not None and not self._is_empty:
            self.record_tabs.show_form()
            self.form_page.focus(column)

    def lead_to(self, refusal: Refusal) -> None:
        """Go to what a save was refused for: a field, a child in its tab, or a new record pointed to."""
        page, tabs, about = self.form_page, self.record_tabs, refusal.record
        if page is None or tabs is None or page.form is None:
            return
        column = next(iter(refusal.fields), "")
        if about not in (None, self.ref) and about is not None:
            shown = tabs.reveal(about, column)
            if shown or (page.parents is not None and page.parents.show_again(about, refusal)):
                return
        fields = page.form.fields
        self.focus(next((name for name in refusal.fields if name in fields), None))

    def _adopt(self, connection: Connection) -> None:
        if self._connection is not connection:
            self.clear()
            self._connection = connection
            connection.changed.connect(self._on_committed)
            connection.workbench.changed.connect(self._on_staged)

    def _stop(self) -> None:
        """Wait for no record any more."""
        self._loader.stop()
        self._turns.stop()
        if self.record_tabs is not None:
            self.record_tabs.stop()
        self.ref = None

    # building

    def _lay_out(self) -> None:
        self.header.previous_wanted.connect(self.previous_wanted)
        self.header.next_wanted.connect(self.next_wanted)
        self.header.close_wanted.connect(self.close_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._pages, 1)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.many)
        self.many.open_wanted.connect(self.open_wanted)
        self.many.left.connect(self.left)

    def _pages_of(self, table: TableName) -> tuple[FormPage, RecordTabs]:
        """Those of the records of a table, kept while they follow each other; or new ones, not shown yet."""
        connection, page, tabs = self._connection, self.form_page, self.record_tabs
        assert connection is not None
        if page is not None and tabs is not None and page.table.name == table:
            return page, tabs
        page = FormPage(connection, table, self)
        page.open_wanted.connect(self.open_wanted)
        page.saved_new.connect(self.saved_new)
        page.refused.connect(partial(_refused, self, record_word(page.table)))
        page.left.connect(self.left)
        tabs = RecordTabs(connection, page.table, page, self)
        tabs.open_wanted.connect(self.open_wanted)
        tabs.cell_opened.connect(self.cell_opened)
        tabs.refused.connect(self.refused)
        self._pages.addWidget(tabs)
        return page, tabs

    def _drop_pages(self) -> None:
        tabs, self.record_tabs, self.form_page = self.record_tabs, None, None
        self._pages.setCurrentWidget(self.empty)
        if tabs is not None:
            _drop(tabs, self._pages)

    # the record

    def _showing(self, record: Record) -> Steps:
        """The one before is shown until all is built: a form of many fields takes its time."""
        page, tabs = self._pages_of(record.ref.table)
        try:
            yield
            yield from page.showing(record)
            if self.form_page is not page:
                self._drop_pages()
                self.form_page, self.record_tabs = page, tabs
        finally:
            if self.form_page is not page and shiboken6.isValid(tabs):
                _drop(tabs, self._pages)
        self.header.say(*_names(self._connection, record))
        self._pages.setCurrentWidget(tabs)
        tabs.show_record(record)

    def _not_shown(self, why: object) -> None:
        """There is nothing to show: the record is gone (its reference), or could not be read (the error)."""
        self._turns.stop()
        if isinstance(why, RecordRef):
            self._say(f"This {record_word(_table_of(self._connection, why))} is no longer in the database.")
        elif isinstance(why, Exception):
            refusal = message.refusal_of(why)
            self._say(f"{refusal.sentence} {refusal.hint}".strip())

    # what happens

    @property
    def _is_empty(self) -> bool:
        return self._pages.currentWidget() is self.empty

    def _say(self, sentence: str) -> None:
        self.empty.say("card-text-outline", sentence)
        self.header.say("", "")
        self._pages.setCurrentWidget(self.empty)

    def _on_committed(self, changed: Changed) -> None:
        """Something was written: what is shown may be old."""
        _take_saved(self, changed)
        connection, ref = self._connection, self.ref
        if connection is None or ref is None or isinstance(ref.key, NewKey):
            return
        table = _table_of(self._connection, ref)
        near = {table.name, *(key.target for key in table.foreign_keys)}
        near |= {name for link in table.links for name in (link.through, link.there.target)}
        near |= {key.table for key in connection.database.incoming(table.name)}
        if changed.tables & near:
            self._turns.stop()
            self._loader.wish(connection, ref, at_once=True)

    def _on_staged(self, refs: frozenset[RecordRef] | None) -> None:
        """A new record is called otherwise now, or is staged no more."""
        connection, record = self._connection, self.record
        if connection is None or record is None or not isinstance(record.ref.key, NewKey):
            return
        if refs is not None and record.ref not in refs:
            return
        if connection.workbench.staging.state(record.ref) is None:
            self.say(NOTHING)
        else:
            self.header.say(*_names(self._connection, record))


def _show(panel: RecordPanel, record: Record) -> None:
    """In turns; at once where it is in sight already, as after a save: nobody is to type over what was saved
    because it is still to be seen as it was."""
    in_sight = panel.record is not None and panel.record.ref == record.ref
    panel._turns.begin(panel._showing(record), whole=in_sight)


def _take_saved(panel: RecordPanel, changed: Changed) -> None:
    """The record shown may be one of those saved, and be called otherwise now."""
    page, tabs, shown = panel.form_page, panel.record_tabs, panel.record
    if page is None or tabs is None or shown is None:
        return
    final = changed.final.get(shown.ref, shown.ref)
    stored = changed.records.get(final)
    if stored is not None and panel.ref in (shown.ref, final):
        panel._turns.stop()
        panel.ref = final
        page.take_saved(stored)
        panel.header.say(*_names(panel._connection, panel.record or stored))
        if final != shown.ref:
            tabs.show_record(panel.record or stored)


def _drop(tabs: RecordTabs, pages: QStackedWidget) -> None:
    tabs.close_models()
    pages.removeWidget(tabs)
    tabs.hide()
    tabs.deleteLater()


def _refused(panel: RecordPanel, word: str, error: Exception) -> None:
    panel.refused.emit(error, f"Save {word}")


def _table_of(connection: Connection | None, ref: RecordRef) -> Table:
    assert connection is not None
    return connection.database.table(ref.table)


def _names(connection: Connection | None, record: Record) -> tuple[str, str]:
    """What the record is called, and which one it is; a new one is called by what is entered so far."""
    assert connection is not None
    ref, word = record.ref, record_word(_table_of(connection, record.ref))
    if not isinstance(ref.key, NewKey):
        return record.label, f"{word.capitalize()} {_key_text(ref)}"
    title = title_of(ref, connection.workbench.staging, connection.database, connection.locale)
    return (f"New {word}" if title == f"new {word}" else title), f"New {word}, not saved yet"


def _key_text(ref: RecordRef) -> str:
    key = ref.key
    return "" if isinstance(key, NewKey) else " · ".join(str(part) for part in key)
