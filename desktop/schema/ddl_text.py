"""Owns the little reading of SQL text that catalogues leave to us: CHECK constraints and their choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
      | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<word>[^\W\d][\w$]*)
      | (?P<number>\d[\w.]*)
      | (?P<cast>::)
      | (?P<sign>\S)""",
    re.VERBOSE | re.DOTALL,
)
_ARRAY = re.compile(r"\bARRAY\[", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of SQL text; ``value`` is free of quotes."""

    kind: str
    value: str
    start: int
    end: int

    def is_word(self, word: str) -> bool:
        return self.kind == "word" and self.value.upper() == word


def tokens(sql: str) -> list[Token]:
    """The pieces of an SQL text, without comments and white space."""
    return list(_tokens(sql))


def _tokens(sql: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup or ""
        if kind == "comment":
            continue
        value = match.group()
        if kind in ("text", "quoted"):
            value = value[1:-1].replace(value[-1] * 2, value[-1])
        yield Token(kind, value, match.start(), match.end())


def table_checks(create_table: str) -> list[tuple[str, str]]:
    """Name (empty where it has none) and text of each CHECK in a CREATE TABLE statement."""
    found = []
    parts = tokens(create_table)
    depth = 0
    for index, token in enumerate(parts):
        depth += _nesting(token)
        following = parts[index + 1] if index + 1 < len(parts) else None
        if depth == 1 and token.is_word("CHECK") and following and following.value == "(":
            found.append((_constraint_name(parts, index), _inside(create_table, parts, index + 1)))
    return found


def _constraint_name(parts: Sequence[Token], check: int) -> str:
    named = check >= 2 and parts[check - 2].is_word("CONSTRAINT")
    return parts[check - 1].value if named else ""


def _inside(sql: str, parts: Sequence[Token], opening: int) -> str:
    depth = 0
    for token in parts[opening:]:
        depth += _nesting(token)
        if depth == 0:
            return sql[parts[opening].end : token.start].strip()
    return sql[parts[opening].end :].strip()


def _nesting(token: Token) -> int:
    if token.kind != "sign":
        return 0
    return {"(": 1, ")": -1}.get(token.value, 0)


def columns_in(expression: str, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the columns that occur in an expression, in the order of the table."""
    parts = tokens(expression)
    mentioned = set()
    for token, following in zip(parts, [*parts[1:], None], strict=True):
        called = token.kind == "word" and following is not None and following.value == "("
        if token.kind in ("word", "quoted") and not called:
            mentioned.add(token.value.casefold())
    return tuple(name for name in names if name.casefold() in mentioned)


def choices_in(expression: str) -> tuple[str, tuple[str, ...]] | None:
    """Column and allowed texts of ``col IN ('a', 'b')`` or PostgreSQL's ``col = ANY (ARRAY['a', …])``."""
    parts = _without_casts(tokens(_ARRAY.sub("ARRAY (", expression)))
    if len(parts) < 3 or parts[0].kind not in ("word", "quoted"):
        return None
    if parts[1].is_word("IN"):
        values = parts[2:]
    elif [p.value.upper() for p in parts[1:4]] == ["=", "ANY", "ARRAY"]:
        values = parts[4:]
    else:
        return None
    if any(p.kind != "text" if i % 2 == 0 else p.value != "," for i, p in enumerate(values)):
        return None
    return parts[0].value, tuple(p.value for p in values[::2])


def _without_casts(parts: Sequence[Token]) -> list[Token]:
    """Without parentheses and ``::type`` parts; what is left of a plain list of choices is unambiguous."""
    kept: list[Token] = []
    in_cast = False
    for token in parts:
        if token.kind == "cast":
            in_cast = True
        elif token.kind == "sign" and token.value in "()[]":
            continue
        elif not in_cast or token.kind not in ("word", "quoted", "number"):
            in_cast = False
            kept.append(token)
    return kept


def split(parts: Sequence[Token], word: str) -> list[list[Token]]:
    """The parts between the word, where it stands outside of parentheses and is not BETWEEN's own AND."""
    found: list[list[Token]] = [[]]
    depth, between = 0, False
    for part in parts:
        depth += {"(": 1, ")": -1}.get(part.value, 0) if part.kind == "sign" else 0
        if depth == 0 and part.is_word("BETWEEN"):
            between = True
        if depth == 0 and part.is_word(word) and not (between and word == "AND"):
            found.append([])
            continue
        if depth == 0 and part.is_word("AND"):
            between = False
        found[-1].append(part)
    return found


def bare(parts: Sequence[Token]) -> list[Token]:
    """Without parentheses around the whole."""
    kept = list(parts)
    while len(kept) > 1 and kept[0].value == "(" and _closing(kept) == len(kept) - 1:
        kept = kept[1:-1]
    return kept


def _closing(parts: Sequence[Token]) -> int:
    depth = 0
    for place, part in enumerate(parts):
        depth += {"(": 1, ")": -1}.get(part.value, 0) if part.kind == "sign" else 0
        if depth == 0:
            return place
    return -1
