"""Owns copies as text for other purposes: INSERT statements, JSON and Markdown; executes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from desktop.base.keys import NewKey
from desktop.schema.database import Database
from desktop.schema.describe import Table
from desktop.staging.staged import Invalid
from desktop.staging.statements import insert_statements
from desktop.transfer.clipboard import Copied, Typed, text_of
from desktop.transfer.json_file import JsonWriter
from desktop.transfer.layout import Block, OutColumn
from desktop.values.locale import PLAIN
from desktop.values.special import DEFAULT

AsText: TypeAlias = Callable[[Database, Table, Copied], str]


def sql_text(database: Database, table: Table, copied: Copied) -> str:
    """One INSERT per record, foreign keys by key; relations and what the database computes are left out."""
    places = [
        (index, table.column(column.name))
        for index, column in enumerate(copied.columns)
        if not column.link and table.column(column.name).writable
    ]
    rows = (
        {column.name: row[index].value for index, column in places if _can_stand(row[index].value)}
        for row in copied.rows
    )
    return "".join(f"{statement}\n" for statement in insert_statements(database, table.name, rows))


def json_text(database: Database, table: Table, copied: Copied) -> str:
    """An array of objects, as an export writes it."""
    layout = [OutColumn(column.name, column.kind, named=bool(column.target)) for column in copied.columns]
    rows = [tuple(map(_shown, row)) for row in copied.rows]
    cells = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in layout)
    file = io.BytesIO()
    writer = JsonWriter(file, layout, lines=False)
    writer.write(Block(tuple(() for _ in rows), cells))
    writer.finish()
    return file.getvalue().decode()


def markdown_text(database: Database, table: Table, copied: Copied) -> str:
    """A table as Markdown, amounts set right."""
    heads = [_cell(column.heading) for column in copied.columns]
    marks = ["---:" if column.right else "---" for column in copied.columns]
    lines = [heads, marks, *([_cell(text_of(cell, PLAIN)) for cell in row] for row in copied.rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


TEXTS: Mapping[str, AsText] = MappingProxyType(
    {"SQL": sql_text, "JSON": json_text, "Markdown": markdown_text}
)


def _can_stand(value: object) -> bool:
    """Whether a statement can hold it: no staged text that is no value, nothing left to the database."""
    return value is not DEFAULT and not isinstance(value, Invalid | NewKey)


def _shown(cell: Typed) -> object:
    if cell.label:
        return cell.label
    return cell.value if _can_stand(cell.value) else text_of(cell, PLAIN) or None


def _cell(text: str) -> str:
    """On one line, with nothing in it that ends the cell or means something in HTML."""
    for sign, safe in _MARKDOWN:
        text = text.replace(sign, safe)
    return text


_MARKDOWN = (
    ("\\", "\\\\"),
    ("|", "\\|"),
    ("&", "&amp;"),
    ("<", "&lt;"),
    ("\r\n", "<br>"),
    ("\n", "<br>"),
    ("\r", "<br>"),
)
