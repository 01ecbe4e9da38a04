"""Owns a paste: what stands where it goes, reading in the background, one staged step; no clipboard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject

from desktop.base.cancel import CancelToken, Progress
from desktop.base.refusal import Reason, Refusal
from desktop.edit.changes import Action
from desktop.models.copying import source_of
from desktop.models.failures import refusal_for
from desktop.models.lanes import Job
from desktop.models.record_model import RecordModel
from desktop.transfer.clipboard import Offer
from desktop.transfer.paste import Place, Prepared, Spot, prepare


def paste_cells(
    model: RecordModel,
    offer: Offer,
    at: tuple[int, int],
    chosen: Sequence[range],
    done: Callable[[Prepared], None],
    refused: Callable[[Refusal], None],
    owner: QObject,
) -> Job | None:
    """Paste from a row and section right and down; lines beyond the last row become new records.

    One line goes into all the ``chosen`` rows where these are several. ``done`` follows when it is staged.
    """
    row, section = at
    total, scan = model.rows.total, model.pages.scan
    spots = _spots(model, range(row, min(row + offer.most_lines, total)))
    several = sum(map(len, chosen)) > 1 and any(row in span for span in chosen)
    picked = _spots(model, (one for span in chosen for one in span)) if several else ()
    if scan is None and any(spot.ref is None for spot in (*spots, *picked)):
        refused(Refusal(Reason.OTHER, "The rows are still being read.", "Try again in a moment."))
        return None
    place = Place(model.shown_view, section, spots, picked, scan)
    return _paste(model, offer, place, done, refused, owner)


def paste_new(
    model: RecordModel,
    offer: Offer,
    section: int,
    done: Callable[[Prepared], None],
    refused: Callable[[Refusal], None],
    owner: QObject,
) -> Job:
    """Paste every line as a new record; ``done`` follows when they are staged."""
    return _paste(model, offer, Place(model.shown_view, section, as_new=True), done, refused, owner)


def _paste(
    model: RecordModel,
    offer: Offer,
    place: Place,
    done: Callable[[Prepared], None],
    refused: Callable[[Refusal], None],
    owner: QObject,
) -> Job:
    connection = model.connection
    database, locale, bench = connection.database, connection.locale, connection.workbench

    def work(token: CancelToken, progress: Progress) -> Prepared:
        return prepare(database, offer, place, source_of(database), locale=locale, token=token)

    def read(prepared: Prepared) -> None:
        for ref, title in prepared.titles.items():
            bench.staging.titles.setdefault(ref, title)
        count = len(prepared.states)
        bench.paste(f"paste {count:,} {'record' if count == 1 else 'records'}", prepared.states)
        done(prepared)

    def failed(exc: Exception) -> None:
        refused(refusal_for(exc, place.view))

    return connection.lane.submit(work, read, failed, owner=owner)


def _spots(model: RecordModel, rows: Iterable[int]) -> tuple[Spot, ...]:
    """The records in these rows, as far as they are known; those to be deleted stay as they are."""
    staging = model.connection.workbench.staging
    found = []
    for row in rows:
        ref = model.rows.ref_at(row)
        if ref is None or staging.state(ref) is not Action.DELETE:
            found.append(Spot(row, ref, model.row_at(row)))
    return tuple(found)
