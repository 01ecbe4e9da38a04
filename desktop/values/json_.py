"""Owns JSON values, which travel as text so that nothing in them changes by passing through."""

from __future__ import annotations

import json
from decimal import Decimal

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind
from desktop.values.locale import Locale

_WORDS = {
    "Expecting value": "a value is expected",
    "Expecting property name enclosed in double quotes": "a name in double quotes is expected",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Extra data": "there is more after the end",
    "Unterminated string starting at": "a text begins here and never ends",
    "Invalid control character at": "a line end or control character stands inside a text",
    "Invalid \\escape": "the backslash is followed by a sign that has no meaning there",
    "Invalid \\uXXXX escape": "four hexadecimal digits are expected after \\u",
    "Illegal trailing comma before end of object": "a comma stands before the end",
    "Illegal trailing comma before end of array": "a comma stands before the end",
}


class JsonKind(BaseKind):
    """JSON as its exact text."""

    def parse(self, text: str, column: Column, locale: Locale) -> object:
        """The text unchanged, or None for nothing; BadValue with the place where it is not JSON."""
        if not text.strip():
            return None
        try:
            json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            told = _WORDS.get(error.msg.removesuffix(": "), error.msg)
            raise BadValue(f"This is not valid JSON: {told} ({place}).") from error
        except RecursionError:
            return text  # nested deeper than this check can follow: the database decides
        return text


def is_by_value(column: Column) -> bool:
    """Whether the database compares the column's JSON by what it means (jsonb), not by how it is written."""
    return column.type_name == "jsonb"


def same_json(first: str, second: str) -> bool:
    """Whether two texts mean the same JSON: order of names, spaces and 1.0 or 1.00 make no difference."""
    try:
        return _same(_meaning(first), _meaning(second))
    except (ValueError, RecursionError):
        return first == second


def _meaning(text: str) -> object:
    return json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=_refuse)


def _same(first: object, second: object) -> bool:
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_same(first[name], second[name]) for name in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    return type(first) is type(second) and first == second  # true is not 1


def _refuse(constant: str) -> object:
    raise BadValue(f"This is not valid JSON: {constant} is not a JSON value.")
