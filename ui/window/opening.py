"""Owns opening databases in the background and telling why one could not be opened; keeps none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.connect.profile import Profile, sqlite_profile
from desktop.connect.secrets import get_password
from desktop.connect.store import as_saved, remember_recent
from desktop.connect.target import resolve, shown_target
from desktop.models.connection import Connection, open_connection
from desktop.models.lanes import Job, Lane
from ui.dialogs import message
from ui.window.main_window import MainWindow
from ui.window.words import database_name

if TYPE_CHECKING:
    from ui.dialogs.connect_dialog import ConnectDialog

SAMPLE_NAME = "Newsroom"
SAMPLE_TABLE = "posts"
"""What a person sees first in the sample."""


class Opener(QObject):
    """From what a person names to an open connection; one attempt at a time."""

    opened = Signal(object, str)
    """The Connection, and the table to show (or nothing)."""
    failed = Signal()
    """It was refused or cancelled; why has been told."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._files = Lane("files", self)
        """For what is not a database yet: paths, the keyring, making the sample."""
        self._files.failed_unhandled.connect(self._refused)
        self._job: Job | None = None

    @property
    def busy(self) -> bool:
        return self._job is not None and self._job.running

    def open_target(self, target: str, *, read_only: bool = False, table: str = "") -> None:
        """Open what a person named: a file, a URL, a saved connection."""

        def work(token: CancelToken, progress: Progress) -> tuple[Profile, str | None]:
            return resolve(target, read_only)

        self._prepare(shown_target(target), work, table)

    def open_sample(self, *, read_only: bool = False, table: str = "") -> None:
        """Open the person's copy of the sample database, made first where there is none."""

        def work(token: CancelToken, progress: Progress) -> tuple[Profile, str | None]:
            return _sample_profile(read_only), None

        self._prepare(SAMPLE_NAME, work, table)

    def reset_sample(self) -> None:
        """Put a fresh sample database in place and open it."""

        def work(token: CancelToken, progress: Progress) -> tuple[Profile, str | None]:
            from desktop.sample.build import reset_sample

            reset_sample()
            return _sample_profile(read_only=False), None

        self._prepare(SAMPLE_NAME, work, "")

    def reopen(self, profile: Profile) -> None:
        """Open a profile that was opened or saved before; its password is looked up."""

        def work(token: CancelToken, progress: Progress) -> tuple[Profile, str | None]:
            return profile, get_password(profile)

        self._prepare(database_name(profile), work, "")

    def adopt(self, connection: Connection, table: str = "") -> None:
        """A connection somebody else opened."""
        profile = connection.database.profile
        self._files.submit(lambda token, progress: remember_recent(profile), _nothing, self._not_remembered)
        self.opened.emit(connection, table)

    def ask_for_server(self, profile: Profile | None = None) -> ConnectDialog:
        """Show the dialog that connects to a server."""
        from ui.dialogs.connect_dialog import ConnectDialog  # only with a server is it needed at all

        dialog = ConnectDialog(self._window, profile=profile)
        dialog.connected.connect(self.adopt)
        dialog.open()
        return dialog

    def close(self) -> None:
        """Stop what is under way."""
        self._cancel()
        self._files.close()

    def _prepare(
        self, name: str, work: Callable[[CancelToken, Progress], tuple[Profile, str | None]], table: str
    ) -> None:
        self._cancel()

        def done(found: tuple[Profile, str | None]) -> None:
            self._open(*found, table)

        tracker = self._window.jobs.track(f"Opening {name}")
        self._job = tracker.follow(
            self._files.submit(work, done, self._refused, owner=self, cancelled=self.failed.emit)
        )

    def _open(self, profile: Profile, password: str | None, table: str) -> None:
        tracker = self._window.jobs.track(f"Opening {database_name(profile)}")
        self._job = tracker.follow(
            open_connection(
                profile,
                password,
                partial(self.adopt, table=table),
                partial(self._not_opened, profile),
                self,
                cancelled=self.failed.emit,
            )
        )

    def _refused(self, error: Exception) -> None:
        self.failed.emit()
        message.show_error(self._window, error, title="Open Database")

    def _not_opened(self, profile: Profile, error: Exception) -> None:
        """A server's refusal leads back to the fields: most often the password is missing."""
        self.failed.emit()
        again = partial(self._ask_again, profile) if profile.backend == "postgresql" else None
        message.show_error(self._window, error, title=f"Open {database_name(profile)}", done=again)

    def _ask_again(self, profile: Profile) -> None:
        self.ask_for_server(profile)

    def _not_remembered(self, error: Exception) -> None:
        message.show_error(self._window, error, title="Recent Databases")

    def _cancel(self) -> None:
        if self._job is not None and self._job.running:
            self._job.cancel()
        self._job = None


def _sample_profile(read_only: bool) -> Profile:
    from desktop.sample.build import sample_path

    profile = replace(sqlite_profile(sample_path(), read_only=read_only), name=SAMPLE_NAME)
    return replace(as_saved(profile), name=SAMPLE_NAME)


def _nothing(result: None) -> None:
    """Nothing is to be done when the recent list has been written."""
