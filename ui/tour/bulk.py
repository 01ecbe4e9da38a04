"""Owns the steps that take many records at once: a counted delete, an export to several files."""

from __future__ import annotations

import csv
import json

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ui.dialogs.delete_dialog import DeleteDialog
from ui.dialogs.export_dialog import ExportDialog
from ui.tour.driver import click, expect, press, settle, until
from ui.tour.tour import CONTROL, Tour

_STARTS = Qt.MatchFlag.MatchStartsWith


def bulk_delete(tour: Tour) -> str:
    tab = tour.table("posts")
    tab.clear_filters()
    tour.loaded(tab)
    tab.filter_column("status", "archived")
    posts = tour.witness.living_posts("archived")
    until(lambda: tab.model.exact and tab.model.count == posts, f"{posts} archived posts")
    comments, links = tour.witness.of_archived()
    before = tour.witness.counts()
    tab.grid.setFocus()
    press(tab.grid, Qt.Key.Key_A, CONTROL)
    tour.act("record.delete_permanently")
    dialog = until(_delete_dialog, "the delete dialog")
    until(lambda: dialog.go_button is not None and dialog.go_button.isEnabled(), "the counts")
    settle(0.8)  # the panel reads what the chosen records share
    tour.camera.shoot("delete", dialog)
    impact = dialog.impact
    expect(impact is not None and impact.count == posts, f"{posts} posts are announced")
    assert dialog.go_button is not None
    click(dialog.go_button)
    until(lambda: not dialog.isVisible(), "the delete to end")
    after = tour.witness.counts()
    expect(before["posts"] - after["posts"] == posts, f"{posts} posts are gone")
    expect(before["comments"] - after["comments"] == comments, f"{comments} comments went with them")
    expect(before["post_tags"] - after["post_tags"] == links, f"{links} links went with them")
    return f"{posts:,} posts, {comments:,} comments and {links:,} links, as announced"


def export_view(tour: Tour) -> str:
    tab = tour.table("posts")
    tab.clear_filters()
    tour.loaded(tab)
    wanted = tour.witness.living_posts()
    until(lambda: tab.model.exact and tab.model.count == wanted, f"{wanted} posts")
    for number, kind in enumerate(("csv", "xlsx", "json")):
        tour.act("file.export")
        dialog = until(_export_dialog, "the export dialog")
        dialog.format_combo.setCurrentIndex(dialog.format_combo.findText(kind.upper(), _STARTS))
        if number == 0:
            until(lambda: dialog.go_button.isEnabled(), "the count")  # noqa: B023 - used within the turn
            tour.camera.shoot("export", dialog)
        dialog.export_to(tour.out / f"posts.{kind}")
        until(lambda: not dialog.isVisible(), f"posts.{kind}")  # noqa: B023 - used within the turn
    with (tour.out / "posts.csv").open(encoding="utf-8", newline="") as file:
        expect(len(list(csv.reader(file))) == wanted + 1, "the CSV file has a head and every post")
    records = json.loads((tour.out / "posts.json").read_text(encoding="utf-8"))
    expect(len(records) == wanted, "the JSON file has every post")
    expect((tour.out / "posts.xlsx").stat().st_size > 10_000, "the XLSX file is there")
    return f"{wanted:,} posts each to CSV, XLSX and JSON"


def _delete_dialog() -> DeleteDialog | None:
    dialog = QApplication.activeModalWidget()
    return dialog if isinstance(dialog, DeleteDialog) else None


def _export_dialog() -> ExportDialog | None:
    dialog = QApplication.activeModalWidget()
    return dialog if isinstance(dialog, ExportDialog) else None
