"""Owns the widget the fields of a form stand on: two columns, and the order of Tab; decides no place."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.forms.arrange import Place
from ui.turns import Steps


class FormBody(QWidget):
    """An empty body first; its fields are its children from the start, and placed when all are there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 4, 20, 12)
        outer.addLayout(self._grid)
        outer.addStretch(1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(12)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    def placing(self, places: Iterable[Place]) -> Steps:
        """Put each field into its place, one after the other."""
        previous: QWidget | None = None
        for place in places:
            self._grid.addWidget(place.widget, place.row, place.column, 1, place.span)
            target = place.target
            if previous is not None:
                QWidget.setTabOrder(previous, target)
            previous = target
            yield
