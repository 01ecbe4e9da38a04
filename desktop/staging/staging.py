"""Owns everything staged on one connection, keyed by record and field, with undo; no Qt, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.edit.changes import Action, ChangeSet, LinkChange, RecordChange, new_ref
from desktop.edit.saved import Saved
from desktop.schema.describe import Table
from desktop.staging.after_save import (
    PointsTo,
    after_save,
    final_keys,
    rebased,
    settled_refs,
    with_final_keys,
)
from desktop.staging.kin import Kin
from desktop.staging.staged import Invalid, RecordState, Wanted, same_state, wanted_by, with_fields
from desktop.staging.undo import Step, UndoSteps
from desktop.values.base import quoted
from desktop.values.special import DEFAULT

Seen: TypeAlias = Mapping[RecordRef, Mapping[str, object]]
"""What stored records held when they were last looked at, as far as it was shown."""

__all__ = ["Edit", "Invalid", "LinkTo", "Seen", "Staging", "edited", "new_record"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One field to stage: the value seen, and the one wanted (may be an Invalid, DEFAULT, a NewKey)."""

    ref: RecordRef
    column: str
    base: object
    new: object
    new_label: str | None = None
    """Of a foreign key: the name of the record it shall point to."""


def new_record(
    table: TableName, values: Mapping[str, object], labels: Mapping[str, str] | None = None
) -> RecordState:
    """A new record to be staged by ``Staging.paste``; ``values`` may hold an Invalid. Any thread."""
    ref, names = new_ref(table), labels or {}
    empty = RecordState(ref, RecordChange(ref, Action.INSERT))
    return with_fields(empty, ((name, DEFAULT, value, names.get(name)) for name, value in values.items()))


def edited(edits: Iterable[Edit]) -> list[RecordState]:
    """Edits, those of one record together, to be staged by ``Staging.paste``. Any thread."""
    return [
        with_fields(RecordState(ref), map(_wanted, of_record))
        for ref, of_record in groupby(edits, attrgetter("ref"))
    ]


@dataclass(frozen=True, slots=True)
class LinkTo:
    """One record to be linked to another."""

    ref: RecordRef
    relation: str
    key: Key | NewKey


class Staging(Kin):
    """The one truth about what is edited and not saved; every change to it is an undo step."""

    def __init__(self, tables: Mapping[TableName, Table] | None = None) -> None:
        super().__init__(tables)
        self.titles: dict[RecordRef, str] = {}
        """Names of records, for the words; whoever stages knows them and puts them in."""
        self.touched: frozenset[RecordRef] = frozenset()
        """The records that the last call changed."""
        self.steps = UndoSteps()
        """What can be undone and done again; cleared by whoever begins to edit what is staged by now."""
        self._let_go: set[RecordRef] = set()
        """Those wholly taken back since the last save: nobody wants them changed back."""

    def edit(self, name: str, edits: Sequence[Edit], *, merge: bool = False) -> None:
        """Stage fields as one undo step; going back to the base takes a change away.

        ``merge`` joins it to the step before where that had the same name and a record of it (typing in a
        field; of many records a few may hold already what stands there for a moment).
        Raises ValueError for a preview and KeyError for a new record that is not staged (any more), with
        nothing changed.
        """
        self._step(name, (edit.ref for edit in edits), lambda: self._edit(edits), merge=merge)

    def insert(
        self,
        table: TableName,
        values: Mapping[str, object],
        name: str = "new record",
        *,
        labels: Mapping[str, str] | None = None,
        links: Mapping[str, Iterable[Key | NewKey]] | None = None,
    ) -> RecordRef:
        """Stage a new record; columns left out are left to the database. ``labels`` are the names of the
        records that its foreign keys point to, ``links`` the records to link, by relation."""
        ref = self.changes.insert(table, values)
        for relation, keys in (links or {}).items():
            self.changes.link(ref, relation, keys, ())
        self._put(self.look(ref)._replace(labels=labels or {}))
        self.steps.push(Step(name, [RecordState(ref)], [self.look(ref)]))
        self.touched = frozenset({ref})
        return ref

    def paste(self, name: str, states: Sequence[RecordState]) -> None:
        """Stage new records and edits, made beforehand (``new_record``, ``edited``), as one undo step.

        What is staged already for a record stays, as far as the edits do not touch it. Raises KeyError for
        edits of a new record that is not staged any more, with nothing changed.
        """
        self._step(name, (state.ref for state in states), lambda: self._merge(states))

    def take(
        self,
        name: str,
        states: Sequence[RecordState],
        made: RecordRef | None = None,
        wanted: Sequence[Edit] | LinkTo = (),
    ) -> None:
        """Put in what was staged elsewhere (in a dialog) as one undo step: the record ``made`` among it was
        made for a reference, which ``wanted`` lets point to it."""
        if made is not None and self.changes.get(made) is None:
            self._made.add(made)  # one that was there before lives on without the reference
        pointing = [wanted] if isinstance(wanted, LinkTo) else wanted
        refs = [*(state.ref for state in states), *(one.ref for one in pointing)]

        def work() -> None:
            for state in states:
                self._put(state)
            if isinstance(wanted, LinkTo):
                self.changes.link(wanted.ref, wanted.relation, [wanted.key], ())
            else:
                self._edit(wanted)

        self._step(name, refs, work)

    def delete(self, refs: Iterable[RecordRef], name: str = "delete", seen: Seen | None = None) -> None:
        """Stage deletes as one undo step; a record that was only staged itself is dropped, and with it go
        the new records that must point to it. ``seen``: what the person saw in them, where that is known."""
        chosen = list(dict.fromkeys(refs))
        self._step(name, chosen, lambda: self._delete(chosen, seen or {}))

    def link(
        self,
        ref: RecordRef,
        relation: str,
        added: Iterable[Key | NewKey],
        removed: Iterable[Key | NewKey],
        name: str = "change links",
    ) -> None:
        """Stage records to link and to unlink as one undo step; the reverse takes it back."""
        plus, minus = list(added), list(removed)
        self._step(name, [ref], lambda: self.changes.link(ref, relation, plus, minus))

    def link_many(self, relation: str, changes: Mapping[RecordRef, LinkChange], name: str) -> None:
        """As ``link``, for several records as one undo step."""
        self._step(name, changes, lambda: self._link(relation, changes))

    def revert(self, ref: RecordRef, column: str | None = None) -> None:
        """Take back one field or relation of a record, or all that is staged for it (a new record goes,
        and with it the new records that must point to it)."""
        change = self.changes.get(ref)
        if column is None:
            self._step("take back a record", [ref], lambda: self._put(RecordState(ref)))
        elif self.field(ref, column) is not None:
            base = self.base(ref, column)
            self._step("take back a field", [ref], lambda: self._set(ref, [(column, base, base, None)]))
        elif change is not None and column in change.links:
            self._step("take back links", [ref], lambda: self.changes.drop_links(ref, column))

    def take_back(self, refs: Iterable[RecordRef], name: str) -> None:
        """Take back all that is staged for these records, as one undo step."""
        chosen = list(dict.fromkeys(refs))
        self._let_go.update(chosen)
        self._step(name, chosen, lambda: self._drop(chosen))

    def discard(self) -> None:
        """Take everything back, as one undo step."""
        self.take_back(self.refs, "discard all changes")

    def restore(self, states: Iterable[RecordState], name: str = "restore unsaved changes") -> None:
        """Stage exactly these states, as one undo step; records not among them stay as they are."""
        wanted = list(states)
        self._step(name, [state.ref for state in wanted], lambda: self._show(name, wanted))

    @property
    def undo_name(self) -> str | None:
        """What ``undo`` would take back."""
        return _step_name(self.steps.last, self.changes, self._tables)

    @property
    def redo_name(self) -> str | None:
        """What ``redo`` would do again."""
        return _step_name(self.steps.next, self.changes, self._tables)

    def undo(self) -> str | None:
        """Take the last step back and return its name; None where there is none."""
        step = self.steps.undo()
        return self._show(step.name, step.before) if step is not None else None

    def redo(self) -> str | None:
        """Do the step that was last taken back again and return its name."""
        step = self.steps.redo()
        return self._show(step.name, step.after) if step is not None else None

    def saved(self, saved: Saved, sent: ChangeSet | None = None, points_to: PointsTo | None = None) -> None:
        """Forget what was written, and the undo steps that led to it; steps of records not written stay
        as long as anything is staged, and are all forgotten once everything is saved.

        ``sent`` is what the save was given: what was staged since then stays, compared from now on with what
        is stored now. Without it everything staged for the saved records is forgotten. ``points_to`` tells
        what a staged child needs to point to a record saved; without it, its key.
        """
        if sent is not None and not self._wrong and self.changes.is_still(sent):
            self.touched = self.changes.refs  # all of it was saved: nothing to compare record by record
            self._clear()
            self._let_go.clear()
            self.steps.clear()
            self.titles.clear()
            return
        before = self.refs
        gone = settled_refs(saved)
        if sent is None:
            self._drop(gone)
        else:
            taken_back = sent.refs.difference(before, self._let_go)  # undone or typed back meanwhile
            for state in after_save(saved, sent, [self.look(ref) for ref in (*before, *taken_back)]):
                self._put(state)
        self.steps.forget(gone)
        finish = partial(with_final_keys, final=final_keys(saved), points_to=points_to or _key_of)
        for ref in self.refs:
            self._put(finish(self.look(ref)))
        self.steps.alter(finish)
        if not self.dirty:
            self.steps.clear()
            self.titles.clear()
        self._let_go.clear()
        self.touched = frozenset(before) | frozenset(self.refs)

    def rebase(self, ref: RecordRef, stored: Mapping[str, object]) -> None:
        """Compare with what is stored now: the next save overwrites these values knowingly."""
        self._put(rebased(self.look(ref), stored))
        self.steps.alter(lambda state: rebased(state, stored) if state.ref == ref else state)
        self.touched = frozenset({ref})

    def _edit(self, edits: Iterable[Edit]) -> None:
        for ref, of_record in groupby(edits, attrgetter("ref")):
            self._set(ref, map(_wanted, of_record))

    def _merge(self, states: Iterable[RecordState]) -> None:
        for state in states:
            if self.state(state.ref) is None:
                _require_stored(state)
                self._put(state)
            else:
                self._put(with_fields(self.look(state.ref), wanted_by(state)))

    def _link(self, relation: str, changes: Mapping[RecordRef, LinkChange]) -> None:
        for ref, link in changes.items():
            self.changes.link(ref, relation, link.added, link.removed)

    def _delete(self, refs: Iterable[RecordRef], seen: Seen) -> None:
        for ref in refs:
            self._put(RecordState(ref))
            self.changes.delete(ref, seen.get(ref))

    def _drop(self, refs: Iterable[RecordRef]) -> None:
        for ref in refs:
            self._put(RecordState(ref))

    def _show(self, name: str, states: Iterable[RecordState]) -> str:
        shown = list(states)
        for state in shown:
            self._put(state)
        self.touched = frozenset(state.ref for state in shown)
        return name

    def _step(
        self, name: str, refs: Iterable[RecordRef], work: Callable[[], object], *, merge: bool = False
    ) -> None:
        """Do the work and note it as one undo step, or not at all where it fails or changes nothing."""
        before = [self.look(ref) for ref in dict.fromkeys(refs)]
        try:
            work()
            self._tie_up(before)
        except (ValueError, KeyError):
            self._show(name, before)
            raise
        pairs = [(was, self.look(was.ref)) for was in before]
        moved = [(was, now) for was, now in pairs if not same_state(was, now)]
        self.touched = frozenset(now.ref for _, now in moved)
        if moved:
            self.steps.push(Step(name, [was for was, _ in moved], [now for _, now in moved], may_grow=merge))


def _require_stored(state: RecordState) -> None:
    """KeyError where these are edits of a new record."""
    edits = state.change is None or state.change.action is not Action.INSERT
    if edits and isinstance(state.ref.key, NewKey):
        raise KeyError(state.ref)


def _wanted(edit: Edit) -> Wanted:
    return edit.column, edit.base, edit.new, edit.new_label


def _key_of(_table: TableName, _column: str, record: RecordRef) -> object:
    assert not isinstance(record.key, NewKey)
    return record.key[0]


def _step_name(step: Step | None, changes: ChangeSet, tables: Mapping[TableName, Table]) -> str | None:
    """``new post “What the gulls know”``: a new record is known by what was typed as its name."""
    if step is None or (made := step.made) is None or made.ref.table not in tables:
        return step.name if step is not None else None
    now = changes.get(made.ref) or made.change
    columns = tables[made.ref.table].label.columns
    texts = [now.values.get(name) for name in columns] if now is not None else []
    title = " ".join(text for text in texts if isinstance(text, str) and text)
    return f"{step.name} {quoted(title)}" if title else step.name
