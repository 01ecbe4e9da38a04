"""Owns the reading of one condition of a CHECK, token by token; stops where it is not simple."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from desktop.schema import ddl_text, patterns
from desktop.schema.check_operands import (
    NotSimpleError,
    Operand,
    cast_to,
    comparison,
    decimal,
    need_number,
    need_text,
    unescaped,
)
from desktop.schema.check_rules import Among, OrderRule, Pattern, ValueRule
from desktop.schema.ddl_text import Token
from desktop.schema.describe import Column, Table

_SIGNS = "<>=!~*"
_COMPARISONS = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_LENGTHS = ("LENGTH", "CHAR_LENGTH", "CHARACTER_LENGTH")
_TRIMS = ("TRIM", "BTRIM")
_OPERATORS = {
    "~~": ("LIKE", False, False),
    "!~~": ("LIKE", True, False),
    "~~*": ("LIKE", False, True),
    "~": ("REGEX", False, False),
    "!~": ("REGEX", True, False),
    "~*": ("REGEX", False, True),
}


class Reader:
    """Reads one condition from left to right; what is left over at the end means it was not understood."""

    def __init__(self, parts: Sequence[Token], table: Table) -> None:
        self._parts = list(parts)
        self._table = table
        self._at = 0

    def rules(self) -> Iterator[tuple[str, ValueRule | OrderRule]]:
        left = self._operand()
        if self._word("BETWEEN"):
            low = self._operand()
            if not self._word("AND"):
                raise NotSimpleError
            high = self._operand()
            self._end()
            yield comparison(left, ">=", low)
            yield comparison(left, "<=", high)
            return
        negated = self._word("NOT")
        for name in ("LIKE", "GLOB"):
            if self._word(name):
                yield self._pattern(left, name, negated=negated, any_case=name == "LIKE")
                return
        if negated:
            raise NotSimpleError
        if self._word("IN"):
            yield self._among(left)
            return
        sign = self._sign()
        if sign == "=" and self._word("ANY"):
            yield self._among_array(left)
        elif sign in _OPERATORS:
            name, negated, any_case = _OPERATORS[sign]
            yield self._pattern(left, name, negated=negated, any_case=any_case)
        elif sign in _COMPARISONS:
            right = self._operand()
            self._end()
            yield comparison(left, _COMPARISONS[sign], right)
        else:
            raise NotSimpleError

    def _pattern(self, left: Operand, name: str, *, negated: bool, any_case: bool) -> tuple[str, ValueRule]:
        right = self._operand()
        self._end()
        if left.column is None or left.length or left.trimmed or right.text is None:
            raise NotSimpleError
        need_text(left)
        read = {"LIKE": patterns.like, "GLOB": patterns.glob, "REGEX": patterns.regex}[name](right.text)
        if read is None:
            raise NotSimpleError
        regex, words = read
        return left.column.name, Pattern(regex, words, negated, any_case)

    def _among(self, left: Operand) -> tuple[str, ValueRule]:
        self._must("(")
        return self._list(left, ")")

    def _among_array(self, left: Operand) -> tuple[str, ValueRule]:
        self._must("(")
        if not self._word("ARRAY"):
            raise NotSimpleError
        # PostgreSQL's ARRAY[1, 2]: the brackets were read as a quoted name.
        inside = self._next()
        self._must(")")
        self._end()
        values = Reader(ddl_text.tokens(f"{inside.value})"), self._table)
        return values._list(left, ")")

    def _list(self, left: Operand, closing: str) -> tuple[str, ValueRule]:
        values = [self._operand()]
        while self._value() == ",":
            self._at += 1
            values.append(self._operand())
        self._must(closing)
        self._end()
        numbers = [value.number for value in values if value.number is not None]
        if left.column is None or left.length or left.cast or len(numbers) != len(values):
            raise NotSimpleError
        need_number(left.column)
        return left.column.name, Among(tuple(numbers))

    def _operand(self) -> Operand:
        part = self._next()
        if part.value == "(" and part.kind == "sign":
            inner = self._operand()
            self._must(")")
            return self._cast(inner)
        if part.value == "-" and part.kind == "sign":
            inner = self._operand()
            if inner.number is None:
                raise NotSimpleError
            return replace(inner, number=-inner.number)
        if part.kind == "number":
            return self._cast(Operand(number=decimal(part.value)))
        if part.kind == "text":
            return self._cast(Operand(text=part.value))
        if part.is_word("E") and self._kind() == "text":
            return self._cast(Operand(text=unescaped(self._next().value)))
        if part.kind == "word" and self._value() == "(":
            return self._cast(self._function(part.value.upper()))
        if part.kind in ("word", "quoted"):
            return self._cast(Operand(column=_column(self._table, part)))
        raise NotSimpleError

    def _function(self, name: str) -> Operand:
        self._must("(")
        if name in _TRIMS and self._word("BOTH") and not self._word("FROM"):
            raise NotSimpleError
        inner = self._operand()
        self._must(")")
        if inner.column is None or inner.length:
            raise NotSimpleError
        need_text(inner)
        if name in _LENGTHS:
            return replace(inner, length=True, cast="")
        if name in _TRIMS and not inner.trimmed:
            return replace(inner, trimmed=True, cast="")
        raise NotSimpleError

    def _cast(self, operand: Operand) -> Operand:
        while self._kind() == "cast":
            self._at += 1
            words = [self._next().value.upper()]
            for first, second in (("CHARACTER", "VARYING"), ("DOUBLE", "PRECISION")):
                if words == [first] and self._word(second):
                    words.append(second)
            operand = cast_to(operand, " ".join(words))
        return operand

    def _sign(self) -> str:
        """An operator; its characters stand directly beside each other."""
        first = self._next()
        if first.kind != "sign" or first.value not in _SIGNS:
            raise NotSimpleError
        text, end = first.value, first.end
        while self._kind() == "sign" and self._parts[self._at].start == end and self._value() in _SIGNS:
            text, end = text + self._value(), self._parts[self._at].end
            self._at += 1
        return text

    def _next(self) -> Token:
        if self._at >= len(self._parts):
            raise NotSimpleError
        self._at += 1
        return self._parts[self._at - 1]

    def _word(self, word: str) -> bool:
        there = self._at < len(self._parts) and self._parts[self._at].is_word(word)
        self._at += there
        return there

    def _must(self, value: str) -> None:
        if self._next().value != value:
            raise NotSimpleError

    def _end(self) -> None:
        if self._at != len(self._parts):
            raise NotSimpleError

    def _kind(self) -> str:
        return self._parts[self._at].kind if self._at < len(self._parts) else ""

    def _value(self) -> str:
        return self._parts[self._at].value if self._at < len(self._parts) else ""


def _column(table: Table, part: Token) -> Column:
    """By its name: exactly, else (a word, and SQLite's quoted names) whatever the case."""
    exact = [column for column in table.columns if column.name == part.value]
    near = [column for column in table.columns if column.name.casefold() == part.value.casefold()]
    found = exact or near
    if len(found) != 1:
        raise NotSimpleError
    return found[0]
