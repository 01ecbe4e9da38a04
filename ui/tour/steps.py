"""Owns the order of the tour: each step does one thing a person does, and checks it in the database."""

from __future__ import annotations

from collections.abc import Callable

from ui.tour.bulk import bulk_delete, export_view
from ui.tour.editing import cancel, correct_and_save, edit_and_save, edit_in_the_grid, refused_by_constraint
from ui.tour.family import new_family
from ui.tour.looking import dark, filter_records, open_sample, sort_records, stay_alive
from ui.tour.tour import Tour
from ui.tour.trusting import conflict, review, take_back

STEPS: tuple[tuple[str, Callable[[Tour], str]], ...] = (
    ("open", open_sample),
    ("filter", filter_records),
    ("sort", sort_records),
    ("edit and save", edit_and_save),
    ("edit in the grid", edit_in_the_grid),
    ("refused", refused_by_constraint),
    ("corrected", correct_and_save),
    ("cancelled", cancel),
    ("family", new_family),
    ("review", review),
    ("conflict", conflict),
    ("taken back", take_back),
    ("bulk delete", bulk_delete),
    ("export", export_view),
    ("alive", stay_alive),
    ("dark", dark),
)
