"""Owns which record the values of a foreign key name: told at once by its key, else asked of the database."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key, RecordRef, TableName
from desktop.browse.records import key_where
from desktop.models.connection import Connection
from desktop.schema.labels import record_word
from ui.dialogs import message


class NamedRecord(QObject):
    """The record at the other end; which need not be known by its key, only by something unique."""

    found = Signal(object)
    """Its RecordRef."""
    missing = Signal(str)
    """A sentence: it is not there, or could not be asked for."""

    def __init__(self, connection: Connection, target: TableName, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._target = target
        self._word = record_word(connection.database.table(target))

    def find(self, values: Mapping[str, object]) -> None:
        """Tell the record that holds these values, by column."""
        database, target = self._connection.database, self._target
        key = database.table(target).key
        if set(key) == set(values):
            self.found.emit(RecordRef(target, tuple(values[name] for name in key)))
            return

        def work(token: CancelToken, progress: Progress) -> Key | None:
            return key_where(database, target, values, token=token)

        self._connection.lane.submit(work, self._on_answer, self._on_failed, owner=self)

    def _on_answer(self, key: Key | None) -> None:
        if key is None:
            self.missing.emit(f"This {self._word} does not exist any more.")
        else:
            self.found.emit(RecordRef(self._target, key))

    def _on_failed(self, error: Exception) -> None:
        self.missing.emit(message.refusal_of(error).sentence)
