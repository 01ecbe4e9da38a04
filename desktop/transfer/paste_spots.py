"""Owns the records that a block is pasted over: reading those not loaded, and values cut short."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.base.cancel import CancelToken
from desktop.base.keys import RecordRef
from desktop.browse import fetch
from desktop.browse.fetch import BLOCK, Scan
from desktop.browse.rows import Record, Row
from desktop.browse.view import View
from desktop.schema.database import Database
from desktop.values.locale import Locale
from desktop.values.special import DEFAULT, BlobSize, Clipped


@dataclass(frozen=True, slots=True)
class Spot:
    """A record to paste over, as it stands on the screen."""

    position: int
    ref: RecordRef | None = None
    """None where it is not loaded: then its key is read."""
    row: Row | None = None
    """None for a new record too."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block is to go."""

    view: View
    section: int = 0
    """The column of the current cell."""
    spots: tuple[Spot, ...] = ()
    """The records from the current one down."""
    chosen: tuple[Spot, ...] = ()
    """The selected records, where they are several: one line goes into them all."""
    scan: Scan | None = None
    as_new: bool = False
    """Nothing is pasted over: every line is a new record."""


class Seen:
    """The values that the records to be pasted over hold."""

    def __init__(
        self, database: Database, place: Place, spots: Sequence[Spot], locale: Locale, token: CancelToken
    ) -> None:
        self._place = place
        self._rows = _read_rows(database, place, spots, locale, token)
        self._whole: Mapping[RecordRef, Record] = {}
        self._database, self._token = database, token

    def spot(self, spot: Spot) -> tuple[RecordRef, Row | None] | None:
        """The record there; None where it is gone meanwhile."""
        if spot.ref is not None:
            return spot.ref, spot.row
        row = self._rows.get(spot.position)
        return (RecordRef(self._place.view.table, row.key), row) if row is not None else None

    def read_whole(self, spots: Iterable[tuple[RecordRef, Row | None]], columns: Collection[str]) -> None:
        """Read the records whose values in these columns are not shown, or cut short for the screen."""
        shown = self._place.view.columns
        places = [shown.index(name) for name in columns if name in shown]
        hidden = len(places) < len(columns)
        keys = [
            ref.key
            for ref, row in spots
            if row is not None
            and isinstance(ref.key, tuple)
            and (hidden or any(isinstance(row.values[place], Clipped | BlobSize) for place in places))
        ]
        if keys:
            found = fetch.read_records(self._database, self._place.view.table, keys, token=self._token)
            self._whole = {record.ref: record for record in found}

    def base(self, ref: RecordRef, row: Row | None, column: str) -> object:
        """The value that a paste replaces."""
        if row is None:
            return DEFAULT
        shown = self._place.view.columns
        value = row.values[shown.index(column)] if column in shown else None
        if ref in self._whole and (column not in shown or isinstance(value, Clipped | BlobSize)):
            return self._whole[ref].values[column]
        return value


def _read_rows(
    database: Database, place: Place, spots: Sequence[Spot], locale: Locale, token: CancelToken
) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    if place.scan is not None:
        for index in sorted({spot.position // BLOCK for spot in spots if spot.ref is None}):
            found = fetch.block(database, place.view, place.scan, index, locale=locale, token=token)
            rows.update(enumerate(found, index * BLOCK))
    return rows
