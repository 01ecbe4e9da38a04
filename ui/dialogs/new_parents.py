"""Owns the new records made from within a form for its references: staged where the form is staged."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.base.refusal import Refusal
from desktop.models.once_saved import once_saved
from desktop.models.workbench import Workbench
from desktop.staging.staging import Edit, LinkTo
from ui.editors.lookup import LookupEditor
from ui.forms.links_field import LinksField
from ui.forms.record_form import RecordForm

if TYPE_CHECKING:
    from ui.dialogs.record_dialog import RecordDialog

Asking: TypeAlias = LookupEditor | LinksField
MakeDialog: TypeAlias = "Callable[[TableName, NewKey | None], RecordDialog]"


class NewParents(QObject):
    """Opens a dialog for "New…" that hands its record over to the form's own staging, as one undo step with
    the reference to it; the same for a record made so before."""

    def __init__(self, form: RecordForm, ref: RecordRef, make_dialog: MakeDialog, bench: Workbench) -> None:
        super().__init__(form)
        self._form = form
        self.ref = ref
        """The record that what is made here is pointed to from."""
        self._make_dialog = make_dialog
        form.new_wanted.connect(lambda asking: once_saved(bench, self, lambda: self._ask(asking)))

    def ask(self, asking: Asking, again: NewKey | None = None) -> RecordDialog:
        """Open a new record for a field, or the staged one it points to already."""
        if isinstance(asking, LookupEditor) and asking.staged:
            value = asking.value()
            again = value if isinstance(value, NewKey) else None
        dialog = self._make_dialog(_target(asking), again)
        dialog.staged.connect(partial(self._take, asking, dialog))
        dialog.open()
        return dialog

    def _ask(self, asking: Asking) -> None:
        self.ask(asking)

    def open_staged(self, ref: RecordRef) -> bool:
        """Open a staged record that a field points to; False where none does."""
        asking = self._pointing_to(ref)
        if asking is None or not isinstance(ref.key, NewKey):
            return False
        self.ask(asking, ref.key)
        return True

    def show_again(self, ref: RecordRef, refusal: Refusal) -> bool:
        """The new record was refused, not the form's own: mark what points to it, and open it, marked."""
        asking = self._pointing_to(ref)
        if asking is None or not isinstance(ref.key, NewKey):
            return False
        asking.mark_error(refusal.sentence)
        self.ask(asking, ref.key).form.mark(refusal.fields, refusal.sentence)
        return True

    def _pointing_to(self, ref: RecordRef) -> Asking | None:
        for asking in self._form.askers():
            if isinstance(asking, LookupEditor):
                keys = [asking.value()] if asking.staged else []
            else:
                keys = list(asking.added)
            if ref.key in keys and _target(asking) == ref.table:
                return asking
        return None

    def _take(self, asking: Asking, dialog: RecordDialog, ref: RecordRef, name: str) -> None:
        assert isinstance(ref.key, NewKey)
        wanted: list[Edit] | LinkTo
        if isinstance(asking, LookupEditor):
            bases = {column: self._form.fields[column].editor.base for column in asking.foreign_key.columns}
            wanted = [Edit(self.ref, column, base, ref.key, name) for column, base in bases.items()]
        else:
            wanted = LinkTo(self.ref, asking.link.name, ref.key)
        dialog.scope.hand_over(dialog.step_name, ref, wanted)


def _target(asking: Asking) -> TableName:
    return asking.foreign_key.target if isinstance(asking, LookupEditor) else asking.link.there.target
