"""Owns "Import CSV…": where each column goes, what happens to duplicates, the result."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHeaderView, QProgressBar, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.edit.load import LoadResult, OnConflict
from desktop.edit.recorded_rows import MOST_ROWS
from desktop.models.connection import Changed, Connection
from desktop.models.lanes import Job
from desktop.schema.labels import column_heading, heading
from desktop.transfer.csv_source import CsvFile, CsvRow
from desktop.transfer.import_csv import import_csv, match_columns, read_csv
from desktop.transfer.writing import guess_locale, written
from desktop.values.locale import PLAIN, Locale
from ui import icons
from ui.dialogs import files, message
from ui.dialogs.frame import DialogFrame, heading_row, labelled, pair, text_label
from ui.dialogs.import_columns import ImportColumns
from ui.editors.combo import CalmCombo

_Head: TypeAlias = tuple[CsvFile, list[CsvRow], Locale, bool]
"""A file, its first rows, how its numbers are written, whether it is too long to be undone later."""
_PREVIEW = 5
_MOST_REFUSED = 500
_ON_DUPLICATE = (
    (OnConflict.STOP, "Stop, and import nothing"),
    (OnConflict.SKIP, "Skip the row"),
    (OnConflict.UPDATE, "Update the record"),
)


class ImportDialog(DialogFrame):
    """Nothing is written before Import is pressed; "Try" does all of it and takes it back."""

    imported = Signal(object)
    """The LoadResult, after something was written."""

    def __init__(
        self,
        connection: Connection,
        table: TableName,
        parent: QWidget | None = None,
        *,
        path: Path | None = None,
    ) -> None:
        super().__init__(parent, "Import CSV", 640)
        self.wear(connection.database.profile)
        self._connection = connection
        self._table = connection.database.table(table)
        self._file: CsvFile | None = None
        self._job: Job | None = None
        self._writings = (PLAIN, connection.locale)
        self._keys = [self._table.key, *(unique.columns for unique in self._table.uniques)]
        self.setWindowTitle(f"Import into {heading(table.name)}")
        self._build()
        if path is not None:
            self.read(path)

    @property
    def working(self) -> bool:
        return self._job is not None and self._job.running

    @property
    def on_conflict(self) -> OnConflict:
        """What happens to a row that is there already."""
        return _ON_DUPLICATE[self.duplicates.currentIndex()][0]

    def read(self, path: Path) -> None:
        """Read the head of a file, in the background, and show what would go where."""

        table, person = self._table, self._connection.locale

        def work(token: CancelToken, progress: Progress) -> _Head:
            file = read_csv(path)
            rows = list(islice(file.rows(), _PREVIEW))
            locale = guess_locale(file, match_columns(file.header, table), table, person)
            return file, rows, locale, next(islice(file.rows(), MOST_ROWS, None), None) is not None

        self._connection.side.submit(work, self._show, self._failed, owner=self)

    def run(self, *, dry_run: bool) -> None:
        """Import, or do all of it and take it back; the result is shown in counts."""
        file, database, table = self._file, self._connection.database, self._table.name
        if file is None or self.working:
            return
        matches, modes, conflict = self.columns.matches(), self.columns.modes(), self.on_conflict
        key = self._keys[self.match_by.currentIndex()] if conflict is OnConflict.UPDATE else ()
        locale, recorder = self._writings[self.writing.currentIndex()], self._connection.recorder

        def work(token: CancelToken, progress: Progress) -> LoadResult:
            return import_csv(
                database,
                table,
                file,
                matches,
                conflict,
                key,
                modes,
                locale=locale,
                dry_run=dry_run,
                token=token,
                progress=progress,
                recorder=recorder,
            )

        self._set_busy(True)
        self._job = self._connection.long.submit(
            work,
            self._tried if dry_run else self._imported,
            self._failed,
            owner=self,
            progress=self._progressed,
            cancelled=self._cancelled,
            always_tell=True,
        )

    def reject(self) -> None:
        if self.working:
            assert self._job is not None
            self.status.setText("Cancelling…")
            self._job.cancel()
        else:
            super().reject()

    def _build(self) -> None:
        row, self.sentence, self.hint = heading_row(
            icons.icon("import", "accent"),
            f"Import a CSV file into {heading(self._table.name.name)}",
            "The first row of the file holds the column names.",
        )
        self.body.addLayout(row)
        self.columns = ImportColumns(self._table, self)
        self.columns.chosen.connect(self._check)
        self.columns.hide()
        self.body.addWidget(self.columns, 1)
        self.duplicates, self.match_by = CalmCombo(self), CalmCombo(self)
        self.duplicates.addItems([text for _, text in _ON_DUPLICATE])
        for names in self._keys:
            self.match_by.addItem(", ".join(column_heading(self._table, name) for name in names))
        duplicates = labelled("If a record is there already", self.duplicates)
        self.body.addLayout(
            pair((duplicates, 1), (labelled("The same record has the same", self.match_by), 1))
        )
        self.writing = CalmCombo(self)
        self.writing.addItems([written(locale) for locale in self._writings])
        self.body.addLayout(labelled("Numbers and dates are written like", self.writing))
        self.duplicates.currentIndexChanged.connect(self._fit_to_duplicates)
        self.unkept = text_label(
            f"More than {MOST_ROWS:,} rows: this is not kept and cannot be undone later.", "muted"
        )
        self.unkept.hide()
        self.body.addWidget(self.unkept)
        self.status = text_label("", "muted")
        self.body.addWidget(self.status)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.hide()
        self.body.addWidget(self.bar)
        self._build_refused()
        self.file_button = self.add_button("Choose File…", self._choose)
        self.buttons.addStretch(1)
        self.cancel_button = self.add_button("Cancel", self.reject)
        self.try_button = self.add_button("Try Without Writing", lambda: self.run(dry_run=True))
        self.go_button = self.add_button("Import", lambda: self.run(dry_run=False), role="primary")
        self._fit_to_duplicates()
        self._check()

    def _build_refused(self) -> None:
        self.refused = QTreeWidget(self)
        self.refused.setAccessibleName("Refused rows")
        self.refused.setHeaderLabels(["Line", "Why it was refused"])
        self.refused.setRootIsDecorated(False)
        self.refused.setProperty("role", "boxed")
        self.refused.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.refused.setMaximumHeight(160)
        self.refused.hide()
        self.body.addWidget(self.refused)

    def _choose(self) -> None:
        files.choose_file(
            self, self.windowTitle(), self.read, ["CSV and TSV (*.csv *.tsv *.txt)", "All files (*)"]
        )

    def _show(self, found: _Head) -> None:
        file, rows, locale, many = found
        self.unkept.setVisible(many)
        self.writing.setCurrentIndex(self._writings.index(locale))
        self._file = file
        self.sentence.setText(f"Import “{file.path.name}” into {heading(self._table.name.name)}")
        self.columns.show_file(match_columns(file.header, self._table), [row.cells for row in rows])
        self.columns.show()
        self.columns.setMinimumHeight(min(36 * len(file.header) + 36, 300))
        self.adjustSize()
        self._check()

    def _fit_to_duplicates(self) -> None:
        updating = self.on_conflict is OnConflict.UPDATE
        self.match_by.setEnabled(updating)
        self.columns.show_modes(updating)

    def _check(self) -> None:
        problem = self.columns.twice() if self._file is not None else "Choose a file to begin."
        self.status.setText(problem)
        self.try_button.setEnabled(not problem)
        self.go_button.setEnabled(not problem)

    def _progressed(self, done: int, total: int | None) -> None:
        self.bar.setRange(0, total or 0)
        self.bar.setValue(done)
        self.status.setText(f"{done:,} rows")

    def _set_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        for widget in (self.columns, self.duplicates, self.writing, self.file_button):
            widget.setEnabled(not busy)
        for button in (self.try_button, self.go_button):
            button.setEnabled(not busy)
        self.match_by.setEnabled(not busy and self.on_conflict is OnConflict.UPDATE)

    def _tried(self, result: LoadResult) -> None:
        self._set_busy(False)
        self._tell(result, "Nothing was written. An import would give: ")

    def _imported(self, result: LoadResult) -> None:
        self._set_busy(False)
        if not result.written:
            self._tell(result, "Nothing was written: ")
            return
        self._tell(result, "Done: ")
        self.go_button.hide()
        self.try_button.hide()
        self.cancel_button.setText("Close")
        self.cancel_button.setDefault(True)
        self.imported.emit(result)
        self._connection.changed.emit(Changed(frozenset({self._table.name}), (), self))

    def _tell(self, result: LoadResult, start: str) -> None:
        refused = len(result.refused)
        counts = (
            f"{result.inserted:,} inserted · {result.updated:,} updated · {result.skipped:,} skipped"
            f" · {refused:,} refused"
        )
        self.status.setText(f"{start}{counts}.")
        self.refused.clear()
        for row in result.refused[:_MOST_REFUSED]:
            sentence = f"{row.refusal.sentence} {row.refusal.hint}".strip()
            self.refused.addTopLevelItem(QTreeWidgetItem([str(row.line), sentence]))
        self.refused.setVisible(bool(refused))

    def _cancelled(self) -> None:
        self._set_busy(False)
        self.status.setText("Cancelled. Nothing was written.")

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        self._check()
        message.show_error(self, error, title=self.windowTitle())
