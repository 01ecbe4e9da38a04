"""Owns what must be arranged before the modules of the window are imported, so that importing is quick."""

from __future__ import annotations

import gc
import importlib
from types import ModuleType


def begin() -> None:
    """Before anything else of Qt or of the window."""
    gc.disable()  # what is imported stays; the Collector looks for garbage from then on
    _spare_sources()


def _spare_sources() -> None:
    """Tell PySide that no module needs to be searched for its ``__feature__`` switches.

    PySide wraps ``import`` and reads the source of every module to see whether it mentions PySide (6.11,
    ``shibokensupport/feature.py``): a tenth of the time until the first rows, executed. Nothing here uses
    such a switch, and "uses PySide, without any" is what it finds for our own modules anyway.
    """
    importlib.import_module("PySide6.QtCore")
    feature = importlib.import_module("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):  # else another version, which is only slower
        setattr(feature, "_mod_uses_pyside", _yes)  # noqa: B010 - it is declared nowhere


def _yes(module: ModuleType) -> bool:
    return True
