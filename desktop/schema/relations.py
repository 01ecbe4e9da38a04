"""Owns how tables hang together: foreign keys resolved to real names, incoming ones, many-to-many links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from desktop.base.keys import TableName
from desktop.schema.describe import Column, ForeignKey, Kind, Link, Table
from desktop.schema.found import FoundForeignKey, FoundTable


def resolve(tables: Sequence[FoundTable]) -> dict[TableName, tuple[ForeignKey, ...]]:
    """The foreign keys of each table, spelt as their targets are; those that point nowhere are left out."""
    exact = {table.name: table for table in tables}
    folded = {TableName(n.schema, n.name.casefold()): table for n, table in exact.items()}

    def target_of(key: FoundForeignKey) -> FoundTable | None:
        name = key.target
        return exact.get(name) or folded.get(TableName(name.schema, name.name.casefold()))

    resolved: dict[TableName, tuple[ForeignKey, ...]] = {}
    for table in tables:
        pairs = ((key, target_of(key)) for key in table.foreign_keys)
        found = (_foreign_key(table, key, target) for key, target in pairs if target)
        resolved[table.name] = tuple(key for key in found if key)
    return resolved


def _foreign_key(table: FoundTable, key: FoundForeignKey, target: FoundTable) -> ForeignKey | None:
    columns = _spelt(key.columns, table)
    target_columns = _spelt(key.target_columns, target) if key.target_columns else target.primary_key
    if not columns or len(columns) != len(target_columns):
        return None
    return ForeignKey(key.name, table.name, columns, target.name, target_columns, key.on_delete)


def _spelt(names: Sequence[str], table: FoundTable) -> tuple[str, ...]:
    """The names as the table spells them; empty where one is missing."""
    spelling = {c.column.name.casefold(): c.column.name for c in table.columns}
    spelling |= {c.column.name: c.column.name for c in table.columns}
    found = [spelling.get(name) or spelling.get(name.casefold()) for name in names]
    return tuple(name for name in found if name) if all(found) else ()


def incoming(tables: Collection[Table]) -> dict[TableName, tuple[ForeignKey, ...]]:
    """For each table, the foreign keys that point to it."""
    pointing: dict[TableName, list[ForeignKey]] = defaultdict(list)
    for table in tables:
        for key in table.foreign_keys:
            pointing[key.target].append(key)
    return {name: tuple(keys) for name, keys in pointing.items()}


def links(tables: Mapping[TableName, Table]) -> dict[TableName, tuple[Link, ...]]:
    """The many-to-many relations of each table."""
    found: dict[TableName, list[Link]] = defaultdict(list)
    for through in tables.values():
        if is_link_table(through):
            for here, there in _directions(through, tables):
                taken = {link.name for link in found[here.target]}
                taken |= {column.name for column in tables[here.target].columns}
                name = _link_name(through, there, taken)
                found[here.target].append(Link(name, through.name, here, there))
    return {name: tuple(all_links) for name, all_links in found.items()}


def is_link_table(table: Table) -> bool:
    """Holds nothing but two foreign keys, which together are unique (what fills itself in does not count)."""
    if len(table.foreign_keys) != 2 or not table.key or table.read_only_reason or table.unreadable:
        return False
    first, second = table.foreign_keys
    pair = {*first.columns, *second.columns}
    if len(pair) != len(first.columns) + len(second.columns):
        return False
    unique = any(set(u.columns) == pair for u in table.uniques)
    return unique and all(c.name in pair or _fills_itself(c) for c in table.columns)


def _fills_itself(column: Column) -> bool:
    stamp = column.kind in (Kind.TIMESTAMP, Kind.TIMESTAMP_TZ, Kind.DATE) and column.has_default
    return stamp or column.identity or column.generated


def _directions(through: Table, tables: Mapping[TableName, Table]) -> Iterator[tuple[ForeignKey, ForeignKey]]:
    first, second = through.foreign_keys
    for here, there in ((first, second), (second, first)):
        # A link is followed from a record's key to a record's key.
        if all(tables[key.target].key for key in (here, there)):
            yield here, there


def _link_name(through: Table, there: ForeignKey, taken: set[str]) -> str:
    by_column = f"{there.target.name} ({', '.join(there.columns)})"
    offers = [there.target.name, through.name.name, by_column, f"{by_column} in {through.name}"]
    if through.foreign_keys[0].target == through.foreign_keys[1].target:
        offers = offers[2:]
    free = next((name for name in offers if name not in taken), None)
    return free or f"{offers[-1]} {len(taken)}"
