"""The neutral form of values for files."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import pytest

from desktop.values.plain import to_plain
from desktop.values.special import BlobSize, Clipped, RawText


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (2**70, 2**70),
        (Decimal("1.50"), Decimal("1.50")),
        ("中文\n\tzwei", "中文\n\tzwei"),
        ("bad \udcff", "bad \\xff"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(9, 14, 5), "09:14:05"),
        (datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "2026-01-02 03:04:05.000006+00:00"),
        (b"\x00\xff", "\\x00ff"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (RawText("infinity"), "infinity"),
    ],
)
def test_to_plain(value: object, plain: object) -> None:
    assert to_plain(value) == plain
    assert type(to_plain(value)) is type(plain)


@pytest.mark.parametrize("preview", [Clipped("a", 9), BlobSize(9)])
def test_preview_is_never_exported(preview: object) -> None:
    with pytest.raises(TypeError):
        to_plain(preview)
