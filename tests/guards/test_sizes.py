"""No file, class or function may grow until nobody understands it on one screen."""

from __future__ import annotations

import ast

from tests.guards.sources import sources

FOLDERS = ("desktop", "ui", "tests")
MOST_FILE_LINES = 400
MOST_CLASS_LINES = 300
MOST_METHODS = 25
MOST_FUNCTION_LINES = 60


def _lines(node: ast.ClassDef | ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_stay_short() -> None:
    long = [f"{source.file}: {len(source.text.splitlines())}" for source in sources(*FOLDERS)]
    assert [entry for entry in long if int(entry.rsplit(" ", 1)[1]) > MOST_FILE_LINES] == []


def test_classes_and_functions_stay_small() -> None:
    too_big = []
    for source in sources(*FOLDERS):
        file = source.file
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef) and _lines(node) > MOST_FUNCTION_LINES:
                too_big.append(f"{file}: {node.name} has {_lines(node)} lines")
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(child, ast.FunctionDef) for child in node.body)
                if _lines(node) > MOST_CLASS_LINES or methods > MOST_METHODS:
                    too_big.append(f"{file}: class {node.name}: {_lines(node)} lines, {methods} methods")
    assert too_big == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        source.file
        for source in sources(*FOLDERS)
        if source.text.strip() and not ast.get_docstring(source.tree)
    ]
    assert silent == []
