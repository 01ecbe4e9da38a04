"""Owns what the File menu does: opening databases, files in and out, leaving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu

from desktop.browse.selection import Selection
from desktop.connect.profile import Profile
from desktop.connect.store import load_profiles, recent
from desktop.schema.labels import records_word
from ui.actions.spec import RECENT, SAVED
from ui.dialogs import files
from ui.dialogs.export_dialog import ExportDialog
from ui.dialogs.import_dialog import ImportDialog
from ui.window.words import database_name
from ui.window.workspace import Workspace

_SQLITE = ("SQLite databases (*.sqlite *.sqlite3 *.db *.db3 *.s3db *.gpkg)", "All files (*)")


class FileCommands:
    """The File menu."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._window = workspace.window
        submenus = self._window.actions_.submenus
        _fill_when_shown(submenus[RECENT], partial(self._profiles, read=recent))
        _fill_when_shown(submenus[SAVED], partial(self._profiles, read=load_profiles))
        _fill_when_shown(self._window.navigator.switch_menu, self._switch_entries)

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """What the actions do."""
        return {
            "file.open": self.open,
            "file.connect": self.connect_to_server,
            "file.sample": self.open_sample,
            "file.import": self.import_csv,
            "file.export": self.export,
            "file.close_tab": self.close_tab,
            "file.quit": self.quit,
        }

    def open(self) -> None:
        """Ask for an SQLite file and open it."""

        def chosen(file: Path) -> None:
            self._workspace.opener.open_target(str(file))

        files.choose_file(self._window, "Open SQLite File", chosen, _SQLITE)

    def connect_to_server(self) -> None:
        """Ask for a server and connect."""
        self._workspace.opener.ask_for_server()

    def open_sample(self) -> None:
        """Open the newsroom."""
        self._workspace.opener.open_sample()

    def import_csv(self) -> None:
        """Bring records from a CSV file into the table in front."""
        tab = self._workspace.tab
        if tab is not None:
            ImportDialog(tab.connection, tab.table.name, self._window).open()

    def export(self) -> None:
        """Write the view in front, or what is selected in it, to a file."""
        tab = self._workspace.tab
        if tab is None:
            return

        def show(selection: Selection | None) -> None:
            ExportDialog(tab.connection, tab.model.shown_view, selection, self._window).open()

        if tab.table.key and tab.grid.selected.size > 1 and not tab.grid.selected.everything:
            tracker = self._window.jobs.track("Reading what is selected", records_word(tab.table, 2))
            job = tab.grid.selected.choose(show, tab.refused.emit, tab, tracker.progress)
            tracker.follow_if(job)
        else:
            show(None)

    def close_tab(self) -> None:
        """Close the tab in front."""
        tab = self._workspace.tab
        if tab is not None:
            self._workspace.close_tab(tab)

    def quit(self) -> None:
        """Close the window; the program ends with it."""
        self._window.close()

    def _profiles(self, menu: QMenu, read: Callable[[], list[Profile]]) -> None:
        for profile in read():
            action = menu.addAction(f"{database_name(profile)}  –  {profile.summary}".replace("&", "&&"))
            action.setToolTip(profile.path or profile.summary)
            action.triggered.connect(partial(self._open_profile, profile))
        if not menu.actions():
            menu.addAction("Nothing yet").setEnabled(False)

    def _open_profile(self, profile: Profile, checked: bool = False) -> None:
        if profile.backend == "sqlite":  # the file may have gone since
            self._workspace.opener.open_target(profile.path, read_only=profile.read_only)
        else:
            self._workspace.opener.reopen(profile)

    def _switch_entries(self, menu: QMenu) -> None:
        self._profiles(menu, recent)
        menu.addSeparator()
        for one in ("file.open", "file.connect", "file.sample"):
            menu.addAction(self._window.actions_[one])


def _fill_when_shown(menu: QMenu, fill: Callable[[QMenu], None]) -> None:
    """Make the entries anew whenever the menu opens."""

    def refill() -> None:
        menu.clear()
        fill(menu)

    menu.aboutToShow.connect(refill)
    menu.setToolTipsVisible(True)
