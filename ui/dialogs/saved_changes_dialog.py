"""Owns the list of saves and what each changed; asks to undo one, or to erase them; reads nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QSplitter, QTreeWidget, QTreeWidgetItem, QWidget

from desktop.edit.changes import Action
from desktop.edit.save_log import RowChange
from desktop.edit.saved import Saved
from desktop.edit.taking_back import ChangedSinceError, Since
from desktop.journal.saves import SaveEntry
from desktop.journal.words import describe_rows, entry_words, since_words, who_words
from desktop.models.lanes import Job
from desktop.models.saves_keeper import SavesKeeper
from ui import icons, look
from ui.dialogs import message
from ui.dialogs.frame import DialogFrame, text_label
from ui.dialogs.restore_dialog import moment_words

_MOST = 1_000
_IN_PART = "It was undone, but for what was changed again before that."
_SHOWN = 8
"""Records named in the question whether to undo the rest."""
SIGNS = {
    Action.INSERT: ("plus", "new", "added"),
    Action.UPDATE: ("pencil-outline", "changed", "changed"),
    Action.DELETE: ("trash-can-outline", "deleted", "deleted"),
}


class SavedChangesDialog(DialogFrame):
    """Every save made on the open connection and still kept."""

    fitted = False

    def __init__(self, keeper: SavesKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Saved Changes", 640)
        self.wear(keeper.connection.database.profile)
        self._keeper = keeper
        self._entries: list[SaveEntry] = []
        self._rows: tuple[RowChange, ...] = ()
        self._shown: int | None = None
        self._job: Job | None = None
        """The undo that runs."""
        self.headline = text_label("Reading…", "title")
        self.list = _tree("Saves", ("When", "What", "Who"), (110, 380))
        self.details = _tree("What it changed", ("Field", "Change"), (210,))
        self.details.setHeaderHidden(True)
        self.note = text_label("", "muted")
        self.note.hide()
        self._build()
        self.resize(look.scaled(760), look.scaled(600))
        keeper.added.connect(self.read)
        self.read()

    @property
    def current(self) -> SaveEntry | None:
        """The chosen save."""
        place = self.list.currentIndex().row()
        return self._entries[place] if 0 <= place < len(self._entries) else None

    @property
    def undoing(self) -> bool:
        """A save is being taken back."""
        return self._job is not None

    def read(self) -> None:
        """Read the list anew."""
        self._keeper.entries(self._listed, self._failed, self)

    def undo(self) -> None:
        """Take the chosen save back."""
        entry = self.current
        if entry is not None and self._shown == entry.id and self.undo_button.isEnabled():
            self._take_back(entry, self._rows)

    def reject(self) -> None:
        """Close; where a save is being undone, stop that first."""
        if self._job is not None:
            self._job.cancel()
        else:
            super().reject()

    def erase(self) -> None:
        """Forget all saves, after a question."""
        name = self._keeper.connection.database.profile.name
        choices = (
            message.Choice("erase", "Erase", message.Tone.DANGER),
            message.Choice("keep", "Cancel", message.Tone.SAFE),
        )
        sentence = f"Erase the saved changes of {name}?"
        hint = "The records stay as they are. These saves cannot be undone any more."
        message.ask(self, "Erase Saved Changes", sentence, hint, choices, self._erase_answered)

    # what is shown

    def _build(self) -> None:
        self.body.addWidget(self.headline)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.list)
        parts.addWidget(self.details)
        parts.setSizes([look.scaled(240), look.scaled(240)])
        parts.setChildrenCollapsible(False)
        self.body.addWidget(parts, 1)
        self.body.addWidget(self.note)
        self.list.currentItemChanged.connect(self._choose)
        self.erase_button = self.add_button("Erase Saved Changes…", self.erase)
        self.buttons.addStretch(1)
        self.close_button = self.add_button("Close", self.reject, default=True)
        self.undo_button = self.add_button("Undo This Save", self.undo, role="primary")
        self.undo_button.setEnabled(False)
        self.erase_button.setEnabled(False)

    def _listed(self, entries: list[SaveEntry]) -> None:
        before = self.current
        self._entries = entries
        self._shown = None
        self.list.blockSignals(True)
        self.list.clear()
        for entry in entries:
            item = QTreeWidgetItem([moment_words(entry.made), self._what(entry), who_words(entry)])
            item.setToolTip(1, item.text(1))
            item.setSizeHint(0, QSize(0, look.scaled(28)))
            if entry.undone_by is not None:
                for column in range(3):
                    item.setForeground(column, QBrush(look.current().muted))
            self.list.addTopLevelItem(item)
        self.list.blockSignals(False)
        count = f"{len(entries):,} save{'' if len(entries) == 1 else 's'}"
        self.headline.setText(f"{count}, the last first" if entries else "Nothing was saved here yet.")
        self.erase_button.setEnabled(bool(entries))
        ids = [entry.id for entry in entries]
        place = ids.index(before.id) if before is not None and before.id in ids else 0
        if entries:
            self.list.setCurrentIndex(self.list.model().index(place, 0))
        self._choose()

    def _what(self, entry: SaveEntry) -> str:
        words = entry_words(entry)
        if entry.undone_by is not None:
            return f"{'Undone in part' if self._in_part(entry) else 'Undone'} · {words}"
        earlier = next((one for one in self._entries if one.id == entry.undoes), None)
        return words if earlier is None else f"Undo of {moment_words(earlier.made)} · {words}"

    def _in_part(self, entry: SaveEntry) -> bool:
        return entry.undone_in_part(next((one for one in self._entries if one.id == entry.undone_by), None))

    def _choose(self) -> None:
        entry = self.current
        self.details.clear()
        self.note.hide()
        self._shown = None
        self.undo_button.setEnabled(False)
        if entry is not None:
            self._keeper.rows(entry.id, partial(self._show, entry), self._failed, self)

    def _show(self, entry: SaveEntry, rows: tuple[RowChange, ...]) -> None:
        if entry != self.current:
            return
        connection = self._keeper.connection
        self._rows, self._shown = rows, entry.id
        words = describe_rows(connection.database, rows[:_MOST], connection.locale)
        self.details.clear()
        for record in words:
            icon, colour, done = SIGNS[record.action]
            top = QTreeWidgetItem([f"{record.heading}   ({done})"])
            top.setIcon(0, icons.icon(icon, colour))
            top.setFont(0, look.font(bold=True))
            for line in record.lines:
                item = QTreeWidgetItem([line.heading, line.text])
                item.setToolTip(1, line.text)
                item.setForeground(0, QBrush(look.current().muted))
                top.addChild(item)
            self.details.addTopLevelItem(top)
            top.setFirstColumnSpanned(True)
        if len(rows) > _MOST:
            self.details.addTopLevelItem(QTreeWidgetItem([f"… and {len(rows) - _MOST:,} more records"]))
        self.details.expandAll()
        why = entry.gap
        if entry.undone_by is not None:
            why = _IN_PART if self._in_part(entry) else "It was undone."
        self.note.setText(why)
        self.note.setVisible(bool(why))
        writable = not connection.database.profile.read_only
        possible = entry.kept and entry.undone_by is None and bool(rows) and writable
        self.undo_button.setEnabled(possible and not self.undoing)

    # what is done

    def _take_back(self, entry: SaveEntry, rows: Sequence[RowChange]) -> None:
        if self.undoing:
            return
        refused = partial(self._refused, entry, rows)
        job = self._keeper.take_back(entry.id, rows, self._taken_back, refused, self, self._idle)
        self._tell_undoing(job)

    def _tell_undoing(self, job: Job | None) -> None:
        self._job = job
        self.close_button.setText("Close" if job is None else "Cancel")
        self.undo_button.setText("Undo This Save" if job is None else "Undoing…")
        self.undo_button.setEnabled(job is None)

    def _idle(self) -> None:
        """It was stopped in time: everything is as it was."""
        self._tell_undoing(None)

    def _taken_back(self, saved: Saved) -> None:
        self._idle()
        self.read()

    def _refused(self, entry: SaveEntry, rows: Sequence[RowChange], error: Exception) -> None:
        self._idle()
        if not isinstance(error, ChangedSinceError):
            message.show_error(self, error, title="Undo This Save")
            return
        lost = {id(since.row) for since in error.since}
        rest = [row for row in rows if id(row) not in lost]
        records = "1 record was" if len(lost) == 1 else f"{len(lost):,} records were"
        sentence = f"{records} changed again since this save."
        choices = [message.Choice("no", "Cancel", message.Tone.SAFE)]
        if rest:
            choices.insert(0, message.Choice("rest", "Undo the Rest", message.Tone.MAIN))

        def answered(choice: str) -> None:
            if choice == "rest":
                self._take_back(entry, rest)

        message.ask(self, "Undo This Save", sentence, self._since(error.since), choices, answered)

    def _since(self, since: Sequence[Since]) -> str:
        connection = self._keeper.connection
        lines = [since_words(connection.database, one, connection.locale) for one in since[:_SHOWN]]
        if len(since) > _SHOWN:
            lines.append(f"… and {len(since) - _SHOWN:,} more.")
        return "\n".join([*lines, "Nothing was written. What was changed again stays as it is."])

    def _erase_answered(self, choice: str) -> None:
        if choice == "erase":
            self._keeper.erase(lambda _: self.read(), self._failed, self)

    def _failed(self, error: Exception) -> None:
        self.headline.setText("The saved changes cannot be read.")
        self.note.setText(str(error))
        self.note.show()


def _tree(name: str, heads: tuple[str, ...], widths: tuple[int, ...]) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName(name)
    tree.setProperty("role", "boxed")
    tree.setHeaderLabels(heads)
    tree.setUniformRowHeights(True)
    for column, width in enumerate(widths):
        tree.setColumnWidth(column, look.scaled(width))
    if len(heads) > 2:
        tree.setRootIsDecorated(False)
    return tree
