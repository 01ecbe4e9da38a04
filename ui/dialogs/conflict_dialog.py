"""Owns the choice between mine and theirs, field by field, where two people changed the same record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.base.keys import NewKey, RecordRef
from desktop.base.refusal import Conflict, Reason, Refusal
from desktop.edit.changes import Action
from desktop.models.connection import Connection
from desktop.schema.labels import record_word
from desktop.staging.resolve import Resolution
from ui import icons, look
from ui.dialogs.compared_fields import GAP, ComparedField, ComparedFields
from ui.dialogs.frame import DialogFrame, heading_row, text_label
from ui.dialogs.refused_records import record_title

_WIDTH, _MARGIN, _LIST = 760, 20, 200
"""Of the dialog, its edge, the list of records."""


def is_settled_by_choice(refusals: Sequence[Refusal]) -> bool:
    """Whether all of them are about what others did meanwhile, so that choosing lets the save succeed."""
    return all(one.record is not None and (one.conflicts or one.reason is Reason.GONE) for one in refusals)


class ConflictDialog(DialogFrame):
    """Base, theirs and mine of every field that both have changed; what becomes of deleted records."""

    decided = Signal(object)
    """A Resolution; whoever asked saves again."""

    def __init__(
        self, connection: Connection, refusals: Sequence[Refusal], title: str, parent: QWidget | None
    ) -> None:
        super().__init__(parent, title, look.scaled(_WIDTH))
        self.wear(connection.database.profile)
        self._connection = connection
        self._refusals = list(refusals)
        self.records = QListWidget(self)
        self.records.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        """One line for each record, where there are several."""
        self.pages = QStackedWidget(self)
        self._mine: dict[tuple[RecordRef, str], QRadioButton] = {}
        self._theirs: dict[tuple[RecordRef, str], QRadioButton] = {}
        sign = icons.icon("account-multiple-outline", "changed")
        row, self.headline, self.subline = heading_row(sign, self._sentence(), self._hint())
        self.body.addLayout(row)
        self._fill()
        self.all_mine = self.add_button("Keep All of Mine", partial(self._choose_all, self._mine))
        self.all_theirs = self.add_button("Take All of Theirs", partial(self._choose_all, self._theirs))
        self.buttons.addStretch(1)
        self.cancel_button = self.add_button("Cancel", self.reject)
        self.save_button = self.add_button("Save Merged", self.decide, role="primary", default=True)

    def choose(self, ref: RecordRef, column: str, *, mine: bool) -> None:
        """Mark one side of a field; of a deleted record (no column) mine is to insert it again."""
        (self._mine if mine else self._theirs)[ref, column].setChecked(True)

    def decide(self) -> None:
        """Close, and tell what was chosen."""
        mine: list[Conflict] = []
        theirs: list[Conflict] = []
        discard: list[RecordRef] = []
        again: list[RecordRef] = []
        for refusal in self._refusals:
            assert refusal.record is not None
            if self._is_going(refusal.record):
                button = self._mine.get((refusal.record, ""))
                if button is not None and button.isChecked():
                    mine += refusal.conflicts
                else:
                    discard.append(refusal.record)
                continue
            for conflict in refusal.conflicts:
                kept = self._mine[conflict.ref, conflict.column].isChecked()
                (mine if kept else theirs).append(conflict)
            if not refusal.conflicts:
                button = self._mine.get((refusal.record, ""))
                (again if button is not None and button.isChecked() else discard).append(refusal.record)
        self.accept()
        self.decided.emit(Resolution(tuple(mine), tuple(theirs), tuple(discard), tuple(again)))

    def _is_going(self, ref: RecordRef) -> bool:
        """It is staged to be deleted."""
        return self._connection.workbench.staging.state(ref) is Action.DELETE

    # words

    def _sentence(self) -> str:
        if len(self._refusals) == 1:
            return self._refusals[0].sentence
        gone = any(not one.conflicts for one in self._refusals)
        did = "changed or deleted" if gone else "changed"
        return f"Others have {did} {len(self._refusals):,} of these records while you were editing."

    def _hint(self) -> str:
        return "Nothing was saved yet. Choose, and save again; all other changes merge by themselves."

    # building

    def _fill(self) -> None:
        for refusal in self._refusals:
            assert refusal.record is not None
            title = record_title(self._connection, refusal.record)
            QListWidgetItem(title, self.records).setToolTip(title)
            self.pages.addWidget(self._page(refusal, refusal.record))
        self.records.setAccessibleName("Records changed by others too")
        self.records.setProperty("role", "choices")
        self.records.setFixedWidth(look.scaled(_LIST))
        self.records.setVisible(len(self._refusals) > 1)
        self.records.currentRowChanged.connect(self.pages.setCurrentIndex)
        self.records.setCurrentRow(0)
        middle = QHBoxLayout()
        middle.setSpacing(look.scaled(GAP))
        middle.addWidget(self.records)
        middle.addWidget(self.pages, 1)
        self.body.addLayout(middle, 1)

    def _page(self, refusal: Refusal, ref: RecordRef) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        if refusal.conflicts and self._is_going(ref):
            self._going(refusal, ref, column, inside)
        elif refusal.conflicts:
            column.addWidget(self._fields(refusal, ref))
        else:
            self._deleted(ref, column, inside)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        area.setMinimumHeight(min(look.scaled(260), inside.sizeHint().height()))
        return area

    def _fields(self, refusal: Refusal, ref: RecordRef) -> QWidget:
        """What both have changed, to be chosen; below it what only this person has, saved as it is."""
        fields = [
            ComparedField(one.column, (one.base, one.theirs, one.mine), to_choose=True)
            for one in refusal.conflicts
        ]
        told = {one.column for one in refusal.conflicts}
        change = self._connection.workbench.staging.changes.get(ref)
        for column, field in change.fields.items() if change is not None else ():
            if column not in told and not isinstance(field.new, NewKey):
                fields.append(ComparedField(column, (field.base, field.base, field.new)))
        compared = self._compared(ref, ("When you opened it", "Theirs", "Yours"), fields)
        for column, (theirs, mine) in compared.choices.items():
            self._theirs[ref, column], self._mine[ref, column] = theirs, mine
        return compared

    def _going(self, refusal: Refusal, ref: RecordRef, column: QVBoxLayout, parent: QWidget) -> None:
        """What has changed in a record that is to be deleted, and whether it shall go all the same."""
        fields = [ComparedField(one.column, (one.base, one.theirs)) for one in refusal.conflicts]
        column.addWidget(self._compared(ref, ("When you saw it", "Now"), fields))
        column.addSpacing(8)
        word = record_word(self._connection.database.table(ref.table))
        keep, delete = QRadioButton(f"Keep the {word}", parent), QRadioButton("Delete it anyway", parent)
        keep.setChecked(True)
        column.addWidget(keep)
        column.addWidget(delete)
        self._theirs[ref, ""], self._mine[ref, ""] = keep, delete

    def _deleted(self, ref: RecordRef, column: QVBoxLayout, parent: QWidget) -> None:
        word = record_word(self._connection.database.table(ref.table))
        column.addWidget(text_label(f"Somebody has deleted this {word} meanwhile.", "muted"))
        give_up = QRadioButton("Discard what you changed in it", parent)
        column.addWidget(give_up)
        give_up.setChecked(True)
        self._theirs[ref, ""] = give_up
        change = self._connection.workbench.staging.changes.get(ref)
        if change is None or change.fields:
            again = QRadioButton("Insert it again with the same key; what was not read stays empty", parent)
            column.addWidget(again)
            self._mine[ref, ""] = again

    def _compared(
        self, ref: RecordRef, headings: Sequence[str], fields: Sequence[ComparedField]
    ) -> ComparedFields:
        table = self._connection.database.table(ref.table)
        several = _LIST + GAP if len(self._refusals) > 1 else 0
        width = look.scaled(_WIDTH - 2 * _MARGIN - several)
        return ComparedFields(self._connection, table, headings, fields, width)

    def _choose_all(self, side: dict[tuple[RecordRef, str], QRadioButton]) -> None:
        for button in side.values():
            button.setChecked(True)
