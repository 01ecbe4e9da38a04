"""Owns the reading of simple CHECKs into rules; what it does not understand for certain is no rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.schema import ddl_text
from desktop.schema.check_operands import NotSimpleError
from desktop.schema.check_reader import Reader
from desktop.schema.check_rules import OrderRule, ValueRule
from desktop.schema.ddl_text import Token, bare, split
from desktop.schema.describe import Table


def with_rules(table: Table) -> Table:
    """The table with what its CHECKs say: about one value in its column, about two in the table."""
    values: dict[str, list[ValueRule]] = {}
    orders: list[OrderRule] = []
    for check in table.checks:
        for column, rule in rules_in(check.text, table):
            if isinstance(rule, OrderRule):
                orders.append(rule)
            else:
                values.setdefault(column, []).append(rule)
    columns = tuple(replace(c, rules=tuple(values.get(c.name, ()))) for c in table.columns)
    return replace(table, columns=columns, orders=tuple(orders))


def rules_in(text: str, table: Table) -> list[tuple[str, ValueRule | OrderRule]]:
    """Column and rule of each part of a CHECK that is understood; all parts must hold."""
    parts = ddl_text.tokens(text)
    if any(part.is_word("CASE") for part in parts):
        return []
    found: list[tuple[str, ValueRule | OrderRule]] = []
    for condition in split(bare(parts), "AND") if not _has(bare(parts), "OR") else [parts]:
        try:
            found += _condition(bare(condition), table)
        except NotSimpleError:
            continue
    return found


def _condition(parts: Sequence[Token], table: Table) -> list[tuple[str, ValueRule | OrderRule]]:
    if _has(parts, "OR"):
        return _unless_null(parts, table)
    if len(split(parts, "AND")) > 1:
        return [one for part in split(parts, "AND") for one in _condition(bare(part), table)]
    return list(Reader(parts, table).rules())


def _unless_null(parts: Sequence[Token], table: Table) -> list[tuple[str, ValueRule | OrderRule]]:
    """``col IS NULL OR …`` about the same column: NULL is never held against a rule anyway."""
    rest, empty = [], set()
    for part in map(bare, split(parts, "OR")):
        if len(part) == 3 and part[1].is_word("IS") and part[2].is_word("NULL"):
            empty.add(part[0].value.casefold())
        else:
            rest.append(part)
    if len(rest) != 1:
        raise NotSimpleError
    found = _condition(rest[0], table)
    for column, rule in found:
        about = {rule.left, rule.right} if isinstance(rule, OrderRule) else {column}
        if not empty <= {name.casefold() for name in about}:
            raise NotSimpleError
    return found


def _has(parts: Sequence[Token], word: str) -> bool:
    return len(split(parts, word)) > 1
