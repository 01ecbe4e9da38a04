"""Owns the line that shows work of more than a second, with counts and a Cancel; starts no work."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.models.lanes import Job
from desktop.values.locale import PLAIN, Locale
from ui import look
from ui.window.words import number

SHOW_AFTER = 1000
"""Milliseconds: shorter work is not worth a line."""
LOOK_EVERY = 200


class JobsBar(QWidget):
    """One line per job that runs for long; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Running work")
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self.locale_: Locale = PLAIN
        self.hide()

    def track(self, title: str, unit: str = "") -> Tracker:
        """A tracker for work that is about to start: give its ``progress`` to the job, then ``follow`` it."""
        return Tracker(self, title, unit)

    def watch(self, title: str, unit: str, job: Job) -> None:
        """Track work that has been started already."""
        tracker = self.track(title, unit)
        job.watch(tracker.progress)
        tracker.follow(job)

    def show_line(self, line: JobLine) -> None:
        self._lines.addWidget(line)
        self.show()

    def remove_line(self, line: JobLine) -> None:
        self._lines.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.setVisible(self._lines.count() > 0)


class Tracker(QObject):
    """Watches one job; its line appears after a second and goes when the job has ended."""

    def __init__(self, bar: JobsBar, title: str, unit: str) -> None:
        super().__init__(bar)
        self._bar = bar
        self._title = title
        self._unit = unit
        self._job: Job | None = None
        self._line: JobLine | None = None
        self._done = 0
        self._total: int | None = None
        self._waiting = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self._look)

    def follow(self, job: Job) -> Job:
        """Watch this job from now on."""
        self._job = job
        self._timer.start()
        return job

    def follow_if(self, job: Job | None) -> None:
        """Watch this job, if there was anything to do."""
        if job is not None:
            self.follow(job)
        else:
            self.deleteLater()

    def progress(self, done: int, total: int | None) -> None:
        """The job's progress report (on the GUI thread)."""
        self._done, self._total = done, total
        self._show()

    def _look(self) -> None:
        assert self._job is not None
        self._waiting += LOOK_EVERY
        if not self._job.running:
            self._end()
        elif self._line is None and self._waiting >= SHOW_AFTER:
            self._line = JobLine(self._title, self._job)
            self._bar.show_line(self._line)
            self._show()

    def _show(self) -> None:
        if self._line is not None:
            self._line.tell(self._counts(), self._done, self._total)

    def _counts(self) -> str:
        if not self._done and self._total is None:
            return ""
        done = number(self._done, self._bar.locale_)
        of = "" if self._total is None else f" of {number(self._total, self._bar.locale_)}"
        return f"{done}{of} {self._unit}".rstrip()

    def _end(self) -> None:
        self._timer.stop()
        if self._line is not None:
            self._bar.remove_line(self._line)
        self.deleteLater()


class JobLine(QFrame):
    """What is being done, how far it is, and Cancel."""

    def __init__(self, title: str, job: Job) -> None:
        super().__init__()
        self.setProperty("role", "job")
        self._title = title
        self._job = job
        self._words = QLabel(title)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setFixedWidth(look.scaled(180))
        self._bar.setAccessibleName(title)
        self._cancel = QPushButton("Cancel")
        self._cancel.setAccessibleName(f"Cancel: {title}")
        self._cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # who clicks it stays where they are
        self._cancel.clicked.connect(self._on_cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 12, 6)
        row.setSpacing(3 * look.STEP)
        row.addWidget(self._words)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self._cancel)

    def tell(self, counts: str, done: int, total: int | None) -> None:
        """Show how far the work is."""
        self._words.setText(f"{self._title}  {counts}" if counts else self._title)
        self._bar.setRange(0, 0 if not total else 1000)
        if total:
            self._bar.setValue(min(1000, done * 1000 // total))

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self._cancel.setText("Cancelling…")
        self._job.cancel()
