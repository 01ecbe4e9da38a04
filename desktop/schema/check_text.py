"""Owns the reading of simple CHECKs into rules; what it does not understand for certain is no rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from desktop.schema import ddl_text, patterns
from desktop.schema.check_rules import (
    Among,
    Bound,
    Differs,
    Length,
    OrderRule,
    Pattern,
    ValueRule,
)
from desktop.schema.ddl_text import Token, bare, split
from desktop.schema.describe import Column, Kind, Table

_SIGNS = "<>=!~*"
_COMPARISONS = {"=": "=", "==": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_ORDERED = (Kind.INTEGER, Kind.DATE, Kind.TIMESTAMP)
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
_NUMBER_CASTS = ("INTEGER", "BIGINT", "SMALLINT", "NUMERIC")
_TEXT_CASTS = ("TEXT", "CHARACTER VARYING", "VARCHAR")


class _NotSimpleError(Exception):
    """The CHECK says something that is not read here."""


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison: a column (perhaps its length, perhaps trimmed) or a literal."""

    column: Column | None = None
    length: bool = False
    trimmed: bool = False
    number: Decimal | None = None
    text: str | None = None
    cast: str = ""


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
        except _NotSimpleError:
            continue
    return found


def _condition(parts: Sequence[Token], table: Table) -> list[tuple[str, ValueRule | OrderRule]]:
    if _has(parts, "OR"):
        return _unless_null(parts, table)
    if len(split(parts, "AND")) > 1:
        return [one for part in split(parts, "AND") for one in _condition(bare(part), table)]
    return list(_Reader(parts, table).rules())


def _unless_null(parts: Sequence[Token], table: Table) -> list[tuple[str, ValueRule | OrderRule]]:
    """``col IS NULL OR …`` about the same column: NULL is never held against a rule anyway."""
    rest, empty = [], set()
    for part in map(bare, split(parts, "OR")):
        if len(part) == 3 and part[1].is_word("IS") and part[2].is_word("NULL"):
            empty.add(part[0].value.casefold())
        else:
            rest.append(part)
    if len(rest) != 1:
        raise _NotSimpleError
    found = _condition(rest[0], table)
    for column, rule in found:
        about = {rule.left, rule.right} if isinstance(rule, OrderRule) else {column}
        if not empty <= {name.casefold() for name in about}:
            raise _NotSimpleError
    return found


def _has(parts: Sequence[Token], word: str) -> bool:
    return len(split(parts, word)) > 1


class _Reader:
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
                raise _NotSimpleError
            high = self._operand()
            self._end()
            yield _comparison(left, ">=", low)
            yield _comparison(left, "<=", high)
            return
        negated = self._word("NOT")
        for name in ("LIKE", "GLOB"):
            if self._word(name):
                yield self._pattern(left, name, negated=negated, any_case=name == "LIKE")
                return
        if negated:
            raise _NotSimpleError
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
            yield _comparison(left, _COMPARISONS[sign], right)
        else:
            raise _NotSimpleError

    def _pattern(self, left: _Operand, name: str, *, negated: bool, any_case: bool) -> tuple[str, ValueRule]:
        right = self._operand()
        self._end()
        if left.column is None or left.length or left.trimmed or right.text is None:
            raise _NotSimpleError
        _need_text(left)
        read = {"LIKE": patterns.like, "GLOB": patterns.glob, "REGEX": patterns.regex}[name](right.text)
        if read is None:
            raise _NotSimpleError
        regex, words = read
        return left.column.name, Pattern(regex, words, negated, any_case)

    def _among(self, left: _Operand) -> tuple[str, ValueRule]:
        self._must("(")
        return self._list(left, ")")

    def _among_array(self, left: _Operand) -> tuple[str, ValueRule]:
        self._must("(")
        if not self._word("ARRAY"):
            raise _NotSimpleError
        # PostgreSQL's ARRAY[1, 2]: the brackets were read as a quoted name.
        inside = self._next()
        self._must(")")
        self._end()
        values = _Reader(ddl_text.tokens(f"{inside.value})"), self._table)
        return values._list(left, ")")

    def _list(self, left: _Operand, closing: str) -> tuple[str, ValueRule]:
        values = [self._operand()]
        while self._value() == ",":
            self._at += 1
            values.append(self._operand())
        self._must(closing)
        self._end()
        numbers = [value.number for value in values if value.number is not None]
        if left.column is None or left.length or left.cast or len(numbers) != len(values):
            raise _NotSimpleError
        _need_number(left.column)
        return left.column.name, Among(tuple(numbers))

    def _operand(self) -> _Operand:
        part = self._next()
        if part.value == "(" and part.kind == "sign":
            inner = self._operand()
            self._must(")")
            return self._cast(inner)
        if part.value == "-" and part.kind == "sign":
            inner = self._operand()
            if inner.number is None:
                raise _NotSimpleError
            return replace(inner, number=-inner.number)
        if part.kind == "number":
            return self._cast(_Operand(number=_decimal(part.value)))
        if part.kind == "text":
            return self._cast(_Operand(text=part.value))
        if part.is_word("E") and self._kind() == "text":
            return self._cast(_Operand(text=_unescaped(self._next().value)))
        if part.kind == "word" and self._value() == "(":
            return self._cast(self._function(part.value.upper()))
        if part.kind in ("word", "quoted"):
            return self._cast(_Operand(column=_column(self._table, part)))
        raise _NotSimpleError

    def _function(self, name: str) -> _Operand:
        self._must("(")
        if name in _TRIMS and self._word("BOTH") and not self._word("FROM"):
            raise _NotSimpleError
        inner = self._operand()
        self._must(")")
        if inner.column is None or inner.length:
            raise _NotSimpleError
        _need_text(inner)
        if name in _LENGTHS:
            return replace(inner, length=True, cast="")
        if name in _TRIMS and not inner.trimmed:
            return replace(inner, trimmed=True, cast="")
        raise _NotSimpleError

    def _cast(self, operand: _Operand) -> _Operand:
        while self._kind() == "cast":
            self._at += 1
            words = [self._next().value.upper()]
            for first, second in (("CHARACTER", "VARYING"), ("DOUBLE", "PRECISION")):
                if words == [first] and self._word(second):
                    words.append(second)
            operand = _cast_to(operand, " ".join(words))
        return operand

    def _sign(self) -> str:
        """An operator; its characters stand directly beside each other."""
        first = self._next()
        if first.kind != "sign" or first.value not in _SIGNS:
            raise _NotSimpleError
        text, end = first.value, first.end
        while self._kind() == "sign" and self._parts[self._at].start == end and self._value() in _SIGNS:
            text, end = text + self._value(), self._parts[self._at].end
            self._at += 1
        return text

    def _next(self) -> Token:
        if self._at >= len(self._parts):
            raise _NotSimpleError
        self._at += 1
        return self._parts[self._at - 1]

    def _word(self, word: str) -> bool:
        there = self._at < len(self._parts) and self._parts[self._at].is_word(word)
        self._at += there
        return there

    def _must(self, value: str) -> None:
        if self._next().value != value:
            raise _NotSimpleError

    def _end(self) -> None:
        if self._at != len(self._parts):
            raise _NotSimpleError

    def _kind(self) -> str:
        return self._parts[self._at].kind if self._at < len(self._parts) else ""

    def _value(self) -> str:
        return self._parts[self._at].value if self._at < len(self._parts) else ""


def _comparison(left: _Operand, sign: str, right: _Operand) -> tuple[str, ValueRule | OrderRule]:
    if left.column is None:
        left, sign, right = right, _MIRRORED[sign], left
    column = left.column
    if column is None:
        raise _NotSimpleError
    if right.column is not None:
        return column.name, _order(left, sign, right)
    if left.length and right.number is not None and right.number == int(right.number):
        return column.name, Length(sign, int(right.number), left.trimmed)
    if left.length:
        raise _NotSimpleError
    if right.number is not None and not left.cast:
        _need_number(column)
        return column.name, Bound(sign, right.number)
    if right.text is not None and column.kind is Kind.DATE and not left.cast:
        return column.name, Bound(sign, _date(right.text))
    if right.text is not None and sign == "<>":
        _need_text(left)
        return column.name, Differs(right.text, left.trimmed)
    raise _NotSimpleError


def _order(left: _Operand, sign: str, right: _Operand) -> OrderRule:
    one, other = left.column, right.column
    plain = not (left.length or right.length or left.trimmed or right.trimmed or left.cast or right.cast)
    if one is None or other is None or not plain or one.kind not in _ORDERED:
        raise _NotSimpleError
    if (one.kind, one.type_name.upper()) != (other.kind, other.type_name.upper()) or one.name == other.name:
        raise _NotSimpleError
    return OrderRule(one.name, sign, other.name)


def _need_text(operand: _Operand) -> None:
    """Text that is stored letter by letter: no padding, no turning into numbers."""
    column = operand.column
    name = column.type_name.upper() if column is not None else ""
    plain = any(word in name for word in ("VARCHAR", "VARYING", "TEXT", "CLOB")) and "INT" not in name
    if column is None or column.kind not in _TEXTS or not plain:
        raise _NotSimpleError


def _need_number(column: Column) -> None:
    name = column.type_name.upper()
    if column.kind not in _NUMBERS or any(word in name for word in ("CHAR", "TEXT", "CLOB")):
        raise _NotSimpleError


def _cast_to(operand: _Operand, name: str) -> _Operand:
    if operand.text is not None:
        if name in _NUMBER_CASTS:
            return _Operand(number=_decimal(operand.text))
        if name in (*_TEXT_CASTS, "DATE"):
            return operand
    elif operand.number is not None and name in (*_NUMBER_CASTS, "DOUBLE PRECISION", "REAL"):
        whole = operand.number == int(operand.number)
        if whole or name not in ("INTEGER", "BIGINT", "SMALLINT"):  # these would round it
            return operand
    elif operand.column is not None and name in _TEXT_CASTS and operand.column.kind in _TEXTS:
        return replace(operand, cast=name)
    raise _NotSimpleError


def _column(table: Table, part: Token) -> Column:
    """By its name: exactly, else (a word, and SQLite's quoted names) whatever the case."""
    exact = [column for column in table.columns if column.name == part.value]
    near = [column for column in table.columns if column.name.casefold() == part.value.casefold()]
    found = exact or near
    if len(found) != 1:
        raise _NotSimpleError
    return found[0]


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _NotSimpleError from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _NotSimpleError from None


def _unescaped(text: str) -> str:
    """PostgreSQL's E'…' holds doubled backslashes; any other escape is left alone."""
    if "\\" in text.replace("\\\\", ""):
        raise _NotSimpleError
    return text.replace("\\\\", "\\")
