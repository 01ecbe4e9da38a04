"""Owns the text that copied records become: tab-separated, whole values, as a spreadsheet reads it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.base.cancel import CancelToken, Progress
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse import fetch
from desktop.browse.rows import Row
from desktop.browse.selection import Selection
from desktop.models.failures import refusal_for
from desktop.models.lanes import Job
from desktop.models.record_model import RecordModel
from desktop.values.plain import to_plain

MOST = 50_000
"""Rows; more than that is an export, not a copy."""


def copy_records(
    model: RecordModel,
    selection: Selection,
    done: Callable[[str], None],
    refused: Callable[[Refusal], None],
    owner: QObject,
    *,
    header: bool = False,
) -> Job:
    """Read the selected records whole and give them as TSV, in the order and columns of the view shown.

    Foreign keys and links are the names seen; NULL is empty; values that hold tabs or line ends are quoted.
    """
    view, connection = model.shown_view, model.connection
    database, locale = connection.database, connection.locale
    heads = [model.columns.heading(section) for section in range(model.columnCount())]

    def work(token: CancelToken, progress: Progress) -> str:
        lines = ["\t".join(map(_quoted, heads))] if header else []
        for rows in fetch.stream(database, selection, view, locale=locale, token=token, full=True):
            lines += map(_line, rows)
            if len(lines) > MOST:
                raise RefusedError(_too_many(view.table.name))
        return "\n".join(lines)

    def failed(exc: Exception) -> None:
        refused(refusal_for(exc, view))

    return connection.lane.submit(work, done, failed, owner=owner)


def _too_many(name: str) -> Refusal:
    return Refusal(
        Reason.OTHER, f"These are more than {MOST:,} records of {name}.", "Export them to a file instead."
    )


def _line(row: Row) -> str:
    values = [label if label else _text(value) for value, label in zip(row.values, row.labels, strict=True)]
    return "\t".join(map(_quoted, values + [", ".join(names) for names in row.links]))


def _text(value: object) -> str:
    plain = to_plain(value)
    return "" if plain is None else str(plain)


def _quoted(text: str) -> str:
    """As spreadsheets do: quotes only where a tab, a line end or a leading quote would break the line."""
    if any(sign in text for sign in "\t\r\n") or text.startswith('"'):
        return '"' + text.replace('"', '""') + '"'
    return text
