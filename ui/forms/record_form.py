"""Owns the form of one record, generated from the description of its table; stages and saves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.base.keys import RecordRef
from desktop.browse.rows import Record
from desktop.models.connection import Connection
from desktop.schema.describe import Column, Table
from desktop.schema.labels import column_heading
from desktop.schema.rules import check_value
from desktop.staging.duplicate import not_copied
from desktop.values.kinds import BadValue
from desktop.values.special import DEFAULT
from ui.editors.base import Editor
from ui.editors.factory import fitting, make_editor
from ui.editors.lookup import LookupEditor
from ui.editors.lookup_several import SeveralLookup
from ui.forms.arrange import arrange
from ui.forms.field import Field
from ui.forms.form_body import FormBody
from ui.forms.links_field import LinksField
from ui.forms.typing_rules import TypingRules
from ui.turns import Steps

_NOTHING: Mapping[str, object] = MappingProxyType({})


class RecordForm(QScrollArea):
    """Label, editor and error of every field; says what was changed, by column."""

    edited = Signal()
    """Something was changed, or changed back."""
    open_wanted = Signal(object)
    """A RecordRef somebody asked to see."""
    new_wanted = Signal(object)
    """A LookupEditor or LinksField whose "New…" was used."""

    links_kind: type[LinksField] = LinksField

    def __init__(self, connection: Connection, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._connection = connection
        self.table = table
        self.fields: dict[str, Field] = {}
        self.links: dict[str, LinksField] = {}
        self.rules = TypingRules(connection, table, self.fields)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_record(
        self,
        record: Record | None,
        template: Record | None = None,
        *,
        staged: Mapping[str, object] = _NOTHING,
    ) -> None:
        """Build the fields for a stored record, or for a new one (from ``template`` where given), so that
        they can hold what is ``staged`` for it."""
        for _ in self.building(record, template, staged=staged):
            pass

    def building(
        self,
        record: Record | None,
        template: Record | None = None,
        *,
        staged: Mapping[str, object] = _NOTHING,
    ) -> Steps:
        """As ``show_record``, field by field."""
        source = record or template
        self.rules.ref = record.ref if record is not None else None
        body = FormBody(self)
        self.setWidget(body)  # the fields are made in their place: to move them costs as much as to make them
        for column in self.table.columns:
            stored = source.values.get(column.name) if source else None
            given = staged.get(column.name, stored)
            self._add_field(body, fitting(column, given), given, new=record is None)
            yield
        for link in self.table.links:
            linked = source.links.get(link.name, ()) if source else ()
            more = record.more_links.get(link.name, 0) if record is not None else 0
            field = self.links_kind(self._connection, link, linked if record else (), body, more=more)
            field.of_new_record = record is None
            field.changed.connect(self.edited)
            field.new_wanted.connect(self.new_wanted)
            field.open_wanted.connect(self.open_wanted)
            self.links[link.name] = field
            if not record:
                field.add_all({one.key: one.label for one in linked})
            yield
        if record is not None:
            yield from self._filling(record)
        else:
            self._fill_new(template)
        yield from body.placing(arrange(self.table, self.fields, self.links))
        for name in self.fields:
            if self.table.is_partner(name):
                self.fields[name].hide()
        if self.table.read_only_reason:
            self.set_read_only()

    def set_read_only(self) -> None:
        """Every field shows its value and changes nothing."""
        for field in self.fields.values():
            field.editor.set_read_only(True)
        for links in self.links.values():
            links.set_read_only(True)

    @property
    def dirty(self) -> bool:
        return any(editor.touched for editor in self.editors()) or any(
            links.touched for links in self.links.values()
        )

    def editors(self) -> Iterator[Editor]:
        for field in self.fields.values():
            yield field.editor

    def changes(self) -> dict[str, tuple[object, object]]:
        """Base and new value of each field that was changed. Raises BadValue: call ``check`` first."""
        return {e.column.name: (e.base, e.value()) for e in self.editors() if e.touched and not e.read_only}

    def askers(self) -> Iterator[LookupEditor | LinksField]:
        """The fields that point to other records."""
        yield from (editor for editor in self.editors() if isinstance(editor, LookupEditor))
        yield from self.links.values()

    def belongs_to(self, ref: RecordRef) -> None:
        """The record shown, which a new one has only once it is staged."""
        self.rules.ref = ref
        for asker in self.askers():
            asker.own = ref

    def put(self, values: Mapping[str, object]) -> None:
        """Show these values as if the person had entered them."""
        for name, value in values.items():
            self.fields[name].editor.put(value)

    def label_text(self) -> str:
        """What the record is called by what stands in the form now."""
        shown = [self.fields[name].editor for name in self.table.label.columns if name in self.fields]
        return self.table.joint.join(e.shown(e.value()) for e in shown if e.touched)

    def check(self, *, new: bool) -> bool:
        """Mark every field that would be refused, focus the first; True where there is none."""
        broken = [field for field in self._in_order() if not self._check_field(field, new)]
        if broken:
            self.focus_field(broken[0].column_name)
        return not broken

    def mark(self, names: tuple[str, ...], sentence: str) -> None:
        """Mark these fields as refused and focus the first that is in the form."""
        keys = {name: self.table.foreign_key_with(name) for name in names if self.table.is_partner(name)}
        carriers = {name: self.table.shown_in(key) or name for name, key in keys.items() if key is not None}
        names = tuple(dict.fromkeys(carriers.get(name, name) for name in names))
        known = [name for name in names if name in self.fields]
        for name in known:
            self.fields[name].editor.mark_error(sentence)
        for name in names:
            if name in self.links:
                self.links[name].mark_error(sentence)
                self.ensureWidgetVisible(self.links[name])
        if known:
            self.focus_field(known[0])

    def focus_field(self, name: str) -> None:
        """Bring a field into view and put the cursor there."""
        field = self.fields[name]
        self.ensureWidgetVisible(field)
        field.editor.focus_target().setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """The first field a person would fill in."""
        for field in self._in_order():
            if not field.editor.read_only:
                field.editor.focus_target().setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def take(self, record: Record, names: tuple[str, ...]) -> None:
        """Show what is stored in these fields, in place of what the person entered."""
        for name in names:
            if name in self.fields and name in record.values:
                self._fill_field(self.fields[name], record)
            elif name in self.links:
                linked, more = record.links.get(name, ()), record.more_links.get(name, 0)
                self.links[name].rebase(linked, more, keep=False)

    def rebase(self, record: Record) -> None:
        """Take newly read values as the base; what the person entered stays."""
        for name, links in self.links.items():
            links.rebase(record.links.get(name, ()), record.more_links.get(name, 0))
        for name, field in self.fields.items():
            if name in record.values:
                if isinstance(field.editor, LookupEditor):
                    field.editor.know(record.values[name], record.labels.get(name, ""))
                field.editor.rebase(record.values[name])
                field.refresh_note()

    def begin_again(self, ref: RecordRef) -> None:
        """From now on the form is that of a new record: nothing of it is stored."""
        self.belongs_to(ref)
        for editor in self.editors():
            editor.of_new_record = True
        for links in self.links.values():
            links.of_new_record = True
        self.rebase(Record(ref, "", dict.fromkeys(self.fields, DEFAULT)))

    def _check_field(self, field: Field, new: bool) -> bool:
        editor = field.editor
        if editor.read_only or not (editor.touched or new):
            return True
        try:
            value = editor.value()
        except BadValue as bad:
            editor.mark_error(bad.sentence)
            return False
        untouched_default = value is DEFAULT or (value is None and not editor.column.required)
        if untouched_default or (isinstance(editor, LookupEditor) and editor.staged):
            return True
        sentence = check_value(editor.column, value, field.heading)
        editor.mark_error(sentence)
        return sentence is None

    def _add_field(self, body: QWidget, column: Column, given: object, *, new: bool) -> None:
        foreign_key = self.table.foreign_key_on(column.name)
        editor = make_editor(column, self._connection, body, foreign_key=foreign_key, given=given)
        editor.of_new_record = new
        field = Field(column_heading(self.table, column.name), editor, body)
        if isinstance(editor, SeveralLookup):
            editor.changed.connect(partial(self._set_partners, editor))
        editor.changed.connect(partial(self.rules.typed, column.name))
        editor.changed.connect(self.edited)
        if isinstance(editor, LookupEditor):
            editor.open_wanted.connect(self.open_wanted)
            editor.new_wanted.connect(self.new_wanted)
        self.fields[column.name] = field

    def _set_partners(self, editor: SeveralLookup) -> None:
        """One field stands for all columns of a foreign key."""
        for name, value in editor.partners.items():
            self.fields[name].editor.put(value)

    def _filling(self, record: Record) -> Steps:
        for field in self.fields.values():
            self._fill_field(field, record)
            if not field.editor.column.writable:
                field.editor.set_read_only(True)
            yield

    @staticmethod
    def _fill_field(field: Field, record: Record) -> None:
        name = field.column_name
        if isinstance(field.editor, LookupEditor):
            field.editor.know(record.values.get(name), record.labels.get(name, ""))
        if isinstance(field.editor, SeveralLookup):
            field.editor.know_partners(record.values)
        field.editor.set_value(record.values.get(name))
        field.refresh_note()

    def _fill_new(self, template: Record | None) -> None:
        skipped = not_copied(self.table)
        for name, field in self.fields.items():
            column = field.editor.column
            field.editor.set_value(DEFAULT if column.has_default or column.identity else None)
            if column.generated:
                field.editor.set_read_only(True)
            elif template is not None and name not in skipped and template.values.get(name) is not None:
                if isinstance(field.editor, LookupEditor):
                    field.editor.know(template.values[name], template.labels.get(name, ""))
                field.editor.put(template.values[name])

    def _in_order(self) -> list[Field]:
        return [
            place.widget
            for place in arrange(self.table, self.fields, self.links)
            if isinstance(place.widget, Field)
        ]
