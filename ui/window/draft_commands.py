"""Owns what becomes of drafts: keeps one for the open connection, offers those that a crash left behind."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from desktop.base.cancel import CancelToken, Progress
from desktop.journal.drafts import Draft, Left, drafts_folder, identity_of, left_behind
from desktop.journal.restoring import Rechecked, recheck
from desktop.models.connection import Connection
from desktop.models.draft_keeper import DraftKeeper
from desktop.models.lanes import Lane
from ui.dialogs import message
from ui.dialogs.restore_dialog import RestoreDialog, damaged_words, draft_words
from ui.window.workspace import Workspace

_TITLE = "Unsaved changes"
_CHOICES = (
    message.Choice("open", "Open and Restore", message.Tone.MAIN),
    message.Choice("discard", "Discard", message.Tone.OTHER),
    message.Choice("later", "Not Now", message.Tone.SAFE),
)


class DraftCommands(QObject):
    """Nothing typed is lost by a crash: staged changes lie on disk, and are offered again."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._window = workspace.window
        self.keeper: DraftKeeper | None = None
        """Of the open connection."""
        self._lane = Lane("left drafts", self)
        self._held: list[Draft] = []
        self._offered: set[str] = set()
        self._asking = False
        workspace.ready.connect(self._attach)
        workspace.opener.failed.connect(self._look)
        self._window.closing.connect(self._close)

    def _attach(self) -> None:
        connection = self._workspace.connection
        if connection is None:
            return
        if not connection.database.profile.read_only:
            self.keeper = DraftKeeper(connection, self)
            self.keeper.not_kept.connect(self._not_kept)
            connection.tell_saves(self.keeper)
            connection.closing.connect(self._detach)
            own = identity_of(connection.database.profile)
            self._offered -= {draft.name for draft in self._held if draft.identity == own}
        self._look()

    def _detach(self) -> None:
        keeper, self.keeper = self.keeper, None
        if keeper is not None:
            keeper.close()
            keeper.deleteLater()

    def _close(self) -> None:
        self._lane.close()
        for draft in self._held:
            draft.close()
        self._held.clear()

    # what was left behind

    def _look(self) -> None:
        def work(token: CancelToken, progress: Progress) -> Left:
            return left_behind()

        self._lane.submit(work, self._found, self._not_read, owner=self)

    def _found(self, left: Left) -> None:
        self._held += left.drafts
        if left.damaged:
            hint = f"It was put aside in {drafts_folder()}. Everything else works as usual."
            message.tell(self._window, _TITLE, damaged_words(left.damaged), hint, done=self._offer_next)
        else:
            self._offer_next()

    def _offer_next(self) -> None:
        """One at a time, those of the open database first."""
        if self._asking:
            return
        connection = self._workspace.connection
        writable = connection is not None and not connection.database.profile.read_only
        own = identity_of(connection.database.profile) if connection is not None and writable else ""
        open_ = [draft for draft in self._held if draft.name not in self._offered]
        open_.sort(key=lambda draft: draft.identity != own)
        if not open_:
            return
        draft = open_[0]
        self._asking = True
        self._offered.add(draft.name)
        if connection is not None and draft.identity == own:
            self._recheck(connection, draft)
        else:
            hint = "Rowkeeper ended before they were saved."
            answered = partial(self._answered, draft)
            message.ask(self._window, _TITLE, f"{draft_words(draft)}.", hint, _CHOICES, answered)

    def _answered(self, draft: Draft, choice: str) -> None:
        self._asking = False
        if choice == "open":
            self._workspace.opener.reopen(draft.profile)
        elif choice == "discard":
            self._erase(draft)
            self._offer_next()
        else:
            self._offer_next()

    # of the open database

    def _recheck(self, connection: Connection, draft: Draft) -> None:
        def work(token: CancelToken, progress: Progress) -> Rechecked:
            return recheck(connection.database, draft, connection.locale, token)

        def failed(error: Exception) -> None:
            self._asking = False
            message.show_error(self._window, error, title=_TITLE)

        rechecked = partial(self._rechecked, connection, draft)
        connection.lane.submit(work, rechecked, failed, owner=self, cancelled=self._done)

    def _rechecked(self, connection: Connection, draft: Draft, answer: Rechecked) -> None:
        if not answer.records and not answer.notes:
            self._erase(draft)
            sentence = "The changes that were being saved when Rowkeeper ended are saved."
            message.tell(self._window, _TITLE, sentence, "Nothing is left to be restored.", done=self._done)
            return
        dialog = RestoreDialog(connection, draft, answer, self._window)
        dialog.restore_wanted.connect(partial(self._restore, connection, draft, answer))
        dialog.discard_wanted.connect(partial(self._discard, draft))
        dialog.later_wanted.connect(self._done)
        dialog.open()

    def _restore(self, connection: Connection, draft: Draft, answer: Rechecked) -> None:
        if self.keeper is not None and self._workspace.connection is connection:
            self._held.remove(draft)
            self.keeper.take_over(draft, answer.records)
        self._done()

    def _discard(self, draft: Draft) -> None:
        self._erase(draft)
        self._done()

    def _done(self) -> None:
        self._asking = False
        self._offer_next()

    def _erase(self, draft: Draft) -> None:
        """Off the GUI thread: it waits for the disk."""
        self._held.remove(draft)

        def work(token: CancelToken, progress: Progress) -> None:
            draft.erase()

        self._lane.submit(work, lambda _: None, self._not_read)

    # when the disk does not take it

    def _not_kept(self, error: Exception) -> None:
        hint = f"{_reason(error)} What you type stays here, but a crash would lose it. Save soon."
        sentence = "Unsaved changes cannot be kept on disk."
        message.tell(self._window, _TITLE, sentence, hint, details=_details(error))

    def _not_read(self, error: Exception) -> None:
        sentence = "What was not saved last time cannot be looked for."
        message.tell(self._window, _TITLE, sentence, _reason(error), details=_details(error))


def _reason(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) else str(error)
    return f"{drafts_folder()}: {text}."


def _details(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
