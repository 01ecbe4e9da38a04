"""Owns the line of filter fields under the column heads; what the texts mean is decided below."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.base.refusal import Refusal
from desktop.models.record_model import RecordModel
from desktop.models.view_changes import with_filters
from desktop.schema.describe import Column, Kind
from ui import look

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_REST = 350
"""Milliseconds without a key before what was typed is applied."""
_EXAMPLES = {
    Kind.INTEGER: ">= 10",
    Kind.DECIMAL: ">= 10",
    Kind.FLOAT: ">= 10",
    Kind.BOOLEAN: "yes",
    Kind.DATE: "2024-05",
    Kind.TIMESTAMP: "2024-05",
    Kind.TIMESTAMP_TZ: "2024-05",
    Kind.BYTES: "not empty",
}


class FilterRow(QWidget):
    """One field per visible column; tells the model the new view by itself."""

    entered = Signal(str)
    """The column whose field has got the focus."""
    left = Signal()
    """Esc in an empty field, or the down arrow: back to the rows."""

    def __init__(self, model: RecordModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._fields: dict[str, QLineEdit] = {}
        self.setAccessibleName("Filters")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST)
        self._timer.timeout.connect(self.apply)
        model.modelReset.connect(self.sync)
        model.refused.connect(self._on_refused)

    def field(self, column: str) -> QLineEdit | None:
        """The field of a column; None where it is not shown."""
        return self._fields.get(column)

    def texts(self) -> dict[str, str]:
        """What stands in the fields, blank ones included."""
        return {name: field.text() for name, field in self._fields.items()}

    def apply(self) -> None:
        """Ask the model for what the fields say; filters of columns that are not shown stay."""
        self._timer.stop()
        texts = {f.column: f.text for f in self._model.view.filters}
        texts.update(self.texts())
        for field in self._fields.values():
            _mark(field, "")
        view = with_filters(self._model.view, texts)
        if view != self._model.view:
            self._model.set_view(view)

    def setVisible(self, visible: bool) -> None:
        super().setVisible(visible)
        self.sync()

    def sync(self) -> None:
        """Fields for the columns shown, with the texts of the view; never under a person's hands.

        None are made before somebody sees them: most grids are opened, read and closed without.
        """
        if self.isHidden():
            return
        shown = set(self._model.shown_view.columns)
        for gone in [name for name in self._fields if name not in shown]:
            self._fields.pop(gone).deleteLater()
        texts = {f.column: f.text for f in self._model.shown_view.filters}
        previous: QWidget | None = None
        for section in range(self._model.columnCount()):
            column = self._model.column_at(section)
            if not isinstance(column, Column):
                continue
            field = self._fields.get(column.name) or self._make(column, section)
            text = texts.get(column.name, "")
            if not (field.hasFocus() or self._timer.isActive()) and field.text() != text:
                field.setText(text)
            if previous is not None:
                self.setTabOrder(previous, field)
            previous = field

    def place(self, spans: Mapping[str, tuple[int, int]]) -> None:
        """Put each field under its head: (left, width) in pixels by column."""
        height = self.height() - 1
        for name, field in self._fields.items():
            left, width = spans.get(name, (0, 0))
            field.setGeometry(left, 0, width - 1, height)
            field.setVisible(width > 0)

    def set_error(self, column: str, sentence: str) -> None:
        """Mark a field as not understood and say why; an empty sentence takes the mark away."""
        field = self._fields.get(column)
        if field is not None:
            _mark(field, sentence)

    def clear(self) -> None:
        """Empty all fields and apply."""
        for field in self._fields.values():
            field.clear()
        self.apply()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and isinstance(watched, QLineEdit):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() in _ENTER:
                event.accept()  # else the grid around the field would open its current record
                return True
            return event.type() == QEvent.Type.KeyPress and self._on_key(watched, event)
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit(next((n for n, field in self._fields.items() if field is watched), ""))
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = look.current()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), tokens.bg)
            painter.fillRect(0, self.height() - 1, self.width(), 1, tokens.line)
            for field in self._fields.values():
                if not field.isHidden():
                    painter.fillRect(field.geometry().right() + 1, 0, 1, self.height(), tokens.line)

    def _make(self, column: Column, section: int) -> QLineEdit:
        field = QLineEdit(self)
        field.setProperty("role", "filter")
        field.setAccessibleName(f"Filter {self._model.columns.heading(section)}")
        reference = self._model.table.foreign_key_on(column.name) is not None
        field.setPlaceholderText("Filter" if reference else _EXAMPLES.get(column.kind, "Filter"))
        field.textEdited.connect(self._timer.start)
        field.installEventFilter(self)
        self._fields[column.name] = field
        field.show()
        return field

    def _on_key(self, field: QLineEdit, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Escape:
            if field.text():
                field.clear()
                self.apply()
            else:
                self.left.emit()
            return True
        if event.key() in _ENTER:
            self.apply()
            return True
        if event.key() == Qt.Key.Key_Down:
            self.apply()
            self.left.emit()
            return True
        return False

    def _on_refused(self, refusal: object) -> None:
        if isinstance(refusal, Refusal):
            for column in refusal.fields:
                self.set_error(column, refusal.sentence)


def _mark(field: QLineEdit, sentence: str) -> None:
    """Colour and tooltip; the description speaks it."""
    state = "error" if sentence else ""
    field.setToolTip(sentence)
    field.setAccessibleDescription(sentence)
    if (field.property("state") or "") != state:
        field.setProperty("state", state)
        field.style().unpolish(field)
        field.style().polish(field)
