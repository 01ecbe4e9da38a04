"""Owns the frozen filter tree that typed text becomes; plain data, knows neither text nor SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from desktop.base.keys import TableName
from desktop.base.refusal import Reason, Refusal, RefusedError

Operator: TypeAlias = Literal["=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Always:
    """Nothing typed: every record."""


@dataclass(frozen=True, slots=True)
class Contains:
    """The text holds ``pieces`` in that order, whatever the case; wildcards stand between them.

    ``from_start`` and ``to_end`` tie the first and last piece to the ends of the text.
    """

    pieces: tuple[str, ...]
    from_start: bool = False
    to_end: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """The value compared with one value of the column's own kind."""

    operator: Operator
    value: object


@dataclass(frozen=True, slots=True)
class Within:
    """From ``low`` to ``high``, None for open ends; ``high`` itself belongs to it unless ``half_open``."""

    low: object | None
    high: object | None
    half_open: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """NULL, or an empty text."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; records where the database cannot tell (NULL) are among them."""

    part: Filter


@dataclass(frozen=True, slots=True)
class Named:
    """On a foreign key: the name of the record pointed to, or the stored value itself where that could be."""

    name: Filter | None
    own: Filter | None


Filter: TypeAlias = Always | Contains | Compare | Within | Empty | AnyOf | Not | Named


class BadFilter(RefusedError):
    """The text in a filter field cannot be understood; ``column`` is empty for the search."""

    def __init__(self, column: str, sentence: str, table: TableName | None = None) -> None:
        fields = (column,) if column else ()
        super().__init__(Refusal(Reason.BAD_VALUE, sentence, table=table, fields=fields))
        self.column = column
        self.sentence = sentence
