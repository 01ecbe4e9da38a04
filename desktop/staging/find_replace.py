"""Owns what a replacement in a view would change, cell by cell; stages nothing and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.many import title_of_row
from desktop.browse.rows import Row
from desktop.browse.selection import Selection
from desktop.browse.stream import stream
from desktop.browse.view import View
from desktop.edit.changes import Action
from desktop.edit.compare import same_value
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind, Table
from desktop.schema.labels import column_heading
from desktop.schema.rules import check_value
from desktop.staging.narrowing import candidates
from desktop.staging.replacer import Answer, Replacer, replacer
from desktop.staging.replacing import Search, TooLong
from desktop.staging.staged import RecordState
from desktop.staging.staging import Edit, Invalid, Staging, edited
from desktop.values.kinds import BadValue, kind_for
from desktop.values.locale import Locale
from desktop.values.special import DEFAULT, RawText

MOST = 10_000
"""Cells replaced at once."""
SHOWN = 300
"""Cells listed beforehand; nobody reads more."""
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_LONE = re.compile("[\ud800-\udfff]")
"""Half a character, which no encoding holds."""


@dataclass(frozen=True, slots=True)
class Task:
    """Where to replace what."""

    view: View
    selection: Selection
    columns: tuple[str, ...]
    search: Search


@dataclass(frozen=True, slots=True)
class StagedNow:
    """What was staged for one table when the search began, by record and column."""

    values: Mapping[RecordRef, Mapping[str, object]] = field(default_factory=dict)
    deleted: frozenset[RecordRef] = frozenset()
    new: tuple[tuple[RecordRef, str], ...] = ()
    """New records with their names."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell with a match."""

    ref: RecordRef
    title: str
    column: str
    before: str
    after: str
    spans: tuple[tuple[int, int], ...]
    """Where the first matches stand in ``before``."""
    base: object
    new: object = None
    problem: str = ""
    """Why it cannot be replaced; empty where it can."""


@dataclass(slots=True)
class Outcome:
    """What was found."""

    cells: list[Cell] = field(default_factory=list)
    """Those that can be replaced, at most MOST and one more."""
    shown: list[Cell] = field(default_factory=list)
    """The first of all, to be looked at."""
    possible: int = 0
    """Once there are more than MOST, nothing further is looked at."""
    impossible: int = 0
    slow: int = 0
    """Texts left out because the pattern takes too long on them."""
    states: list[RecordState] = field(default_factory=list)
    """What stages the replacement (``Staging.paste``), made in the background: it takes a while."""


def staged_now(staging: Staging, table: TableName) -> StagedNow:
    """A copy of what is staged for the table, for the background."""
    values: dict[RecordRef, dict[str, object]] = {}
    deleted, new = set(), []
    for ref in staging.refs:
        if ref.table != table:
            continue
        change = staging.changes.get(ref)
        if change is not None and change.action is Action.DELETE:
            deleted.add(ref)
            continue
        values[ref] = {**(change.values if change is not None else {}), **staging.wrong_in(ref)}
        if isinstance(ref.key, NewKey):
            new.append((ref, staging.titles.get(ref, "new record")))
    return StagedNow(values, frozenset(deleted), tuple(new))


def can_search(table: Table, column: Column) -> bool:
    """Whether its cells have a text that can be changed: no references, no bytes, nothing computed."""
    return column.writable and column.kind is not Kind.BYTES and table.foreign_key_on(column.name) is None


def find_cells(
    database: Database,
    task: Task,
    staged: StagedNow,
    locale: Locale,
    *,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    with_new: bool = True,
) -> Outcome:
    """Every cell with a match, of what is stored with what is staged laid over it.

    Raises BadPattern, and RefusedError where the pattern takes too long on several texts.
    """
    token = token or CancelToken()
    table = task.view.table
    finder = _Finder(database.table(table), task, locale)
    changed = [ref.key for ref in staged.values if not isinstance(ref.key, NewKey)]
    where = candidates(database, table, task.columns, task.search, changed)
    done = 0
    with replacer(task.search, token) as answers:
        for rows in stream(
            database, task.selection, finder.view, token=token, names=finder.names, where=where
        ):
            finder.take(list(finder.of_rows(rows, staged)), answers)
            done += len(rows)
            progress(done, None)
            if finder.outcome.possible > MOST:
                return finder.outcome
        if with_new:
            finder.take(list(finder.of_new(staged)), answers)
    finder.outcome.states = edited(
        Edit(cell.ref, cell.column, cell.base, cell.new) for cell in finder.outcome.cells
    )
    return finder.outcome


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to look through, and whose it is."""

    ref: RecordRef
    title: str | Row
    """The record's name, or the row that tells it."""
    column: Column
    base: object
    value: object
    text: str


class _Finder:
    def __init__(self, table: Table, task: Task, locale: Locale) -> None:
        label = tuple(name for name in table.label.columns if name not in task.columns)
        self.view = replace(task.view, columns=(*task.columns, *label), links=())
        self.names = any(table.foreign_key_on(name) is not None for name in table.label.columns)
        self.outcome = Outcome()
        self._table, self._locale = table, locale
        self._columns = [table.column(name) for name in task.columns]

    def of_rows(self, rows: Sequence[Row], staged: StagedNow) -> Iterator[_Text]:
        for row in rows:
            ref = RecordRef(self._table.name, row.key)
            if ref in staged.deleted or not row.key:
                continue
            over = staged.values.get(ref, {})
            for column, base in zip(self._columns, row.values, strict=False):
                yield from self._text(ref, row, column, base, over.get(column.name, base))

    def of_new(self, staged: StagedNow) -> Iterator[_Text]:
        for ref, title in staged.new:
            for column in self._columns:
                value = staged.values[ref].get(column.name)
                yield from self._text(ref, title, column, DEFAULT if column.has_default else None, value)

    def take(self, texts: Sequence[_Text], answers: Replacer) -> None:
        """Look through the texts and keep what was found."""
        for one, answer in zip(texts, answers([one.text for one in texts]), strict=True):
            if isinstance(answer, TooLong):
                self.outcome.slow += 1
            elif answer is not None and answer.after != one.text:
                self._keep(self._cell(one, answer))

    def _text(
        self, ref: RecordRef, title: str | Row, column: Column, base: object, value: object
    ) -> Iterator[_Text]:
        text = _text_of(column, value, self._locale)
        if text is not None:
            yield _Text(ref, title, column, base, value, text)

    def _cell(self, one: _Text, answer: Answer) -> Cell | None:
        assert answer is not None and not isinstance(answer, TooLong)
        column, new, problem = one.column, None, ""
        try:
            plain = column.kind in _TEXTS
            new = answer.after if plain else kind_for(column).parse(answer.after, column, self._locale)
            problem = check_value(column, new, column_heading(self._table, column.name)) or ""
        except BadValue as bad:
            problem = bad.sentence
        if not problem and same_value(new, one.value):
            return None  # written another way, it is the same number or day
        title = one.title
        if not isinstance(title, str):
            title = title_of_row(self._table, self.view.columns, title)
        return Cell(one.ref, title, column.name, one.text, answer.after, answer.spans, one.base, new, problem)

    def _keep(self, cell: Cell | None) -> None:
        if cell is None:
            return
        outcome = self.outcome
        if cell.problem:
            outcome.impossible += 1
        else:
            outcome.possible += 1
            if len(outcome.cells) <= MOST:
                outcome.cells.append(cell)
        if len(outcome.shown) < SHOWN:
            outcome.shown.append(cell)


def _text_of(column: Column, value: object, locale: Locale) -> str | None:
    """The text a person would edit; None where there is none, or it cannot be held exactly."""
    if isinstance(value, Invalid):
        return value.text
    if value is None or value is DEFAULT or isinstance(value, RawText | NewKey | bytes):
        return None
    if isinstance(value, str) and _LONE.search(value):
        return None
    if isinstance(value, str) and column.kind in _TEXTS:
        return value
    return kind_for(column).edit_text(value, column, locale)
