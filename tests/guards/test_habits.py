"""Habits that keep record editing safe, held by reading the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.guards.sources import sources


def _trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    return ((source.file, source.tree) for source in sources(*folders))


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of the name called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                yield function.attr, node
            elif isinstance(function, ast.Name):
                yield function.id, node


def test_no_signal_carries_an_int() -> None:
    """Signal(int) cuts a key past 2**31 without an error: a delete of the wrong record."""
    found = [
        f"{file}:{call.lineno}"
        for file, tree in _trees("desktop", "ui")
        for name, call in _calls(tree)
        if name in ("Signal", "Slot")
        and any(isinstance(argument, ast.Name) and argument.id == "int" for argument in call.args)
    ]
    assert found == []


def test_only_one_place_makes_a_session() -> None:
    makers = {file for file, tree in _trees("desktop", "ui") for name, _ in _calls(tree) if name == "Session"}
    assert makers == {"desktop/edit/session.py"}


def test_only_one_place_makes_an_engine() -> None:
    makers = {
        file
        for file, tree in _trees("desktop", "ui")
        for name, _ in _calls(tree)
        if name == "create_engine"
        and not file.startswith("desktop/sample/")  # its own file, before any profile
    }
    assert makers == {"desktop/connect/engine.py"}


def test_only_one_module_makes_message_boxes() -> None:
    makers = {file for file, tree in _trees("ui") for name, _ in _calls(tree) if name == "QMessageBox"}
    assert makers <= {"ui/dialogs/message.py"}


@pytest.mark.parametrize("static", ["critical", "warning", "question", "information"])
def test_no_static_message_box(static: str) -> None:
    found = [
        f"{file}:{node.lineno}"
        for file, tree in _trees("ui")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == static
        and isinstance(node.value, ast.Name)
        and node.value.id == "QMessageBox"
    ]
    assert found == []


def test_no_dialog_blocks_in_exec() -> None:
    """Dialogs are opened, never executed: a nested event loop would outlive what it was asked about."""
    allowed = {"ui/app.py", "ui/tour/run.py", "ui/lazy_signatures.py"}  # the last has the built-in function
    found = [
        f"{file}:{call.lineno}"
        for file, tree in _trees("ui")
        for name, call in _calls(tree)
        if name in ("exec", "exec_") and file not in allowed
    ]
    assert found == []


def test_no_shortcut_is_given_its_context_at_once() -> None:
    """PySide6 forgets it beside a callable, and the key is taken from the whole window."""
    found = [
        f"{file}:{call.lineno}"
        for file, tree in _trees("ui")
        for name, call in _calls(tree)
        if name == "QShortcut" and any(keyword.arg == "context" for keyword in call.keywords)
    ]
    assert found == []


def test_no_timer_is_given_a_method_of_something_it_does_not_keep() -> None:
    """PySide 6.11 keeps no reference to the object of a bound method in QTimer.singleShot: where that is gone
    by then, the process dies (executed). The context goes with its own methods; a function is kept."""
    found = [
        f"{file}:{call.lineno}"
        for file, tree in _trees("desktop", "ui", "tests")
        for name, call in _calls(tree)
        if name == "singleShot"
        and len(call.args) > 1
        and isinstance(call.args[-1], ast.Attribute)
        and ast.dump(call.args[-1].value) != ast.dump(call.args[-2])
    ]
    assert found == []
