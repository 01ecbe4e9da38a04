"""Owns fitting a form into the narrow panel: which fields share a line, and which buttons show."""

from __future__ import annotations

from typing import TypeAlias, cast

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.schema.describe import Kind
from ui import look
from ui.editors.lookup import LookupEditor
from ui.forms.field import Field
from ui.forms.record_form import RecordForm

_Position: TypeAlias = tuple[int, int, int, int]
"""Row, column, rows, columns."""
_WIDEST_MOMENTS = {
    Kind.TIMESTAMP: "2024-12-28 20:40:08",
    Kind.TIMESTAMP_TZ: "2024-12-28 20:40:08+00:00",
}
_WIDEST_NAME = "Grace B. Hopper"
_PARTS = 6
"""Of a line, so that it can be halved and parted in thirds."""
_EDGE = 14
_BESIDE = 46
"""Pixels a field needs beside its text: edges, and the button inside."""


def fit_in(form: RecordForm) -> None:
    """Give the form the margins and the colour of the panel; its fields follow its width from now on."""
    body = form.widget()
    outer = body.layout() if body is not None else None
    item = outer.itemAt(0) if outer is not None else None
    grid = item.layout() if item is not None else None
    if body is None or outer is None or not isinstance(grid, QGridLayout):
        return
    outer.setContentsMargins(_EDGE, 4, _EDGE, 12)
    form.viewport().setAutoFillBackground(False)
    body.setAutoFillBackground(False)
    _Lines(form, grid)
    for field in form.fields.values():
        if isinstance(field.editor, LookupEditor) and not field.editor.read_only:
            _ButtonWhileEdited(field.editor)


class _Lines(QObject):
    """Puts two short fields into one line where both fit, one where they do not."""

    def __init__(self, form: RecordForm, grid: QGridLayout) -> None:
        super().__init__(form)
        self._form = form
        self._grid = grid
        self._cells = self._in_order()
        self._spans: list[int] = []
        for column in range(_PARTS):
            grid.setColumnStretch(column, 1)
        for field in form.fields.values():
            field.note.setMinimumWidth(1)  # else "was …" would widen the form past the panel
        form.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return False

    def _in_order(self) -> list[tuple[QWidget, bool]]:
        """Every widget in reading order, and whether it wants the whole line anyway."""
        cells = []
        for index in range(self._grid.count()):
            item = self._grid.itemAt(index)
            widget = item.widget() if item is not None else None
            if widget is not None:
                row, column, _, span = cast(_Position, self._grid.getItemPosition(index))
                cells.append((row, column, widget, span > 1))
        return [(widget, full) for _, _, widget, full in sorted(cells, key=lambda cell: cell[:2])]

    def _arrange(self) -> None:
        spans = self._wanted_spans()
        if spans == self._spans:
            return
        self._spans = spans
        row, column = 0, 0
        for (widget, _), span in zip(self._cells, spans, strict=True):
            if column + span > _PARTS:
                row, column = row + 1, 0
            self._grid.removeWidget(widget)
            self._grid.addWidget(widget, row, column, 1, span)
            column += span

    def _wanted_spans(self) -> list[int]:
        """Of each widget, how many parts of a line it gets; two that share one make a whole."""
        gap = self._grid.horizontalSpacing()
        part = (self._form.viewport().width() - 2 * _EDGE + gap) // _PARTS - gap
        wide = {span: span * part + (span - 1) * gap for span in (2, 3, 4)}
        spans: list[int] = []
        while len(spans) < len(self._cells):
            first, *rest = self._cells[len(spans) : len(spans) + 2]
            if first[1] or (rest and rest[0][1]):
                whole = first[1] or _is_name(first[0]) or _needed(first[0]) > wide[3]
                spans.append(_PARTS if whole else 3)
            elif rest:
                both = _needed(first[0]), _needed(rest[0][0])
                shares = ((3, 3), (2, 4), (4, 2))
                fitting = (s for s in shares if both[0] <= wide[s[0]] and both[1] <= wide[s[1]])
                spans += next(fitting, (_PARTS,))
            else:
                spans.append(3 if _needed(first[0]) <= wide[3] else _PARTS)
        return spans


class _ButtonWhileEdited(QObject):
    """The button that opens the list shows while the field has the focus: else the name gets its room."""

    def __init__(self, editor: LookupEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        editor.line.installEventFilter(self)
        self._show(editor.line.hasFocus())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show(event.type() == QEvent.Type.FocusIn)
        return False

    def _show(self, shown: bool) -> None:
        self._editor.pick_button.setVisible(shown)
        self._editor.line.place_inside()


def _is_name(widget: QWidget) -> bool:
    """Shows the name of another record, which may be long."""
    return isinstance(widget, Field) and isinstance(widget.editor, LookupEditor)


def _needed(widget: QWidget) -> int:
    """The least width at which what is shown can be read."""
    moment = _WIDEST_MOMENTS.get(widget.editor.column.kind) if isinstance(widget, Field) else None
    if moment is not None:
        return _width(moment) + look.scaled(_BESIDE)
    if _is_name(widget):
        return _width(_WIDEST_NAME) + look.scaled(_EDGE)
    return widget.minimumSizeHint().width()


def _width(text: str) -> int:
    """As it will be painted: a widget that was not shown yet has another font."""
    return QFontMetrics(look.font()).horizontalAdvance(text)
