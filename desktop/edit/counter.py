"""Owns adding to a number in the database itself, so that no concurrent addition is ever lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from desktop.base.cancel import CancelToken, Progress, no_progress
from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.browse.keys_clause import selection_clause
from desktop.browse.selection import ChosenKeys, Selection
from desktop.edit.bulk import update_selected
from desktop.edit.counting import parts
from desktop.edit.explain import Attempt
from desktop.edit.expressions import column_of
from desktop.edit.meanwhile import gone
from desktop.edit.save_log import Recorder
from desktop.edit.session import Effort, writing
from desktop.schema.database import Database
from desktop.schema.describe import Column, Kind
from desktop.schema.labels import heading
from desktop.values.locale import PLAIN, Locale

Amount: TypeAlias = int | float | Decimal
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)


def add_to_field(
    database: Database,
    selection: Selection,
    column: str,
    amount: Amount,
    expected: int,
    *,
    empty_as_zero: bool = False,
    locale: Locale = PLAIN,
    token: CancelToken | None = None,
    progress: Progress = no_progress,
    recorder: Recorder | None = None,
) -> int:
    """``SET n = n + :k`` on every selected record in one transaction; returns how many.

    An empty field stays empty unless ``empty_as_zero``. Raises RefusedError where the sum would not fit,
    where a field holds no number, or where there are not exactly ``expected`` records.
    """
    described = _number(database, selection.table, column)
    values = {column: _sum(database, selection.table, described, amount, empty_as_zero=empty_as_zero)}
    effort = Effort(Attempt(selection.table, None, {column: amount}, "bulk update"))
    token = token or CancelToken()

    def check(session: Session) -> None:
        _check_fits(session, database, selection, described, amount, locale)

    return update_selected(
        database, selection, values, expected, effort, locale, token, progress, recorder, check
    )


def increment(database: Database, ref: RecordRef, column: str, amount: Amount) -> object:
    """Add to one record's number, an empty one counting as zero; returns the new value as stored.

    Raises RefusedError: gone where the record is not there any more.
    """
    assert not isinstance(ref.key, NewKey)
    described = _number(database, ref.table, column)
    selection = ChosenKeys(ref.table, (ref.key,))
    value = _sum(database, ref.table, described, amount, empty_as_zero=True)
    clause = selection_clause(database, selection, PLAIN)
    stored = column_of(database, ref.table, column)
    effort = Effort(Attempt(ref.table, ref, {column: amount}, "update"))
    with writing(database, CancelToken(), effort) as session:
        _check_fits(session, database, selection, described, amount, PLAIN)
        update = sa.update(database.sa(ref.table)).where(clause).values({stored: value})
        if session.connection().execute(update).rowcount != 1:
            raise RefusedError(gone(database, ref))
        # Asked again, not RETURNING: a trigger may have had the last word.
        return session.execute(sa.select(stored).where(clause)).scalar_one()


def _number(database: Database, table: TableName, name: str) -> Column:
    column = database.table(table).column(name)
    if column.kind in _NUMBERS and column.writable:
        return column
    sentence = f"“{heading(name)}” is not a number that can be added to."
    raise RefusedError(Refusal(Reason.NOT_ALLOWED, sentence, table=table, fields=(name,)))


def _sum(
    database: Database, table: TableName, column: Column, amount: Amount, *, empty_as_zero: bool
) -> sa.ColumnElement[Any]:
    number = _as_number(database, table, column)
    if empty_as_zero:
        number = sa.func.coalesce(number, 0)
    total = number + sa.bindparam(None, amount, type_=column_of(database, table, column.name).type)
    if column.kind is Kind.DECIMAL and column.scale is not None:
        return sa.func.round(total, column.scale)  # SQLite adds decimals as binary fractions
    return total


def _as_number(database: Database, table: TableName, column: Column) -> sa.ColumnElement[Any]:
    """The column as a plain number: the lossless types would turn + into text joining."""
    return sa.type_coerce(column_of(database, table, column.name), sa.Numeric())


def _check_fits(
    session: Session, database: Database, selection: Selection, column: Column, amount: Amount, locale: Locale
) -> None:
    """SQLite turns a whole number past 64 bits into a fraction, and text into zero, without a word."""
    number = _as_number(database, selection.table, column)
    bad: list[sa.ColumnElement[bool]] = [number + 0 != number]
    if column.maximum is not None and amount > 0:
        bad.append(number > sa.literal_column(str(column.maximum - int(amount))))
    if column.minimum is not None and amount < 0:
        bad.append(number < sa.literal_column(str(column.minimum - int(amount))))
    for part in parts(database, selection):
        query = sa.select(sa.func.count()).select_from(database.sa(selection.table))
        if session.scalar(query.where(selection_clause(database, part, locale), sa.or_(*bad))):
            raise RefusedError(_does_not_fit(selection.table, column))


def _does_not_fit(table: TableName, column: Column) -> Refusal:
    return Refusal(
        Reason.OUT_OF_RANGE,
        f"For at least one record the new “{heading(column.name)}” would be too large or too small,"
        " or it holds no number now.",
        hint="Nothing was changed.",
        table=table,
        fields=(column.name,),
    )
