"""Owns "Export…": which records, which kind of file, where to; shows how far it is and can be stopped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QProgressBar, QPushButton, QRadioButton, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.fetch import count
from desktop.browse.selection import AllMatching, Selection
from desktop.browse.view import View
from desktop.models.connection import Connection
from desktop.models.lanes import Job
from desktop.schema.labels import heading, records_word
from desktop.transfer.export import ExportOptions, ExportResult, export
from desktop.transfer.formats import FORMATS, Format, suggested_name
from ui import icons
from ui.dialogs import files, message
from ui.dialogs.frame import DialogFrame, heading_row, labelled, text_label
from ui.editors.combo import CalmCombo

_HEADED = ("csv", "tsv", "xlsx")


class ExportDialog(DialogFrame):
    """Writes exactly what the view shows, or the selection of it."""

    exported = Signal(object)
    """The ExportResult."""

    def __init__(
        self, connection: Connection, view: View, selection: Selection | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, "Export", 460)
        self._connection = connection
        self._view = view
        self._selection = selection
        self._table = connection.database.table(view.table)
        self._job: Job | None = None
        self._counts: tuple[int | None, int | None] = (None, None)
        """Of all that match and of the selection, once known."""
        self.setWindowTitle(f"Export {heading(view.table.name)}")
        self._build()
        self._count()

    @property
    def format(self) -> Format:
        """The kind of file chosen."""
        return FORMATS[self.format_combo.currentIndex()]

    @property
    def working(self) -> bool:
        return self._job is not None and self._job.running

    def options(self) -> ExportOptions:
        """What was chosen."""
        return ExportOptions(
            self.format.name,
            names=self.names.isChecked(),
            protect_formulas=self.protect.isChecked(),
            header=self.header.isChecked(),
            locale=self._connection.locale,
            bom=False,
        )

    def export_to(self, path: Path) -> None:
        """Write the file, in the background."""
        database, view, options = self._connection.database, self._view, self.options()
        selection = self._selection if self.chosen.isChecked() else None
        expected = self._counts[0 if selection is None else 1]

        def work(token: CancelToken, progress: Progress) -> ExportResult:
            return export(
                database, view, selection, path, options, token=token, expected=expected, progress=progress
            )

        self._set_busy(True)
        self._job = self._connection.long.submit(
            work,
            self._exported,
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
            icons.icon("export-variant", "accent"),
            f"Export {heading(self._view.table.name)} to a file",
            "As you see it: the filter, the order and the columns shown.",
        )
        self.body.addLayout(row)
        self.all = QRadioButton("All that match", self)
        self.chosen = QRadioButton("Only the selection", self)
        self.all.setChecked(self._selection is None)
        self.chosen.setChecked(self._selection is not None)
        for way in (self.all, self.chosen):  # one alone is no choice
            way.setVisible(self._selection is not None)
        self.body.addWidget(self.all)
        self.body.addWidget(self.chosen)
        self.format_combo = CalmCombo(self)
        self.format_combo.addItems([f"{one.title} ({one.suffix})" for one in FORMATS])
        self.format_combo.currentIndexChanged.connect(self._fit_options)
        self.body.addLayout(labelled("Format", self.format_combo))
        self.names = self._box("Names instead of ids", "Foreign keys as the names of their records")
        self.header = self._box("Column names in the first row", "")
        self.protect = self._box(
            "Make formulas harmless", "Cells a spreadsheet would run (=, +, -, @) are written as text"
        )
        self.status = text_label("", "muted")
        self.body.addWidget(self.status)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.hide()
        self.body.addWidget(self.bar)
        self.body.addStretch(1)
        self._add_buttons()

    def _add_buttons(self) -> None:
        self.buttons.addStretch(1)
        self.cancel_button: QPushButton = self.add_button("Cancel", self.reject)
        self.go_button: QPushButton = self.add_button("Export…", self._choose, role="primary", default=True)

    def _box(self, text: str, hint: str) -> QCheckBox:
        box = QCheckBox(text, self)
        box.setChecked(True)
        box.setToolTip(hint)
        self.body.addWidget(box)
        return box

    def _fit_options(self) -> None:
        self.header.setVisible(self.format.name in _HEADED)
        self.protect.setVisible(self.format.name in _HEADED)

    def _count(self) -> None:
        database, locale, view, selection = (
            self._connection.database,
            self._connection.locale,
            self._view,
            self._selection,
        )

        def work(token: CancelToken, progress: Progress) -> tuple[int, int | None]:
            everything = count(database, AllMatching(view), locale=locale, token=token)
            chosen = None if selection is None else count(database, selection, locale=locale, token=token)
            return everything, chosen

        self._connection.side.submit(work, self._counted, self._failed, owner=self)

    def _counted(self, counts: tuple[int, int | None]) -> None:
        self._counts = everything, chosen = counts
        self.all.setText(f"All {everything:,} {records_word(self._table, everything)} that match")
        if chosen is None:
            self.hint.setText(f"{self.all.text()}, as you see them: the order and the columns shown.")
        else:
            self.chosen.setText(f"Only the {chosen:,} selected")

    def _choose(self) -> None:
        filters = [f"{self.format.title} (*{self.format.suffix})"]
        name = suggested_name(self._view.table.name, self.format)
        files.choose_target(self, self.windowTitle(), name, self._start, filters, Path.home())

    def _start(self, path: Path) -> None:
        self.export_to(path if path.suffix else path.with_name(path.name + self.format.suffix))

    def _progressed(self, done: int, total: int | None) -> None:
        self.bar.setRange(0, total or 0)
        self.bar.setValue(done)
        self.status.setText(f"{done:,} of {total:,} written" if total else f"{done:,} written")

    def _set_busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.go_button.setEnabled(not busy)
        for widget in (self.all, self.chosen, self.format_combo, self.names, self.header, self.protect):
            widget.setEnabled(not busy)
        self.fit()

    def _exported(self, result: ExportResult) -> None:
        self.exported.emit(result)
        self.accept()

    def _cancelled(self) -> None:
        self._set_busy(False)
        self.status.setText("Cancelled. No file was left behind.")

    def _failed(self, error: Exception) -> None:
        self._set_busy(False)
        message.show_error(self, error, title=self.windowTitle())
