"""Owns the exact set of rows a delete takes along, as keys in temporary tables; never loads a record.

Temporary tables and not nested subqueries or one recursive query: rows reached over several paths, tables
that refer to themselves and circles over several tables all count once. The caller rolls the transaction
back, which drops them.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import TableName
from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import Selection
from desktop.edit.counting import parts
from desktop.edit.weight import weight
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.values.locale import Locale


class Going:
    """The rows that would go, per table, on one connection inside one transaction."""

    def __init__(self, connection: sa.Connection, database: Database, token: CancelToken) -> None:
        self._connection = connection
        self._database = database
        self._token = token
        self._sets: dict[TableName, sa.Table] = {}
        self.taken: Counter[ForeignKey] = Counter()
        """How many rows each CASCADE foreign key was the first to take along."""

    def take(self, selection: Selection, locale: Locale) -> int:
        """Take the selected rows and all that go with them; returns how many were selected."""
        table = self._database.sa(selection.table)
        going = self._set(selection.table)
        selected = 0
        for part in parts(self._database, selection):
            keys = sa.select(*self._database.key_columns(selection.table)).select_from(table)
            clause = selection_clause(self._database, part, locale)
            selected += self._insert(going, keys.where(clause))
        self._spread(selection.table)
        return selected

    def referring(self, foreign_key: ForeignKey, *, leaving_out_going: bool) -> sa.ColumnElement[bool]:
        """The clause for rows of the child table that point to a row that would go."""
        clause = self._points_to_going(foreign_key)
        if leaving_out_going and foreign_key.table in self._sets:
            clause = sa.and_(clause, sa.not_(self._is_going(foreign_key.table)))
        return clause

    def weight(self) -> int:
        """Of all rows that would go, where they are in tables with a key."""
        connection, database = self._connection, self._database
        return sum(weight(connection, database, table, self._is_going(table)) for table in self._sets)

    def _spread(self, start: TableName) -> None:
        waiting = deque([start])
        while waiting:
            for foreign_key in self._database.incoming(waiting.popleft()):
                child = foreign_key.table
                if foreign_key.on_delete != "CASCADE" or child not in self._database.schema.tables:
                    continue
                self._token.check()
                new = self._take_children(foreign_key)
                self.taken[foreign_key] += new
                if new and child not in waiting and self._database.table(child).key:
                    waiting.append(child)

    def _take_children(self, foreign_key: ForeignKey) -> int:
        child = foreign_key.table
        if not self._database.table(child).key:  # nothing can point to it: counted, not followed
            if self.taken[foreign_key]:
                return 0
            rows = sa.select(sa.func.count()).select_from(self._database.sa(child))
            return self._connection.scalar(rows.where(self._points_to_going(foreign_key))) or 0
        going = self._set(child)
        keys = sa.select(*self._database.key_columns(child)).where(
            self._points_to_going(foreign_key), sa.not_(self._is_going(child))
        )
        return self._insert(going, keys)

    def _points_to_going(self, foreign_key: ForeignKey) -> sa.ColumnElement[bool]:
        child = self._database.sa(foreign_key.table)
        parent = self._database.sa(foreign_key.target).alias()
        key = self._database.table(foreign_key.target).key
        going = self._set(foreign_key.target)
        joined = [parent.c[name] == going.c[f"k{place}"] for place, name in enumerate(key)]
        pairs = [
            child.c[here] == parent.c[there]
            for here, there in zip(foreign_key.columns, foreign_key.target_columns, strict=True)
        ]
        return sa.exists(sa.select(1).select_from(parent.join(going, sa.and_(*joined))).where(*pairs))

    def _is_going(self, table: TableName) -> sa.ColumnElement[bool]:
        going = self._set(table).alias()
        columns = self._database.key_columns(table)
        same = [column == going.c[f"k{place}"] for place, column in enumerate(columns)]
        return sa.exists(sa.select(1).select_from(going).where(*same))

    def _insert(self, going: sa.Table, keys: sa.Select[Any]) -> int:
        statement = sa.insert(going).from_select([column.name for column in going.columns], keys)
        options = {"preserve_rowcount": True}
        return self._connection.execute(statement, execution_options=options).rowcount

    def _set(self, table: TableName) -> sa.Table:
        """The temporary table of a table's keys, with the very types they have; made on first use."""
        made = self._sets.get(table)
        if made is None:
            columns = self._database.key_columns(table)
            keys = sa.select(*(column.label(f"k{place}") for place, column in enumerate(columns)))
            name = f"rowkeeper_going_{len(self._sets)}"
            create = sa.CreateTableAs(keys.where(sa.false()), name, temporary=True)
            self._connection.execute(create)
            self._sets[table] = made = create.table
            sa.Index(f"{name}_key", *made.columns).create(self._connection)
        return made
