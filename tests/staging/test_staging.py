"""The staging: fields by record, invalid texts, undo and redo, and what a save leaves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop.base.keys import NewKey, RecordRef, TableName
from desktop.browse.rows import Record
from desktop.edit.changes import Action, ChangeSet, FieldChange, RecordChange
from desktop.edit.saved import Saved
from desktop.staging.staging import Edit, Invalid, Staging, edited, new_record
from desktop.values.special import DEFAULT, BlobSize

POSTS = TableName(None, "posts")
USERS = TableName(None, "users")
ONE = RecordRef(POSTS, (1,))
TWO = RecordRef(POSTS, (2,))
BAD = Invalid("soon", "“soon” is not a date.")


def _set(staging: Staging, ref: RecordRef, base: object, new: object, column: str = "status") -> None:
    staging.edit(f"set {column}", [Edit(ref, column, base, new)])


def test_an_edit_is_kept_by_record_and_field() -> None:
    staging = Staging()
    staging.edit("set status", [Edit(ref, "status", "draft", "review") for ref in (ONE, TWO)])
    assert staging.field(ONE, "status") == FieldChange("draft", "review")
    assert staging.field(ONE, "title") is None
    assert (staging.state(TWO), staging.change_count, staging.record_count) == (Action.UPDATE, 2, 2)
    assert staging.touched == {ONE, TWO}


def test_going_back_to_the_base_takes_the_change_away_and_is_a_step() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    _set(staging, ONE, "review", "draft")
    assert not staging.dirty
    assert staging.undo() == "set status"
    assert staging.field(ONE, "status") == FieldChange("draft", "review")


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "draft")
    assert (staging.undo_name, staging.touched) == (None, frozenset())


def test_values_that_only_look_alike_are_another_step() -> None:
    staging = Staging()
    _set(staging, ONE, Decimal("1"), Decimal("2.0"))
    _set(staging, ONE, Decimal("1"), Decimal("2.00"))
    staging.undo()
    change = staging.field(ONE, "status")
    assert isinstance(change, FieldChange)
    assert str(change.new) == "2.0"


def test_undo_and_redo_go_through_every_step() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    new = staging.insert(POSTS, {"title": "Hello"}, "new post")
    staging.edit("set title", [Edit(new, "title", DEFAULT, "Hello there")])
    staging.delete([ONE, new], "delete 2 posts")
    assert (staging.state(ONE), staging.state(new)) == (Action.DELETE, None)
    assert staging.undo() == "delete 2 posts"
    assert staging.field(ONE, "status") == FieldChange("draft", "review")
    assert staging.field(new, "title") == FieldChange(DEFAULT, "Hello there")
    assert [staging.undo(), staging.undo(), staging.undo(), staging.undo()] == [
        "set title", "new post", "set status", None,
    ]  # fmt: skip
    assert not staging.dirty
    assert [staging.redo() for _ in range(5)] == [
        "set status", "new post", "set title", "delete 2 posts", None,
    ]  # fmt: skip
    assert (staging.state(ONE), staging.record_count) == (Action.DELETE, 1)


def test_a_new_step_ends_what_could_be_redone() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    staging.undo()
    _set(staging, TWO, "draft", "review")
    assert staging.redo_name is None


def test_typing_in_one_field_is_one_step() -> None:
    staging = Staging()
    for text in ("r", "re", "rev"):
        staging.edit("set title", [Edit(ONE, "title", "draft", text)], merge=True)
    staging.edit("set title", [Edit(TWO, "title", "draft", "x")], merge=True)
    staging.undo()
    assert staging.undo() == "set title"
    assert not staging.dirty
    staging.redo()
    assert staging.field(ONE, "title") == FieldChange("draft", "rev")


def test_an_invalid_text_stays_and_keeps_the_base() -> None:
    staging = Staging()
    _set(staging, ONE, 1, 2)
    _set(staging, ONE, 2, BAD)
    assert staging.field(ONE, "status") is BAD
    assert (staging.state(ONE), staging.change_count, staging.record_count) == (Action.UPDATE, 1, 1)
    assert staging.blocked() == [(ONE, "status", BAD)]
    assert len(staging.changes) == 0
    _set(staging, ONE, BAD, 3)
    assert staging.field(ONE, "status") == FieldChange(1, 3)
    assert staging.blocked() == []
    staging.undo()
    assert staging.invalid == {(ONE, "status"): BAD}
    staging.undo()
    assert staging.field(ONE, "status") == FieldChange(1, 2)


def test_one_field_one_record_or_all_can_be_taken_back() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    _set(staging, ONE, "old", BAD, "title")
    _set(staging, TWO, "draft", "review")
    staging.revert(ONE, "title")
    assert staging.blocked() == []
    assert staging.state(ONE) is Action.UPDATE
    staging.revert(ONE)
    assert staging.state(ONE) is None
    staging.undo()
    staging.discard()
    assert (staging.dirty, staging.refs) == (False, [])
    staging.undo()
    assert staging.change_count == 2


def test_names_of_references_follow_undo() -> None:
    staging = Staging()
    staging.edit("set author", [Edit(ONE, "author_id", 1, 2, "Zoé")])
    staging.edit("set author", [Edit(ONE, "author_id", 1, 3, "Ada")])
    assert staging.label(ONE, "author_id") == "Ada"
    staging.undo()
    assert staging.labels == {(ONE, "author_id"): "Zoé"}
    _set(staging, ONE, 2, 1, "author_id")
    assert staging.labels == {}


def test_what_cannot_be_staged_changes_nothing() -> None:
    staging = Staging()
    with pytest.raises(ValueError, match="preview"):
        staging.edit("paste", [Edit(ONE, "title", "a", "b"), Edit(TWO, "body", b"", BlobSize(3))])
    with pytest.raises(KeyError):
        _set(staging, RecordRef(POSTS, NewKey(10**9)), None, BAD)
    assert (staging.dirty, staging.undo_name) == (False, None)


def test_a_save_forgets_what_was_written_and_its_steps() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    new = staging.insert(POSTS, {"title": "Hello"})
    saved = Saved({}, inserted=(RecordRef(POSTS, (9,)),), updated=(ONE,), final={new: RecordRef(POSTS, (9,))})
    staging.saved(saved, staging.changes.copy())
    assert (staging.dirty, staging.undo_name, staging.redo_name) == (False, None, None)
    assert staging.touched == {ONE, new}


def test_a_large_save_is_forgotten_without_looking_at_each_record(monkeypatch: pytest.MonkeyPatch) -> None:
    staging, refs = Staging(), [RecordRef(POSTS, (number,)) for number in range(1000)]
    staging.edit("fill down", [Edit(ref, "status", "draft", "review", "Review") for ref in refs])
    saved, sent = Saved({}, updated=tuple(refs)), staging.changes.copy()
    hashed: list[RecordRef] = []
    real_hash = RecordRef.__hash__

    def counted(ref: RecordRef) -> int:
        hashed.append(ref)
        return real_hash(ref)

    monkeypatch.setattr(RecordRef, "__hash__", counted)
    staging.saved(saved, sent)
    monkeypatch.undo()
    assert hashed == []
    assert (staging.dirty, staging.undo_name, staging.change_count) == (False, None, 0)
    assert (staging.touched, staging.labels) == (frozenset(refs), {})


def test_what_was_edited_while_a_save_ran_stays_on_top_of_what_is_stored() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    _set(staging, ONE, "a", "b", "title")
    new = staging.insert(POSTS, {"title": "Hello", "status": "draft"})
    sent = staging.changes.copy()
    _set(staging, ONE, "review", "final")
    _set(staging, new, DEFAULT, "Hello there", "title")
    _set(staging, TWO, "draft", "review")
    nine = RecordRef(POSTS, (9,))
    records = {
        ONE: Record(ONE, "b", {"status": "review", "title": "b"}),
        nine: Record(nine, "Hello", {"status": "draft", "title": "Hello"}),
    }
    staging.saved(Saved(records, inserted=(nine,), updated=(ONE,), final={new: nine}), sent)
    assert staging.field(ONE, "status") == FieldChange("review", "final")
    assert staging.field(ONE, "title") is None
    assert staging.field(nine, "title") == FieldChange("Hello", "Hello there")
    assert (staging.state(nine), staging.state(new)) == (Action.UPDATE, None)
    assert (staging.state(TWO), staging.change_count) == (Action.UPDATE, 3)


def test_a_record_saved_elsewhere_is_forgotten_and_the_others_keep_their_steps() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    _set(staging, TWO, "draft", "review")
    staging.saved(Saved({}, updated=(ONE,)))
    assert (staging.state(ONE), staging.state(TWO)) == (None, Action.UPDATE)
    assert staging.undo() == "set status"
    assert staging.undo() is None


def test_children_point_to_the_key_that_their_new_parent_was_given() -> None:
    staging = Staging()
    author = staging.insert(USERS, {"name": "Grace"})
    post = staging.insert(POSTS, {"author_id": author.key})
    staging.link(ONE, "tags", [author.key], [])
    _set(staging, post, DEFAULT, "Hello", "title")
    staging.saved(Saved({}, inserted=(RecordRef(USERS, (7,)),), final={author: RecordRef(USERS, (7,))}))
    assert staging.field(post, "author_id") == FieldChange(DEFAULT, 7)
    staging.undo()
    assert staging.field(post, "author_id") == FieldChange(DEFAULT, 7)
    change = staging.changes.get(ONE)
    assert change is not None
    assert change.links["tags"].added == [(7,)]


def test_saving_one_record_leaves_the_steps_of_the_others() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    _set(staging, TWO, "draft", "review")
    sent = ChangeSet()
    sent.put(staging.look(ONE).change or RecordChange(ONE, Action.UPDATE))
    staging.saved(Saved({}, updated=(ONE,)), sent)
    assert staging.undo() == "set status"
    assert not staging.dirty


def test_a_conflict_can_be_overwritten_knowingly() -> None:
    staging = Staging()
    _set(staging, ONE, "draft", "review")
    staging.rebase(ONE, {"status": "final", "title": "other"})
    assert staging.field(ONE, "status") == FieldChange("final", "review")
    staging.undo()
    staging.redo()
    assert staging.field(ONE, "status") == FieldChange("final", "review")
    staging.rebase(ONE, {"status": "review"})
    assert not staging.dirty


def test_edits_of_a_new_record_that_was_dropped_meanwhile_are_not_staged_as_something_else() -> None:
    staging = Staging()
    new = staging.insert(POSTS, {"title": "Tides"})
    states = edited([Edit(ONE, "title", "a", "b"), Edit(new, "title", "Tides", "Tide")])
    staging.revert(new)
    with pytest.raises(KeyError):
        staging.paste("replace in 2 cells", states)
    assert not staging.dirty
    fresh = new_record(POSTS, {"view_count": Invalid("x", "No.")})
    staging.paste("paste 1 record", [fresh])
    assert staging.state(fresh.ref) is Action.INSERT
