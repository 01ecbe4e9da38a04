"""Owns the new records made from within a form for its references: staged with it, forgotten with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Refusal
from desktop.edit.unit import Unit
from ui.editors.lookup import LookupEditor
from ui.forms.links_field import LinksField
from ui.forms.record_form import RecordForm
from ui.forms.staging import drop_unused

if TYPE_CHECKING:
    from ui.dialogs.record_dialog import RecordDialog

Asking: TypeAlias = LookupEditor | LinksField
MakeDialog: TypeAlias = "Callable[[TableName, RecordRef | None], RecordDialog]"


class NewParents(QObject):
    """Opens the nested dialog for "New…" and remembers what it staged in the shared unit."""

    def __init__(self, form: RecordForm, unit: Unit, make_dialog: MakeDialog) -> None:
        super().__init__(form)
        self._form = form
        self._unit = unit
        self._make_dialog = make_dialog
        self._staged: list[RecordRef] = []
        form.new_wanted.connect(self.ask)

    def adopt(self, refs: Iterable[RecordRef]) -> None:
        """Take new records that were staged for the form's record elsewhere as made from here."""
        self._staged += refs

    def made(self, ref: RecordRef) -> bool:
        """That staged record was made from here."""
        return ref in self._staged

    def ask(self, asking: Asking, again: RecordRef | None = None) -> RecordDialog:
        """Open a new record for a field, or ``again`` the one that was made for it before."""
        target = asking.foreign_key.target if isinstance(asking, LookupEditor) else asking.link.there.target
        # A reference holds one record, so the one made for it before is edited; a list gets one more.
        before = self._staged_at(asking) if isinstance(asking, LookupEditor) else []
        again = again or (before[-1] if before else None)
        dialog = self._make_dialog(target, again)
        dialog.staged.connect(partial(self._take, asking, again))
        dialog.open()
        return dialog

    def show_again(self, ref: RecordRef, refusal: Refusal) -> None:
        """The new record was refused, not the form's own: mark what points to it, and open it, marked."""
        for asking in self._form.askers():
            if ref in self._staged_at(asking):
                if isinstance(asking, LookupEditor):
                    asking.mark_error(refusal.sentence)
                self.ask(asking, ref).form.mark(refusal.fields, refusal.sentence)
                return

    def drop_unused(self, keep: RecordRef) -> None:
        """Forget the records no field points to any more."""
        drop_unused(self._unit, self._staged, keep)

    def drop_all(self) -> None:
        """Forget every record made from here."""
        for ref in self._staged:
            self._unit.changes.drop(ref)

    def _staged_at(self, asking: Asking) -> list[RecordRef]:
        """The new records a field points to, the latest last."""
        if isinstance(asking, LookupEditor):
            keys = [asking.value()] if asking.staged else []
        else:
            keys = list(asking.added)
        return [ref for ref in self._staged if ref.key in keys]

    def _take(self, asking: Asking, before: RecordRef | None, ref: RecordRef, name: str) -> None:
        assert isinstance(ref.key, NewKey)
        self._staged.append(ref)
        if isinstance(asking, LookupEditor):
            asking.choose(ref.key, name)
            return
        if before is not None and isinstance(before.key, NewKey):
            asking.remove(before.key)
        asking.add_key(ref.key, name)
