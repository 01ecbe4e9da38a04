"""Owns the bond of a form of several records with the staging: one change, staged on all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Signal

from desktop.base.keys import RecordRef
from desktop.models.workbench import Workbench
from desktop.staging.many import ManyRecords
from desktop.staging.staging import Invalid
from desktop.values.special import DIFFERS
from ui.forms.field import Field
from ui.forms.form_staging import entered
from ui.forms.links_field import LinksField
from ui.forms.many_form import ManyForm
from ui.forms.some_links import SomeLinks


class ManyStaging(QObject):
    """Binds the form to the staging; deleted with the form."""

    outdated = Signal()
    """Something else than this form has changed the records: it must be made anew."""

    def __init__(self, form: ManyForm, many: ManyRecords, bench: Workbench) -> None:
        super().__init__(form)
        self._form, self._many, self._bench = form, many, bench
        self._quiet = False
        self._refs = frozenset(many.refs)
        self._begun = {name: many.seen(name) for name in form.fields if many.shared(name) is DIFFERS}
        """Where values differed at first: what each record had."""
        for field in form.fields.values():
            field.editor.changed.connect(partial(self._entered, field))
            field.editor.focus_target().installEventFilter(self)
        for links in form.links.values():
            links.changed.connect(partial(self._linked, links))
        bench.changed.connect(self._on_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A text that is no value is marked when the person has left it, not under their hands."""
        if event.type() == QEvent.Type.FocusOut:
            for name, field in self._form.fields.items():
                if field.editor.focus_target() is watched:
                    value = self._many.shared(name) if self._many.touched(name) else None
                    field.editor.mark_error(value.reason if isinstance(value, Invalid) else None)
        return False

    def _entered(self, field: Field) -> None:
        editor, name = field.editor, field.column_name
        if self._quiet or editor.read_only:
            return
        if editor.touched:
            edits = self._many.edits(name, *entered(editor, field.heading))
        elif editor.base is DIFFERS:
            edits = self._many.back(name, self._begun.get(name, {}))
        else:
            edits = self._many.edits(name, editor.base)
        self._know_titles()
        self._quiet = True
        try:
            step = f"set {field.heading} on {_records(len(edits))}"
            self._bench.edit(step, edits, merge=True)
        finally:
            self._quiet = False

    def _linked(self, links: LinksField) -> None:
        assert isinstance(links, SomeLinks)
        if self._quiet:
            return
        titles, target = self._bench.staging.titles, links.link.there.target
        for key, name in links.shown.items():
            titles.setdefault(RecordRef(target, key), name)
        relation = links.link.name
        changes = self._many.link_changes(relation, links.all_have, links.none_has)
        self._know_titles()
        self._quiet = True
        try:
            if changes:
                step = f"change {links.heading} on {_records(len(changes))}"
                self._bench.link_many(relation, changes, step)
        finally:
            self._quiet = False
        self.outdated.emit()

    def _know_titles(self) -> None:
        titles = self._bench.staging.titles
        for key, title in self._many.stored.titles.items():
            titles.setdefault(RecordRef(self._many.table.name, key), title)

    def _on_changed(self, refs: object) -> None:
        if not self._quiet and (not isinstance(refs, frozenset) or not self._refs.isdisjoint(refs)):
            self.outdated.emit()


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"
