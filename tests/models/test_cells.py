"""What a grid shows for each kind of value and state."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from desktop.base.keys import TableName
from desktop.browse.rows import Row
from desktop.models.cells import (
    NULL,
    CellForm,
    CellRole,
    CellState,
    ColumnCells,
    cell_tip,
    chips_cell,
    column_cells,
)
from desktop.schema.describe import Column, ForeignKey, Kind, Table
from desktop.values.locale import Locale
from desktop.values.special import BlobSize, Clipped, RawText

LOCALE = Locale()


def _cells(kind: Kind, reference: bool = False) -> ColumnCells:
    return ColumnCells(Column("c", kind, "type"), reference, LOCALE)


def _row(value: object, label: str | None = None, deleted: bool = False) -> Row:
    return Row((1,), (value,), (label,), deleted=deleted)


@pytest.mark.parametrize(
    ("kind", "value", "form", "text", "right"),
    [
        (Kind.TEXT, "river", CellForm.TEXT, "river", False),
        (Kind.TEXT, "", CellForm.TEXT, "", False),
        (Kind.LONG_TEXT, Clipped("abc", 900), CellForm.TEXT, "abc…", False),
        (Kind.INTEGER, 18422, CellForm.NUMBER, "18,422", True),
        (Kind.INTEGER, 2**70, CellForm.NUMBER, "1,180,591,620,717,411,303,424", True),
        (Kind.DECIMAL, Decimal("1.50"), CellForm.NUMBER, "1.50", True),
        (Kind.BOOLEAN, True, CellForm.BOOLEAN, "Yes", False),
        (Kind.BOOLEAN, 7, CellForm.TEXT, "7", False),
        (Kind.CHOICE, "in_review", CellForm.CHOICE, "In review", False),
        (Kind.DATE, date(2026, 11, 21), CellForm.MOMENT, "21 Nov 2026", False),
        (Kind.TIMESTAMP, datetime(2026, 11, 21, 9, 14), CellForm.MOMENT, "21 Nov 2026  09:14", False),
        (Kind.BYTES, BlobSize(12345), CellForm.TEXT, "12.3 KB", True),
        (Kind.DATE, RawText("infinity"), CellForm.RAW, "infinity", False),
        (Kind.INTEGER, None, CellForm.NULL, NULL, True),
    ],
)
def test_forms_and_texts(kind: Kind, value: object, form: CellForm, text: str, right: bool) -> None:
    cell = _cells(kind).cell(_row(value), 0)
    assert (cell.form, cell.text, cell.right) == (form, text, right)
    assert cell.value is value
    assert cell.is_null == (value is None)


@pytest.mark.parametrize(
    ("value", "label", "text", "form"),
    [
        (3, "Zoé Müller", "Zoé Müller", CellForm.REFERENCE),
        (3, None, "3", CellForm.REFERENCE),
        (3, "", "3", CellForm.REFERENCE),
        (None, None, NULL, CellForm.NULL),
    ],
)
def test_a_reference_shows_the_name_else_the_value(
    value: object, label: str | None, text: str, form: CellForm
) -> None:
    cell = _cells(Kind.INTEGER, reference=True).cell(_row(value, label), 0)
    assert (cell.text, cell.form, cell.right) == (text, form, False)


def test_linked_records_are_chips_and_spoken_in_one_line() -> None:
    row = Row((1,), (), (), links=(("water", "long read"),))
    cell = chips_cell(row, 0)
    assert (cell.form, cell.chips, cell.text) == (CellForm.CHIPS, ("water", "long read"), "water, long read")


def test_a_deleted_row_says_so_in_state_and_tip() -> None:
    cell = _cells(Kind.TEXT).cell(_row("x", deleted=True), 0)
    assert cell.state is CellState.DELETED
    assert "deleted" in (cell_tip(cell) or "")


@pytest.mark.parametrize(
    ("role", "answer"),
    [
        (CellRole.STATE, CellState.NORMAL),
        (CellRole.VALUE, 3),
        (CellRole.LABEL, "Zoé"),
        (CellRole.NULL, False),
        (CellRole.KIND, CellForm.REFERENCE),
    ],
)
def test_the_roles_of_a_cell(role: CellRole, answer: object) -> None:
    assert _cells(Kind.INTEGER, reference=True).cell(_row(3, "Zoé"), 0).answer(role) == answer


def test_a_column_of_a_foreign_key_makes_references() -> None:
    posts = TableName(None, "posts")
    key = ForeignKey("fk", posts, ("author_id",), TableName(None, "users"), ("id",))
    table = Table(posts, (Column("author_id", Kind.INTEGER, "INTEGER"),), ("id",), foreign_keys=(key,))
    assert column_cells(table, "author_id", LOCALE).reference
    with pytest.raises(KeyError):
        column_cells(table, "nothing", LOCALE)
