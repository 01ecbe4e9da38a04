"""Owns asking before records are deleted: what goes with them, counted, and what stands in the way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import NewKey, RecordRef
from desktop.browse.selection import ChosenKeys, Selection
from desktop.edit.bulk import delete_selected
from desktop.edit.cascade import Impact, ImpactChild, delete_impact
from desktop.edit.delete import touched_by_delete
from desktop.edit.saved import Saved
from desktop.edit.soft import soft_delete
from desktop.edit.unit import Unit
from desktop.models.connection import Connection
from desktop.models.lanes import Job
from desktop.schema.labels import heading
from ui import icons, look
from ui.dialogs.bulk_dialog import BulkDialog
from ui.dialogs.frame import heading_row, text_label

_ROW = 28
_MOST_ROWS = 9
_SIGNS = {
    "delete": ("subdirectory-arrow-right", "deleted"),
    "unlink": ("subdirectory-arrow-right", "deleted"),
    "set null": ("link-variant-off", "changed"),
    "set default": ("link-variant-off", "changed"),
    "block": ("cancel", "error"),
}


class DeleteDialog(BulkDialog):
    """Shows the cascade, then deletes exactly what was counted; with a marker it only marks, by default."""

    deleted = Signal(object)
    """How many records were deleted (or marked)."""

    def __init__(
        self,
        connection: Connection,
        selection: Selection,
        parent: QWidget | None = None,
        *,
        who: str | None = None,
        for_good: bool = False,
    ) -> None:
        super().__init__(connection, selection, parent, "Delete", 460)
        self.setWindowTitle(f"Delete {self.word(2).capitalize()}")
        self._who = who
        self._impact: Impact | None = None
        self._counting: Job | None = None
        self._blocker: RecordRef | None = None
        self._build(for_good)
        self._start()

    @property
    def soft(self) -> bool:
        """The records will only be marked as deleted."""
        return self.table.marker is not None and not self.for_good.isChecked()

    @property
    def takes_away(self) -> bool:
        return not self.soft

    @property
    def impact(self) -> Impact | None:
        """What was counted; None until then, and for marking."""
        return self._impact

    def counted(self) -> None:
        """Only for marking: the number of records."""
        assert self.expected is not None and self.go_button is not None
        self._name(self.expected)
        self.hint.setText(
            "They are only marked as deleted, and hidden. “Show Deleted” shows them again, “Restore” brings"
            " them back."
        )
        self.go_button.setEnabled(self.expected > 0)
        self.fit()

    def _build(self, for_good: bool) -> None:
        row, self.sentence, self.hint = heading_row(
            icons.icon("trash-can-outline", "deleted"), "Counting…", "Looking for what belongs to them."
        )
        self.body.addLayout(row)
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName("What is deleted")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(18)
        self.tree.setItemsExpandable(False)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setIconSize(QSize(16, 16))
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setStretchLastSection(False)
        self.tree.hide()
        self.body.addWidget(self.tree)
        self.for_good = QCheckBox("Delete for good, with everything that belongs to them", self)
        self.for_good.setVisible(self.table.marker is not None)
        self.for_good.setChecked(for_good)
        self.for_good.toggled.connect(self._start)
        self.body.addWidget(self.for_good)
        self.comfort = text_label("Data ▸ Saved Changes can take this back later.", "muted")
        self.comfort.hide()
        self.body.addWidget(self.comfort)
        self.finish_layout("Delete", self._delete, "danger")
        assert self.cancel_button is not None
        self.cancel_button.setFocus()
        self.open_button = self.add_button("Show What Blocks This", self._open_blocker)
        self.buttons.insertWidget(0, self.open_button)
        self.open_button.hide()

    def _start(self) -> None:
        """Count anew, for the way of deleting that is chosen now."""
        assert self.go_button is not None
        self.go_button.setEnabled(False)
        self.comfort.hide()
        self.look_for_unsaved()
        self.tree.clear()
        self.tree.hide()
        self.open_button.hide()
        if self.soft:
            self.start_count()
        else:
            self._count_impact()

    def _count_impact(self) -> None:
        database, selection, locale = self.connection.database, self.selection, self.connection.locale

        def work(token: CancelToken, progress: Progress) -> Impact:
            return delete_impact(database, selection, locale=locale, token=token)

        if self._counting is not None:
            self._counting.cancel()
        self._counting = self.connection.side.submit(work, self._show_impact, self.count_failed, owner=self)

    def _show_impact(self, impact: Impact) -> None:
        if self.soft:
            return
        assert self.go_button is not None
        self._impact = impact
        self.expected = impact.count
        gone = impact.deleted()
        tables = self.connection.database.schema.tables
        keyless = [heading(name.name) for name in gone if name in tables and not tables[name].key]
        self.warn_of(sum(gone.values()), keyless, impact.weight)
        self._name(impact.count)
        fate = "stays" if impact.count == 1 else "stay"
        effect = f"{impact.count:,} {fate if impact.blocked else 'deleted'}"
        root = self._item(None, heading(self.table.name.name), effect, "table", "deleted")
        self._add_children(root, impact.children)
        self.tree.expandAll()
        self.tree.show()
        if impact.blocked:
            self.hint.setText("Other records that must stay point here, so nothing can be deleted.")
        else:
            self.comfort.setVisible(self.unkept.isHidden())
            self.hint.setText(
                "Counted a moment ago. If the numbers have changed when you press Delete, nothing is deleted."
            )
        self.open_button.setVisible(self._blocker is not None)
        self.go_button.setEnabled(impact.count > 0 and not impact.blocked)
        self._fit()  # last: every line above has its words now

    def _name(self, number: int) -> None:
        assert self.go_button is not None
        what = f"{number:,} {self.word(number)}"
        self.sentence.setText(f"Delete {what}?")
        self.go_button.setText(f"Delete {what}")
        self.setAccessibleDescription(self.sentence.text())

    def _add_children(self, parent: QTreeWidgetItem, children: tuple[ImpactChild, ...]) -> None:
        for child in children:
            name = heading(child.table.name)
            if child.effect not in ("delete", "unlink"):
                column = heading(child.foreign_key.columns[0], foreign_key=True)
                name = f"{name} · {column[:1].lower()}{column[1:]}"
            item = self._item(parent, name, self._effect_text(child), *_SIGNS[child.effect])
            if child.effect == "block":
                item.setForeground(0, QBrush(look.current().error))
                self._blocker = self._blocker or child.sample_ref
            self._add_children(item, child.children)

    def _effect_text(self, child: ImpactChild) -> str:
        number = child.count
        would = " would be" if self._impact is not None and self._impact.blocked else ""
        match child.effect:
            case "delete":
                return f"{number:,}{would} deleted with them"
            case "unlink":
                return f"{number:,} link{'' if number == 1 else 's'}{would} removed"
            case "set null":
                return f"{number:,}{would} set to empty"
            case "set default":
                return f"{number:,}{would} set to the default"
        sample = f": “{child.sample_label}”" if child.sample_label else ""
        return f"{number:,} record{' blocks' if number == 1 else 's block'} this{sample}"

    def _item(
        self, parent: QTreeWidgetItem | None, name: str, effect: str, icon: str, role: str
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name, effect])
        item.setIcon(0, icons.icon(icon, role))
        item.setForeground(1, QBrush(look.current().muted))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setSizeHint(1, QSize(0, look.scaled(_ROW)))
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{name}: {effect}")
        if parent is None:
            self.tree.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item

    def _fit(self) -> None:
        rows = _rows(self.tree.invisibleRootItem())
        self.tree.setFixedHeight(look.scaled(_ROW) * min(rows, _MOST_ROWS) + 2 * look.STEP)
        self.fit()

    def _open_blocker(self) -> None:
        from ui.dialogs.record_dialog import RecordDialog  # that dialog can open this one's kind again

        if self._blocker is not None and not isinstance(self._blocker.key, NewKey):
            RecordDialog(self.connection, self._blocker.table, self._blocker.key, parent=self).open()

    def _delete(self) -> None:
        expected, database, selection = self.expected, self.connection.database, self.selection
        assert expected is not None
        who, locale, recorder = self._who, self.connection.locale, self.connection.recorder
        if self.soft:

            def mark(token: CancelToken, progress: Progress) -> int:
                return soft_delete(
                    database,
                    selection,
                    expected,
                    by=who,
                    locale=locale,
                    token=token,
                    progress=progress,
                    recorder=recorder,
                )

            self.run(mark, self._finished)
        elif isinstance(selection, ChosenKeys) and len(selection.keys) == 1:
            self._delete_one(RecordRef(selection.table, selection.keys[0]))
        else:

            def delete(token: CancelToken, progress: Progress) -> int:
                return delete_selected(
                    database,
                    selection,
                    expected,
                    locale=locale,
                    token=token,
                    progress=progress,
                    recorder=recorder,
                )

            self.run(delete, self._finished)

    def _delete_one(self, ref: RecordRef) -> None:
        unit = Unit(self.connection.database, recorder=self.connection.recorder)
        unit.stage_delete(ref)

        def delete(token: CancelToken, progress: Progress) -> Saved:
            return unit.save(token=token)

        self.run(delete, lambda saved: self._finished(len(saved.deleted)))

    def _finished(self, number: int) -> None:
        tables = touched_by_delete(self.connection.database, self.table.name)
        self.deleted.emit(number)
        self.announce(number, tables)


def _rows(item: QTreeWidgetItem) -> int:
    """How many items stand under this one, at any depth."""
    children = [item.child(index) for index in range(item.childCount())]
    return sum(1 + _rows(child) for child in children if child is not None)
