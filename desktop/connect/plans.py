"""Owns asking a server how it would read a statement, before it does; runs nothing that is asked about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

_CHEAP = 1_000.0
"""Cost, in the planner's pages, of a block that is sorted in part: a few milliseconds."""
_QUICK = 20_000.0
"""Cost of a statement that is over before a person would ask how far it is: about 0.2 s."""


def sqlite_reads_in_order(connection: sa.Connection, statement: sa.Select[Any]) -> bool:
    """Whether SQLite reads the statement along an index, without sorting."""
    return not any("TEMP B-TREE" in step for step in _sqlite_plan(connection, statement))


def sqlite_reads_all(connection: sa.Connection, statement: sa.Select[Any], table: str) -> bool:
    """Whether SQLite looks at every record of the table to answer."""
    return any(step.split()[:2] == ["SCAN", table] for step in _sqlite_plan(connection, statement))


def postgres_reads_in_order(connection: sa.Connection, statement: sa.Select[Any]) -> bool:
    """Whether PostgreSQL reads the statement along an index, or sorts only a few records at a time."""
    plan = _postgres_plan(connection, statement)
    sorts = {node["Node Type"] for node in _nodes(plan)}
    if "Sort" in sorts:
        return False
    return "Incremental Sort" not in sorts or plan["Total Cost"] < _CHEAP


def postgres_reads_all(connection: sa.Connection, statement: sa.Select[Any], table: str) -> bool:
    """Whether PostgreSQL expects to read so much that a person would wait for the answer."""
    return float(_postgres_plan(connection, statement)["Total Cost"]) > _QUICK


def postgres_goes_through(connection: sa.Connection, statement: sa.Select[Any], table: str) -> bool:
    """Whether PostgreSQL would read the table from end to end, however small it is."""
    nodes = _nodes(_postgres_plan(connection, statement))
    return any(node["Node Type"] == "Seq Scan" and node["Relation Name"] == table for node in nodes)


def _sqlite_plan(connection: sa.Connection, statement: sa.Select[Any]) -> list[str]:
    return [str(row[-1]) for row in _explained(connection, statement, "EXPLAIN QUERY PLAN")]


def _postgres_plan(connection: sa.Connection, statement: sa.Select[Any]) -> dict[str, Any]:
    answer = _explained(connection, statement, "EXPLAIN (FORMAT JSON)")[0][0]
    plan: dict[str, Any] = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def _explained(connection: sa.Connection, statement: sa.Select[Any], how: str) -> Any:
    return connection.execute(_Explain(statement, how)).all()


class _Explain(sa.Executable, sa.ClauseElement):
    """A statement with the words before it that ask for its plan."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any], how: str) -> None:
        self.statement = statement
        self.how = how


@compiles(_Explain)
def _compile(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"{element.how} {compiler.process(element.statement, **options)}"
