"""Owns how tables, columns and records are named to people; guesses, never asks the database."""

from __future__ import annotations

from desktop.schema.describe import Label, Schema, Table


def guess_label(table: Table, schema: Schema) -> Label:
    return Label(table.key)
