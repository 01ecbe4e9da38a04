"""Owns the offer of what was not saved when Rowkeeper ended: restore, look, discard; stages nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.journal.drafts import Draft
from desktop.journal.restoring import Rechecked
from desktop.models.connection import Connection
from desktop.staging.staging import Staging
from desktop.staging.words import describe
from ui import icons, look
from ui.dialogs.frame import DialogFrame, heading_row

_MOST = 1000
"""Records listed."""


class RestoreDialog(DialogFrame):
    """One draft of the open database, compared with its records already."""

    restore_wanted = Signal()
    discard_wanted = Signal()
    later_wanted = Signal()

    def __init__(
        self, connection: Connection, draft: Draft, rechecked: Rechecked, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, "Unsaved Changes", 560)
        self.wear(connection.database.profile)
        self._connection = connection
        self.sentence = draft_words(draft)
        hint = (
            "Rowkeeper ended before they were saved. They can be put back as they were, still not saved; what"
            " stood in an open form or cell comes back as changes of its record."
        )
        row, _, _ = heading_row(icons.icon("restore", "accent"), self.sentence, hint)
        self.body.addLayout(row)
        self.notes = QPlainTextEdit("\n".join(rechecked.notes), self)
        self.notes.setReadOnly(True)
        self.notes.setAccessibleName("What is different now")
        self.notes.setFixedHeight(look.scaled(24 + 18 * min(2 * len(rechecked.notes), 7)))
        self.notes.setVisible(bool(rechecked.notes))
        self.body.addWidget(self.notes)
        self._rechecked = rechecked
        self.list = self._make_list()
        self.body.addWidget(self.list, 1)
        self.look_button = self.add_button("Look", self._look, role="flat")
        self.look_button.setCheckable(True)
        self.look_button.setIcon(icons.icon("chevron-down", "muted"))
        self.look_button.setToolTip("Show every change that was not saved")
        self.look_button.setEnabled(bool(rechecked.records))
        self.buttons.addStretch(1)
        self.discard_button = self.add_button("Discard", self._discard)
        self.later_button = self.add_button("Not Now", self.reject)
        self.restore_button = self.add_button("Restore", self._restore, role="primary", default=True)
        self.restore_button.setEnabled(bool(rechecked.records))

    def reject(self) -> None:
        """Keep them for another time."""
        super().reject()
        self.later_wanted.emit()

    def _restore(self) -> None:
        self.accept()
        self.restore_wanted.emit()

    def _discard(self) -> None:
        self.accept()
        self.discard_wanted.emit()

    def _look(self) -> None:
        if not self.list.topLevelItemCount():  # ten thousand records take a second to be put into words
            self._fill(self._rechecked)
        self.list.setVisible(self.look_button.isChecked())
        self.fit()

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget(self)
        made.setAccessibleName("Changes not saved")
        made.setProperty("role", "boxed")
        made.setHeaderHidden(True)
        made.setColumnCount(2)
        made.setMinimumHeight(look.scaled(240))
        made.setColumnWidth(0, look.scaled(190))
        made.hide()
        return made

    def _fill(self, rechecked: Rechecked) -> None:
        staging = Staging()
        staging.titles.update({one.ref: one.title for one in rechecked.records if one.title})
        staging.restore([one.state for one in rechecked.records])
        words = describe(staging, self._connection.database, self._connection.locale)
        bold = look.font(bold=True)
        for record in words[:_MOST]:
            top = QTreeWidgetItem([record.heading])
            top.setFont(0, bold)
            top.addChildren([QTreeWidgetItem([line.heading, line.text]) for line in record.lines])
            self.list.addTopLevelItem(top)
            top.setFirstColumnSpanned(True)
        if len(words) > _MOST:
            self.list.addTopLevelItem(QTreeWidgetItem([f"… and {len(words) - _MOST:,} more records"]))
        self.list.expandAll()


def draft_words(draft: Draft) -> str:
    """``5 unsaved changes in 4 records of Newsroom, from 14:02``."""
    changes, records = _times(draft.changes, "unsaved change"), _times(len(draft.records), "record")
    return f"{changes} in {records} of {draft.profile.name}, from {moment_words(draft.began)}"


def moment_words(moment: datetime) -> str:
    """The person's own time of day, with the date where it is not today."""
    here, today = moment.astimezone(), datetime.now().astimezone()
    clock = f"{here:%H:%M}"
    if here.date() == today.date():
        return clock
    year = f" {here.year}" if here.year != today.year else ""
    return f"{here.day} {here:%b}{year} {clock}"


def damaged_words(damaged: Sequence[object]) -> str:
    """One sentence about files put aside."""
    if len(damaged) == 1:
        return "A file with unsaved changes was damaged and could not be read."
    return f"{len(damaged):,} files with unsaved changes were damaged and could not be read."


def _times(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
