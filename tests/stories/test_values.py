"""A person edits what no plain field holds: pictures, very long texts, lists and ranges."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter

from desktop.models.cells import CellRole
from desktop.schema.database import Database
from tests.fixtures.databases import Backend, MakeDatabase
from tests.stories.conftest import Sit
from tests.stories.grid_kit import at, entry, saved
from tests.stories.kit import Person
from tests.stories.test_files import choose
from ui.dialogs.record_dialog import RecordDialog
from ui.editors.array import ArrayEditor
from ui.editors.blob import BlobEditor
from ui.editors.large_text import LargeTextDialog, LargeTextEditor
from ui.editors.range_ import RangeEditor

LONG = "All the ships in the harbour. " * 350_000


def open_record(person: Person) -> RecordDialog:
    person.go_to(1)
    person.press("Shift+Return")
    return person.record()


def test_a_picture_from_a_file_and_into_another(
    sit: Sit, make_database: MakeDatabase, backend: Backend, tmp_path: Path
) -> None:
    kind = "bytea" if backend == "postgresql" else "blob"
    person = sit(
        make_database(
            f"CREATE TABLE people (id integer PRIMARY KEY, name text, photo {kind})",
            "INSERT INTO people (id, name) VALUES (1, 'Ada')",
        )
    )
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(image)
    content = bytes(buffer.data().data())
    (tmp_path / "in.png").write_bytes(content)
    person.open("people")
    dialog = open_record(person)
    editor = dialog.form.fields["photo"].editor
    assert isinstance(editor, BlobEditor)
    person.click(editor.load_button)
    choose(person, tmp_path / "in.png")
    person.wait(editor.picture.isVisible)
    assert (editor.picture.pixmap().width(), editor.picture.pixmap().height()) == (60, 40)
    person.click(editor.bytes_button)
    assert "89 50 4e 47" in editor.dump.toPlainText()
    person.save(dialog)
    stored = person.behind.execute(sa.text("SELECT photo FROM people")).scalar_one()
    assert bytes(stored) == content
    dialog = open_record(person)
    editor = dialog.form.fields["photo"].editor
    assert isinstance(editor, BlobEditor)
    person.click(editor.save_button)
    choose(person, tmp_path / "out.png")
    person.wait(lambda: editor.save_button.toolTip().endswith("written"))
    assert (tmp_path / "out.png").read_bytes() == content
    person.press("Esc")
    person.gone(dialog)


def test_ten_million_characters_are_opened_on_demand_edited_and_saved(
    sit: Sit, make_database: MakeDatabase
) -> None:
    database: Database = make_database(
        "CREATE TABLE logs (id integer PRIMARY KEY, name text, body text)",
        "INSERT INTO logs (id, name) VALUES (1, 'Harbour')",
    )
    person = sit(database)
    person.behind.execute(sa.text("UPDATE logs SET body = :text"), {"text": LONG})
    tab = person.open("logs")
    at(person, 1, "body")
    index = tab.grid.currentIndex()
    assert len(str(tab.model.data(index))) < 1000
    assert len(str(tab.model.data(index, int(CellRole.VALUE)))) < 1000
    dialog = open_record(person)
    editor = dialog.form.fields["body"].editor
    assert isinstance(editor, LargeTextEditor)
    assert editor.line.text() == "10,500,000 characters"
    person.click(editor.open_button)
    window = person.dialog(LargeTextDialog)
    window.area.setFocus()
    person.write("Edited. ")
    person.press("Ctrl+Return")
    person.gone(window)
    assert editor.touched
    person.save(dialog)
    assert person.stored("SELECT length(body) FROM logs") == len(LONG) + 8
    assert person.behind.execute(sa.text("SELECT body FROM logs")).scalar_one() == "Edited. " + LONG


def test_a_list_and_a_range_in_the_form_and_in_the_grid(sit: Sit, make_postgres: MakeDatabase) -> None:
    person = sit(
        make_postgres(
            "CREATE TABLE offers (id integer PRIMARY KEY, name text, tags text[], valid daterange,"
            " lasts interval)",
            "INSERT INTO offers VALUES (1, 'Summer', '{sea,\"long read\"}', '[2026-01-01,2026-02-01)',"
            " '1 day')",
        )
    )
    person.open("offers")
    dialog = open_record(person)
    tags, valid = (dialog.form.fields[name].editor for name in ("tags", "valid"))
    assert isinstance(tags, ArrayEditor) and isinstance(valid, RangeEditor)
    assert tags.text() == "sea\nlong read"
    tags.area.setFocus()
    person.press("Ctrl+End", "Return")
    person.write("NULL")
    person.press("Return")
    person.write("a, b")
    person.click(valid.high)
    person.press("Ctrl+A")
    person.write("soon")
    person.press("Ctrl+S")
    person.wait(lambda: valid.error is not None)
    assert (valid.error or "").startswith("To: “soon” is not a date")
    person.click(valid.high)
    person.press("Ctrl+A")
    person.write("2026-12-31")
    valid.high_included.setFocus()
    person.press("Home")
    person.save(dialog)
    stored = (
        "SELECT tags = ARRAY['sea','long read',NULL,'a, b'], valid = '[2026-01-01,2027-01-01)' FROM offers"
    )
    assert person.rows(stored)[0] == (True, True)
    person.wait(lambda: person.cell(1, "tags") == '{sea,"long read",NULL,"a, b"}')
    at(person, 1, "lasts")
    entry(person, "1:30 h")
    at(person, 1, "tags")
    entry(person, "{sea,wind}")
    saved(person)
    after = "SELECT lasts = '90 minutes', tags = ARRAY['sea','wind'] FROM offers"
    assert person.rows(after)[0] == (True, True)
