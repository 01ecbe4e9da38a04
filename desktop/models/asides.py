"""Owns why a record is shown that the view does not return, or will not once it is saved; reads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.base.keys import NewKey, RecordRef
from desktop.browse.filter_tree import BadFilter
from desktop.browse.matching import Known, Matching
from desktop.browse.rows import Row
from desktop.browse.view import View
from desktop.edit.changes import Action
from desktop.models.overlay import left_out
from desktop.staging.staging import Invalid
from desktop.values.special import Clipped

if TYPE_CHECKING:
    from desktop.models.record_model import RecordModel

OUTSIDE = "No longer matches the filter; shown until saved or discarded."
LATER = "Matches the filter as soon as it is saved."
NEW_OUTSIDE = "Does not match the filter; shown until saved or discarded."
NEW = "New; shown until saved or discarded, whatever the filter."


class Asides:
    """Holds what is staged against the view shown; empty words where nothing need be said."""

    def __init__(self, model: RecordModel) -> None:
        self._model = model
        self._staging = model.connection.workbench.staging
        self._known: tuple[View, Matching | None] | None = None

    def among_read(self, ref: RecordRef, row: Row) -> str:
        """Of a record that the view returns as it is stored."""
        if not self._filtered or self._staging.state(ref) is not Action.UPDATE:
            return ""
        change, matching = self._staging.changes.get(ref), self._matching()
        if change is None or matching is None:
            return ""
        verdict = matching.holds(lambda name: self._look(ref, row, name), change.fields)
        return OUTSIDE if verdict is False else ""

    def kept(self, ref: RecordRef, row: Row | None) -> str:
        """Of a record that the view does not return as it is stored."""
        return LATER if self._filtered and self._verdict(ref, row) else OUTSIDE

    def new(self, ref: RecordRef) -> str:
        """Of a new record."""
        if not self._filtered:
            return ""
        verdict = self._verdict(ref, None)
        return NEW if verdict is None else "" if verdict else NEW_OUTSIDE

    @property
    def _filtered(self) -> bool:
        view = self._model.shown_view
        return bool(view.filters or view.search)

    def _verdict(self, ref: RecordRef, row: Row | None) -> bool | None:
        matching = self._matching()
        return matching.holds(lambda name: self._look(ref, row, name)) if matching is not None else None

    def _matching(self) -> Matching | None:
        """The filters of the view shown; None where one cannot be understood: nothing is shown by it."""
        view, connection = self._model.shown_view, self._model.connection
        if self._known is None or self._known[0] is not view:
            try:
                self._known = view, Matching(connection.database, view, connection.locale)
            except BadFilter:
                self._known = view, None
        return self._known[1]

    def _look(self, ref: RecordRef, row: Row | None, name: str) -> Known | None:
        staged = self._staging.field(ref, name)
        if isinstance(staged, Invalid):
            return None
        if staged is not None:
            return Known(staged.new, self._staging.label(ref, name))
        if isinstance(ref.key, NewKey):
            return Known(left_out(self._model.table.column(name)))
        columns = self._model.shown_view.columns
        if row is None or name not in columns:
            return None
        place = columns.index(name)
        value = row.values[place]
        return Known(value, row.labels[place]) if not isinstance(value, Clipped) else None
