"""Owns a many-to-many field over several records: shared links as chips, others marked "(some)"."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from PySide6.QtWidgets import QWidget

from desktop.base.keys import Key, NewKey
from desktop.browse.rows import Linked
from desktop.models.connection import Connection
from desktop.schema.describe import Link
from ui.forms.links_field import LinksField

_MOST = 8
"""Links of some shown as chips; the rest is counted."""


class SomeLinks(LinksField):
    """Says what all records shall have and what none; links only some have stay until they are touched."""

    def __init__(
        self,
        connection: Connection,
        link: Link,
        linked: tuple[Linked, ...],
        parent: QWidget | None = None,
        *,
        more: int = 0,
    ) -> None:
        self.some: dict[Key | NewKey, str] = {}
        """What only some of the records are linked to, by name."""
        self._begun: dict[Key | NewKey, str] = {}
        self._filled: set[Key | NewKey] = set()
        super().__init__(connection, link, linked, parent, more=more)

    def show_linked(self, shared: Mapping[Key | NewKey, str], some: Mapping[Key | NewKey, str]) -> None:
        """Show these as the untouched content; ``some`` with the most frequent first."""
        self.some = dict(some)
        self._filled.clear()
        marked = {key: f"{name} (some)" for key, name in islice(some.items(), _MOST)}
        names = dict(shared) | marked
        self._begun, self._now = dict(names), dict(names)
        self.chips.fill(names)
        more = len(some) - len(marked)
        self.note.setText(f"and {more:,} more in some" if more else "")

    @property
    def all_have(self) -> list[Key | NewKey]:
        """What the person wants every record to be linked to."""
        return [key for key in self._now if key not in self._begun or key in self._filled]

    @property
    def none_has(self) -> list[Key | NewKey]:
        """What the person wants no record to be linked to."""
        return [key for key in self._begun if key not in self._now]

    @property
    def touched(self) -> bool:
        return bool(self.all_have or self.none_has)

    def add_key(self, key: Key | NewKey, name: str) -> None:
        """Link all records to it; a chip of some becomes one of all."""
        if key in self.some and key in self._now and key not in self._filled:
            self.chips.drop([key])
            self._filled.add(key)
            self._now[key] = self.some[key]
            self.chips.add(key, self.some[key])
            self._tell()
        else:
            super().add_key(key, name)

    def remove(self, key: Key | NewKey, *, focus: bool = True) -> None:
        """Take the link off all records that have it."""
        self._filled.discard(key)
        super().remove(key, focus=focus)

    def _tell(self) -> None:
        note = self.note.text()
        super()._tell()
        self.note.setText(note)
