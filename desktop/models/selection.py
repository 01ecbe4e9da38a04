"""Owns the step from rows on the screen to records: keys or all that match, never positions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from PySide6.QtCore import QObject

from desktop.base.cancel import CancelToken, Progress
from desktop.base.keys import Key
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse import fetch
from desktop.browse.fetch import BLOCK
from desktop.browse.rows import Row
from desktop.browse.selection import AllMatching, ChosenKeys, Selection
from desktop.models.failures import refusal_for
from desktop.models.lanes import Job
from desktop.models.record_model import RecordModel


class RowsNotLoaded(LookupError):
    """Some of the chosen rows were never read; ``choose`` reads their keys in the background."""


def selection_of(model: RecordModel, rows: Iterable[range], everything: bool = False) -> Selection:
    """The records at these rows, or all that match the view shown.

    Raises RowsNotLoaded where a row is not loaded, and RefusedError where records have no key.
    """
    if everything:
        return AllMatching(model.shown_view)
    _need_key(model)
    keys: list[Key] = []
    for span in rows:
        for row in span[: max(0, model.rows.stored - span.start)]:  # new records are not in the database
            key = model.key_at(row)
            if key is None:
                raise RowsNotLoaded(row)
            keys.append(key)
    return ChosenKeys(model.table.name, tuple(keys))


def choose(
    model: RecordModel,
    rows: Sequence[range],
    everything: bool,
    done: Callable[[Selection], None],
    refused: Callable[[Refusal], None],
    owner: QObject,
    progress: Progress | None = None,
) -> Job | None:
    """As ``selection_of``, reading the keys of rows that are not loaded; None where that was not needed."""
    try:
        done(selection_of(model, rows, everything))
    except RefusedError as exc:
        refused(exc.refusal)
    except RowsNotLoaded:
        return _read_keys(model, rows, done, refused, owner, progress)
    return None


def _need_key(model: RecordModel) -> None:
    if not model.table.key:
        sentence = "Records here have no key, so they cannot be told apart."
        raise RefusedError(Refusal(Reason.NOT_ALLOWED, sentence, table=model.table.name))


def _read_keys(
    model: RecordModel,
    rows: Sequence[range],
    done: Callable[[Selection], None],
    refused: Callable[[Refusal], None],
    owner: QObject,
    progress: Progress | None,
) -> Job | None:
    scan, view = model.pages.scan, model.shown_view
    if scan is None:
        refused(Refusal(Reason.OTHER, "The rows are still being read.", "Try again in a moment."))
        return None
    connection = model.connection
    database, locale = connection.database, connection.locale
    wanted = [span for span in (span[: max(0, model.rows.read - span.start)] for span in rows) if span]
    read, stored = model.rows.read, model.rows.stored
    beyond = (row for span in rows for row in range(max(span.start, read), min(span.stop, stored)))
    kept = [key for key in map(model.key_at, beyond) if key is not None]

    def work(token: CancelToken, progress: Progress) -> Selection:
        keys: list[Key] = []
        total = sum(len(span) for span in wanted)
        for blocks in _runs(wanted):
            if len(blocks) > 1:
                for part in fetch.keys(database, view, scan, blocks, locale=locale, token=token):
                    keys += part
                    progress(len(keys), total)
            else:
                rows = fetch.block(database, view, scan, blocks.start, locale=locale, token=token)
                keys += _picked(rows, blocks.start * BLOCK, wanted)
                progress(len(keys), total)
        return ChosenKeys(view.table, (*keys, *kept))

    def failed(exc: Exception) -> None:
        refused(refusal_for(exc, view))

    return connection.apart.submit(work, done, failed, owner=owner, progress=progress)


def _runs(rows: Sequence[range]) -> list[range]:
    """The blocks these rows are in, in order: those side by side that are wanted whole together, any other by
    itself."""
    touched = {i for span in rows for i in range(span.start // BLOCK, (span.stop - 1) // BLOCK + 1)}
    whole = [run for span in rows if (run := range(-(-span.start // BLOCK), span.stop // BLOCK))]
    others = touched.difference(*whole)
    return sorted([*whole, *(range(index, index + 1) for index in others)], key=lambda run: run.start)


def _picked(block: Sequence[Row], first: int, rows: Sequence[range]) -> Iterator[Key]:
    """The keys of the rows that are wanted of a block that begins at that row."""
    for span in rows:
        yield from (row.key for row in block[max(span.start - first, 0) : max(span.stop - first, 0)])
