"""Owns the course of every bulk dialog: count first, run with progress and Cancel, tell a refusal; no SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.base.refusal import Reason
from desktop.browse.fetch import count
from desktop.browse.selection import Selection
from desktop.edit.noted import FEW_ROWS
from desktop.edit.recorded_rows import MOST_ROWS
from desktop.edit.weight import MOST_WEIGHT, selected_weight
from desktop.models.bulk_staged import count_staged, drop_gone
from desktop.models.connection import Changed, Connection
from desktop.models.lanes import Job
from desktop.schema.labels import record_word, records_word
from ui.dialogs import message
from ui.dialogs.frame import DialogFrame, text_label

T = TypeVar("T")
_SHOW_AFTER = 1000  # milliseconds: shorter work needs no progress bar


class BulkDialog(DialogFrame):
    """A dialog over a selection. What it does to how many is counted before the button can be pressed."""

    done_count = Signal(object)
    """How many records were changed, after the commit."""

    def __init__(
        self, connection: Connection, selection: Selection, parent: QWidget | None, title: str, width: int
    ) -> None:
        super().__init__(parent, title, width)
        self.wear(connection.database.profile)
        self.connection = connection
        self.selection = selection
        self.table = connection.database.table(selection.table)
        self.expected: int | None = None
        self._job: Job | None = None
        self._count: Job | None = None
        self._weight = 0
        self.unsaved = text_label("", "muted")
        self.unsaved.hide()
        self.status = text_label("", "muted")
        self.status.hide()
        self.unkept = text_label("", "muted")
        self.unkept.hide()
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.hide()
        self._late = QTimer(self, singleShot=True, interval=_SHOW_AFTER)
        self._late.timeout.connect(self._show_progress)
        self.cancel_button: QPushButton | None = None
        self.go_button: QPushButton | None = None

    def word(self, number: int | None = None) -> str:
        """What one record, or that many, are called."""
        return record_word(self.table) if number is None else records_word(self.table, number)

    def finish_layout(self, verb: str, apply: Callable[[], None], role: str = "primary") -> None:
        """The status line and the buttons, under whatever the dialog has put into its body."""
        self.body.addWidget(self.unsaved)
        self.body.addWidget(self.unkept)
        self.body.addWidget(self.status)
        self.body.addWidget(self.bar)
        self.buttons.addStretch(1)
        # The safe button is the default where data would be lost.
        self.cancel_button = self.add_button("Cancel", self.reject, default=role == "danger")
        self.go_button = self.add_button(verb, apply, role=role, default=role != "danger")
        self.go_button.setEnabled(False)
        self.look_for_unsaved()

    @property
    def takes_away(self) -> bool:
        """The records will not be in the database afterwards."""
        return False

    @property
    def changing(self) -> tuple[str, ...]:
        """The columns whose values of before would have to be kept, and may be long."""
        return ()

    @property
    def adding(self) -> int:
        """How long a text goes into each record, which would have to be kept too."""
        return 0

    def look_for_unsaved(self) -> None:
        """Say how many of the records have changes that are not saved, and what becomes of these."""
        count_staged(self.connection, self.selection, self._tell_unsaved, self)

    @property
    def working(self) -> bool:
        return self._job is not None and self._job.running

    def start_count(self, known: int | None = None) -> None:
        """Count the selection in the background, if it is not ``known``, and weigh what is to be changed;
        ``counted`` follows."""
        database, selection, locale = self.connection.database, self.selection, self.connection.locale
        names = self.changing

        def work(token: CancelToken, progress: Progress) -> tuple[int, int]:
            number = known
            if number is None:
                number = count(database, selection, locale=locale, token=token)
            if not names or number > MOST_ROWS:
                return number, 0
            return number, selected_weight(database, selection, names, locale=locale, token=token)

        if self._count is not None:
            self._count.cancel()
        self._count = self.connection.side.submit(work, self._counted, self.count_failed, owner=self)

    def weigh_again(self) -> None:
        """Something else is to be changed in the records counted: the button waits until that is weighed."""
        if self.expected is not None and self.expected <= MOST_ROWS and self.go_button is not None:
            self.go_button.setEnabled(False)
            self.start_count(self.expected)

    def counted(self) -> None:
        """``expected`` is known now."""
        raise NotImplementedError

    def warn_of(self, rows: int, keyless: Collection[str] = (), weight: int = 0) -> None:
        """Say beforehand what cannot be put back: too many rows, too long ones, those without a key."""
        sentence = ""
        if rows > MOST_ROWS:
            sentence = f"More than {MOST_ROWS:,} records in all: this is not kept and cannot be undone later."
        elif weight > MOST_WEIGHT:
            size = MOST_WEIGHT // 1_000_000
            sentence = f"More than {size} MB in all: this is not kept and cannot be undone later."
        elif keyless:
            sentence = (
                f"What goes from {' and '.join(keyless)} cannot be put back later: no key tells it apart."
            )
        self.unkept.setText(sentence)
        self.unkept.setVisible(bool(sentence))

    def run(self, work: Callable[[CancelToken, Progress], T], done: Callable[[T], None]) -> None:
        """Run the writing part; the buttons wait meanwhile and Cancel stops it."""
        assert self.go_button is not None
        self.go_button.setEnabled(False)
        self.bar.setRange(0, 0)  # one statement for all says nothing before its end, several soon do
        self.status.setText("Working…")
        self._late.start()

        def finished(result: T) -> None:
            self._stop_progress()
            done(result)

        self._job = self.connection.lane.submit(
            work,
            finished,
            self._refused,
            owner=self,
            progress=self._progressed,
            cancelled=self._cancelled,
            always_tell=True,
        )

    def announce(self, changed: int, tables: frozenset[TableName]) -> None:
        """Tell everybody, and close."""
        self.accept()
        self.done_count.emit(changed)
        self.connection.changed.emit(Changed(tables, (), self))
        if self.takes_away:
            drop_gone(self.connection, tables)

    def reject(self) -> None:
        if self.working:
            assert self._job is not None
            self.status.setText("Cancelling…")
            self._job.cancel()
        else:
            super().reject()

    def count_failed(self, error: Exception) -> None:
        """Counting was refused: say so in the dialog."""
        self.status.setText(message.refusal_of(error).sentence)
        self.status.show()

    def ready_again(self) -> None:
        """After a refusal or a cancel the button may be pressed again."""
        if self.go_button is not None:
            self.go_button.setEnabled(True)

    def _tell_unsaved(self, number: int) -> None:
        have = "has" if number == 1 else "have"
        them = "it" if number == 1 else "them"
        fate = f"go with {them}" if self.takes_away else "stay, to be saved later"
        self.unsaved.setText(f"{number:,} of them {have} unsaved changes, which {fate}.")
        self.unsaved.setVisible(number > 0)
        if self.isVisible():
            self.fit()

    def warn(self) -> None:
        """``warn_of`` what was counted and weighed, with what is to be written."""
        number = self.expected or 0
        written = self.adding * number if number > FEW_ROWS else 0
        before = self.unkept.isHidden()
        self.warn_of(number, (), self._weight + written)
        if self.isVisible() and self.unkept.isHidden() is not before:
            self.fit()

    def _counted(self, found: tuple[int, int]) -> None:
        self.expected, self._weight = found
        self.counted()
        self.warn()

    def _progressed(self, done: int, total: int | None) -> None:
        self.bar.setRange(0, total or 0)
        self.bar.setValue(done)
        self.status.setText(f"{done:,} of {total:,}" if total else f"{done:,}")

    def _show_progress(self) -> None:
        self.bar.show()
        self.status.show()
        self.fit()

    def _stop_progress(self) -> None:
        self._late.stop()
        self.bar.hide()

    def _cancelled(self) -> None:
        self._stop_progress()
        self.status.setText("Cancelled. Nothing was changed.")
        self.status.show()
        self.fit()
        self.ready_again()

    def _refused(self, error: Exception) -> None:
        self._stop_progress()
        refusal = message.refusal_of(error)
        recount = refusal.reason is Reason.COUNT_CHANGED
        message.show_refusal(
            self, refusal, title=self.windowTitle(), done=self.start_count if recount else self.ready_again
        )
