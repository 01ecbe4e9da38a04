"""Owns the review of everything not saved: every change in words, by record; saves and writes nothing."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFontDatabase, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from desktop.base.keys import RecordRef
from desktop.edit.changes import Action
from desktop.edit.staging_words import RecordWords, describe, sql_of
from desktop.models.connection import Connection
from ui import icons, look
from ui.dialogs.frame import DialogFrame, text_label

_REF = Qt.ItemDataRole.UserRole
_COLUMN = Qt.ItemDataRole.UserRole + 1
_ROW = 28
_MOST = 1000
"""Records listed; nobody reads more, and making their lines would take seconds."""
_SIGNS = {
    Action.INSERT: ("plus", "new", "new"),
    Action.UPDATE: ("pencil-outline", "changed", "changed"),
    Action.DELETE: ("trash-can-outline", "deleted", "to be deleted"),
}
"""Icon, colour, word."""


class ChangesList(QTreeWidget):
    """Records with their changed fields under them."""

    def __init__(self, connection: Connection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self.setAccessibleName("Changes")
        self.setProperty("role", "boxed")
        self.setHeaderHidden(True)
        self.setColumnCount(2)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(look.scaled(14), look.scaled(14)))
        header = self.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, look.scaled(190))

    @property
    def chosen(self) -> tuple[RecordRef, str | None] | None:
        """The record, and the field where one of its lines is current."""
        item = self.currentItem()
        ref = item.data(0, _REF) if item is not None else None
        return (ref, item.data(0, _COLUMN)) if item is not None and ref is not None else None

    def show_changes(self) -> None:
        """Read everything anew; the current line stays current where it is still there."""
        before = self.chosen
        staging, database = self._connection.workbench.staging, self._connection.database
        words = describe(staging, database, self._connection.locale)
        self.clear()
        signs = {action: icons.icon(icon, colour) for action, (icon, colour, _) in _SIGNS.items()}
        tops = [self._record(one, signs[one.action]) for one in words[:_MOST]]
        if len(words) > _MOST:
            tops.append(QTreeWidgetItem([f"… and {len(words) - _MOST:,} more records"]))
        self.addTopLevelItems(tops)
        for place in range(len(tops)):
            self.setFirstColumnSpanned(place, QModelIndex(), True)
        self.expandAll()
        self._choose_again(before)

    def _record(self, words: RecordWords, sign: QIcon) -> QTreeWidgetItem:
        tokens = look.current()
        top = QTreeWidgetItem([f"{words.heading}   ({_SIGNS[words.action][2]})"])
        top.setIcon(0, sign)
        top.setFont(0, look.font(bold=True))
        top.setData(0, _REF, words.ref)
        top.setSizeHint(0, QSize(0, look.scaled(_ROW)))
        for line in words.lines:
            item = QTreeWidgetItem([line.heading, line.text])
            item.setForeground(0, QBrush(tokens.muted))
            item.setData(0, _REF, words.ref)
            item.setData(0, _COLUMN, line.column or None)
            item.setToolTip(1, line.text)
            if line.invalid:
                item.setForeground(1, QBrush(tokens.error))
                item.setIcon(0, icons.icon("alert-circle-outline", "error"))
            top.addChild(item)
        return top

    def _choose_again(self, before: tuple[RecordRef, str | None] | None) -> None:
        tops = [self.topLevelItem(place) for place in range(self.topLevelItemCount())]
        items = [item for top in tops if top is not None for item in (top, *_children(top))]
        same = [item for item in items if (item.data(0, _REF), item.data(0, _COLUMN)) == before]
        if items:
            self.setCurrentItem((same or items)[0])


class ReviewDialog(DialogFrame):
    """Every change not saved, over all tables: go to it, take it back, save."""

    fitted = False
    go_wanted = Signal(object, str)
    """A RecordRef to show, and the column (or nothing)."""
    save_wanted = Signal()

    def __init__(self, connection: Connection, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Review Changes", 620)
        self._connection = connection
        self.headline = text_label("", "title")
        self.list = ChangesList(connection, self)
        self.sql = QPlainTextEdit(self)
        self._build()
        connection.workbench.changed.connect(self._show)
        self._show()
        self.resize(look.scaled(680), look.scaled(520))

    def go(self) -> None:
        """Close, and show the chosen record in its table."""
        chosen = self.list.chosen
        if chosen is not None:
            self.accept()
            self.go_wanted.emit(chosen[0], chosen[1] or "")

    def take_back(self) -> None:
        """Take back the chosen field, or all of the chosen record; closes with the last one."""
        chosen = self.list.chosen
        if chosen is not None:
            self._connection.workbench.revert(*chosen)

    def discard(self) -> None:
        """Take everything back."""
        self._connection.workbench.discard()

    def save(self) -> None:
        """Close and save."""
        self.accept()
        self.save_wanted.emit()

    def _build(self) -> None:
        self.body.addWidget(self.headline)
        self.body.addWidget(self.list, 1)
        self.sql.setReadOnly(True)
        self.sql.setAccessibleName("Statements")
        self.sql.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.sql.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.sql.hide()
        self.body.addWidget(self.sql, 1)
        self.details = self.add_button("Details", self._show_sql, role="flat")
        self.details.setCheckable(True)
        self.details.setIcon(icons.icon("chevron-down", "muted"))
        self.details.setToolTip("The statements that a save would send")
        self.buttons.addStretch(1)
        self.go_button = self.add_button("Go to Record", self.go)
        self.back_button = self.add_button("Take Back", self.take_back)
        self.back_button.setToolTip("Take back what is chosen above  Del")
        self.discard_button = self.add_button("Discard All", self.discard)
        self.close_button = self.add_button("Close", self.reject)
        self.save_button: QPushButton = self.add_button("Save", self.save, role="primary", default=True)
        self.save_button.setToolTip("Ctrl+S")
        self.list.itemDoubleClicked.connect(self.go)
        QShortcut(QKeySequence("Del"), self.list, self.take_back, context=Qt.ShortcutContext.WidgetShortcut)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save)
        for keys in ("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z"):
            step = self._connection.workbench.undo if keys == "Ctrl+Z" else self._connection.workbench.redo
            QShortcut(QKeySequence(keys), self, step)

    def _show(self) -> None:
        staging = self._connection.workbench.staging
        words = "Nothing is changed any more."
        if staging.dirty:
            changes, records = _times(staging.change_count, "change"), _times(staging.record_count, "record")
            words = f"{changes} in {records}"
        self.headline.setText(words)
        self.list.show_changes()
        for button in (self.go_button, self.back_button, self.discard_button, self.save_button):
            button.setEnabled(staging.dirty)
        if self.details.isChecked():
            self.sql.setPlainText(sql_of(staging, self._connection.database))

    def _show_sql(self) -> None:
        self.sql.setVisible(self.details.isChecked())
        self._show()


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(place) for place in range(item.childCount()))
    return [child for child in found if child is not None]


def _times(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
