"""Hand-made rows and the writers' output, for the tests of the file formats."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from desktop.base.cancel import CancelToken
from desktop.browse.rows import Row
from desktop.schema.describe import Kind
from desktop.transfer.formats import WriterOptions, format_named, write_rows
from desktop.transfer.layout import OutColumn


def columns(*names: str, kind: Kind = Kind.TEXT) -> tuple[OutColumn, ...]:
    """Plain columns of one kind."""
    return tuple(OutColumn(name, kind, index=index) for index, name in enumerate(names))


def rows(*values: tuple[object, ...]) -> list[Row]:
    """Rows with a one-column key counted from 1 and no labels."""
    return [Row((number,), v, (None,) * len(v)) for number, v in enumerate(values, start=1)]


def written(
    format_name: str,
    layout: Sequence[OutColumn],
    blocks: Iterable[Sequence[Row]],
    options: WriterOptions | None = None,
) -> bytes:
    """The bytes of the file."""
    file = io.BytesIO()
    write_rows(
        file,
        format_named(format_name),
        layout,
        blocks,
        options or WriterOptions("table"),
        token=CancelToken(),
    )
    return file.getvalue()
