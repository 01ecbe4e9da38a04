"""Owns find and replace over one view: what is sought, a look at what would change; stages it as one step."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.selection import AllMatching, Selection
from desktop.models.connection import Changed
from desktop.models.lanes import Job
from desktop.models.replace_model import ReplaceModel
from desktop.schema.describe import Column, Kind
from desktop.schema.labels import column_heading
from desktop.staging.find_replace import MOST, Outcome, Task, can_search, find_cells, staged_now
from desktop.staging.replacing import BadPattern, Search, pattern_of
from ui import look
from ui.dialogs import message
from ui.dialogs.frame import DialogFrame, labelled, line, text_label
from ui.dialogs.replace_list import ReplaceList
from ui.window.table_tab import TableTab
from ui.window.words import number

_REST = 250
"""Milliseconds after the last key before the search begins."""
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)


class ReplaceDialog(DialogFrame):
    """Stands beside the grid; nothing is staged before its button is used, nothing written before Save."""

    fitted = False

    def __init__(self, tab: TableTab, parent: QWidget | None = None) -> None:
        super().__init__(parent, f"Replace in {tab.title}", 560)
        self.wear(tab.connection.database.profile)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._tab, self._connection = tab, tab.connection
        self._job: Job | None = None
        self._outcome: Outcome | None = None
        self._said = ""
        """What was replaced a moment ago, in words."""
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self._rest.timeout.connect(self.search_now)
        self.model = ReplaceModel(tab.table, self)
        self._build()
        self._connection.workbench.changed.connect(self._search_soon)
        self._connection.changed.connect(self._on_committed)
        tab.model.modelReset.connect(self._on_view)
        tab.grid.selected.changed.connect(self._on_selection)
        tab.destroyed.connect(self.reject)
        self._on_view()
        self._on_selection()
        self.resize(look.scaled(820), look.scaled(560))

    @property
    def search(self) -> Search:
        """What is sought now."""
        return Search(
            self.sought.text(),
            self.replacement.text(),
            self.match_case.isChecked(),
            self.whole_cell.isChecked(),
            self.regex.isChecked(),
        )

    @property
    def busy(self) -> bool:
        """An answer is still to come."""
        return self._rest.isActive() or (self._job is not None and self._job.running)

    def search_now(self) -> None:
        """Look through the view, in the background; a search under way is given up."""
        self._stop()
        self._outcome = None
        self.model.show(())
        search = self.search
        try:
            pattern_of(search)
        except BadPattern as bad:
            self._tell(problem=str(bad))
            return
        if not search.find:
            self._tell("Type what to find.")
            return
        if self.only_selected.isChecked():
            self._tab.grid.selected.choose(partial(self._run, search), self._refused_rows, self)
        else:
            self._run(search, AllMatching(self._tab.model.shown_view))

    def replace(self) -> None:
        """Stage what is listed, as one step."""
        outcome = self._outcome
        if outcome is None or not self.replace_button.isEnabled():
            return
        cells, bench = len(outcome.cells), self._connection.workbench
        for cell in outcome.cells:
            bench.staging.titles.setdefault(cell.ref, cell.title)
        self._said = f"Replaced in {self._count(cells)}. Ctrl+Z in the table takes it back. "
        bench.paste(f"replace in {_cells(cells)}", outcome.states)

    def done(self, result: int) -> None:
        """Qt's end of a dialog: nothing is looked for any more."""
        self._stop()
        super().done(result)

    # building

    def _build(self) -> None:
        self.sought, self.replacement = line(), line()
        fields = QHBoxLayout()
        fields.setSpacing(12)
        fields.addLayout(labelled("Find", self.sought), 1)
        fields.addLayout(labelled("Replace with", self.replacement), 1)
        self.match_case = QCheckBox("Match &case")
        self.whole_cell = QCheckBox("&Whole cell")
        self.regex = QCheckBox("Regular e&xpression")
        self.regex.setToolTip(r"In the replacement \1 stands for what the first group has found")
        self.columns = QComboBox()
        self.columns.setAccessibleName("Where")
        self.columns.setAccessibleDescription("The columns to look through")
        self.only_selected = QCheckBox("Only &selected records")
        ways, where = QHBoxLayout(), QHBoxLayout()
        for box in (self.match_case, self.whole_cell, self.regex):
            ways.addWidget(box)
            box.toggled.connect(self._search_soon)
        ways.addStretch(1)
        where.addWidget(_label("&In", self.columns))
        where.addWidget(self.columns)
        where.addSpacing(12)
        where.addWidget(self.only_selected)
        where.addStretch(1)
        self.problem = text_label("", "error")
        self.list = ReplaceList(self.model, self)
        self.status = text_label("", "muted")
        self.body.addLayout(fields)
        self.body.addLayout(ways)
        self.body.addLayout(where)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.status)
        self.buttons.addStretch(1)
        self.close_button = self.add_button("Close", self.reject)
        self.replace_button = self.add_button("Replace", self.replace, role="primary")
        self.replace_button.setToolTip("Stage it as one step; nothing is written before you save  Ctrl+Enter")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.replace)
        for edit in (self.sought, self.replacement):
            edit.textEdited.connect(self._search_soon)
            edit.returnPressed.connect(self.search_now)
        self.columns.currentIndexChanged.connect(self._search_soon)
        self.only_selected.toggled.connect(self._search_soon)

    # what to look through

    def _editable(self) -> list[Column]:
        """The columns shown whose cells have a text that can be changed."""
        table = self._tab.table
        shown = (table.column(name) for name in self._tab.model.shown_view.columns)
        return [column for column in shown if can_search(table, column)]

    def _on_view(self) -> None:
        """Offer the columns shown now; the choice stays where it can."""
        chosen = self.columns.currentData()
        if chosen is None and self._tab.current_column is not None:
            current = self._tab.table.column(self._tab.current_column)
            chosen = "" if current.kind in _TEXTS else current.name
        self.columns.blockSignals(True)
        self.columns.clear()
        self.columns.addItem("All text columns", "")
        for column in self._editable():
            self.columns.addItem(column_heading(self._tab.table, column.name), column.name)
        self.columns.setCurrentIndex(max(0, self.columns.findData(chosen)))
        self.columns.blockSignals(False)
        self._search_soon()

    def _on_selection(self) -> None:
        several = self._tab.grid.selected.size > 1
        self.only_selected.setEnabled(several or self.only_selected.isChecked())
        if self.only_selected.isChecked():
            self._search_soon()

    def _on_committed(self, changed: Changed) -> None:
        if self._tab.table.name in changed.tables:
            self._search_soon()

    def _names(self) -> tuple[str, ...]:
        chosen = self.columns.currentData()
        if chosen:
            return (str(chosen),)
        return tuple(column.name for column in self._editable() if column.kind in _TEXTS)

    # the search

    def _search_soon(self) -> None:
        self.replace_button.setEnabled(False)
        self._rest.start()

    def _stop(self) -> None:
        self._rest.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _run(self, search: Search, selection: Selection) -> None:
        names = self._names()
        if not names:
            self._tell("No column shown here has a text that can be changed.")
            return
        task = Task(self._tab.model.shown_view, selection, names, search)
        database, locale = self._connection.database, self._connection.locale
        staged = staged_now(self._connection.workbench.staging, task.view.table)
        everything = isinstance(selection, AllMatching)

        def work(token: CancelToken, progress: Progress) -> Outcome:
            return find_cells(
                database, task, staged, locale, token=token, progress=progress, with_new=everything
            )

        self._tell("Searching…")
        self._job = self._connection.long.submit(
            work, self._found, self._failed, owner=self, progress=self._on_progress
        )

    def _on_progress(self, done: int, total: int | None) -> None:
        self._tell(f"Searching… {number(done, self._connection.locale)} records so far")

    def _found(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.model.show(outcome.shown)
        most = number(MOST, self._connection.locale)
        too_many = outcome.possible > MOST
        found = f"More than {most} cells" if too_many else self._count(outcome.possible)
        parts = [f"{found} can be replaced." if outcome.possible else "Nothing to replace."]
        if outcome.impossible:
            parts.append(f"{self._count(outcome.impossible)} cannot: the new text is no value there.")
        if outcome.slow:
            parts.append(f"{self._count(outcome.slow)} left out: the pattern takes too long on it.")
        if too_many:
            parts.append("No more than that are replaced at once: filter the view or select fewer records.")
        said, self._said = self._said, ""
        self._tell(said + " ".join(parts), ready=bool(outcome.possible) and not too_many)

    def _failed(self, error: Exception) -> None:
        refusal = message.refusal_of(error)
        self._tell(problem=f"{refusal.sentence} {refusal.hint}".strip())

    def _refused_rows(self, refusal: object) -> None:
        self._tell("The selected records have not all been read yet. Try again in a moment.")

    def _tell(self, words: str = "", *, problem: str = "", ready: bool = False) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.status.setText(words)
        possible = self._outcome.possible if self._outcome is not None else 0
        few = 0 < possible <= MOST
        self.replace_button.setText(f"Replace in {self._count(possible)}" if few else "Replace")
        self.replace_button.setEnabled(ready)

    def _count(self, cells: int) -> str:
        return f"{number(cells, self._connection.locale)} cell{'' if cells == 1 else 's'}"


def _cells(count: int) -> str:
    return f"{count:,} cell{'' if count == 1 else 's'}"


def _label(text: str, buddy: QWidget) -> QLabel:
    made = QLabel(text)
    made.setProperty("role", "label")
    made.setBuddy(buddy)
    return made
