"""Owns the plain form of staged records on disk; knows neither file nor database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from desktop.base.keys import Key, NewKey, RecordRef, TableName
from desktop.edit.changes import Action, FieldChange, LinkChange, RecordChange, fresh_key
from desktop.journal.codec import UnreadableError, from_plain, to_plain
from desktop.staging.staged import Invalid, RecordState, Wrong


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """What is staged for one record, with the name it had on the screen."""

    state: RecordState
    title: str = ""

    @property
    def ref(self) -> RecordRef:
        return self.state.ref

    @property
    def changes(self) -> int:
        """How many changes it counts as, in the same way as the staging counts."""
        change = self.state.change
        if change is not None and change.action is not Action.UPDATE:
            return 1
        staged = 0 if change is None else len(change.fields) + len(change.links)
        return staged + len(self.state.wrong)


def ref_to_text(ref: RecordRef) -> str:
    """A record's identity as one text, the same for the same record."""
    return json.dumps(plain_ref(ref))


def plain_ref(ref: RecordRef) -> list[object]:
    """A record's identity as JSON can hold it."""
    return [ref.table.schema, ref.table.name, to_plain(ref.key)]


def ref_from(plain: Any) -> RecordRef:
    """The record's identity back; UnreadableError where it is none."""
    try:
        schema, name, key = plain
    except (TypeError, ValueError) as error:
        raise UnreadableError("not a record") from error
    found = from_plain(key)
    if (
        not isinstance(found, NewKey | tuple)
        or not isinstance(name, str)
        or not isinstance(schema, str | None)
    ):
        raise UnreadableError("not a record")
    return RecordRef(TableName(schema, name), found)


def record_to_text(record: DraftRecord) -> str:
    """Everything staged for a record as one text. TypeError for a value of an unknown kind."""
    state = record.state
    plain: dict[str, object] = {"ref": plain_ref(state.ref), "title": record.title}
    if state.change is not None:
        plain["change"] = _plain_change(state.change)
    if state.wrong:
        plain["wrong"] = [
            [name, to_plain(wrong.invalid), to_plain(wrong.base)] for name, wrong in state.wrong.items()
        ]
    if state.labels:
        plain["labels"] = list(map(list, state.labels.items()))
    return json.dumps(plain)


def record_from_text(text: str) -> DraftRecord:
    """The staged record back; UnreadableError where the text is none."""
    try:
        plain = json.loads(text)
        ref = ref_from(plain["ref"])
        change = _change_from(ref, plain["change"]) if "change" in plain else None
        wrong = {name: _wrong(invalid, base) for name, invalid, base in plain.get("wrong", ())}
        labels = {str(name): str(label) for name, label in plain.get("labels", ())}
        return DraftRecord(RecordState(ref, change, wrong, labels), str(plain.get("title", "")))
    except UnreadableError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableError("not a staged record") from error


def _plain_change(change: RecordChange) -> dict[str, object]:
    plain: dict[str, object] = {
        "action": change.action.value,
        "fields": [[name, to_plain(one.base), to_plain(one.new)] for name, one in change.fields.items()],
        "links": [
            [name, [to_plain(key) for key in link.added], [to_plain(key) for key in link.removed]]
            for name, link in change.links.items()
        ],
    }
    if change.seen:
        plain["seen"] = [[name, to_plain(value)] for name, value in change.seen.items()]
    return plain


def _change_from(ref: RecordRef, plain: Any) -> RecordChange:
    fields = {
        str(name): FieldChange(from_plain(base), from_plain(new)) for name, base, new in plain["fields"]
    }
    links = {
        str(name): LinkChange([_key(key) for key in added], [_stored(key) for key in removed])
        for name, added, removed in plain["links"]
    }
    seen = {str(name): from_plain(value) for name, value in plain.get("seen", ())}  # older drafts have none
    return RecordChange(ref, Action(plain["action"]), fields, links, seen)


def _wrong(invalid: object, base: object) -> Wrong:
    found = from_plain(invalid)
    if not isinstance(found, Invalid):
        raise UnreadableError("not an invalid text")
    return Wrong(found, from_plain(base))


def _key(plain: object) -> Key | NewKey:
    found = from_plain(plain)
    if not isinstance(found, NewKey | tuple):
        raise UnreadableError("not a key")
    return found


def _stored(plain: object) -> Key:
    found = _key(plain)
    if isinstance(found, NewKey):
        raise UnreadableError("not a stored key")
    return found


def with_fresh_keys(records: list[DraftRecord]) -> list[DraftRecord]:
    """The records with new keys that stand for nothing else in this process, still pointing to each other."""
    fresh = {record.ref.key: fresh_key() for record in records if isinstance(record.ref.key, NewKey)}
    return [_with_keys(record, fresh) for record in records]


def _with_keys(record: DraftRecord, fresh: Mapping[NewKey, NewKey]) -> DraftRecord:
    def own(key: Any) -> Any:
        return fresh.get(key, key) if isinstance(key, NewKey) else key

    state = record.state
    ref = RecordRef(state.ref.table, own(state.ref.key))
    change = state.change
    if change is not None:
        fields = {name: FieldChange(own(one.base), own(one.new)) for name, one in change.fields.items()}
        links = {
            name: LinkChange(list(map(own, one.added)), one.removed) for name, one in change.links.items()
        }
        change = RecordChange(ref, change.action, fields, links, change.seen)
    return replace(record, state=state._replace(ref=ref, change=change))
