"""Owns CSV by COPY: the server writes the rows, this module only ends and passes them on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.base.cancel import CancelToken, Progress
from desktop.browse.reading import reading
from desktop.browse.stream import WantedRows
from desktop.connect.backend import COPY_OUT
from desktop.transfer.csv_file import CsvWriter
from desktop.transfer.postgres_cells import Finish

_QUOTED, _PLAIN = b'"\\."\n', b"\\.\r\n"
"""What COPY alone puts in quotes: its own sign for the end, as the only cell of a row."""


@dataclass(frozen=True, eq=False)
class CopyRun:
    """One export by COPY."""

    wanted: WantedRows
    names: tuple[str, ...]
    """Foreign keys written as names."""
    cells: tuple[sa.ColumnElement[Any], ...]
    finish: Finish

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
        done = 0

        def take(blocks: Iterator[list[memoryview]]) -> None:
            nonlocal done
            for rows in blocks:
                token.check()
                writer.append(self.finish(_joined(rows)))
                done += len(rows)
                progress(done, total)

        with reading(wanted.compiled.database, token, snapshot=True) as connection:
            connection.execute(select, execution_options={COPY_OUT: (writer.delimiter, take)}).close()
        return done


def _joined(rows: list[memoryview]) -> bytes:
    """The rows with the line ends of every CSV file of ours; the server's are of one character."""
    block = b"".join(rows)
    if b'"' in block and (block.count(b"\n") > len(rows) or _QUOTED in block):  # not every one ends a line
        return b"".join([_PLAIN if row == _QUOTED else bytes(row)[:-1] + b"\r\n" for row in rows])
    return block.replace(b"\n", b"\r\n")
