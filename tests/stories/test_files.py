"""Records come in from a CSV file and go out to every format, through the dialogs and their file choosers."""

from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path

import pyarrow.parquet as parquet
from PySide6.QtWidgets import QFileDialog, QLineEdit

from desktop.edit.load import OnConflict
from tests.stories.kit import Person
from ui.dialogs.export_dialog import ExportDialog
from ui.dialogs.import_dialog import ImportDialog

TAGS = "name,slug,colour\nwater,wet,blue\nnight,night,black\n,empty,red\n"


def choose(person: Person, file: Path) -> None:
    """Type the path into the file chooser that is open, and press Enter."""
    chooser = person.dialog(QFileDialog)
    name = chooser.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    name.setFocus()
    person.press("Ctrl+A")
    person.write(str(file))
    person.press("Return")
    person.gone(chooser)


def import_dialog(person: Person, file: Path, on_conflict: OnConflict) -> ImportDialog:
    """The dialog with a file read and the way with duplicates chosen."""
    file.write_text(TAGS, encoding="utf-8")
    person.open("tags")
    person.press("Ctrl+I")
    dialog = person.dialog(ImportDialog)
    assert not dialog.go_button.isEnabled()
    person.click(dialog.file_button)
    choose(person, file)
    person.wait(dialog.go_button.isEnabled)
    dialog.duplicates.setFocus()
    while dialog.on_conflict is not on_conflict:
        person.press("Down")
    return dialog


def test_duplicates_are_skipped_and_counted(person: Person, tmp_path: Path) -> None:
    dialog = import_dialog(person, tmp_path / "tags.csv", OnConflict.SKIP)
    person.click(dialog.try_button)
    counts = "1 inserted · 0 updated · 1 skipped · 1 refused."
    person.wait(lambda: dialog.status.text() == f"Nothing was written. An import would give: {counts}")
    assert person.stored("SELECT count(*) FROM tags") == 3
    person.click(dialog.go_button)
    person.wait(lambda: dialog.status.text() == f"Done: {counts}")
    refused = dialog.refused.topLevelItem(0)
    assert refused is not None and refused.text(0) == "4" and "Name" in refused.text(1)
    assert dialog.refused.isVisible()
    person.press("Esc")
    person.gone(dialog)
    assert person.rows("SELECT name, slug FROM tags ORDER BY id") == [
        ("water", "water"),
        ("city", "city"),
        ("long read", "long-read"),
        ("night", "night"),
    ]
    person.wait(lambda: person.foot.startswith("1–4 of 4"))


def test_duplicates_are_updated_by_the_field_chosen(person: Person, tmp_path: Path) -> None:
    dialog = import_dialog(person, tmp_path / "tags.csv", OnConflict.UPDATE)
    dialog.match_by.setFocus()
    person.write("Name")
    assert dialog.match_by.currentText() == "Name"
    person.click(dialog.go_button)
    person.wait(
        lambda: dialog.status.text().startswith("Done: 1 inserted · 1 updated · 0 skipped · 1 refused")
    )
    person.press("Esc")
    person.gone(dialog)
    assert person.stored("SELECT slug FROM tags WHERE id = 1") == "wet"
    person.wait(lambda: person.cell(1, "slug") == "wet")


def test_stop_imports_nothing(person: Person, tmp_path: Path) -> None:
    dialog = import_dialog(person, tmp_path / "tags.csv", OnConflict.STOP)
    person.click(dialog.go_button)
    person.wait(lambda: dialog.status.text().startswith("Nothing was written"))
    assert dialog.refused.topLevelItemCount() > 0
    person.press("Esc")
    person.gone(dialog)
    assert person.stored("SELECT count(*) FROM tags") == 3


def test_a_file_that_cannot_be_read_is_told(person: Person, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    person.open("tags")
    person.press("Ctrl+I")
    dialog = person.dialog(ImportDialog)
    person.click(dialog.file_button)
    choose(person, tmp_path / "empty.csv")
    assert person.boxes.escape().sentence
    assert not dialog.go_button.isEnabled()
    person.press("Esc")
    person.gone(dialog)


def export(person: Person, format_: str, file: Path) -> None:
    """Export the view in front through the dialog."""
    person.press("Ctrl+Shift+X")
    dialog = person.dialog(ExportDialog)
    dialog.format_combo.setFocus()
    while not dialog.format_combo.currentText().endswith(f"(.{format_})"):
        person.press("Down")
    person.wait(lambda: "that match" in dialog.all.text() and dialog.all.text() != "All that match")
    person.press("Return")
    choose(person, file)
    person.gone(dialog)


def read(file: Path) -> list[list[str]]:
    """The rows of a CSV or TSV file."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.reader(opened, delimiter="\t" if file.suffix == ".tsv" else ","))


def titles(file: Path) -> list[str]:
    """The first value of every record of an exported file."""
    if file.suffix in (".csv", ".tsv"):
        return [row[0] for row in read(file)[1:]]
    if file.suffix == ".parquet":
        return [str(next(iter(record.values()))) for record in parquet.read_table(file).to_pylist()]
    text = file.read_text(encoding="utf-8")
    records = json.loads(text) if file.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
    return [str(next(iter(record.values()))) for record in records]


def test_the_view_is_exported_as_it_is_seen_in_every_format(person: Person, tmp_path: Path) -> None:
    tab = person.open("posts")
    person.filter("status", "published", 2)
    tab.grid.setFocus()
    seen = ["The river that learned to wait", "Élection: la soirée en direct"]
    for kind in ("csv", "tsv", "json", "jsonl", "parquet", "xlsx"):
        file = tmp_path / f"posts.{kind}"
        export(person, kind, file)
        if kind == "xlsx":
            assert file.read_bytes().startswith(b"PK")
        else:
            assert titles(file) == seen, kind
    head, first, _ = read(tmp_path / "posts.csv")
    assert len(head) == tab.model.columnCount() and "Ada Lovelace" in first
    assert len([one for one in tmp_path.iterdir() if "posts" in one.name]) == 6  # no partial file is left


def test_only_the_selection_is_exported(person: Person, tmp_path: Path) -> None:
    person.open("users")
    person.select(1, 3)
    export(person, "csv", tmp_path / "users.csv")
    assert [row[0] for row in read(tmp_path / "users.csv")[1:]] == ["Ada Lovelace", "Zoé Müller"]


def test_the_export_dialog_grows_with_its_progress(person: Person) -> None:
    """None of its words is cut off while it works, nor afterwards."""
    person.open("users")
    person.select(1, 3)
    person.press("Ctrl+Shift+X")
    dialog = person.dialog(ExportDialog)
    person.wait(lambda: dialog.all.text() != "All that match")
    changes = (partial(dialog._set_busy, True), partial(dialog._progressed, 7, 9), dialog._cancelled)
    for change in changes:
        change()
        person.wait(lambda: dialog.hint.height() >= dialog.hint.heightForWidth(dialog.hint.width()))
    person.press("Escape")
    person.gone(dialog)
