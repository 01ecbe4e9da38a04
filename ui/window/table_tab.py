"""Owns one tab: tools, grid and foot line over one view of one table; opens no dialog itself."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.base.keys import Key, TableName
from desktop.base.refusal import Refusal
from desktop.browse.default_view import default_view, is_long
from desktop.browse.glance import Glance, glance_of
from desktop.browse.view import ColumnFilter, Deleted, View
from desktop.edit.changes import Action
from desktop.models.cells import CellRole
from desktop.models.connection import Connection
from desktop.models.record_model import RecordModel
from desktop.models.view_changes import with_filter, without_filters
from desktop.schema.describe import Column, ForeignKey, Table
from desktop.schema.hidden import hidden_words
from desktop.schema.labels import column_heading, heading, record_word
from ui.actions.build import Actions
from ui.grid.grid_view import GridView
from ui.grid.place import Place
from ui.window.chips import chip_text
from ui.window.empty_grid import EmptyGrid
from ui.window.foot_line import FootFacts, FootLine
from ui.window.staged_bar import StagedBar
from ui.window.tool_row import Chip, ToolRow
from ui.window.window_state import TableLayout
from ui.window.words import number

_GONE = "This record is not here any more: it was deleted."
_GOING = "This record will be deleted with the next save; Ctrl+Del keeps it."
_MOVED = "The record chosen before now stands in row {}."
_ENOUGH = 3
"""Columns that tell a record apart without its long values."""


class TableTab(QWidget):
    """One table, looked at in one way."""

    state_changed = Signal()
    """Something an action may depend on: the current cell, the selection, the view."""
    context_menu_wanted = Signal(QPoint)
    header_menu_wanted = Signal(str, QPoint)
    open_wanted = Signal(object)
    """The key of a record to open, a NewKey where it is staged."""
    refused = Signal(object)
    """A Refusal that belongs in a message box."""
    delete_wanted = Signal()

    def __init__(
        self,
        connection: Connection,
        table: TableName,
        actions: Actions,
        layout: TableLayout,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.connection = connection
        self.table: Table = connection.database.table(table)
        self.title = heading(table.name)
        self._actions = actions
        self._loading = True
        self._problem = ""
        self._sought: tuple[Key, str] | None = None
        self.model = RecordModel(connection, arranged(first_view(self.table), self.table, layout), self)
        self.grid = GridView(self.model, self)
        self.grid.steps.tab_stays = True
        self.grid.widths.restore(layout.widths)
        self.place = Place(self.grid)
        self.tools = ToolRow(self.title, record_word(self.table), actions, self)
        self.foot = FootLine(self)
        self.staged = StagedBar(connection, actions, self.foot)
        self.foot.add(self.staged)
        self._empty = EmptyGrid(self.grid.viewport(), actions)
        self._lay_out()
        self._connect()
        self._tell()

    # what is shown

    @property
    def view(self) -> View:
        return self.model.view

    @property
    def layout_(self) -> TableLayout:
        """How the columns are arranged, to be remembered; no names where that is still as guessed."""
        shown, guessed = self.model.view, first_view(self.table)
        changed = (shown.columns, shown.links) != (guessed.columns, guessed.links)
        names = (*shown.columns, *shown.links) if changed else ()
        return TableLayout(names, self.grid.widths.chosen)

    @property
    def current_column(self) -> str | None:
        """The column of the current cell; None where that is a many-to-many relation or nothing."""
        index = self.grid.currentIndex()
        if not index.isValid():
            return None
        column = self.model.column_at(index.column())
        return column.name if isinstance(column, Column) else None

    @property
    def current_key(self) -> Key | None:
        return self.grid.selected.current_key

    def current_value(self) -> object:
        """The value of the current cell; None for NULL, for nothing, and while it is loading."""
        index = self.grid.currentIndex()
        return self.model.data(index, int(CellRole.VALUE)) if index.isValid() else None

    def current_reference(self) -> ForeignKey | None:
        """The foreign key of the current cell, where that names another record."""
        name = self.current_column
        if name is None or self.current_value() is None:
            return None
        return self.table.foreign_key_on(name)

    # what a person does

    def clear_filters(self) -> None:
        """Show all records again."""
        self.tools.search.clear()
        self.model.set_view(without_filters(self.model.view))

    def filter_column(self, column: str, text: str) -> None:
        """Put a filter on one column in place of the old one."""
        self.model.set_view(with_filter(self.model.view, column, text))

    def show_deleted(self, shown: bool) -> None:
        """Show records that are marked as deleted, or hide them."""
        wanted = Deleted.SHOWN if shown else Deleted.HIDDEN
        self.model.set_view(replace(self.model.view, deleted=wanted))

    def show_filter_row(self, shown: bool) -> None:
        """Show or hide the fields to filter by; the first one gets the focus."""
        self.grid.show_filters(shown)
        if shown and self.isVisible():
            first = next((n for n in self.model.view.columns if self.grid.filter_row.field(n)), None)
            field = self.grid.filter_row.field(self.current_column or first or "")
            if field is not None:
                field.setFocus()
        elif self.isVisible():
            self.grid.setFocus()

    def show_record(self, key: Key, column: str = "") -> None:
        """Bring a record into sight, with this column's cell the current one; filters that hide it go."""
        self._sought = (key, column)
        self.place.forget()
        self.model.locate(key)

    def go_to(self, row: int) -> None:
        """Make a row the current one; beyond the ends, the nearest."""
        if self.model.rowCount():
            self.grid.show_row(max(0, min(row, self.model.rowCount() - 1)))

    def close_model(self) -> None:
        """Stop reading; the tab is about to go. What stands in an open cell editor is staged."""
        self.grid.editing.commit()
        self.model.close()

    # building

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addWidget(self.grid, 1)
        column.addWidget(self.foot)
        self.setFocusProxy(self.grid)
        self._actions.add_to_grid(self.grid)

    def _connect(self) -> None:
        self.model.counted.connect(self._tell)
        self.model.pages.search.moved.connect(self._tell)
        self.foot.stop_wanted.connect(self.model.pages.stop_search)
        self.model.loaded.connect(self._on_loaded)
        self.model.modelReset.connect(self._on_view)
        self.model.rowsInserted.connect(self._tell)  # a new record is staged
        self.model.rowsRemoved.connect(self._tell)
        self.model.refused.connect(self._on_refused)
        self.model.found.connect(self._on_found)
        grid = self.grid
        grid.activated_record.connect(self.open_wanted)
        grid.selection_changed.connect(self._on_selection)
        grid.records.current_read.connect(self.state_changed)
        grid.selectionModel().currentChanged.connect(self._on_selection)
        grid.context_menu_wanted.connect(self.context_menu_wanted)
        grid.header_menu_wanted.connect(self.header_menu_wanted)
        grid.delete_wanted.connect(self.delete_wanted)
        grid.refused.connect(self.refused)
        grid.scrolled.connect(self._tell)
        grid.typed.connect(self._on_typed)
        grid.pasting.pasted.connect(partial(self.foot.remark, until=self.connection.workbench.changed))
        grid.editing.opened.connect(self.state_changed)
        self.tools.search.wanted.connect(self._search)
        self.tools.search.left.connect(grid.setFocus)
        self.tools.chip_removed.connect(partial(self.filter_column, text=""))
        self.tools.add_filter_wanted.connect(self._add_filter)

    # what happens

    def _on_loaded(self) -> None:
        self._loading = False
        if self._sought is not None:
            self.model.locate(self._sought[0])
        self._empty.show_for(self.table, self.model.shown_view, self.model.rowCount())
        self._tell()
        self.state_changed.emit()

    def _on_view(self) -> None:
        view = self.model.shown_view
        self._problem = ""
        self.tools.show_chips([_chip(self.table, f) for f in view.filters])
        self.tools.tell_hidden(len(self.table.columns) - len(view.columns))
        self.tools.search.show_text(view.search)
        self._tell()
        self.state_changed.emit()

    def _on_selection(self) -> None:
        self._tell()
        self.state_changed.emit()

    def _on_refused(self, refusal: Refusal) -> None:
        self._loading = False
        self._problem = f"Filter: {refusal.sentence}" if refusal.fields else ""
        self._tell()
        if not refusal.fields:  # a filter field is marked, and the foot line says why
            self.refused.emit(refusal)

    def _on_found(self, row: object) -> None:
        sought, self._sought = self._sought, None
        if sought is None:
            late = self.place.found(row)
            if late is not None:
                words = _MOVED.format(number(late + 1, self.connection.locale))
                self.foot.remark(words, self.model.modelReset)
        elif isinstance(row, int):
            self.grid.show_row(row, self.model.section_of(sought[1]))
        elif self.view.filters or self.view.search:
            self._sought = sought
            self.clear_filters()
        else:
            self.foot.remark(_GONE, self.connection.workbench.changed)

    def _on_typed(self, text: str) -> None:
        ref = self.grid.records.current
        if ref is not None and self.connection.workbench.staging.state(ref) is Action.DELETE:
            self.foot.remark(
                _GOING, self.connection.workbench.changed
            )  # somebody wanted to edit it, and would be surprised by a search
            return
        self.tools.search.setFocus()
        self.tools.search.setText(text)

    def _search(self, text: str) -> None:
        if text.strip() != self.model.view.search:
            self.model.set_view(replace(self.model.view, search=text.strip()))

    def _add_filter(self) -> None:
        action = self._actions["edit.filter_row"]
        if action.isChecked():
            self.show_filter_row(True)
        else:
            action.trigger()

    def _tell(self) -> None:
        """Bring the foot line up to date."""
        if not self._loading and (self.model.rowCount() == 0) != self._empty.isVisibleTo(self):
            self._empty.show_for(self.table, self.model.shown_view, self.model.rowCount())
        view, model, search = self.model.shown_view, self.model, self.model.pages.search
        so_far = search.so_far
        first, last = self.grid.visible_rows
        self.foot.tell(
            FootFacts(
                first=first + 1 if first < model.rows.read else 0,
                last=min(last + 1, model.rows.read),  # new records below them are not counted
                count=model.count,
                exact=model.exact,
                at_least=not model.exact and model.count <= model.pages.seen,
                only=model.pages.rows if model.pages.capped else 0,
                loading=self._loading or (so_far is not None and model.pages.asked is not None),
                looked=so_far.looked if so_far is not None else None,
                search_goes_on=search.goes_on,
                sort=tuple((column_heading(self.table, term.column), term.descending) for term in view.sort),
                selected=self.grid.selected.size,
                all_selected=self.grid.selected.everything,
                deleted=_deleted_words(self.table, view),
                reason=self.table.read_only_reason,
                hidden=hidden_words(self.table),
                problem=self._problem,
            ),
            self.connection.locale,
        )


def next_glance(tab: TableTab) -> Glance | None:
    """What the next start can show of the tab's table at once, as it will be then: not filtered or sorted."""
    view = arranged(first_view(tab.table), tab.table, tab.layout_)
    found = glance_of(tab.connection.database, view)
    if found is None:
        return None
    sections = map(tab.model.section_of, (*view.columns, *view.links))
    widths = tuple(map(tab.grid.horizontalHeader().sectionSize, sections))
    return replace(found, widths=widths, count=0 if tab.view.is_filtered else tab.model.count)


def _chip(table: Table, condition: ColumnFilter) -> Chip:
    name = condition.column
    named = table.foreign_key_on(name) is not None
    words = column_heading(table, name)
    return Chip(name, chip_text(words, table.column(name), condition.text, named=named))


def _deleted_words(table: Table, view: View) -> str:
    if table.marker is None:
        return ""
    return "deleted hidden" if view.deleted is Deleted.HIDDEN else "deleted shown"


def first_view(table: Table) -> View:
    """The view a person sees first: long values are left to the form where there is enough beside them."""
    view = default_view(table)
    names = table.label.columns
    short = tuple(n for n in view.columns if not is_long(table.column(n)) or n in names)
    return replace(view, columns=short) if len(short) >= _ENOUGH else view


def arranged(view: View, table: Table, layout: TableLayout) -> View:
    """The view with the columns as a person arranged them; what no longer exists is left out."""
    columns = {column.name for column in table.columns}
    links = {link.name for link in table.links}
    shown = tuple(name for name in layout.columns if name in columns)
    if not shown:
        return view
    return replace(
        view, columns=shown, links=tuple(n for n in layout.columns if n in links and n not in columns)
    )
