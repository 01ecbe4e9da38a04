"""What a value breaks is known before the database is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop.base.raw import RawText
from desktop.schema.describe import Column, Kind
from desktop.schema.rules import check_value

TITLE = Column("title", Kind.TEXT, "varchar(5)", nullable=False, length=5)
COUNT = Column("view_count", Kind.INTEGER, "smallint", minimum=-32768, maximum=32767)
PRICE = Column("price", Kind.DECIMAL, "numeric(5,2)", precision=5, scale=2)
ROUNDED = Column("price", Kind.DECIMAL, "numeric(5,-2)", precision=5, scale=-2)
STATUS = Column("status", Kind.CHOICE, "text", choices=("draft", "review", "published"))
NUMBERED = Column("id", Kind.INTEGER, "integer", nullable=False, identity=True)


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        (TITLE, None, "Title must be filled in."),
        (TITLE, "", None),
        (TITLE, "中文中文中", None),
        (TITLE, "too long", "Title may have 5 characters at most; this has 8."),
        (NUMBERED, None, None),
        (COUNT, None, None),
        (COUNT, 32767, None),
        (COUNT, 32768, "View count must lie between -32,768 and 32,767."),
        (COUNT, RawText("abc"), None),
        (PRICE, Decimal("999.99"), None),
        (PRICE, Decimal("-999.990"), None),
        (PRICE, Decimal("1000"), "Price may have 3 digits before the decimal point at most."),
        (PRICE, Decimal("0.001"), "Price may have 2 digits after the decimal point at most."),
        (PRICE, Decimal("1." + "0" * 40 + "1"), "Price may have 2 digits after the decimal point at most."),
        (PRICE, Decimal("NaN"), None),
        (PRICE, 1000, "Price may have 3 digits before the decimal point at most."),
        (ROUNDED, Decimal("12300"), None),
        (ROUNDED, Decimal("12345"), "Price may have 0 digits after the decimal point at most."),
        (STATUS, "draft", None),
        (STATUS, "gone", "Status must be “draft”, “review” or “published”."),
        (STATUS, None, None),
    ],
)
def test_rules(column: Column, value: object, sentence: str | None) -> None:
    assert check_value(column, value) == sentence


def test_the_field_may_have_another_title() -> None:
    assert check_value(TITLE, None, "Headline") == "Headline must be filled in."
