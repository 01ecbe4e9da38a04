"""Owns the list of every action in the order of the menus; ui/window/*_commands say what each does."""

from __future__ import annotations

from ui.actions.clipboard import CLIPBOARD
from ui.actions.editing import CELLS, CHANGES, STEPS
from ui.actions.files import FILES
from ui.actions.finding import FINDING
from ui.actions.general import GENERAL
from ui.actions.moving import MOVING
from ui.actions.records import RECORDS
from ui.actions.several import SEVERAL
from ui.actions.spec import FILE, RECENT, SAVED, ActionSpec, SubmenuSpec
from ui.actions.views import VIEWS

SUBMENUS = (
    SubmenuSpec(RECENT, FILE, "file.sample"),
    SubmenuSpec(SAVED, FILE, "file.sample"),
)

ACTIONS: tuple[ActionSpec, ...] = (
    *FILES,
    *STEPS,
    *CLIPBOARD,
    *FINDING,
    *CELLS,
    *RECORDS,
    *SEVERAL,
    *MOVING,
    *VIEWS,
    *CHANGES,
    *GENERAL,
)


def spec(action_id: str) -> ActionSpec:
    """The action of that id; KeyError where there is none."""
    for one in ACTIONS:
        if one.id == action_id:
            return one
    raise KeyError(action_id)
