"""Owns JSON values, which travel as text so that nothing in them changes by passing through."""

from __future__ import annotations

import json

from desktop.schema.describe import Column
from desktop.values.base import BadValue, BaseKind
from desktop.values.locale import Locale


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
            raise BadValue(f"This is not valid JSON: {error.msg} ({place}).") from error
        except RecursionError:
            return text  # nested deeper than this check can follow: the database decides
        return text


def _refuse(constant: str) -> object:
    raise BadValue(f"This is not valid JSON: {constant} is not a JSON value.")
