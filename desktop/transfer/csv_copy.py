"""Owns CSV by COPY: the server writes the rows, this module only ends and passes them on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.reading import reading
from desktop.browse.stream import WantedRows
from desktop.connect.backend import COPY_OUT
from desktop.transfer.csv_file import CsvWriter
from desktop.transfer.postgres_cells import finished

_QUOTED, _PLAIN = b'"\\."\n', b"\\.\r\n"
"""What COPY alone puts in quotes: its own sign for the end, as the only cell of a row."""


def new_marker() -> str:
    """A word that occurs nowhere, in front of what Python has to finish."""
    return secrets.token_hex(16)


@dataclass(frozen=True, eq=False)
class CopyRun:
    """One export by COPY."""

    wanted: WantedRows
    names: tuple[str, ...]
    """Foreign keys written as names."""
    cells: tuple[sa.ColumnElement[Any], ...]
    marker: str

    def write(
        self,
        writer: CsvWriter,
        *,
        token: CancelToken,
        total: int | None,
        progress: Progress,
    ) -> int:
        """Write every row; how many they are."""
        wanted = self.wanted
        # No type: no row of this Select ever reaches SQLAlchemy.
        labelled = [
            sa.type_coerce(cell, sa.types.NullType()).label(f"c{i}") for i, cell in enumerate(self.cells)
        ]
        select = wanted.compiled.written(labelled, self.names, wanted.where)
        marker = self.marker.encode()
        done = 0

        def take(rows: Iterator[Any]) -> None:
            nonlocal done
            while block := list(map(bytes, islice(rows, wanted.chunk))):
                token.check()
                writer.append(finished(_joined(block), marker))
                done += len(block)
                progress(done, total)

        with reading(wanted.compiled.database, token, snapshot=True) as connection:
            connection.execute(select, execution_options={COPY_OUT: (writer.delimiter, take)}).close()
        return done


def _joined(rows: list[bytes]) -> bytes:
    """The rows with the line ends of every CSV file of ours; the server's are of one character."""
    block = b"".join(rows)
    if b'"' in block:  # then a line end may also stand in a text
        return b"".join([_PLAIN if row == _QUOTED else row[:-1] + b"\r\n" for row in rows])
    return block.replace(b"\n", b"\r\n")
