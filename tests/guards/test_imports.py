"""Import contracts, proven twice: by the import graph and by what a fresh interpreter really loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = (
    *("base", "connect", "schema", "values", "browse", "edit"),
    *("staging", "transfer", "journal", "command", "sample"),
)


def _modules(*packages: str) -> list[str]:
    files = sorted(file for package in packages for file in (ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names]


def _loaded_by(modules: list[str], suspects: tuple[str, ...]) -> list[str]:
    """Which of the suspects a fresh interpreter has loaded after importing these modules."""
    code = (
        "import importlib, sys\n"
        f"[importlib.import_module(name) for name in {modules!r}]\n"
        f"print(*[name for name in {suspects!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_import_graph_keeps_its_contracts() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_core_loads_no_qt() -> None:
    core = _modules(*(f"desktop/{package}" for package in CORE))
    assert len(core) > 20
    assert _loaded_by(core, ("PySide6", "PySide6.QtCore")) == []


def test_the_models_load_no_widgets() -> None:
    assert _loaded_by(_modules("desktop/models"), ("PySide6.QtWidgets",)) == []


@pytest.mark.parametrize("module", ["ui.preflight", "desktop.command.arguments"])
def test_what_runs_before_the_window_loads_neither_qt_nor_a_driver(module: str) -> None:
    assert _loaded_by([module], ("PySide6", "sqlalchemy", "psycopg")) == []


@pytest.mark.parametrize("module", ["ui.app", "ui.window.main_window", "ui.window.glance_page"])
def test_the_window_and_its_first_rows_are_shown_without_the_layers_that_open_databases(module: str) -> None:
    suspects = ("sqlalchemy", "psycopg", "keyring", "desktop.models.record_model")
    assert _loaded_by([module, "desktop.journal.glances"], suspects) == []
