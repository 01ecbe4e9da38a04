"""Owns "Add to Field…": adds a number to a field of many records, inside the database."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.selection import Selection
from desktop.edit.counter import add_to_field
from desktop.models.connection import Connection
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import column_heading
from desktop.values.kinds import BadValue, kind_for
from ui import icons
from ui.dialogs.bulk_dialog import BulkDialog
from ui.dialogs.frame import heading_row, labelled, line, text_label
from ui.editors.combo import CalmCombo

_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)


def addable(table: Table) -> list[Column]:
    """The columns a number can be added to: numbers that are neither key nor reference."""
    return [
        column
        for column in table.columns
        if column.kind in _NUMBERS
        and column.writable
        and column.name not in table.key
        and table.foreign_key_on(column.name) is None
    ]


class AddToFieldDialog(BulkDialog):
    """Counts the records first; the button says what it will do to how many."""

    def __init__(
        self,
        connection: Connection,
        selection: Selection,
        parent: QWidget | None = None,
        *,
        column: str | None = None,
    ) -> None:
        super().__init__(connection, selection, parent, "Add to Field", 420)
        self._columns = addable(self.table)
        self._build()
        names = [c.name for c in self._columns]
        if column in names:
            self.field.setCurrentIndex(names.index(column))
        self._show_column()
        self.start_count()

    @property
    def column(self) -> Column:
        """The column chosen."""
        return self._columns[self.field.currentIndex()]

    def counted(self) -> None:
        assert self.go_button is not None
        self.go_button.setEnabled(bool(self.expected) and bool(self._columns))
        self._name()

    def _build(self) -> None:
        row, _, _ = heading_row(
            icons.icon("plus-minus-variant", "accent"),
            f"Add a number to a field of the chosen {self.word(2)}",
            "The database adds it to what it holds at that moment, so nobody's counting is lost.",
        )
        self.body.addLayout(row)
        self.field = CalmCombo(self)
        self.field.addItems([column_heading(self.table, column.name) for column in self._columns])
        self.field.currentIndexChanged.connect(self._show_column)
        self.body.addLayout(labelled("Field", self.field))
        self.amount = line("1, or -1 to take away")
        self.amount.setText("1")
        self.amount.textEdited.connect(self._name)
        self.body.addLayout(labelled("Amount", self.amount))
        self.empty_as_zero = QCheckBox("Count empty fields as 0", self)
        self.body.addWidget(self.empty_as_zero)
        self.problem = text_label("", "error")
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self.finish_layout("Add", self._apply)
        self.amount.setFocus()
        self.amount.selectAll()

    def _show_column(self) -> None:
        if self._columns:
            self.empty_as_zero.setVisible(self.column.nullable)
            self._name()

    def _name(self) -> None:
        self.problem.hide()
        if self.expected is not None and self.go_button is not None and self._columns:
            number = self.expected
            what = f"{column_heading(self.table, self.column.name)} of {number:,} {self.word(number)}"
            self.go_button.setText(f"Add {self.amount.text().strip()} to {what}")

    def _apply(self) -> None:
        try:
            amount = kind_for(self.column).parse(self.amount.text(), self.column, self.connection.locale)
        except BadValue as bad:
            self._refuse(bad.sentence)
            return
        if not isinstance(amount, int | float | Decimal):
            self._refuse("Enter the number to add.")
            return
        expected = self.expected
        assert expected is not None
        database, selection, column = self.connection.database, self.selection, self.column.name
        as_zero, locale = self.empty_as_zero.isChecked(), self.connection.locale
        recorder = self.connection.recorder

        def work(token: CancelToken, progress: Progress) -> int:
            return add_to_field(
                database,
                selection,
                column,
                amount,
                expected,
                empty_as_zero=as_zero,
                locale=locale,
                token=token,
                progress=progress,
                recorder=recorder,
            )

        self.run(work, lambda number: self.announce(number, frozenset({self.table.name})))

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()
        self.amount.setFocus()
