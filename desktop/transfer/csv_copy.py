"""Owns CSV by COPY: the server writes the rows, this module only ends and passes them on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.reading import reading
from desktop.browse.stream import WantedRows
from desktop.connect.postgres import COPY_OUT
from desktop.transfer.csv_file import CsvWriter
from desktop.transfer.postgres_cells import finished

_BLOCK = 2_000
_BYTES = 262_144
"""A block is passed on when it has so many rows or bytes."""


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
        labelled = [sa.type_coerce(cell, sa.types.NullType()).label(f"c{i}") for i, cell in enumerate(self.cells)]
        select = wanted.compiled.written(labelled, self.names, wanted.where)
        marker = self.marker.encode()
        done = 0

        def take(rows: Iterator[Any]) -> None:
            nonlocal done
            for block in _blocks(rows):
                token.check()
                writer.append(finished(b"".join(block), marker))
                done += len(block)
                progress(done, total)

        with reading(wanted.compiled.database, token, snapshot=True) as connection:
            connection.execute(select, execution_options={COPY_OUT: (writer.delimiter, take)}).close()
        return done


def _blocks(rows: Iterator[Any]) -> Iterator[list[bytes]]:
    """The rows with line ends as every CSV file of ours has them, some at a time."""
    block: list[bytes] = []
    size = 0
    for row in rows:
        line = row[:-1].tobytes() + b"\r\n"
        block.append(line)
        size += len(line)
        if len(block) >= _BLOCK or size >= _BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block
