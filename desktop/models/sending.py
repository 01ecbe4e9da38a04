"""Owns sending change sets one at a time, first finding out about one of which nobody could tell; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desktop.base.cancel import CancelToken
from desktop.edit.changes import ChangeSet
from desktop.edit.saved import Saved

if TYPE_CHECKING:
    from desktop.edit.unit import Unit


@dataclass(frozen=True, slots=True)
class Sent:
    """What a save did, and which of the change sets it was."""

    saved: Saved
    changes: ChangeSet


class Sender:
    """Remembers a save whose outcome is not known, until it is."""

    def __init__(self) -> None:
        self._open: tuple[Unit, ChangeSet] | None = None

    @property
    def unanswered(self) -> bool:
        """Nobody knows yet whether the last save took place."""
        return self._open is not None

    def send(self, unit: Unit, changes: ChangeSet, token: CancelToken) -> Sent:
        """Save the unit, which holds these changes; where an earlier one turns out to have been saved, that
        is all, because this one may hold the same once more. As ``Unit.save``; for the worker thread."""
        if self._open is not None:
            earlier, sent = self._open
            found = None
            try:
                found = earlier.settle(token)
            finally:
                self._open = self._open if earlier.unanswered else None
            if found is not None:
                return Sent(found, sent)
        try:
            return Sent(unit.save(token), changes)
        finally:
            self._open = (unit, changes) if unit.unanswered else None
