"""Owns the frame: menu bar, navigator, tabs, running work; what happens in it is decided by the workspace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ui import look
from ui.actions.build import Actions
from ui.connection_strip import ConnectionStrip
from ui.window.empty_state import EmptyState
from ui.window.jobs_bar import JobsBar
from ui.window.navigator import Navigator
from ui.window.tabs import Tabs
from ui.window.window_state import WindowState

if TYPE_CHECKING:  # the frame must show before the database layers are loaded
    from desktop.connect.profile import Profile

START_ACTIONS = ("file.sample", "file.connect", "file.open")


class MainWindow(QMainWindow):
    """Rowkeeper's window."""

    file_dropped = Signal(object)
    """The Path of a file that was dropped."""
    closing = Signal()
    """The window is about to close: the last moment to keep something."""

    def __init__(self, state: WindowState) -> None:
        super().__init__()
        self.state = state
        self.before_close: Callable[[], bool] | None = None
        """Asked first: False where the window must stay open, for now."""
        self.actions_ = Actions(self)
        self.navigator = Navigator(self)
        self.tabs = Tabs(self)
        self.start = EmptyState(self)
        self.jobs = JobsBar(self)
        self.panel: QWidget | None = None
        """What is docked at the right; see ``dock``."""
        self.changes: QWidget | None = None
        """What is docked under the tabs; see ``dock_below``."""
        self.strip = ConnectionStrip(parent=self)
        """In the colour of the open connection."""
        self._pages = QStackedWidget()
        self._glance: QWidget | None = None
        self._behind: QWidget = self.start
        """What is shown in the middle, were there no glance in front of it."""
        self._middle = QSplitter(Qt.Orientation.Vertical)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._room = QWidget()
        """Where the panel will be: what is shown already does not move when it comes."""
        self._room.setProperty("role", "panel")
        self._lay_out()
        self.actions_.fill(self.menuBar())
        self.actions_.allow(())
        self.setAcceptDrops(True)
        self.setWindowTitle("Rowkeeper")
        self.setMinimumSize(look.scaled(640), look.scaled(400))
        self._restore()
        self.say_start()

    # what is shown in the middle

    def say_start(self) -> None:
        """No database is open: offer the ways to open one."""
        self.say("database-outline", "No database is open.", START_ACTIONS)

    def say(self, icon: str, sentence: str, actions: Sequence[str] = ()) -> None:
        """Show one sentence instead of the tabs, with these actions."""
        self.start.say(icon, sentence, [self.actions_[one] for one in actions])
        self._show(self.start)

    def show_tabs(self) -> None:
        """Show the tabs."""
        self._show(self.tabs)

    def show_glance(self, page: QWidget) -> None:
        """Show this page in front of whatever is in the middle, until ``drop_glance``."""
        self._glance = page
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def drop_glance(self) -> None:
        """Show again what belongs in the middle."""
        page, self._glance = self._glance, None
        if page is not None:
            self._pages.setCurrentWidget(self._behind)
            self._pages.removeWidget(page)
            page.deleteLater()

    def show_profile(self, profile: Profile | None, share: str = "") -> None:
        """Name the open connection, and wear its colour."""
        self.navigator.show_profile(profile, share)
        self.strip.show_profile(profile)

    def show_navigator(self, shown: bool) -> None:
        """Show or hide the navigator."""
        self.navigator.setVisible(shown)
        self.actions_["view.navigator"].setChecked(shown)

    def dock(self, panel: QWidget) -> None:
        """Put a panel at the right, as wide as it was."""
        self.panel = panel
        self._splitter.replaceWidget(2, panel)
        self._room.deleteLater()
        self._splitter.setStretchFactor(2, 0)
        self.show_panel(self.state.panel_width != 0)
        self._divide()

    def show_panel(self, shown: bool) -> None:
        """Show or hide the panel at the right."""
        if self.panel is not None:
            self.panel.setVisible(shown)
        self.actions_["view.panel"].setChecked(shown)

    def add_line(self, line: QWidget) -> None:
        """Put a line at the foot of the middle, above running work."""
        self._column.insertWidget(self._column.count() - 1, line)

    def dock_below(self, panel: QWidget) -> None:
        """Put a panel under the tabs, as high as it was; hidden where nothing is remembered."""
        self.changes = panel
        self._middle.addWidget(panel)
        self._middle.setStretchFactor(1, 0)
        height = self.state.changes_height
        self.show_below(height > 0)
        wanted = height if height > 0 else look.scaled(look.CHANGES)
        self._middle.setSizes([max(self.height() - wanted, 1), wanted])

    def show_below(self, shown: bool) -> None:
        """Show or hide the panel under the tabs."""
        if self.changes is not None:
            self.changes.setVisible(shown)
        self.actions_["data.review"].setChecked(shown)

    # Qt's events

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.before_close is not None and not self.before_close():
            event.ignore()
            return
        self.closing.emit()
        self._keep()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        file = _dropped_file(event)
        if file is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(file)

    def _show(self, page: QWidget) -> None:
        self._behind = page
        if self._glance is None:
            self._pages.setCurrentWidget(page)

    def _lay_out(self) -> None:
        self._pages.setProperty("role", "pages")
        self._pages.addWidget(self.start)
        self._pages.addWidget(self.tabs)
        middle = QWidget()
        self._column = column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._middle.setHandleWidth(1)
        self._middle.setChildrenCollapsible(False)
        self._middle.addWidget(self._pages)
        self._middle.setStretchFactor(0, 1)
        column.addWidget(self._middle, 1)
        column.addWidget(self.jobs)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.navigator)
        self._splitter.addWidget(middle)
        self._splitter.addWidget(self._room)
        self._splitter.setStretchFactor(1, 1)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.strip)
        rows.addWidget(self._splitter, 1)
        self.setCentralWidget(whole)

    def _restore(self) -> None:
        if self.state.geometry.isEmpty() or not self.restoreGeometry(self.state.geometry):
            self.resize(1280, 800)
        self.show_navigator(self.state.navigator_width != 0)
        self._room.setVisible(self.state.panel_width != 0)
        self._divide()

    def _divide(self) -> None:
        """Give the navigator and the panel the widths they had."""
        widths = (self.state.navigator_width, look.NAVIGATOR), (self.state.panel_width, look.PANEL)
        left, right = (had if had > 0 else look.scaled(usual) for had, usual in widths)
        beside = self.panel or self._room
        sides = 0 if self.navigator.isHidden() else left, 0 if beside.isHidden() else right
        self._splitter.setSizes([sides[0], max(self.width() - sum(sides), 1), sides[1]])

    def _keep(self) -> None:
        self.state.geometry = self.saveGeometry()
        self.state.navigator_width = 0 if self.navigator.isHidden() else self.navigator.width()
        if self.panel is not None:
            self.state.panel_width = 0 if self.panel.isHidden() else self.panel.width()
        if self.changes is not None:
            self.state.changes_height = 0 if self.changes.isHidden() else self.changes.height()
        self.state.sync()


def _dropped_file(event: QDropEvent) -> Path | None:
    """The one file that is dropped; None for anything else."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
