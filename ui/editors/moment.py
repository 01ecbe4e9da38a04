"""Owns the editors of dates and times: typed text, a calendar to pick from, fractions and zones kept."""

from __future__ import annotations

from datetime import date, datetime, time

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.schema.describe import Column, Kind
from desktop.values.kinds import BadValue
from desktop.values.locale import Locale
from desktop.values.timestamp import in_zone
from ui import icons, look
from ui.editors.below import place_below
from ui.editors.line import LineEditor


class MomentEditor(LineEditor):
    """Dates, times and timestamps; Ctrl+; enters today, Ctrl+Shift+; now."""

    def __init__(self, column: Column, locale: Locale, parent: QWidget | None = None) -> None:
        super().__init__(column, locale, parent)
        self._popup: CalendarPopup | None = None
        self.button = QToolButton(self)
        self.button.setIcon(icons.icon("clock" if column.kind is Kind.TIME else "calendar", "muted"))
        self.button.setAccessibleName(self._verb())
        self.button.setToolTip(f"{self._verb()} (Alt+Down)")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.pick)
        self.line.add_inside(self.button)

    @property
    def note(self) -> str:
        """Times with a zone are shown and typed in the person's own."""
        return zone_name(self.locale_) if self.column.kind is Kind.TIMESTAMP_TZ else ""

    def set_read_only(self, read_only: bool) -> None:
        self.button.setVisible(not read_only)
        self.line.place_inside()
        super().set_read_only(read_only)

    def key_pressed(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() in (Qt.Key.Key_Semicolon, Qt.Key.Key_Colon):
            self._enter_now(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return True
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() == Qt.Key.Key_Down:
            self.pick()
            return True
        return super().key_pressed(event)

    def pick(self) -> None:
        """Open the calendar under the field; for a time of day, enter the time now."""
        if self.read_only:
            return
        if self.column.kind is Kind.TIME:
            self._enter_now(exact=True)
            return
        if self._popup is None:
            self._popup = CalendarPopup(self)
        self._popup.show_for(self._day())

    def take_day(self, day: date) -> None:
        """Replace the date part; the time of day, its fraction and its zone stay."""
        current = self._current()
        if self.column.kind is Kind.DATE:
            self.put(day)
        elif isinstance(current, datetime):
            self.put(current.replace(year=day.year, month=day.month, day=day.day))
        else:
            zone = self.locale_.zone if self.column.kind is Kind.TIMESTAMP_TZ else None
            self.put(datetime.combine(day, time(), zone))

    def _current(self) -> object:
        try:
            current = self.value()
        except BadValue:
            return None
        if isinstance(current, datetime) and current.tzinfo is not None:
            return in_zone(current, self.locale_)
        return current

    def _day(self) -> date:
        current = self._current()
        if isinstance(current, datetime):
            return current.date()
        return current if isinstance(current, date) else datetime.now(self.locale_.zone).date()

    def _enter_now(self, exact: bool) -> None:
        if self.read_only:
            return
        now = datetime.now(self.locale_.zone).replace(microsecond=0)
        match self.column.kind:
            case Kind.DATE:
                self.put(now.date())
            case Kind.TIME:
                self.put(now.time())
            case Kind.TIMESTAMP_TZ:
                self.put(now if exact else now.replace(hour=0, minute=0, second=0))
            case _:
                now = now.replace(tzinfo=None)
                self.put(now if exact else now.replace(hour=0, minute=0, second=0))

    def _verb(self) -> str:
        return "Enter the Time Now" if self.column.kind is Kind.TIME else "Choose a Date"


class CalendarPopup(QFrame):
    """A month to click or walk through; Enter takes the day, Esc closes."""

    def __init__(self, editor: MomentEditor) -> None:
        super().__init__(editor, Qt.WindowType.Popup)
        self._editor = editor
        self.setObjectName("popup")
        self.calendar = QCalendarWidget(self)
        self.calendar.setAccessibleName("Calendar")
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setMinimumDate(QDate(1, 1, 1))
        self._tint()
        self.calendar.clicked.connect(self._take)
        self.calendar.activated.connect(self._take)
        today = QPushButton("Today", self)
        today.clicked.connect(self._take_today)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.calendar)
        layout.addWidget(today)

    def show_for(self, day: date) -> None:
        """Show the month of ``day`` under the editor."""
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.show()  # only then its size is known
        place_below(self, self._editor)
        self.calendar.setFocus()

    def _tint(self) -> None:
        """Qt's own weekend red and black arrows belong to no theme."""
        weekend = QTextCharFormat()
        weekend.setForeground(look.current().muted)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day, weekend)
        for name, icon, text in (
            ("qt_calendar_prevmonth", "chevron-left", "Previous Month"),
            ("qt_calendar_nextmonth", "chevron-right", "Next Month"),
        ):
            button = self.calendar.findChild(QToolButton, name)
            if button is not None:
                button.setIcon(icons.icon(icon, "text"))
                button.setAccessibleName(text)

    def _take(self, day: QDate) -> None:
        self.hide()
        self._editor.take_day(date(day.year(), day.month(), day.day()))
        self._editor.line.setFocus()

    def _take_today(self) -> None:
        now = datetime.now(self._editor.locale_.zone)
        self._take(QDate(now.year, now.month, now.day))


def zone_name(locale: Locale) -> str:
    """The person's time zone as they call it."""
    key = getattr(locale.zone, "key", None)
    return str(key) if key else (locale.zone.tzname(datetime.now(locale.zone)) or "")
