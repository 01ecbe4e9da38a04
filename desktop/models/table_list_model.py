"""Owns the list of tables and views with its search and counts; opens nothing."""

from __future__ import annotations

from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import TableName
from desktop.browse import fetch
from desktop.browse.default_view import default_view
from desktop.browse.selection import AllMatching
from desktop.models.connection import Changed, Connection
from desktop.models.table_entries import Entry, EntryKind, TableRole
from desktop.schema.hidden import hidden_words
from desktop.schema.labels import heading

Index: TypeAlias = QModelIndex | QPersistentModelIndex

_COUNT_UP_TO = 5_000_000
"""Rows; tables estimated to have more keep their estimate, for counting them takes seconds."""
_ROOT = QModelIndex()


class TableListModel(QAbstractListModel):
    """Tables, then views, then what is broken, each under its heading; sections cannot be chosen."""

    def __init__(self, connection: Connection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self._lane = connection.open_reader()  # nothing a person asks for waits for these counts
        self._search = ""
        self._counts: dict[TableName, tuple[int, bool]] = {}
        self._entries = self._matching()
        connection.changed.connect(self._on_changed)

    @property
    def entries(self) -> list[Entry]:
        """What is shown now."""
        return list(self._entries)

    def set_search(self, text: str) -> None:
        """Show only names that hold every word of ``text``."""
        self.beginResetModel()
        self._search = text
        self._entries = self._matching()
        self.endResetModel()

    def reload(self) -> None:
        """The description of the database was replaced."""
        self.set_search(self._search)

    def row_of(self, name: TableName) -> int:
        """The line of a table; -1 where the search hides it."""
        return next((row for row, entry in enumerate(self._entries) if entry.name == name), -1)

    def first_match(self) -> TableName | None:
        """The table or view for Enter in the search: named so, else beginning so, else the first shown."""
        kinds = (EntryKind.TABLE, EntryKind.VIEW)
        shown = [entry.name for entry in self._entries if entry.kind in kinds and entry.name is not None]
        typed = self._search.strip().casefold()

        def distance(name: TableName) -> int:
            words = (name.name.casefold(), heading(name.name).casefold())
            return 0 if typed in words else 1 if any(one.startswith(typed) for one in words) else 2

        return min(shown, key=distance, default=None)

    def count_all(self) -> None:
        """Ask for the number of rows of every table, one after the other in the background, while the
        database is open."""
        if self._lane.closed:
            return
        for name, table in self._connection.database.schema.tables.items():
            if not table.is_view:
                self._count(name)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._entries[index.row()].kind is EntryKind.SECTION:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(entry)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (str(entry.name or ""), entry.reason))) or None
        if role == TableRole.KIND:
            return entry.kind
        if role == TableRole.NAME:
            return entry.name
        if role == TableRole.COUNT:
            return self._count_text(entry.name)
        return None

    def _matching(self) -> list[Entry]:
        schema = self._connection.database.schema
        words = self._search.casefold().split()
        listed = [
            Entry(
                EntryKind.VIEW if table.is_view else EntryKind.TABLE,
                _title(name),
                name,
                " ".join(filter(None, (table.read_only_reason, hidden_words(table)))),
            )
            for name, table in schema.tables.items()
        ]
        tables = [entry for entry in listed if entry.kind is EntryKind.TABLE]
        views = [entry for entry in listed if entry.kind is EntryKind.VIEW]
        broken = [Entry(EntryKind.BROKEN, _title(b.name), b.name, b.reason) for b in schema.broken]
        found: list[Entry] = []
        for title, entries in (("Tables", tables), ("Views", views), ("Not readable", broken)):
            shown = [entry for entry in entries if _matches(entry, words)]
            if shown:
                found.append(Entry(EntryKind.SECTION, title))
                found += sorted(shown, key=lambda entry: entry.text.casefold())
        return found

    def _count(self, name: TableName) -> None:
        database = self._connection.database

        def work(token: CancelToken, progress: Progress) -> tuple[int, bool]:
            about = fetch.estimate(database, name, token=token)
            if about is not None and about > _COUNT_UP_TO:
                return about, False
            selection = AllMatching(default_view(database.table(name)))
            return fetch.count(database, selection, token=token), True

        # A count nobody could take leaves the place empty: the list is complete without it.
        self._lane.submit(work, partial(self._counted, name), partial(self._uncounted, name), owner=self)

    def _counted(self, name: TableName, count: tuple[int, bool]) -> None:
        self._counts[name] = count
        self._tell(name)

    def _uncounted(self, name: TableName, exc: Exception) -> None:
        self._counts.pop(name, None)
        self._tell(name)

    def _tell(self, name: TableName) -> None:
        row = self.row_of(name)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _on_changed(self, changed: Changed) -> None:
        for name in changed.tables & self._counts.keys():
            self._count(name)

    def _count_text(self, name: TableName | None) -> str:
        if name is None or name not in self._counts:
            return ""
        count, exact = self._counts[name]
        return count_text(count, exact, self._connection.locale.group)

    def _spoken(self, entry: Entry) -> str:
        count = self._count_text(entry.name)
        if entry.kind is EntryKind.BROKEN:
            return f"{entry.text}, not readable"
        return f"{entry.text}, {count} records" if count else entry.text


def count_text(count: int, exact: bool, group: str = ",") -> str:
    """``48,210``, or ``≈ 220 M`` for an estimate."""
    if not exact:
        for size, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
            if count >= size:
                return f"≈ {count / size:.3g} {unit}"
        return f"≈ {count}"
    return f"{count:,}".replace(",", group)


def _title(name: TableName) -> str:
    return f"{name.schema} · {heading(name.name)}" if name.schema else heading(name.name)


def _matches(entry: Entry, words: list[str]) -> bool:
    text = f"{entry.text} {entry.name}".casefold()
    return all(word in text for word in words)
