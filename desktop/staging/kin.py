"""Owns how staged records hang together: what must be saved, or taken away, with what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.edit.changes import Action, ChangeSet
from desktop.schema.describe import Table
from desktop.staging.loose_ends import by_parent, loose_ends, new_keys_in, part
from desktop.staging.staged import RecordState, Staged, same_state


class Kin(Staged):
    """What is staged, with how its records hang together."""

    def __init__(self, tables: Mapping[TableName, Table] | None = None) -> None:
        """``tables``: so that nothing is left pointing to a record taken away."""
        super().__init__()
        self._tables = tables or {}
        self._made: set[RecordRef] = set()
        """New records made for a reference: they go when nothing points to them any more."""

    def part(self, refs: Iterable[RecordRef]) -> ChangeSet:
        """A copy of what is staged for these records with all that it takes to save it: the new records they
        point to, and those staged under the new ones among them."""
        return part(self.changes, self._tables, refs)

    def under(self, ref: RecordRef) -> list[RecordRef]:
        """The records staged to point to this one."""
        return by_parent(self.changes, self._tables).get(ref, [])

    def differing(self, start: Staged) -> list[RecordState]:
        """What is staged here for each record for which something else, or nothing, is staged there."""
        refs = dict.fromkeys((*start.refs, *self.refs))
        return [self.look(ref) for ref in refs if not same_state(self.look(ref), start.look(ref))]

    def begin_with(self, other: Kin) -> None:
        """Stage all that is staged there, to be altered apart from it; no undo step."""
        for ref in other.refs:
            self._put(other.look(ref))
        self._made |= other._made

    def _tie_up(self, before: list[RecordState]) -> None:
        """Let nothing point to what a step took away; ``before`` gets what else that touches."""
        if not any(self._loosens(state) for state in before):
            return  # typing must not look through everything staged
        known = {state.ref for state in before}
        while ends := self._ends():
            for state in ends:
                if state.ref not in known:
                    known.add(state.ref)
                    before.append(self.look(state.ref))
                self._put(state)

    def _ends(self) -> list[RecordState]:
        """What must be staged instead so that nothing points to what is not there (see ``loose_ends``)."""
        # A name that is being typed over a reference may be given up again: then it points there as before.
        return loose_ends(self, self._tables, () if self._wrong else self._made)

    def _loosens(self, before: RecordState) -> bool:
        """Whether the record is staged no more or to be deleted, or points to fewer new records."""
        now = self.changes.get(before.ref)
        if now is None or now.action is Action.DELETE:
            return isinstance(before.ref.key, NewKey) or before.change is not None or now is not None
        if before.wrong and self._made:
            return True
        return before.change is not None and bool(new_keys_in(before.change) - new_keys_in(now))
