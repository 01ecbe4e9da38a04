"""Owns the explaining of single values: required, unique, checked, too long, out of range, unreadable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from desktop.base.refusal import Reason, Refusal
from desktop.connect.faults import Fault, FaultKind
from desktop.edit import explain_words as words
from desktop.edit.explain_ask import Attempt, collided, holder, is_plain, unfit_values
from desktop.edit.explain_place import Place, check_of
from desktop.schema.database import Database
from desktop.schema.describe import Column, Table
from desktop.schema.rules import check_value
from desktop.schema.words import heading

_NAME = 60
"""Characters of another record's name."""


def explain_value(fault: Fault, place: Place, attempt: Attempt, database: Database) -> Refusal:
    """The refusal of a fault that lies in one record's own values."""
    if fault.kind is FaultKind.UNIQUE:
        return _unique(place, attempt, database)
    if fault.kind is FaultKind.EXCLUSION:
        return _exclusion(place, attempt, database)
    if fault.kind is FaultKind.NOT_NULL:
        return _not_null(fault, place, attempt)
    if fault.kind is FaultKind.RAISED:
        return _raised(fault, place, attempt)
    if fault.kind is FaultKind.CHECK and not fault.type_name:
        return _check(fault, place, attempt)
    return _bad_value(fault, place, attempt, database)


def _hint(advice: str, attempt: Attempt) -> str:
    return f"{advice} {words.NOTHING[attempt.verb]}".strip()


def _unique(place: Place, attempt: Attempt, database: Database) -> Refusal:
    found = holder(database, place.table.name, place.columns, attempt)
    named = words.field_words(place.table, place.columns) or "value"
    among_themselves = attempt.verb == "bulk update" and found is None
    told = words.only_one if among_themselves else words.duplicate
    owner = f"It belongs to “{_cut(found.label)}”. " if found is not None and found.label else ""
    return Refusal(
        Reason.UNIQUE,
        told(place.table, place.columns),
        _hint(f"{owner}Choose another {named}.", attempt),
        place.table.name,
        place.columns,
        other=found.ref if found else None,
        other_label=found.label if found else "",
    )


def _cut(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _exclusion(place: Place, attempt: Attempt, database: Database) -> Refusal:
    found = collided(database, place.table.name, place.columns, place.catalogued.operators, attempt)
    return Refusal(
        Reason.UNIQUE,
        words.overlap(place.table, place.columns),
        _hint("Change one of these values.", attempt),
        place.table.name,
        place.columns,
        other=found.ref if found else None,
        other_label=found.label if found else "",
    )


def _not_null(fault: Fault, place: Place, attempt: Attempt) -> Refusal:
    table = place.table
    if attempt.verb == "delete" and place.columns:
        sentence = (
            f"This would leave {words.records_of(table)} without"
            f" {words.article(words.field_words(place.table, place.columns))}, which they must have."
        )
        advice = "Delete those first, or let them point elsewhere."
        return Refusal(Reason.HAS_CHILDREN, sentence, _hint(advice, attempt), attempt.table)
    if not place.columns:
        hidden = [heading(name) for name in fault.columns if name in table.unreadable]
        sentence = f"A field of this {words.record_of(table)} must be filled in."
        if hidden:
            sentence = f"{words.listed(hidden)} must be filled in, and you may not read it."
        advice = "Ask the owner of the database for the right to it." if hidden else ""
        return Refusal(Reason.REQUIRED, sentence, _hint(advice, attempt), table.name)
    sentence = words.required(place.table, place.columns)
    return Refusal(Reason.REQUIRED, sentence, _hint("Give it a value.", attempt), table.name, place.columns)


def _check(fault: Fault, place: Place, attempt: Attempt) -> Refusal:
    check = check_of(fault, place.table)
    mentioned = check.columns if check else place.columns
    names = tuple(column.name for column in place.table.columns if column.name in mentioned)
    rule = check.text if check else fault.constraint
    columns = [place.table.column(name) for name in names]
    if not fault.constraint:  # no partition takes the record, or a view does not show it
        sentence = f"The database has no place for {words.this_record(place.table)} with these values."
    else:
        sentence = words.rule_broken(place.table, columns, rule)
    advice = f"Change the {words.field_words(place.table, names)}." if names else "Details holds the rule."
    return Refusal(Reason.CHECK, sentence, _hint(advice, attempt), place.table.name, names)


def _raised(fault: Fault, place: Place, attempt: Attempt) -> Refusal:
    """The database's own sentence."""
    advice = words.own_words(fault.hint) if fault.hint else "A rule of the database (a trigger) says so."
    sentence = words.own_words(fault.message)
    return Refusal(Reason.CHECK, sentence, _hint(advice, attempt), place.table.name, place.columns)


# --- values that the server refuses without saying which -----------------------------------------------

_REASONS = {
    FaultKind.TOO_LONG: Reason.TOO_LONG,
    FaultKind.OUT_OF_RANGE: Reason.OUT_OF_RANGE,
    FaultKind.CHECK: Reason.CHECK,
}
_UNKNOWN = {
    Reason.TOO_LONG: "One of the values is too long.",
    Reason.OUT_OF_RANGE: "One of the numbers or dates is out of range.",
    Reason.CHECK: "One of the values breaks a rule of its type.",
    Reason.BAD_VALUE: "One of the values does not fit its field.",
}


def _bad_value(fault: Fault, place: Place, attempt: Attempt, database: Database) -> Refusal:
    reason = _REASONS.get(fault.kind, Reason.BAD_VALUE)
    fields = place.columns or tuple(_fields(fault, attempt, database))
    if not fields:
        return Refusal(reason, _UNKNOWN[reason], _hint("Details may tell which.", attempt), place.table.name)
    column = place.table.column(fields[0])
    value = attempt.values.get(column.name)
    sentence = _sentence(fault.kind, place.table, column, value)
    advice = f"Change the {words.field_words(place.table, fields)}."
    return Refusal(reason, sentence, _hint(advice, attempt), place.table.name, fields)


def _sentence(kind: FaultKind, table: Table, column: Column, value: object) -> str:
    if kind is FaultKind.TOO_LONG:
        return words.too_long(table, column, value)
    if kind is FaultKind.OUT_OF_RANGE:
        return words.out_of_range(table, column)
    if kind is FaultKind.CHECK:
        return f"{words.field_title(table, column.name)} breaks the rule of its type ({column.type_name})."
    return words.unfit(table, column, value)


def _fields(fault: Fault, attempt: Attempt, database: Database) -> Sequence[str]:
    """By looking at the values, else by known rules, else by letting the server read each by itself."""
    table = database.table(attempt.table)
    sent = [column for column in table.columns if is_plain(attempt.values.get(column.name))]
    sent = [column for column in sent if attempt.values.get(column.name) is not None]
    looked = [column.name for column in sent if _cannot_travel(attempt.values[column.name], fault)]
    if looked:
        return looked
    if fault.kind is not FaultKind.CHECK:
        broken = list(_against_rules(fault.kind, sent, attempt))
        if broken:
            return broken
    tried = unfit_values(database, attempt, sent)
    if tried:
        return [name for name, kind in tried if kind is fault.kind] or [name for name, _ in tried]
    # The only field that was set, where the fault comes out of an expression such as n + 1.
    return tuple(attempt.values) if attempt.verb == "bulk update" and len(attempt.values) == 1 else ()


_INT64 = range(-(2**63), 2**63)


def _cannot_travel(value: object, fault: Fault) -> bool:
    """What the driver itself refuses."""
    if fault.sqlstate:
        return False
    if isinstance(value, str):
        return "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, int) and value not in _INT64


def _against_rules(kind: FaultKind, columns: Sequence[Column], attempt: Attempt) -> Iterator[str]:
    for column in columns:
        value = attempt.values[column.name]
        if kind is FaultKind.TOO_LONG:
            broken = isinstance(value, str) and column.length is not None and len(value) > column.length
        else:
            broken = check_value(column, _whole(value)) is not None
        if broken:
            yield column.name


def _whole(value: object) -> object:
    """Places after the point are rounded without complaint, so only the whole part can be out of range."""
    if isinstance(value, Decimal) and value.is_finite():
        return Decimal(int(value))
    return value
