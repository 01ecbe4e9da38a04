"""A failure nobody expected, wherever it happens: told once and logged, and what is staged stays."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRunnable,
    Qt,
    QThread,
    QThreadPool,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from tests.fixtures.databases import MakeDatabase
from tests.stories.conftest import Sit
from tests.stories.grid_kit import at, entry, saved
from tests.stories.kit import Person
from ui.last_resort import LastResort, log_file

Index = QModelIndex | QPersistentModelIndex
Surprise = Callable[[QWidget], object]
PRIVATE = "canary"


@pytest.fixture
def guard() -> Iterator[None]:
    """As the program does it."""
    before = sys.excepthook, threading.excepthook
    found = LastResort()
    found.install()
    yield
    found.remove()
    sys.excepthook, threading.excepthook = before


class Model(QAbstractTableModel):
    """Fails when it is read or written."""

    reading = False

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 10

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = 0) -> object:
        if self.reading:
            _fail("data")
        return None

    def setData(self, index: Index, value: object, role: int = 0) -> bool:
        _fail("setData")
        return True


class Delegate(QStyledItemDelegate):
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        _fail("createEditor")
        return QWidget(parent)


class Widget(QDialog):
    """Fails when it is painted, accepted or closed."""

    painting = False

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.painting:
            _fail("paintEvent")

    def accept(self) -> None:
        _fail("accept")

    def closeEvent(self, event: QCloseEvent) -> None:
        _fail("closeEvent")


class Filter(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.User:
            _fail("eventFilter")
        return False


class Thread(QThread):
    def run(self) -> None:
        _fail("QThread")


class Worker(QObject):
    """Lives in another thread, where the signal reaches it."""

    wanted = Signal()

    @Slot()
    def work(self) -> None:
        self.thread().quit()
        _fail("worker's slot")


class Runnable(QRunnable):
    def run(self) -> None:
        _fail("QRunnable")


class SurpriseError(Exception):
    """Of the kinds below, one for each place."""


def _fail(where: str) -> None:
    raise type(where.capitalize(), (SurpriseError,), {})(PRIVATE)


def table(parent: QWidget) -> tuple[QTableView, Model]:
    view, model = QTableView(parent), Model(parent)
    view.setModel(model)
    view.resize(200, 200)
    view.show()
    return view, model


def reading(parent: QWidget) -> None:
    view, model = table(parent)
    model.reading = True
    view.viewport().repaint()


def writing(parent: QWidget) -> None:
    _, model = table(parent)
    model.setData(model.index(0, 0), 1)


def editing(parent: QWidget) -> None:
    view, model = table(parent)
    view.setItemDelegate(Delegate(view))
    view.edit(model.index(0, 0))


def clicking(parent: QWidget) -> None:
    button = QPushButton(parent)
    button.clicked.connect(lambda: _fail("slot"))
    button.click()


def painting(parent: QWidget) -> None:
    widget = Widget(parent)
    widget.painting = True
    widget.grab()


def filtering(parent: QWidget) -> None:
    watched, filter_ = QObject(parent), Filter(parent)
    watched.installEventFilter(filter_)
    QCoreApplication.sendEvent(watched, QEvent(QEvent.Type.User))


def qt_thread(parent: QWidget) -> None:
    thread = Thread(parent)
    thread.start()
    thread.wait()


def worker(parent: QWidget) -> None:
    thread, one = QThread(parent), Worker()
    one.moveToThread(thread)
    one.wanted.connect(one.work)
    thread.start()
    one.wanted.emit()
    thread.wait()


def pool(parent: QWidget) -> None:
    QThreadPool.globalInstance().start(Runnable())
    QThreadPool.globalInstance().waitForDone()


def plain_thread(parent: QWidget) -> None:
    thread = threading.Thread(target=_fail, args=("Thread",))
    thread.start()
    thread.join()


def accepting(widget: Widget) -> None:
    QTimer.singleShot(0, widget, widget.accept)


SURPRISES: dict[str, Surprise] = {
    "a slot": clicking,
    "a timer": lambda parent: QTimer.singleShot(0, parent, lambda: _fail("timer")),
    "data()": reading,
    "setData()": writing,
    "createEditor()": editing,
    "accept()": lambda parent: accepting(Widget(parent)),
    "closeEvent()": lambda parent: Widget(parent).close(),
    "paintEvent()": painting,
    "eventFilter()": filtering,
    "QThread.run()": qt_thread,
    "QRunnable.run()": pool,
    "Thread.run()": plain_thread,
    "a worker's slot": worker,
}


def test_thirteen_places_in_the_program(guard: None, sit: Sit, make_sqlite: MakeDatabase) -> None:
    person = sit(
        make_sqlite("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'a')")
    )
    person.open("t")
    at(person, 1, "v")
    entry(person, "kept")
    for where, surprise in SURPRISES.items():
        log_file().write_text("")
        told(person, surprise, where)
        logged = log_file().read_text(encoding="utf-8")
        assert logged.count("in _fail\n") >= 2, where
        assert PRIVATE not in logged
        assert person.tab.staged.text == "1 change in 1 record"
    saved(person)
    assert person.stored("SELECT v FROM t") == "kept"


def told(person: Person, surprise: Surprise, where: str) -> None:
    """One box, once, however often it happens."""
    for again in (False, True):
        place = QWidget(person.window)
        place.show()
        try:
            surprise(place)
        except SurpriseError as error:  # Python calls it itself here; from Qt it would come so
            sys.excepthook(type(error), error, error.__traceback__)
        if again:
            person.qtbot.wait(20)
            assert person.boxes.open is None, where
        else:
            box = person.boxes.escape()
            assert box.sentence == "Something went wrong inside Rowkeeper.", where
            assert PRIVATE not in box.details and "in _fail" in box.details
        place.hide()
        place.deleteLater()
