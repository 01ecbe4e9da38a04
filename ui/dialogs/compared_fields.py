"""Owns the values of one record side by side, a line for each field; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLabel, QRadioButton, QWidget

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key, TableName
from desktop.browse.lookups import labels_of
from desktop.models.cells import CellState, column_cells
from desktop.models.connection import Connection
from desktop.schema.describe import Table
from desktop.schema.labels import column_heading
from desktop.values.special import DEFAULT
from ui import look
from ui.dialogs.cut_text import cut_apart
from ui.dialogs.frame import text_label

GAP = 16
_BUTTON = 30
"""Of a radio button, before its text."""
_WIDEST_NAME = 130

Names = Mapping[tuple[TableName, Key], str]


@dataclass(frozen=True)
class ComparedField:
    """A field and its values, as many as there are headings; one of the last two can be chosen."""

    column: str
    values: tuple[object, ...]
    to_choose: bool = False


class ComparedFields(QWidget):
    """Values that differ stay apart in sight however long they are; references say whom they point to as soon
    as that is read."""

    def __init__(
        self,
        connection: Connection,
        table: Table,
        headings: Sequence[str],
        fields: Sequence[ComparedField],
        width: int,
    ) -> None:
        """``width``: pixels for all of it."""
        super().__init__()
        self._connection = connection
        self._table = table
        self._fields = fields
        self._width = width
        self.choices: dict[str, tuple[QRadioButton, QRadioButton]] = {}
        """The last two values of a field, where there is something to choose."""
        self._lines: list[tuple[QLabel | QRadioButton, ...]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.scaled(GAP))
        self._grid.setVerticalSpacing(10)
        for place, heading in enumerate(("", *headings)):
            self._grid.addWidget(_line(heading, "faint"), 0, place)
            self._grid.setColumnStretch(place, 1 if place else 0)
        self._names = {
            one.column: self._elided(self._heading(one), look.scaled(_WIDEST_NAME)) for one in fields
        }
        for number, field in enumerate(fields, 1):
            self._add(field, number)
        self._word({})
        self._asked = False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:  # of many records only those somebody looks at
            self._asked = True
            self._read_names()

    def _add(self, field: ComparedField, number: int) -> None:
        label = _line(self._names[field.column], "strong" if field.to_choose else "muted")
        label.setToolTip(self._heading(field) if label.text() != self._heading(field) else "")
        line = [self._value(field, place) for place in range(len(field.values))]
        if field.to_choose:
            theirs, mine = line[-2:]
            assert isinstance(theirs, QRadioButton) and isinstance(mine, QRadioButton)
            group = QButtonGroup(self)
            group.addButton(theirs)
            group.addButton(mine)
            mine.setChecked(True)
            self.choices[field.column] = theirs, mine
        for place, widget in enumerate((label, *line)):
            self._grid.addWidget(widget, number, place)
        self._lines.append(tuple(line))

    def _value(self, field: ComparedField, place: int) -> QLabel | QRadioButton:
        last = place == len(field.values) - 1
        if field.to_choose and place >= len(field.values) - 2:
            return QRadioButton(self)
        return _line("", "" if last else "muted")

    # words

    def _word(self, names: Names) -> None:
        for field, line in zip(self._fields, self._lines, strict=True):
            texts = [self._shown(field.column, value, names) for value in field.values]
            for widget, short, whole in zip(line, self._short(texts), texts, strict=True):
                widget.setText(short.replace("&", "&&") if isinstance(widget, QRadioButton) else short)
                widget.setToolTip(whole if short != whole else "")
            for button, side in zip(self.choices.get(field.column, ()), ("theirs", "yours"), strict=False):
                button.setAccessibleName(f"{self._heading(field)}, {side}: {button.text()}")

    def _shown(self, column: str, value: object, names: Names) -> str:
        if value is DEFAULT:
            return "default"
        target = self._target(column)
        label = names.get((target, (value,))) if target is not None else None
        maker = column_cells(self._table, column, self._connection.locale)
        return maker.show(value, label, CellState.NORMAL).text or "(empty)"

    def _heading(self, field: ComparedField) -> str:
        return column_heading(self._table, field.column)

    def _short(self, texts: Sequence[str]) -> list[str]:
        """Each as long as its column is wide; those to be chosen between have a button before them."""
        strong = QFontMetrics(look.font(bold=True))
        beside = max(map(strong.horizontalAdvance, self._names.values()))
        width = self._width - look.scaled(len(texts) * GAP) - beside
        buttons = _BUTTON * 2 if self.choices else 0
        room = (width - look.scaled(buttons)) // len(texts)
        letters = room * 5 // (4 * self.fontMetrics().averageCharWidth())  # most are narrower than that
        return [self._elided(text, room) for text in cut_apart(texts, letters)]

    def _elided(self, text: str, room: int) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)

    # whom references point to

    def _target(self, column: str) -> TableName | None:
        """The table whose key the column holds, where it holds the whole of one."""
        key = self._table.foreign_key_on(column)
        if key is None or len(key.columns) != 1 or key.target not in self._connection.database.schema.tables:
            return None
        return key.target if self._connection.database.table(key.target).key == key.target_columns else None

    def _read_names(self) -> None:
        wanted: dict[TableName, set[Key]] = {}
        for field in self._fields:
            target = self._target(field.column)
            if target is not None:
                keys = wanted.setdefault(target, set())
                keys |= {(value,) for value in field.values if isinstance(value, int | str | UUID)}
        if not any(wanted.values()):
            return
        database = self._connection.database

        def work(token: CancelToken, progress: Progress) -> Names:
            return {
                (target, key): name
                for target, keys in wanted.items()
                for key, name in labels_of(database, target, list(keys), token=token).items()
            }

        self._connection.side.submit(work, self._word, self._unnamed, owner=self)

    def _unnamed(self, exc: Exception) -> None:
        """The keys stay: the save told of whatever is wrong with the line, and the choice can be made."""


def _line(text: str, role: str) -> QLabel:
    label = text_label(text, role)
    label.setWordWrap(False)
    return label
