"""Owns what must be arranged before the modules of the window are imported, so that importing is quick."""

from __future__ import annotations

import builtins
import gc
import importlib

from ui.lazy_signatures import signatures_on_demand


def begin() -> None:
    """Before anything else of Qt or of the window."""
    gc.disable()  # what is imported stays; the Collector looks for garbage from then on
    with signatures_on_demand():
        importlib.import_module("PySide6.QtCore")
    _import_as_ever()


def _import_as_ever() -> None:
    """Take back PySide's own ``import``, which looks for ``__feature__`` switches that nobody here uses.

    It reads the source of every module to see whether it mentions PySide, and is called for every name that
    is imported (6.11, ``shibokensupport/feature.py``): a tenth of the time until the first rows, executed.
    """
    original = getattr(builtins, "__orig_import__", None)
    if original is not None:  # else another version, which is only slower
        builtins.__import__ = original
