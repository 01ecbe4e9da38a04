"""Owns turning a block from the clipboard into what is to be staged for each record; stages none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from desktop.base.cancel import CancelToken
from desktop.base.keys import NewKey, RecordRef
from desktop.browse.rows import Row
from desktop.browse.titles import title_of_row
from desktop.schema.database import Database
from desktop.schema.labels import column_heading
from desktop.staging.staged import Invalid, RecordState
from desktop.staging.staging import Edit, edited, new_record
from desktop.transfer.clipboard import Offer, Pasted, PastedCell, need_block
from desktop.transfer.clipboard_offer import read_offer
from desktop.transfer.names import match_names
from desktop.transfer.paste_cells import CellReader
from desktop.transfer.paste_routes import Route, routes_for
from desktop.transfer.paste_spots import Place, Seen, Spot
from desktop.values.locale import Locale
from desktop.values.special import DEFAULT

__all__ = ["Place", "Prepared", "Spot", "prepare"]

Line: TypeAlias = Sequence[PastedCell]
_STEP = 500
"""Records between two looks at whether the person has cancelled."""


@dataclass(frozen=True)
class Prepared:
    """What is to be staged."""

    states: list[RecordState]
    titles: Mapping[RecordRef, str]
    marked: int
    """Cells that do not fit."""
    skipped: tuple[str, ...]
    """Headings of what has no place or cannot be written."""


@dataclass
class _Paste:
    """One paste under way."""

    database: Database
    place: Place
    source: str
    locale: Locale
    token: CancelToken
    titles: dict[RecordRef, str] = field(default_factory=dict)
    marked: int = 0

    def __post_init__(self) -> None:
        self.table = self.database.table(self.place.view.table)
        self.readers: list[tuple[Route, CellReader]] = []


def prepare(
    database: Database, offer: Offer, place: Place, source: str, *, locale: Locale, token: CancelToken
) -> Prepared:
    """Read the block, look names up (one statement for each foreign key), read what is not loaded.

    ``source`` tells this database apart from others. RefusedError where there is nothing to paste, too much,
    or no place for it.
    """
    pasted = need_block(read_offer(offer))
    work = _Paste(database, place, source, locale, token)
    plan = routes_for(work.table, place.view, pasted, source, section=place.section, as_new=place.as_new)
    pasted = replace(pasted, lines=plan.lines)
    work.readers = [(route, _reader(work, route, pasted)) for route in plan.routes]
    over, beyond = _aims(place, plan.lines)
    states = edited(_edits(work, over))
    states += _new_records(work, beyond)
    return Prepared(states, work.titles, work.marked, plan.skipped)


def _aims(place: Place, lines: Sequence[Line]) -> tuple[list[tuple[Spot, Line]], Sequence[Line]]:
    """Each record pasted over with its line, and the lines that become new records."""
    if place.as_new:
        return [], lines
    if len(lines) == 1 and len(place.chosen) > 1:
        return [(spot, lines[0]) for spot in place.chosen], []
    return list(zip(place.spots, lines, strict=False)), lines[len(place.spots) :]


def _reader(work: _Paste, route: Route, pasted: Pasted) -> CellReader:
    column = route.column
    key = work.table.foreign_key_on(column.name)
    if key is not None and key.target not in work.database.schema.tables:
        key = None
    copied = pasted.columns[route.index] if pasted.columns else None
    heading = column_heading(work.table, column.name)
    reader = CellReader(column, heading, work.locale, key, copied, pasted.source == work.source)
    if key is None:
        return reader
    cells = (line[route.index] for line in pasted.lines if route.index < len(line))
    names = sorted({name for cell in cells if (name := reader.name_in(cell))})
    return replace(
        reader,
        names=match_names(work.database, key, column.name, names, locale=work.locale, token=work.token),
    )


def _edits(work: _Paste, over: Sequence[tuple[Spot, Line]]) -> Iterator[Edit]:
    seen = Seen(work.database, work.place, [spot for spot, _ in over], work.locale, work.token)
    found = [(there, line) for spot, line in over if (there := seen.spot(spot)) is not None]
    beside = {name for _, reader in work.readers for one in reader.names.values() for name in one.beside}
    seen.read_whole(
        (there for there, _ in found), {*beside, *(route.column.name for route, _ in work.readers)}
    )
    for done, ((ref, row), line) in enumerate(found):
        if not done % _STEP:
            work.token.check()
        _remember_names(work, ref, row)
        for name, value, label in _values(work, line, new=isinstance(ref.key, NewKey)):
            yield Edit(ref, name, seen.base(ref, row, name), value, label)


def _new_records(work: _Paste, lines: Sequence[Line]) -> Iterator[RecordState]:
    view = work.place.view
    pinned = dict(view.pinned)
    for done, line in enumerate(lines):
        if not done % _STEP:
            work.token.check()
        values, labels = dict(pinned), {}
        for name, value, label in _values(work, line, new=True):
            if value is not DEFAULT and name not in pinned:
                values[name] = value
                if label is not None:
                    labels[name] = label
        yield new_record(view.table, values, labels)


def _values(work: _Paste, line: Line, *, new: bool) -> Iterator[tuple[str, object, str | None]]:
    """What the cells of a line mean, by column; a name may tell of several."""
    given = {route.column.name for route, _ in work.readers}
    for route, reader in work.readers:
        if route.index < len(line):
            value, label = reader.read(line[route.index], new=new)
            work.marked += isinstance(value, Invalid)
            yield route.column.name, value, label
            for name, other in reader.beside(line[route.index]).items():
                if name not in given:
                    yield name, other, None


def _remember_names(work: _Paste, ref: RecordRef, row: Row | None) -> None:
    """What the record is called, and those that it points to now: for the words of its changes."""
    if row is None:
        return
    columns = work.place.view.columns
    if title := title_of_row(work.table, columns, row):
        work.titles[ref] = title
    for route, reader in work.readers:
        if route.column.name not in columns:
            continue
        place, key = columns.index(route.column.name), reader.foreign_key
        label = row.labels[place]
        if label and key is not None and len(key.columns) == 1:
            work.titles.setdefault(RecordRef(key.target, (row.values[place],)), label)
