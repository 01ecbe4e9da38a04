"""Owns what staged keys have become: NewKey to inserted object, and from there to the value a child needs."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.edit.stored import get_value, key_of
from desktop.schema.database import Database
from desktop.schema.mapping import attribute


class NewKeys:
    """Fills up while a unit is saved: one inserted object per staged key, and the keys that were changed."""

    def __init__(self, session: Session, database: Database) -> None:
        self._session = session
        self._database = database
        self._inserted: dict[NewKey, tuple[TableName, object]] = {}
        self._moved: dict[RecordRef, RecordRef] = {}

    def inserted(self, ref: RecordRef, record: object) -> None:
        """Note the flushed object of a staged record."""
        assert isinstance(ref.key, NewKey)
        self._inserted[ref.key] = (ref.table, record)

    def moved(self, ref: RecordRef, key: Key) -> None:
        """Note the key of an updated record."""
        if key != ref.key:
            self._moved[ref] = RecordRef(ref.table, key)

    def key(self, key: Key | NewKey) -> Key:
        """The key itself, or the one the staged record was given."""
        if not isinstance(key, NewKey):
            return key
        table, record = self._find(key)
        return key_of(self._database, table, record)

    def value(self, table: TableName, column: str, value: object) -> object:
        """The value to write: a NewKey becomes what the column's foreign key needs of that record."""
        if not isinstance(value, NewKey):
            return value
        target, record = self._find(value)
        wanted = self._target_column(table, column, target)
        name = attribute(type(record), wanted)
        if name not in record.__dict__:  # made by the server, and not part of the key
            self._session.refresh(record, [name])
        return get_value(record, wanted)

    def refs(self) -> dict[RecordRef, RecordRef]:
        """Every staged reference, and every one whose key was changed, with the final one."""
        inserted = {
            RecordRef(table, new): RecordRef(table, key_of(self._database, table, record))
            for new, (table, record) in self._inserted.items()
        }
        return inserted | self._moved

    def _find(self, key: NewKey) -> tuple[TableName, object]:
        try:
            return self._inserted[key]
        except KeyError:
            raise RefusedError(
                Refusal(Reason.MISSING_PARENT, "The new record this points to is not part of this save.")
            ) from None

    def _target_column(self, table: TableName, column: str, target: TableName) -> str:
        for foreign_key in self._database.table(table).foreign_keys:
            if foreign_key.target == target and column in foreign_key.columns:
                return foreign_key.target_columns[foreign_key.columns.index(column)]
        raise KeyError(column)
