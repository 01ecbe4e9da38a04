"""Owns the undo and redo steps of the staging: each record a step touched, before and after; unlimited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.base.keys import NewKey, RecordRef
from desktop.staging.staged import RecordState


@dataclass(slots=True)
class Step:
    """One undo step: each record it touched as it was before, and as it is after."""

    name: str
    before: list[RecordState]
    after: list[RecordState]
    may_grow: bool = False
    """A later step of the same name may join it where it is about a record of it."""

    @property
    def made(self) -> RecordState | None:
        """The new record, where the step is to have begun one."""
        begun = len(self.after) == 1 and self.before[0].change is None and self.after[0].change is not None
        return self.after[0] if begun and isinstance(self.after[0].ref.key, NewKey) else None


class UndoSteps:
    """What was done, and what of it was undone."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def last(self) -> Step | None:
        """What ``undo`` would take back."""
        return self._done[-1] if self._done else None

    @property
    def next(self) -> Step | None:
        """What ``redo`` would do again."""
        return self._undone[-1] if self._undone else None

    def push(self, step: Step) -> None:
        """Note what was just done; what was undone before cannot be done again."""
        last = self._done[-1] if self._done and not self._undone else None
        self._undone.clear()
        if (
            last is not None
            and last.may_grow
            and step.may_grow
            and last.name == step.name
            and not _by_ref(last.after).keys().isdisjoint(_by_ref(step.after))
        ):
            last.before = [*(_by_ref(step.before) | _by_ref(last.before)).values()]
            last.after = [*(_by_ref(last.after) | _by_ref(step.after)).values()]
        else:
            self._done.append(step)

    def undo(self) -> Step | None:
        """The step to take back; None where there is none."""
        return _move(self._done, self._undone)

    def redo(self) -> Step | None:
        """The step to do again."""
        return _move(self._undone, self._done)

    def clear(self) -> None:
        self._done.clear()
        self._undone.clear()

    def forget(self, refs: Iterable[RecordRef]) -> None:
        """Leave these records out of every step; a step that has no other goes."""
        gone = set(refs)
        for step in (*self._done, *self._undone):
            step.before = [state for state in step.before if state.ref not in gone]
            step.after = [state for state in step.after if state.ref not in gone]
        self._done = [step for step in self._done if step.after]
        self._undone = [step for step in self._undone if step.after]

    def alter(self, change: Callable[[RecordState], RecordState]) -> None:
        """Put other states of the same records in place of those remembered."""
        for step in (*self._done, *self._undone):
            step.before = [change(state) for state in step.before]
            step.after = [change(state) for state in step.after]


def _by_ref(states: Iterable[RecordState]) -> dict[RecordRef, RecordState]:
    return {state.ref: state for state in states}


def _move(source: list[Step], target: list[Step]) -> Step | None:
    if not source:
        return None
    step = source.pop()
    step.may_grow = False
    target.append(step)
    return step
