"""Owns what is copied and what is pasted as plain data, and which form of it is taken; reads no clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from desktop.base.keys import NewKey
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.schema.describe import Kind
from desktop.staging.staged import Invalid
from desktop.values.decimal import decimal_text
from desktop.values.locale import Locale
from desktop.values.plain import to_plain
from desktop.values.special import DEFAULT

MOST = 100_000
"""Records; more than that is an export or an import, not a copy."""
MOST_CHARACTERS = 50_000_000
"""Of text and bytes in all the records: a clipboard holds each form of them in memory."""


@dataclass(frozen=True, slots=True)
class CopiedColumn:
    """One column of what is copied."""

    name: str
    heading: str
    kind: Kind
    right: bool = False
    """Set right, as amounts are."""
    target: str = ""
    """Of a foreign key: the table it points to."""
    link: bool = False
    """A many-to-many relation: its cells are the names."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A value as the database has it or as it is staged, and the name of the record of a foreign key."""

    value: object
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """Some records of one table."""

    source: str
    """Tells databases apart: the values of foreign keys mean something only in their own."""
    table: str
    columns: tuple[CopiedColumn, ...]
    rows: Sequence[tuple[Typed, ...]]


@dataclass(frozen=True, slots=True)
class Written:
    """A cell of a spreadsheet that says beside its text which number it shows."""

    text: str
    number: str


PastedCell: TypeAlias = str | Written | Typed


@dataclass(frozen=True, slots=True)
class Pasted:
    """A block of cells; its lines may be of different length."""

    lines: Sequence[Sequence[PastedCell]]
    columns: tuple[CopiedColumn, ...] = ()
    """Known only of what was copied here."""
    source: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """The same block in the forms a clipboard holds; empty where it has none of that form."""

    text: str = ""
    html: str = ""
    cells: str = ""
    """The form of its own, which loses nothing."""

    @property
    def most_lines(self) -> int:
        """At least as many as there are lines in it, told without reading it."""
        in_text = self.text.count("\n") + self.text.count("\r") + 1
        return max(in_text, self.html.lower().count("<tr"), self.cells.count("\n") + 1)


def text_of(cell: Typed, locale: Locale) -> str:
    """The cell as a spreadsheet reads it: names, ISO dates, numbers with the person's decimal sign."""
    value = cell.value
    if cell.label:
        return cell.label
    if isinstance(value, Invalid):
        return value.text
    if value is DEFAULT or isinstance(value, NewKey):
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return decimal_text(value, locale, group=False)
    if isinstance(value, float):
        return repr(value).replace(".", locale.decimal)
    plain = to_plain(value)
    return "" if plain is None else str(plain)


def need_few(count: int, table: str) -> None:
    """Raise RefusedError where so many records are too many for a clipboard."""
    if count > MOST:
        sentence = f"These are more than {MOST:,} records of {table}."
        raise RefusedError(Refusal(Reason.OTHER, sentence, "Export them to a file instead."))


def need_light(size: int, table: str) -> None:
    """Raise RefusedError where so many characters and bytes are too many for a clipboard."""
    if size > MOST_CHARACTERS:
        sentence = f"These records of {table} hold more than {MOST_CHARACTERS:,} characters."
        raise RefusedError(Refusal(Reason.OTHER, sentence, "Export them to a file instead."))


def need_block(pasted: Pasted | None) -> Pasted:
    """The block; RefusedError where there is none, or one that is too large."""
    if pasted is None or not pasted.lines:
        raise RefusedError(Refusal(Reason.OTHER, "There is no text on the clipboard to paste."))
    if len(pasted.lines) > MOST:
        sentence = f"There are more than {MOST:,} lines on the clipboard."
        raise RefusedError(Refusal(Reason.OTHER, sentence, "Save them as CSV and import the file instead."))
    return pasted
