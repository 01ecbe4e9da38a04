"""Owns what the Record menu does to all selected records at once: delete, restore, set, add."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from desktop.base.cancel import CancelToken, Progress
from desktop.base.person import person_at_work
from desktop.browse.fetch import count
from desktop.browse.selection import Selection
from desktop.edit.soft import restore
from desktop.models.connection import Changed
from desktop.schema.labels import records_word
from ui.dialogs import message
from ui.dialogs.add_to_field_dialog import AddToFieldDialog
from ui.dialogs.delete_dialog import DeleteDialog
from ui.dialogs.set_field_dialog import SetFieldDialog
from ui.window.table_tab import TableTab
from ui.window.workspace import Workspace


class BulkCommands:
    """The Record menu, as far as it is about the selection."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._window = workspace.window
        workspace.delete_wanted.connect(self._delete_if_allowed)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "record.delete_now": self.delete,
            "record.delete_permanently": self.delete_permanently,
            "record.restore": self.restore,
            "record.set_field": self.set_field,
            "record.add_to_field": self.add_to_field,
        }

    def delete(self) -> None:
        """Delete the selected records at once; where the table has a mark for it, set that."""
        self._with_selection(partial(self._ask_to_delete, for_good=False))

    def delete_permanently(self) -> None:
        """Delete for good, also where records are normally only marked."""
        self._with_selection(partial(self._ask_to_delete, for_good=True))

    def restore(self) -> None:
        """Take the mark off the selected records."""
        self._with_selection(self._restore)

    def set_field(self) -> None:
        """Give one field the same value in all selected records."""
        self._with_selection(
            lambda tab, selection: SetFieldDialog(
                tab.connection, selection, self._window, column=tab.current_column
            ).open()
        )

    def add_to_field(self) -> None:
        """Add an amount to a number in all selected records."""
        self._with_selection(
            lambda tab, selection: AddToFieldDialog(
                tab.connection, selection, self._window, column=tab.current_column
            ).open()
        )

    def _with_selection(self, do: Callable[[TableTab, Selection], None]) -> None:
        tab = self._workspace.tab
        if tab is None:
            return
        tracker = self._window.jobs.track("Reading what is selected", records_word(tab.table, 2))
        job = tab.grid.selected.choose(partial(do, tab), tab.refused.emit, tab, tracker.progress)
        tracker.follow_if(job)

    def _delete_if_allowed(self) -> None:
        if self._window.actions_["record.delete_now"].isEnabled():
            self.delete()

    def _ask_to_delete(self, tab: TableTab, selection: Selection, *, for_good: bool) -> None:
        DeleteDialog(tab.connection, selection, self._window, who=person_at_work(), for_good=for_good).open()

    def _restore(self, tab: TableTab, selection: Selection) -> None:
        connection, table = tab.connection, tab.table
        database, locale, recorder = connection.database, connection.locale, connection.recorder

        def work(token: CancelToken, progress: Progress) -> int:
            expected = count(database, selection, locale=locale, token=token)
            return restore(
                database,
                selection,
                expected,
                locale=locale,
                token=token,
                progress=progress,
                recorder=recorder,
            )

        def done(number: int) -> None:
            connection.changed.emit(Changed(frozenset({table.name})))

        def failed(error: Exception) -> None:
            message.show_error(self._window, error, title="Restore")

        tracker = self._window.jobs.track(f"Restoring {records_word(table, 2)}", records_word(table, 2))
        job = connection.apart.submit(
            work, done, failed, owner=tab, progress=tracker.progress, always_tell=True
        )
        tracker.follow(job)
