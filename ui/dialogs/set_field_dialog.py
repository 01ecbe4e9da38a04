"""Owns "Set Field…": one field of many records to a value, to empty, to now or to its default."""

from __future__ import annotations

from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.selection import Selection
from desktop.edit.bulk import Assignment, SetDefault, SetNow, SetNull, SetValue, set_field
from desktop.models.connection import Connection
from desktop.schema.describe import Column, Kind
from desktop.schema.labels import column_heading
from desktop.schema.rules import check_value
from desktop.values.kinds import BadValue
from ui import icons
from ui.dialogs.bulk_dialog import BulkDialog
from ui.dialogs.frame import heading_row, labelled, text_label
from ui.editors.base import Editor
from ui.editors.combo import CalmCombo
from ui.editors.factory import make_editor
from ui.editors.lookup import LookupEditor

_MOMENTS = (Kind.DATE, Kind.TIME, Kind.TIMESTAMP, Kind.TIMESTAMP_TZ)


class SetFieldDialog(BulkDialog):
    """Counts the records first; the button says what it will do to how many."""

    def __init__(
        self,
        connection: Connection,
        selection: Selection,
        parent: QWidget | None = None,
        *,
        column: str | None = None,
    ) -> None:
        super().__init__(connection, selection, parent, "Set Field", 440)
        self._columns = [c for c in self.table.columns if c.writable and c.name not in self.table.key]
        self.editor: Editor | None = None
        self._build()
        start = next((i for i, c in enumerate(self._columns) if c.name == column), 0)
        self.field.setCurrentIndex(start)
        self._show_column()
        self.start_count()

    @property
    def column(self) -> Column:
        """The column chosen."""
        return self._columns[self.field.currentIndex()]

    @property
    def changing(self) -> tuple[str, ...]:
        return (self.column.name,)

    @property
    def adding(self) -> int:
        if self.editor is None or not self.to_value.isChecked():
            return 0
        try:
            value = self.editor.value()
        except BadValue:
            return 0
        return len(value) if isinstance(value, str | bytes) else 0

    def counted(self) -> None:
        assert self.go_button is not None
        self.go_button.setEnabled(bool(self.expected))
        self._name()

    def _build(self) -> None:
        row, self.sentence, _ = heading_row(
            icons.icon("form-textbox", "accent"),
            f"Set a field of the chosen {self.word(2)}",
            "All of them are changed in one go, or none.",
        )
        self.body.addLayout(row)
        self.field = CalmCombo(self)
        self.field.addItems([column_heading(self.table, column.name) for column in self._columns])
        self.field.currentIndexChanged.connect(self._show_column)
        self.body.addLayout(labelled("Field", self.field))
        self.to_value = QRadioButton("To this value", self)
        self.to_now = QRadioButton("To the present time", self)
        self.to_null = QRadioButton("To empty (NULL)", self)
        self.to_default = QRadioButton("To its default", self)
        self.to_value.setChecked(True)
        self._place = QVBoxLayout()
        self._place.setContentsMargins(22, 0, 0, 0)
        self.body.addWidget(self.to_value)
        self.body.addLayout(self._place)
        for way in (self.to_now, self.to_null, self.to_default):
            self.body.addWidget(way)
        self.problem = text_label("", "error")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self.finish_layout("Set Field", self._apply)
        self.to_value.toggled.connect(self._enable_editor)

    def _show_column(self) -> None:
        column = self.column
        if self.editor is not None:
            self._place.removeWidget(self.editor)
            self.editor.hide()
            self.editor.deleteLater()
        key = self.table.foreign_key_on(column.name)
        alone = key if key is not None and len(key.columns) == 1 else None
        self.editor = make_editor(column, self.connection, self, foreign_key=alone)
        if isinstance(self.editor, LookupEditor):
            self.editor.offers_staged = False  # it is written at once, and what is staged is not there yet
        self.editor.set_value(None)
        self.editor.focus_target().setAccessibleName(
            f"New value of {column_heading(self.table, column.name)}"
        )
        self.editor.changed.connect(self._clear_problem)
        self._place.addWidget(self.editor)
        self.to_now.setVisible(column.kind in _MOMENTS)
        self.to_null.setVisible(column.nullable)
        self.to_default.setVisible(column.has_default)
        others = column.kind in _MOMENTS or column.nullable or column.has_default
        self.to_value.setVisible(others)  # alone it is no choice
        self._place.setContentsMargins(22 if others else 0, 0, 0, 0)
        self.to_value.setChecked(True)
        self._name()
        self.weigh_again()

    def _enable_editor(self, on: bool) -> None:
        if self.editor is not None:
            self.editor.setEnabled(on)
        self._clear_problem()

    def _name(self) -> None:
        if self.expected is not None and self.go_button is not None:
            number = self.expected
            self.go_button.setText(
                f"Set {column_heading(self.table, self.column.name)} on {number:,} {self.word(number)}"
            )

    def _clear_problem(self) -> None:
        self.warn()
        self.problem.hide()
        if self.editor is not None:
            self.editor.mark_error(None)

    def _assignment(self) -> Assignment | None:
        """What was chosen, or None where the value is refused (and marked)."""
        if self.to_now.isChecked():
            return SetNow()
        if self.to_null.isChecked():
            return SetNull()
        if self.to_default.isChecked():
            return SetDefault()
        assert self.editor is not None
        try:
            value = self.editor.value()
            sentence = check_value(self.column, value)
        except BadValue as bad:
            value, sentence = None, bad.sentence
        if value is None and sentence is None and not self.editor.touched:
            sentence = "Enter a value, or choose to empty the field."
        if sentence:
            self.editor.mark_error(sentence)
            self.problem.setText(sentence)
            self.problem.show()
            self.editor.focus_target().setFocus()
            return None
        return SetValue(value)

    def _apply(self) -> None:
        assignment, expected = self._assignment(), self.expected
        if assignment is None or expected is None:
            return
        database, selection, column = self.connection.database, self.selection, self.column.name
        locale, recorder = self.connection.locale, self.connection.recorder

        def work(token: CancelToken, progress: Progress) -> int:
            return set_field(
                database,
                selection,
                column,
                assignment,
                expected,
                locale=locale,
                token=token,
                progress=progress,
                recorder=recorder,
            )

        self.run(work, lambda number: self.announce(number, frozenset({self.table.name})))
