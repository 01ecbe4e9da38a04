"""Owns whether values not saved meet a view's filters, as far as can be told without a database; no SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias

from desktop.base.keys import NewKey
from desktop.browse.conditions import SEARCHED, named_key, words_of
from desktop.browse.filter_text import parse_filter
from desktop.browse.filter_tree import (
    Always,
    AnyOf,
    Compare,
    Contains,
    Empty,
    Filter,
    Named,
    Not,
    Within,
)
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind
from desktop.values.locale import Locale

Verdict: TypeAlias = bool | None
"""None: only the database could tell."""

_TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE})
_ORDERED: dict[Kind, type | tuple[type, ...]] = {
    Kind.INTEGER: (int, Decimal),
    Kind.DECIMAL: (int, Decimal),
    Kind.FLOAT: (int, float),
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
    Kind.TIME: time,
    Kind.TIMESTAMP: date,
}
"""Kinds whose order is the same everywhere; texts are sorted by rules of the database."""


@dataclass(frozen=True, slots=True)
class Known:
    """A value, and the name of the record it points to, where it does."""

    value: object
    label: str | None = None


Look: TypeAlias = Callable[[str], Known | None]
"""The value of a column; None where it is not known."""


class Matching:
    """The filters and the search of one view, to be held against single records.

    Raises BadFilter where the view has one that cannot be understood.
    """

    def __init__(self, database: Database, view: View, locale: Locale) -> None:
        table = database.table(view.table)
        self._columns = {column.name: column for column in table.columns}
        self._named = {name for name in self._columns if named_key(database, table, name) is not None}
        self._trees: list[tuple[str, Filter | None]] = []
        """Each filter with its column; None for that of a relation, which only the database knows."""
        for item in view.filters:
            column = self._columns.get(item.column)
            names = item.column in self._named
            tree = parse_filter(item.text, column, locale, names=names) if column is not None else None
            self._trees.append((item.column, tree))
        self._words = words_of(view.search)
        self._searched = [
            name for name, column in self._columns.items() if column.kind in SEARCHED or name in self._named
        ]

    def holds(self, look: Look, changed: Collection[str] | None = None) -> Verdict:
        """Whether a record is in the view with the values that ``look`` gives.

        ``changed``: the database has returned the record, and only these columns are other ones since.
        """
        return _all(
            [
                *(
                    self._filter(name, tree, look)
                    for name, tree in self._trees
                    if changed is None or name in changed
                ),
                *(
                    self._occurs(word, look)
                    for word in self._words
                    if changed is None or any(name in changed for name in self._searched)
                ),
            ]
        )

    def _filter(self, name: str, tree: Filter | None, look: Look) -> Verdict:
        known = look(name) if tree is not None else None
        return _meets(tree, known, self._columns[name]) if tree is not None and known is not None else None

    def _occurs(self, word: str, look: Look) -> Verdict:
        return _any(self._holds_word(name, Contains((word,)), look(name)) for name in self._searched)

    def _holds_word(self, name: str, word: Contains, known: Known | None) -> Verdict:
        if known is None or known.value is None:
            return None if known is None else False
        own = _like(word, known.value) if self._columns[name].kind in SEARCHED else False
        return _any([own, _like(word, known.label)]) if name in self._named else own


def _meets(tree: Filter, known: Known, column: Column) -> Verdict:
    match tree:
        case Always():
            return True
        case AnyOf(parts):
            return _any(_meets(part, known, column) for part in parts)
        case Not(part):
            verdict = _meets(part, known, column)
            return None if verdict is None else not verdict
        case Empty():
            return _is_empty(known.value, column)
        case _ if known.value is None:
            return False
        case Named(name, own):
            named = Known(known.label) if known.label else None
            verdicts = [_meets(own, known, column)] if own is not None else []
            if name is not None:
                verdicts.append(_meets(name, named, _NAME) if named is not None else None)
            return _any(verdicts)
        case Contains():
            return _like(tree, known.value) if column.kind in _TEXTS else None
        case Compare(operator, value):
            return _compare(operator, known.value, value, column.kind)
        case Within(low, high, half_open):
            bounds = [_compare(">=", known.value, low, column.kind)] if low is not None else []
            if high is not None:
                bounds.append(_compare("<" if half_open else "<=", known.value, high, column.kind))
            return _all(bounds)


_NAME = Column("", Kind.TEXT, "")


def _is_empty(value: object, column: Column) -> Verdict:
    if value is None:
        return True
    if column.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return not value if isinstance(value, str) else None
    return None if not isinstance(value, _PLAIN) else False


_PLAIN = (str, int, float, Decimal, date, time, NewKey)
"""Of these one knows that they are something; a default may be NULL."""


def _like(tree: Contains, value: object) -> Verdict:
    if not isinstance(value, str):
        return None
    middle = ".*".join(re.escape(piece.lower()) for piece in tree.pieces)
    pattern = ("" if tree.from_start else ".*") + middle + ("" if tree.to_end else ".*")
    return re.fullmatch(pattern, value.lower(), re.DOTALL) is not None


def _compare(operator: str, value: object, other: object, kind: Kind) -> Verdict:
    if kind in _TEXTS:
        return _same_text(value, other) if operator == "=" else None
    wanted = _ORDERED.get(kind)
    if wanted is None or not isinstance(value, wanted) or not isinstance(other, wanted):
        return None
    one, two = _comparable(value, kind), _comparable(other, kind)
    if isinstance(one, datetime | time) and isinstance(two, datetime | time) and (one.tzinfo or two.tzinfo):
        return None
    ways: dict[str, bool] = {
        "=": one == two,
        "<": one < two,
        "<=": one <= two,
        ">": one > two,
        ">=": one >= two,
    }
    return ways[operator]


def _comparable(value: Any, kind: Kind) -> Any:
    """A day is its midnight where moments are compared."""
    moment = kind is not Kind.TIMESTAMP or isinstance(value, datetime)
    return value if moment else datetime.combine(value, time())


def _same_text(value: object, other: object) -> Verdict:
    """Whether two texts are the same; some columns do not tell case or spaces at the end apart."""
    if not isinstance(value, str) or not isinstance(other, str):
        return None
    if value == other:
        return True
    return None if value.rstrip().casefold() == other.rstrip().casefold() else False


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    found = list(verdicts)
    return True if True in found else None if None in found else False


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    found = list(verdicts)
    return False if False in found else None if None in found else True
