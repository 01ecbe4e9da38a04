"""Owns turning a database error into a refusal in the person's words; finding and wording lie beside it."""

from __future__ import annotations

from dataclasses import replace

from desktop.base.cancel import CancelledError
from desktop.base.refusal import Refusal, RefusedError
from desktop.connect.faults import Fault, FaultKind, read_fault
from desktop.edit.explain_ask import Attempt
from desktop.edit.explain_links import explain_foreign_key
from desktop.edit.explain_place import place_of
from desktop.edit.explain_server import explain_server
from desktop.edit.explain_values import explain_value
from desktop.schema.database import Database

__all__ = ["Attempt", "explain", "is_refusal"]


def is_refusal(error: BaseException) -> bool:
    """Whether it is an expected "no" that can be told; else it is a bug or the person's own Cancel."""
    if isinstance(error, RefusedError):
        return True
    return not isinstance(error, CancelledError) and read_fault(error).kind is not FaultKind.OTHER


def explain(error: Exception, attempt: Attempt, database: Database) -> Refusal:
    """The refusal behind the error; call it after the failed transaction has ended.

    May ask the database a few short questions. Raises the error again where it is no refusal.
    """
    if isinstance(error, RefusedError):
        return error.refusal
    if not is_refusal(error):
        raise error
    fault = read_fault(error)
    refusal = explain_server(fault, attempt, database)
    if refusal is None:
        refusal = _at_its_place(fault, attempt, database)
    return replace(refusal, details=details_of(fault))


def details_of(fault: Fault) -> str:
    """The technical text, with the values the database repeated."""
    lines = (
        ("", fault.message),
        ("", fault.detail),
        ("Hint: ", fault.hint),
        ("Constraint: ", fault.constraint),
        ("Type: ", fault.type_name),
        ("Code: ", fault.sqlstate),
    )
    return "\n".join(f"{title}{text}" for title, text in lines if text)


def _at_its_place(fault: Fault, attempt: Attempt, database: Database) -> Refusal:
    place = place_of(fault, attempt.table, database)
    by_kind = explain_foreign_key if fault.kind is FaultKind.FOREIGN_KEY else explain_value
    refusal = by_kind(fault, place, attempt, database)
    refusal = replace(refusal, table=refusal.table or place.table.name)
    if attempt.ref is not None and attempt.ref.table == refusal.table:
        refusal = replace(refusal, record=attempt.ref)
    return refusal
