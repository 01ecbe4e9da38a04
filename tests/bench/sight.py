"""Owns finding a table in a picture of a screen by its lines, whatever the fonts, and its texts; knows
neither a program nor a display.

A picture is a list of lines, each one byte per pixel.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_DARK = 120
_LIGHT = 180
_DARKER = bytes(shade < _DARK for shade in range(256))
_LIGHTER = bytes(shade > _LIGHT for shade in range(256))
_RUN = re.compile(rb"(.)\1{199,}", re.DOTALL)
"""As long as lines of a table are at least, in one colour."""
_ROWS = 8
"""Fewer lines in equal distances are no table."""
_STANDS_OUT = 3
_HEAD = (0.15, 0.75)
"""The part of a head, in heights of a row from its top, in which its column has an edge whatever is below."""


@dataclass(frozen=True)
class Table:
    """Where it is, in pixels."""

    rows: tuple[int, ...]
    """The lines between rows, from top to bottom."""
    height: int
    """Of a row."""
    columns: tuple[int, ...]
    """The left edge of the first column, then the right edges of those that end in sight."""
    head: int
    """The middle of the heads."""

    def middle(self, column: int) -> int:
        """Of a column, counted from 0."""
        return (self.columns[column] + self.columns[column + 1]) // 2


def find_table(picture: Sequence[bytes]) -> Table | None:
    """The one with the most rows; None where there are no equal rows with heads above them."""
    lines = _level_lines(picture)
    ends = Counter((left, right) for _, left, right in lines)
    if not ends or ends.most_common(1)[0][1] <= _ROWS:
        return None
    (left, right), _ = ends.most_common(1)[0]
    rows = [y for y, *edges in lines if edges == [left, right]]
    gaps = Counter(below - above for above, below in itertools.pairwise(rows))
    (height, equal), *_ = gaps.most_common(1)
    if equal < _ROWS:
        return None
    tops = [y for y, start, end in lines if y < rows[0] and start <= left and right <= end]
    for top in reversed(tops):  # between heads and rows there may be more, to type a filter for one
        strip = [picture[top + pixel] for pixel in range(*(round(part * height) for part in _HEAD))]
        if columns := _upright_lines(strip, left, right):
            return Table(tuple(rows), height, (left, *columns), top + round(sum(_HEAD) / 2 * height))
    return None


def bands(lines: Sequence[bytes]) -> int:
    """How many lines of text there are."""
    dark = [b"\1" in line.translate(_DARKER) for line in lines]
    return sum(there and not above for above, there in itertools.pairwise([False, *dark]))


def same_texts(before: Sequence[bytes], after: Sequence[bytes]) -> bool:
    """Whether nothing dark became light, nor the other way round: at most a choice was marked."""
    dark, light = ([_bits(lines, shades) for lines in (before, after)] for shades in (_DARKER, _LIGHTER))
    return not (dark[0] & light[1] or light[0] & dark[1])


def _bits(lines: Sequence[bytes], shades: bytes) -> int:
    return int.from_bytes(b"".join(lines).translate(shades), "little")


def _level_lines(picture: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Height, left and right of long lines of one colour that differ from what is above and below."""
    found = []
    for y in range(1, len(picture) - 1):
        for run in _RUN.finditer(picture[y]):
            left, right = run.span()
            around = picture[y - 1][left:right], picture[y + 1][left:right]
            if all(2 * line.count(run[1]) < right - left for line in around):
                found.append((y, left, right))
    return found


def _upright_lines(strip: Sequence[bytes], left: int, right: int) -> list[int]:
    """Where every line of the strip differs from what is beside it: texts leave some alone, edges none."""
    return [
        x
        for x in range(left + 1, right - 1)
        if all(min(abs(line[x] - line[x + side]) for side in (-1, 1)) >= _STANDS_OUT for line in strip)
    ]
