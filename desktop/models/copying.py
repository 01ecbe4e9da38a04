"""Owns reading what is copied: whole records in the background, with what is staged; touches no clipboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from PySide6.QtCore import QObject

from desktop.base.cancel import CancelToken, Progress
from desktop.base.freeing import free_slowly
from desktop.base.keys import Key, NewKey, RecordRef
from desktop.base.refusal import Refusal
from desktop.browse import fetch
from desktop.browse.rows import Row
from desktop.browse.selection import ChosenKeys, Selection
from desktop.browse.view import View
from desktop.models.failures import refusal_for
from desktop.models.lanes import Job
from desktop.models.overlay import left_out
from desktop.models.record_model import RecordModel
from desktop.schema.database import Database
from desktop.schema.describe import Kind, Table
from desktop.schema.labels import column_heading, heading
from desktop.staging.staging import Invalid, Staging
from desktop.transfer.clipboard import Copied, CopiedColumn, Offer, Typed, need_few, need_light
from desktop.transfer.clipboard_as import TEXTS
from desktop.transfer.clipboard_offer import offer_of
from desktop.values.kinds import kind_for

_FEW = 500
"""Records that are read by key in no time."""


@dataclass(frozen=True, slots=True)
class CopyForm:
    """What is wanted of the records."""

    header: bool = False
    """The names of the columns above them."""
    columns: tuple[str, ...] = ()
    """Only these; all that are shown where none is named."""
    text: str = ""
    """Only as this text: a name of ``TEXTS``; else as cells."""


def copy_records(
    model: RecordModel,
    selection: Selection,
    new: Sequence[RecordRef],
    form: CopyForm,
    done: Callable[[Offer], None],
    refused: Callable[[Refusal], None],
    owner: QObject,
) -> Job:
    """Give the selected records, then the ``new`` ones, in the order and with the columns of the view shown.

    Foreign keys and links are the names seen; what is staged is given in place of what is stored.
    """
    connection, view = model.connection, model.shown_view
    if form.columns:
        view = replace(view, columns=form.columns, links=())
    database, locale, table = connection.database, connection.locale, model.table
    staged = _staged(connection.workbench.staging, table)
    added = [_new_row(connection.workbench.staging, table, view, ref) for ref in new]

    def work(token: CancelToken, progress: Progress) -> Offer:
        rows: list[tuple[Typed, ...]] = []
        size = 0
        for block in fetch.stream(database, selection, view, locale=locale, token=token, full=True):
            rows += (_cells(row, view, staged.get(row.key, {})) for row in block)
            need_few(len(rows) + len(added), str(table.name))
            progress(len(rows), None)
            size += sum(len(v) for row in block for v in row.values if isinstance(v, str | bytes))
            need_light(size, str(table.name))
        rows += added
        copied = Copied(source_of(database), str(table.name), _columns(table, view), rows)
        try:
            if form.text:
                return Offer(text=TEXTS[form.text](database, table, copied))
            return offer_of(copied, locale, header=form.header)
        finally:
            free_slowly(rows)

    def failed(exc: Exception) -> None:
        refused(refusal_for(exc, view))

    few = isinstance(selection, ChosenKeys) and len(selection.keys) <= _FEW
    lane = connection.lane if few else connection.apart  # no other tab waits for a long statement
    return lane.submit(work, done, failed, owner=owner)


def source_of(database: Database) -> str:
    """Tells this database apart from others without naming it."""
    return sha256(database.profile.identity.encode()).hexdigest()[:16]


def _columns(table: Table, view: View) -> tuple[CopiedColumn, ...]:
    found = []
    for name in view.columns:
        column, key = table.column(name), table.foreign_key_on(name)
        target = str(key.target) if key is not None else ""
        right = key is None and kind_for(column).right_aligned
        found.append(CopiedColumn(name, column_heading(table, name), column.kind, right, target))
    links = (CopiedColumn(name, heading(name), Kind.TEXT, link=True) for name in view.links)
    return (*found, *links)


def _cells(row: Row, view: View, staged: Mapping[str, Typed]) -> tuple[Typed, ...]:
    stored = map(Typed, row.values, row.labels)
    links = (Typed(", ".join(names)) for names in row.links)
    if not staged:
        return (*stored, *links)
    return (*(staged.get(name, cell) for name, cell in zip(view.columns, stored, strict=True)), *links)


def _staged(staging: Staging, table: Table) -> dict[Key, dict[str, Typed]]:
    """What is staged now for the stored records of the table, by column."""
    found: dict[Key, dict[str, Typed]] = {}
    for ref in staging.refs:
        if ref.table == table.name and not isinstance(ref.key, NewKey):
            change = staging.changes.get(ref)
            fields = change.fields if change is not None else {}
            values = {name: Typed(one.new, staging.label(ref, name)) for name, one in fields.items()}
            found[ref.key] = values | {name: Typed(one) for name, one in staging.wrong_in(ref).items()}
    return found


def _new_row(staging: Staging, table: Table, view: View, ref: RecordRef) -> tuple[Typed, ...]:
    cells = []
    for name in view.columns:
        field = staging.field(ref, name)
        if isinstance(field, Invalid):
            cells.append(Typed(field))
        elif field is not None:
            cells.append(Typed(field.new, staging.label(ref, name)))
        else:
            cells.append(Typed(left_out(table.column(name))))
    return (*cells, *(Typed("") for _ in view.links))
