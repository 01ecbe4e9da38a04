"""Owns telling beforehand what a delete takes with it, as a tree of counts; deletes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import sqlalchemy as sa

from desktop.base.cancel import CancelToken
from desktop.base.keys import RecordRef, TableName
from desktop.browse.selection import Selection
from desktop.connect.backend import wanted_by
from desktop.connect.running import running
from desktop.edit.explain import Attempt
from desktop.edit.going import Going
from desktop.edit.recorded_rows import MOST_ROWS
from desktop.edit.session import Effort, explained, refuse_read_only
from desktop.schema.database import Database
from desktop.schema.describe import ForeignKey
from desktop.schema.labels import label_expression
from desktop.values.locale import PLAIN, Locale

Effect: TypeAlias = Literal["delete", "unlink", "set null", "set default", "block"]
_KEPT: dict[str, Effect] = {"SET NULL": "set null", "SET DEFAULT": "set default"}


@dataclass(frozen=True, slots=True)
class ImpactChild:
    """Records elsewhere that point to what would be deleted, and what becomes of them."""

    table: TableName
    foreign_key: ForeignKey
    effect: Effect
    """"unlink": rows of a pure link table go, the records at the other end stay."""
    count: int
    """Each record counts once in the whole tree, under the first foreign key that reaches it."""
    sample_label: str = ""
    """The name of one of them; filled in for "block"."""
    sample_ref: RecordRef | None = None
    children: tuple[ImpactChild, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything a delete would do."""

    table: TableName
    count: int
    children: tuple[ImpactChild, ...] = ()
    weight: int = field(default=0, compare=False)
    """Of all that would be gone, where it is few enough to be kept (see ``recorded_rows.MOST_ROWS``)."""

    @property
    def blocked(self) -> bool:
        """The database would refuse: some record must not lose what it points to."""
        return any(child.effect == "block" for child in _all(self.children))

    def deleted(self) -> dict[TableName, int]:
        """How many rows of each table would be gone, the selected ones included."""
        counts = Counter({self.table: self.count})
        for child in _all(self.children):
            if child.effect in ("delete", "unlink"):
                counts[child.table] += child.count
        return dict(counts)


def _all(children: tuple[ImpactChild, ...]) -> list[ImpactChild]:
    return [found for child in children for found in (child, *_all(child.children))]


def delete_impact(
    database: Database, selection: Selection, *, locale: Locale = PLAIN, token: CancelToken | None = None
) -> Impact:
    """Count what deleting the selection would delete, unlink, empty and be blocked by, at any depth.

    Set-wise and exact as of now; nothing is written. What triggers do cannot be known.
    """
    refuse_read_only(database, selection.table)
    token = token or CancelToken()
    effort = Effort(Attempt(selection.table, None, {}, "delete"))
    with (
        explained(database, effort),
        wanted_by(token),
        database.engine.connect() as connection,
        running(connection, token),
        connection.begin() as transaction,
    ):
        going = Going(connection, database, token)
        count = going.take(selection, locale)
        tree = _Tree(connection, database, going, token)
        found = Impact(selection.table, count, tree.below(selection.table))
        if sum(found.deleted().values()) <= MOST_ROWS:
            found = replace(found, weight=going.weight())
        transaction.rollback()  # drops the temporary tables too
    return found


class _Tree:
    """Walks the foreign keys once; a table met again is not unfolded again."""

    def __init__(
        self, connection: sa.Connection, database: Database, going: Going, token: CancelToken
    ) -> None:
        self._connection = connection
        self._database = database
        self._going = going
        self._token = token
        self._unfolded: set[TableName] = set()
        self._through = {link.through for table in database.schema.tables.values() for link in table.links}

    def below(self, table: TableName) -> tuple[ImpactChild, ...]:
        """The nodes under a table, empty ones left out."""
        if table in self._unfolded:
            return ()
        self._unfolded.add(table)
        nodes = []
        for foreign_key in self._database.incoming(table):
            if foreign_key.table in self._database.schema.tables:
                self._token.check()
                nodes.append(self._node(foreign_key))
        return tuple(node for node in nodes if node.count or node.children)

    def _node(self, foreign_key: ForeignKey) -> ImpactChild:
        child = foreign_key.table
        if foreign_key.on_delete == "CASCADE":
            taken = self._going.taken[foreign_key]
            effect: Effect = "unlink" if child in self._through else "delete"
            children = self.below(child) if taken else ()
            return ImpactChild(child, foreign_key, effect, taken, children=children)
        # RESTRICT speaks even for rows that would go themselves; the others only for rows that stay.
        leaving_out = foreign_key.on_delete != "RESTRICT"
        clause = self._going.referring(foreign_key, leaving_out_going=leaving_out)
        query = sa.select(sa.func.count()).select_from(self._database.sa(child)).where(clause)
        count = self._connection.scalar(query) or 0
        effect = _KEPT.get(foreign_key.on_delete, "block")
        if effect == "block" and count:
            label, ref = self._sample(child, clause)
            return ImpactChild(child, foreign_key, effect, count, label, ref)
        return ImpactChild(child, foreign_key, effect, count)

    def _sample(self, table: TableName, clause: sa.ColumnElement[bool]) -> tuple[str, RecordRef | None]:
        """The name of the first record that blocks; the clause is on the plain table."""
        keys = self._database.key_columns(table)
        if not keys:
            return "", None
        label = label_expression(self._database, table, self._database.sa(table))
        query = sa.select(label, *keys).where(clause).order_by(*keys).limit(1)
        row = self._connection.execute(query).first()
        if row is None:
            return "", None
        return str(row[0] if row[0] is not None else ""), RecordRef(table, tuple(row[1:]))
