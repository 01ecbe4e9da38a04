"""Names the fixture plug-ins and makes the suite hostile to silence; holds no fixture of its own subject."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before any Qt import: without a display Qt aborts
os.environ["TZ"] = "UTC"
time.tzset()

import pytest
from hypothesis import settings
from PySide6.QtWidgets import QApplication

from tests.fixtures.quick_bot import QuickBot

# The same examples in every run, however slow the machine; HYPOTHESIS_STEPS asks for a search of new ones.
settings.register_profile("suite", derandomize="HYPOTHESIS_STEPS" not in os.environ, deadline=None)
settings.load_profile("suite")

pytest_plugins = [
    "tests.fixtures.postgres",
    "tests.fixtures.databases",
    "tests.fixtures.windows",
    "tests.fixtures.boxes",
]


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QuickBot:
    """In place of pytest-qt's own."""
    return QuickBot(request)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has its own settings, data and state folders, and no keyring."""
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    yield
