"""CHECK constraints are read from SQL text, whatever stands around them."""

from __future__ import annotations

import pytest

from desktop.schema.ddl_text import choices_in, columns_in, table_checks


@pytest.mark.parametrize(
    ("sql", "checks"),
    [
        ("CREATE TABLE t (a CHECK (a > 0))", [("", "a > 0")]),
        ("CREATE TABLE t (a, CONSTRAINT c CHECK (a > (1 + 2)))", [("c", "a > (1 + 2)")]),
        ("create table t (a constraint \"my check\" check(a<>')'))", [("my check", "a<>')'")]),
        ("CREATE TABLE t (a, -- CHECK (no)\n /* CHECK (no) */ b CHECK (b IN ('x')))", [("", "b IN ('x')")]),
        ("CREATE TABLE t (a DEFAULT 'CHECK (no)', [check] TEXT, \"check\" INT)", []),
        ("CREATE TABLE t (a CHECK (a > 0), b CHECK (b > 0))", [("", "a > 0"), ("", "b > 0")]),
        ("CREATE TABLE t (a CHECK (a > 0", [("", "a > 0")]),
        ("", []),
    ],
)
def test_checks_are_found(sql: str, checks: list[tuple[str, str]]) -> None:
    assert table_checks(sql) == checks


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("low < high", ("low", "high")),
        ("length(name) > 0", ("name",)),
        ("LOW > 0 AND [the name] <> 'high'", ("low", "the name")),
        ('"high" > 0', ("high",)),
        ("1 = 1", ()),
    ],
)
def test_columns_in_a_check(text: str, columns: tuple[str, ...]) -> None:
    assert columns_in(text, ["low", "high", "name", "the name", "length"]) == columns


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("a IN ('x', 'y')", ("a", ("x", "y"))),
        ("(a in ('it''s'))", ("a", ("it's",))),
        ("a = ANY (ARRAY['x'::text, 'y'::text])", ("a", ("x", "y"))),
        (
            "(a)::text = ANY ((ARRAY['x'::character varying, 'y z'::character varying(9)])::text[])",
            ("a", ("x", "y z")),
        ),
        ("\"A b\" IN ('x')", ("A b", ("x",))),
        ("a NOT IN ('x')", None),
        ("a IN (1, 2)", None),
        ("a IN ('x') OR b", None),
        ("a IN ('x', b)", None),
        ("a > 0", None),
        ("", None),
    ],
)
def test_choices_in_a_check(text: str, choices: tuple[str, tuple[str, ...]] | None) -> None:
    assert choices_in(text) == choices
