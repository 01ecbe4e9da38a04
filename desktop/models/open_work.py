"""Owns the sight of all that is not saved on a connection: staged, in open dialogs, in an open cell editor.

Must not change any of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from desktop.base.keys import RecordRef
from desktop.journal.records import DraftRecord
from desktop.models.connection import Connection
from desktop.models.scope import Scope
from desktop.models.workbench import Workbench
from desktop.staging.staged import RecordState, same_state, with_fields
from desktop.staging.staging import Edit, Staging


@dataclass(frozen=True, slots=True)
class _Layer:
    """One staging, told by what differs from the one it began with."""

    own: Staging
    outer: Staging | None
    """None for the one that all begin with."""
    edits: Sequence[Edit]

    def over(self, below: RecordState) -> RecordState:
        """What stands for the record, given what stands for it underneath."""
        ref = below.ref
        state = self.own.look(ref)
        if self.outer is not None and same_state(state, self.outer.look(ref)):
            state = below
        if not self.edits:
            return state
        mine = [(one.column, one.base, one.new, one.new_label) for one in self.edits if one.ref == ref]
        return with_fields(state, mine) if mine else state


class OpenWork(QObject):
    """As if every open editor were left and every open dialog handed over: what a crash would lose."""

    changed = Signal(object)
    """A frozenset of the RecordRefs that look different now, or None where it may be any."""

    def __init__(self, connection: Connection, parent: QObject) -> None:
        super().__init__(parent)
        self._home = connection.workbench
        self._scopes: list[Scope] = []
        self._begun: set[Scope] = set()
        """Dialogs in which something was done."""
        self._typed: frozenset[RecordRef] = frozenset()
        self._follow(self._home)
        self._home.changed.connect(self.changed)
        connection.scope_opened.connect(self._opened)

    @property
    def refs(self) -> list[RecordRef]:
        """Every record that anything was staged for at the last look, in the order it was staged."""
        layers = self._layers()
        edited = (edit.ref for layer in layers for edit in layer.edits)
        return list(dict.fromkeys([*(ref for layer in layers for ref in layer.own.refs), *edited]))

    @property
    def saving(self) -> bool:
        """A save is on its way, here or in a dialog."""
        return any(bench.saving for bench in self._benches)

    def look(self, refs: Collection[RecordRef]) -> dict[RecordRef, DraftRecord | None]:
        """What stands for these records now, in the order it was staged; None for nothing.

        Of a dialog in which the first thing was done since the last look, or the last taken back, all
        records are told: what it began with counts with the rest.
        """
        wanted = {*refs, *self._turned()}
        layers, ordered = self._layers(), [ref for ref in self.refs if ref in wanted]
        found: dict[RecordRef, DraftRecord | None] = dict.fromkeys(wanted.difference(ordered))
        for ref in ordered:
            state = RecordState(ref)
            for layer in layers:
                state = layer.over(state)
            titles = (layer.own.titles.get(ref, "") for layer in reversed(layers))
            if state.change is None and not state.wrong:
                found[ref] = None
            else:
                found[ref] = DraftRecord(state, next(filter(None, titles), ""))
        return found

    @property
    def _benches(self) -> list[Workbench]:
        return [self._home, *(scope.workbench for scope in self._scopes)]

    def _layers(self) -> list[_Layer]:
        layers = [_Layer(self._home.staging, None, self._home.editor.edits)]
        for scope in self._scopes:
            if scope in self._begun:
                edits = scope.workbench.editor.edits
                layers.append(_Layer(scope.workbench.staging, scope.outer.staging, edits))
        return layers

    def _turned(self) -> list[RecordRef]:
        """What a dialog begins with is nobody's work yet: it counts from the first thing done there."""
        begun = {scope for scope in self._scopes if scope.differs or scope.workbench.editor.edits}
        turned, self._begun = begun ^ self._begun, begun
        return [ref for scope in turned for ref in _apart(scope)]

    def _follow(self, bench: Workbench) -> None:
        bench.editor.changed.connect(self._on_typed)

    def _opened(self, scope: Scope) -> None:
        self._scopes.append(scope)
        self._follow(scope.workbench)
        scope.workbench.changed.connect(self.changed)
        scope.ended.connect(self._on_ended)

    def _on_ended(self) -> None:
        gone = [scope for scope in self._scopes if scope.over]
        self._scopes = [scope for scope in self._scopes if not scope.over]
        self.changed.emit(frozenset(ref for scope in gone for ref in _apart(scope)))

    def _on_typed(self) -> None:
        edited = frozenset(edit.ref for bench in self._benches for edit in bench.editor.edits)
        before, self._typed = self._typed, edited
        self.changed.emit(before | edited)


def _apart(scope: Scope) -> list[RecordRef]:
    """The records for which something else is staged in a dialog."""
    return [state.ref for state in scope.workbench.staging.differing(scope.outer.staging)]
