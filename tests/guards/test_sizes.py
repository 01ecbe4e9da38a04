"""No file, class or function may grow until nobody understands it on one screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_FILE_LINES = 400
MOST_CLASS_LINES = 300
MOST_METHODS = 25
MOST_FUNCTION_LINES = 60


def _sources() -> Iterator[tuple[Path, str]]:
    for folder in ("desktop", "ui", "tests"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield file.relative_to(ROOT), file.read_text(encoding="utf-8")


def _lines(node: ast.ClassDef | ast.FunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_files_stay_short() -> None:
    long = [f"{file}: {len(text.splitlines())}" for file, text in _sources()]
    assert [entry for entry in long if int(entry.rsplit(" ", 1)[1]) > MOST_FILE_LINES] == []


def test_classes_and_functions_stay_small() -> None:
    too_big = []
    for file, text in _sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and _lines(node) > MOST_FUNCTION_LINES:
                too_big.append(f"{file}: {node.name} has {_lines(node)} lines")
            if isinstance(node, ast.ClassDef):
                methods = sum(isinstance(child, ast.FunctionDef) for child in node.body)
                if _lines(node) > MOST_CLASS_LINES or methods > MOST_METHODS:
                    too_big.append(f"{file}: class {node.name}: {_lines(node)} lines, {methods} methods")
    assert too_big == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        str(file) for file, text in _sources() if text.strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []
