"""Owns the editor of a foreign key of several columns: one choice sets them all."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from desktop.base.keys import NewKey
from desktop.browse.rows import Candidate
from desktop.models.connection import Connection
from desktop.schema.describe import Column, ForeignKey
from ui.editors.lookup import LookupEditor


class SeveralLookup(LookupEditor):
    """Stands in one of the columns; ``partners`` is what a choice puts into the others."""

    def __init__(
        self, column: Column, connection: Connection, foreign_key: ForeignKey, parent: QWidget | None = None
    ) -> None:
        self.partners: dict[str, object] = {}
        """What the other columns shall hold; empty until the person chooses or empties."""
        self._stored: dict[str, object] = {}
        super().__init__(column, connection, foreign_key, parent)
        table = connection.database.table(foreign_key.table)
        self._loose = [
            name
            for name in foreign_key.columns
            if name != column.name
            and table.column(name).nullable
            and name not in table.key
            and table.foreign_key_with(name) == foreign_key
        ]

    def know_partners(self, values: Mapping[str, object]) -> None:
        """What the record holds in the other columns."""
        self._stored = {name: values.get(name) for name in self.foreign_key.columns}

    @property
    def touched(self) -> bool:
        return super().touched or any(
            value != self._stored.get(name) for name, value in self.partners.items()
        )

    def set_value(self, value: object) -> None:
        self.partners = {}
        super().set_value(value)

    def set_null(self) -> None:
        """Empty; a column that others need as well, such as one of the key, stays."""
        self._empty_partners()
        super().set_null()

    def _typed(self, text: str) -> None:
        if not text:
            self._empty_partners()
        super()._typed(text)

    def _settle(self, candidate: Candidate) -> None:
        values = dict(zip(self.foreign_key.columns, candidate.values, strict=True))
        value = values.pop(self.column.name)
        self.partners = values
        self.choose(value, candidate.label)

    def _empty_partners(self) -> None:
        self.partners = dict.fromkeys(self._loose)

    def _open(self) -> None:
        held = {**self._stored, **self.partners, self.column.name: self._chosen}
        key = self.foreign_key
        values = dict(zip(key.target_columns, (held.get(name) for name in key.columns), strict=True))
        if not any(value is None or isinstance(value, NewKey) for value in values.values()):
            self._named.find(values)
