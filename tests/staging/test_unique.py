"""Two unsaved records with one unique value are found, by values and by partner columns, and only told."""

from __future__ import annotations

from desktop.base.keys import RecordRef, TableName
from desktop.schema.describe import Column, Kind, Table, Unique
from desktop.staging.staging import Edit, Staging
from desktop.staging.unique import StagedUniques, twin_words
from desktop.values.special import DEFAULT

NAME = TableName(None, "seats")
COLUMNS = tuple(Column(name, Kind.TEXT, "text") for name in ("code", "row", "seat", "note"))
TABLE = Table(
    NAME,
    (Column("id", Kind.INTEGER, "integer", identity=True), *COLUMNS),
    key=("id",),
    uniques=(Unique("", ("id",)), Unique("", ("code",)), Unique("", ("row", "seat"))),
)
ONE, TWO = RecordRef(NAME, (1,)), RecordRef(NAME, (2,))


def _set(staging: Staging, ref: RecordRef, column: str, new: object) -> None:
    staging.edit("set", [Edit(ref, column, None, new)])


def test_a_value_staged_for_another_record() -> None:
    staging = Staging()
    uniques = StagedUniques(staging)
    _set(staging, ONE, "code", "A")
    assert uniques.twin(TABLE, TWO, "code", {"code": "A"}) == ONE
    assert uniques.twin(TABLE, None, "code", {"code": "A"}) == ONE
    assert uniques.twin(TABLE, ONE, "code", {"code": "A"}) is None
    assert uniques.twin(TABLE, TWO, "code", {"code": "B"}) is None
    assert uniques.twin(TABLE, TWO, "note", {"note": "A"}) is None


def test_empty_default_and_deleted_are_no_twins() -> None:
    staging = Staging()
    uniques = StagedUniques(staging)
    staging.insert(NAME, {"code": None})
    staging.insert(NAME, {"code": DEFAULT})
    _set(staging, ONE, "code", "A")
    staging.delete([ONE])
    for value in (None, DEFAULT, "A", ["A"]):
        assert uniques.twin(TABLE, TWO, "code", {"code": value}) is None


def test_columns_that_are_unique_together() -> None:
    staging = Staging()
    uniques = StagedUniques(staging)
    new = staging.insert(NAME, {"row": "1", "seat": "a"})
    assert uniques.twin(TABLE, TWO, "seat", {"row": "1", "seat": "a"}) == new
    assert uniques.twin(TABLE, TWO, "row", {"row": "1", "seat": "b"}) is None
    assert uniques.twin(TABLE, TWO, "row", {"row": "1"}) is None
    assert uniques.values_of(new, {"row": "2", "note": "x"}) == {"row": "1", "seat": "a", "note": "x"}


def test_what_is_staged_later_counts_once_it_is_told() -> None:
    staging = Staging()
    uniques = StagedUniques(staging)
    assert uniques.twin(TABLE, TWO, "code", {"code": "A"}) is None
    _set(staging, ONE, "code", "A")
    uniques.forget(staging.touched)
    assert uniques.twin(TABLE, TWO, "code", {"code": "A"}) == ONE
    assert twin_words("Seat 1") == "Another unsaved record, “Seat 1”, has this value already."
