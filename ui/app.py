"""Owns putting the program together and starting it: settings, look, window, the first database."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.command.arguments import WindowOptions
from desktop.models.collector import Collector
from desktop.models.lanes import Lane
from desktop.sample.place import sample_file
from ui import icons, look
from ui.first_rows import FirstRows
from ui.hold import Hold

if TYPE_CHECKING:
    from desktop.journal.glances import Seen
    from ui.window.commands import Commands
    from ui.window.main_window import MainWindow
    from ui.window.workspace import Workspace


_TURN = 0.001
"""Seconds for which a thread may go on computing while the window's waits for a turn, as it does many
times while it paints: with Python's own 5 ms it stands still for half as long again, executed."""
_UNSEEN = 500
"""Milliseconds after which the database is opened though nothing was painted."""

__all__ = ["Desk", "WindowOptions", "application", "run"]


class Desk(QObject):
    """A window with everything in it; ``start`` opens the first database."""

    served = Signal()
    """All that the window needs is loaded, and can be used."""

    def __init__(self, app: QApplication, options: WindowOptions) -> None:
        super().__init__(app)
        from ui.window.main_window import MainWindow
        from ui.window.window_state import WindowState

        self._options = options
        state = WindowState()
        look.apply(app, state.theme)
        self.window: MainWindow = MainWindow(state)
        self._workspace: Workspace | None = None
        self._commands: Commands | None = None
        self._loader = Lane("loading", self)
        self._hold: Hold | None = None
        self._awaited = {"start"}
        """What must come before anything else is loaded."""
        collector = app.findChild(Collector)
        if collector is not None:  # not where tests look for garbage themselves
            self.served.connect(collector.begin)
        self.window.menuBar().setEnabled(False)
        self.window.say("database-clock-outline", "Opening the database…")

    @property
    def workspace(self) -> Workspace:
        """What is open in the window; there from ``furnish`` on."""
        assert self._workspace is not None
        return self._workspace

    def furnish(self) -> None:
        """Give the window its commands. Apart from the constructor because it loads the database layers,
        which takes longer than showing the window."""
        self._make_room()
        self._serve()

    def open_first(self) -> None:
        """Open what was asked for, or the sample database."""
        opener, options = self.workspace.opener, self._options
        if options.database:
            opener.open_target(options.database, read_only=options.read_only, table=options.table)
        else:
            opener.open_sample(read_only=options.read_only, table=options.table)

    def start(self) -> None:
        """``furnish`` and ``open_first``."""
        self._loader.close()
        self.furnish()
        self.open_first()

    def glance(self) -> None:
        """Read, in another thread, what can be shown before the layers that open databases are loaded; see
        ``start_soon``."""
        options = self._options
        path = Path(options.database) if options.database else sample_file()

        def look(token: CancelToken, progress: Progress) -> Seen | None:
            from desktop.journal.glances import glance_at

            return glance_at(path, options.table)

        self._awaited.add("glance")
        self._loader.submit(look, self._glanced, owner=self)

    def start_soon(self) -> None:
        """``start`` in two steps, each loaded by another thread while the window lives: first what shows
        rows, then all that can be done with them. After a ``glance``, once that is painted."""
        self._awaited.discard("start")
        self._go_on()

    def _glanced(self, found: Seen | None) -> None:
        if found is not None:
            from ui.window.glance_page import GlancePage

            self.window.show_profile(found.profile)
            filters = self.window.state.filter_row
            page = GlancePage(found.glance, found.rows, self.window.actions_, filter_row=filters)
            self.window.show_glance(page)
            self._hold = Hold(self.window)
            _FirstPaint(page, self._past_glance)  # a thread that loads would hold up its painting
        else:
            self._past_glance()

    def _past_glance(self) -> None:
        self._awaited.discard("glance")
        self._go_on()

    def _go_on(self) -> None:
        if not self._awaited:
            self._load("ui.window.workspace", self._show_first)

    def _show_first(self) -> None:
        self._make_room()
        hold = self._hold or Hold(self.window)

        def serve() -> None:
            self._loader.close()
            hold.end()
            self._serve()

        first = FirstRows(self.workspace)
        first.arrived.connect(self._drop_glance)
        first.settled.connect(lambda: self._load("ui.window.commands", serve))
        self.open_first()

    def _drop_glance(self) -> None:
        self.window.drop_glance()
        if self.workspace.connection is None:  # it was not opened after all
            self.window.show_profile(None)

    def _make_room(self) -> None:
        from ui.window.workspace import Workspace

        self._workspace = Workspace(self.window)
        # Asked for something of a widget for the first time, PySide makes the classes of all widgets: before
        # a table is opened, which takes long enough.
        QTimer.singleShot(0, self.window, lambda: self.window.navigator.list.viewport())

    def _serve(self) -> None:
        from ui.window.commands import Commands

        self._commands = Commands(self.workspace)
        self.window.menuBar().setEnabled(True)
        self.served.emit()

    def _load(self, module: str, done: Callable[[], None]) -> None:
        def load(token: CancelToken, progress: Progress) -> None:
            import_module(module)  # it uses everything else

        self._loader.submit(load, lambda _: done(), owner=self)


def application() -> QApplication:
    """The one QApplication, made where there is none yet."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        sys.setswitchinterval(_TURN)
        app = QApplication([*sys.argv[:1], *look.STYLE])
        Collector(app)
    app.setApplicationName("Rowkeeper")
    app.setDesktopFileName("rowkeeper")
    QGuiApplication.setApplicationDisplayName("")
    return app


def run(options: WindowOptions) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    app = application()
    app.setWindowIcon(icons.icon("table-edit", "accent"))
    from ui.last_resort import LastResort

    guard = LastResort(app)
    guard.install()
    desk = Desk(app, options)
    desk.glance()
    desk.window.show()
    _FirstPaint(desk.window, desk.start_soon)
    listening = _listen_to_signals(app)
    try:
        return app.exec()
    finally:
        listening.stop()
        guard.remove()
        _let_go_of_clipboard()


def _let_go_of_clipboard() -> None:
    """Where the platform has no clipboard of its own (offscreen), Qt keeps what was copied until Python has
    ended, and then crashes on it (PySide6 6.11, executed)."""
    if QGuiApplication.platformName() not in ("xcb", "wayland", "windows", "cocoa"):
        QGuiApplication.clipboard().clear()
    elif "ui.grid.offered" in sys.modules:  # else nothing was copied from here
        from ui.grid.offered import hand_over

        hand_over()


class _FirstPaint(QObject):
    """Runs something once, when a widget has painted itself; soon in any case: a window may open unseen."""

    def __init__(self, widget: QWidget, do: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._do: Callable[[], None] | None = do
        widget.installEventFilter(self)
        QTimer.singleShot(_UNSEEN, self, self._go)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._go)  # its children paint themselves after it, in the same go
        return False

    def _go(self) -> None:
        do, self._do = self._do, None
        if do is not None:
            self._widget.removeEventFilter(self)
            do()


def _listen_to_signals(app: QApplication) -> QTimer:
    """Ctrl+C and a friendly kill close the windows, so that settings are kept and threads end.

    Python handles signals only between its own instructions: the timer gives it some while Qt waits.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.closeAllWindows())
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(500)
    return timer
