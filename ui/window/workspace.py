"""Owns what is open in the window: one connection and its tabs; what actions do is in the command modules."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.view import Deleted
from desktop.journal.glances import keep_glance
from desktop.models.calm import building
from desktop.models.connection import Connection
from desktop.models.once_saved import once_saved
from desktop.models.table_list_model import TableListModel
from desktop.schema.labels import records_word
from ui.actions.spec import Needs
from ui.dialogs import message
from ui.grid.grid_view import GridView
from ui.window.main_window import MainWindow
from ui.window.opening import SAMPLE_NAME, SAMPLE_TABLE, Opener
from ui.window.staged_state import name_steps, staged_needs
from ui.window.table_tab import TableTab, next_glance
from ui.window.window_state import OpenTabs
from ui.window.words import database_name, short

_COUNT_AFTER = 300
"""Milliseconds: the numbers in the list of tables come after the rows somebody waits for."""


class Workspace(QObject):
    """One open database at a time, with a tab per table."""

    ready = Signal()
    """A connection is open and its tabs are there."""
    header_menu_wanted = Signal(str, QPoint)
    delete_wanted = Signal()
    current_changed = Signal()
    """Another tab, record or cell is the current one, or may be."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.opener = Opener(window)
        self.connection: Connection | None = None
        self.served = False
        """There is somebody to do what the actions say."""
        self._opening = False
        """A tab is being made: the actions are told once, when it is there."""
        self.may_leave: Callable[[Callable[[], None], Callable[[], None]], bool] = lambda go_on, stay: True
        """Whether the connection may be left now; else one of the two is called later."""
        self.beside: Callable[[], list[GridView]] = list
        """The grids that stand beside the tabs."""
        self.opener.opened.connect(self._adopt)
        self.opener.failed.connect(self._show_middle)
        window.closing.connect(self.close)
        window.file_dropped.connect(lambda file: self.opener.open_target(str(file)))
        window.navigator.open_wanted.connect(self.open_table)
        window.navigator.broken_wanted.connect(self._tell_broken)
        window.tabs.front_changed.connect(self._on_front)
        window.tabs.close_wanted.connect(self.close_tab)

    @property
    def tab(self) -> TableTab | None:
        """The tab in front."""
        page = self.window.tabs.currentWidget()
        return page if isinstance(page, TableTab) else None

    @property
    def tabs(self) -> list[TableTab]:
        return [page for page in self.window.tabs.pages() if isinstance(page, TableTab)]

    @property
    def grid(self) -> GridView | None:
        """The grid the person is in: one beside the tabs where that has the focus, else that of the tab."""
        focus = QApplication.focusWidget()
        if focus is not None:
            for grid in self.beside():
                if grid is focus or grid.isAncestorOf(focus):
                    return grid
        return self.tab.grid if self.tab is not None else None

    # tables

    def open_table(self, name: TableName) -> TableTab | None:
        """Bring the table's tab to the front, making it where there is none; None where it is refused."""
        if self.connection is None:
            return None
        for tab in self.tabs:
            if tab.table.name == name:
                self.window.tabs.setCurrentWidget(tab)
                tab.grid.setFocus()
                return tab
        self._opening = True
        try:
            with building():
                return self._add_tab(self.connection, name)
        except RefusedError as error:
            self.refuse(error.refusal, f"Open {name.name}")
            return None
        finally:
            self._opening = False
            self.update_actions()

    def close_tab(self, tab: TableTab) -> None:
        """Close one tab; its columns are remembered."""
        self._keep_layout(tab)
        tab.close_model()
        self.window.tabs.remove(tab)
        self._show_middle()

    def rebuild_tabs(self) -> None:
        """Make all tabs anew: what is known about the tables has changed."""
        if self.connection is None:
            return
        self._keep_tabs()
        kept = self.window.state.tabs(self.connection.database.profile.identity)
        self._close_tabs()
        self._open_tabs(self.connection, kept, "")

    # records

    def open_record(self, table: TableName, key: Key | NewKey, *, focus: str | None = None) -> None:
        """Open a record in its dialog, stored or staged."""
        if self.connection is not None:
            once_saved(self.connection.workbench, self, lambda: _open_dialog(self, table, key, focus))

    def refuse(self, refusal: Refusal, title: str, *, reading: bool = False) -> None:
        """Tell about a refusal; of ``reading``, not once for every tab where the database is out of reach."""
        if reading and self.connection is not None and self.connection.lost is not None:
            return
        message.show_refusal(self.window, refusal, title=title, open_other=self.open_ref)

    # the connection

    def close(self) -> None:
        """Remember the tabs and close the database."""
        self.opener.close()
        self._drop_connection()

    def close_database(self) -> None:
        """Back to the start page."""
        self._drop_connection()
        self._show_middle()

    def update_actions(self) -> None:
        """Enable what can be done now."""
        if not self.served or self._opening:
            return
        met = _met(self.connection is not None, self.tab) | staged_needs(
            self.connection, self.tab, self.beside(), self.grid
        )
        self.window.actions_.allow(met)
        name_steps(self.window.actions_, self.connection)
        tab, actions = self.tab, self.window.actions_
        deleted = tab is not None and tab.view.deleted is not Deleted.HIDDEN
        actions["view.deleted"].setChecked(deleted)
        actions["view.names"].setChecked(tab is None or tab.model.columns.names)
        self.current_changed.emit()

    def _adopt(self, connection: Connection, table: str) -> None:
        if not self.may_leave(partial(self._adopt, connection, table), partial(_drop_unused, connection)):
            return
        self._drop_connection()
        self.connection = connection
        connection.setParent(self)
        for lane in connection.lanes:
            lane.failed_unhandled.connect(self.tell_failure)
        profile = connection.database.profile
        navigator = self.window.navigator
        with building():
            self.window.show_profile(profile, connection.database.share)
            tables = TableListModel(connection, navigator)
            navigator.show_tables(tables)
            self.window.jobs.locale_ = connection.locale
            self.window.state.last_connection = profile.identity
            self._open_tabs(connection, self.window.state.tabs(profile.identity), table)
            self.ready.emit()
        QTimer.singleShot(_COUNT_AFTER, tables, lambda: tables.count_all())

    def _open_tabs(self, connection: Connection, kept: OpenTabs, table: str) -> None:
        database = connection.database
        known = {str(name): name for name in database.schema.tables}
        for name in kept.tables:
            if name in known:
                self.open_table(known[name])
        if not kept.tables and not table and database.profile.name == SAMPLE_NAME:
            table = SAMPLE_TABLE
        try:
            front = database.find(table) if table else known.get(kept.current)
        except RefusedError as error:
            front = None
            self.refuse(error.refusal, "Open Table")
        if front is not None:
            self.open_table(front)
        self._show_middle()

    def _add_tab(self, connection: Connection, name: TableName) -> TableTab:
        layout = self.window.state.layout(connection.database.profile.identity, str(name))
        tab = TableTab(connection, name, self.window.actions_, layout, self.window.tabs)
        _paint_later(tab)
        tab.state_changed.connect(self._on_state)
        tab.open_wanted.connect(lambda key: self.open_record(name, key, focus=tab.current_column))
        tab.grid.reference_wanted.connect(self.open_ref)
        tab.refused.connect(partial(self.refuse, title=tab.title, reading=True))
        menu = self.window.actions_.context_menu
        tab.context_menu_wanted.connect(lambda place: menu(self.window).popup(place))
        tab.header_menu_wanted.connect(self.header_menu_wanted)
        tab.delete_wanted.connect(self.delete_wanted)
        records = records_word(tab.table, 2)
        tab.grid.copying.started.connect(partial(self.window.jobs.watch, f"Copying {records}", records))
        self.window.tabs.add(tab, tab.title, "table-eye" if tab.table.is_view else "table")
        if self.window.state.filter_row:
            tab.grid.show_filters(True)
        self._show_middle()
        tab.grid.setFocus()
        return tab

    def _on_front(self) -> None:
        tab = self.tab
        self.window.navigator.mark(tab.table.name if tab is not None else None)
        names = [tab.title] if tab is not None else []
        if self.connection is not None:
            names.append(short(database_name(self.connection.database.profile)))
        self.window.setWindowTitle(" – ".join([*names, "Rowkeeper"]))
        self.update_actions()

    def _on_state(self) -> None:
        if self.sender() is self.tab:
            self.update_actions()

    def tell_failure(self, error: Exception) -> None:
        """Tell about a job that failed."""
        message.show_error(self.window, error, title="Rowkeeper")

    def _show_middle(self) -> None:
        if self.tabs:
            self.window.show_tabs()
        elif self.connection is not None:
            self.window.say("table-arrow-right", "Choose a table at the left.", ("view.find_table",))
        else:
            self.window.say_start()
        self._on_front()

    def _tell_broken(self, name: str, reason: str) -> None:
        refusal = Refusal(Reason.OTHER, f"{name} cannot be opened.", reason)
        self.refuse(refusal, f"Open {name}")

    def open_ref(self, ref: RecordRef) -> None:
        """Open a record in its dialog."""
        self.open_record(ref.table, ref.key)

    def _keep_tabs(self) -> None:
        if self.connection is None:
            return
        current = self.tab
        tabs = OpenTabs(
            tuple(str(tab.table.name) for tab in self.tabs),
            str(current.table.name) if current is not None else "",
        )
        identity = self.connection.database.profile.identity
        self.window.state.keep_tabs(identity, tabs)
        with suppress(OSError):  # the next start is only slower without it
            keep_glance(identity, None if current is None else next_glance(current))
        for tab in self.tabs:
            self._keep_layout(tab)

    def _keep_layout(self, tab: TableTab) -> None:
        identity = tab.connection.database.profile.identity
        self.window.state.keep_layout(identity, str(tab.table.name), tab.layout_)

    def _close_tabs(self) -> None:
        for tab in self.tabs:
            tab.close_model()
            self.window.tabs.remove(tab)

    def _drop_connection(self) -> None:
        if self.connection is None:
            return
        self._keep_tabs()
        self._close_tabs()
        self.window.navigator.show_tables(None)
        self.window.show_profile(None)
        connection, self.connection = self.connection, None
        self.update_actions()  # whoever follows it lets go while it is still there
        connection.close()
        connection.deleteLater()


def _drop_unused(connection: Connection) -> None:
    """A connection that was opened while the person decided to stay where they are."""
    connection.close()
    connection.deleteLater()


def _met(connected: bool, tab: TableTab | None) -> set[Needs]:
    """What is there for actions to work on."""
    met = {Needs.CONNECTION} if connected else set()
    if tab is None:
        return met
    writable = not tab.table.read_only_reason
    selected, current = tab.grid.selected.size > 0, tab.grid.records.current is not None
    marked = tab.table.marker is not None
    facts = {
        Needs.TABLE: True,
        Needs.WRITABLE: writable,
        Needs.RECORD: current or selected,
        Needs.WRITABLE_RECORD: writable and current,
        Needs.SELECTION: writable and selected,
        Needs.MARKER: marked,
        Needs.MARKED: writable and selected and marked,
        Needs.REFERENCE: tab.current_reference() is not None,
        Needs.NARROWED: bool(tab.view.filters or tab.view.search),
    }
    return met | {need for need, is_met in facts.items() if is_met}


def _paint_later(tab: TableTab) -> None:
    """Let what else waits have its turn between making a tab and painting it: in one go, the two would keep
    the window still for longer than a person notices."""
    tab.setUpdatesEnabled(False)
    QTimer.singleShot(1, tab, lambda: tab.setUpdatesEnabled(True))


def _open_dialog(workspace: Workspace, table: TableName, key: Key | NewKey, focus: str | None) -> None:
    connection = workspace.connection
    if connection is None:
        return
    from ui.dialogs.record_dialog import RecordDialog  # the first rows need not wait for its forms

    if isinstance(key, NewKey):  # it may have been saved meanwhile
        ref = RecordRef(table, key)
        key = connection.workbench.final.get(ref, ref).key
    RecordDialog(connection, table, key, focus=focus, parent=workspace.window).open()
