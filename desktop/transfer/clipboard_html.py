"""Owns tables as HTML: written for spreadsheets and mail, read from spreadsheets and web pages; pure text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from html.parser import HTMLParser

from desktop.schema.describe import Kind
from desktop.transfer.clipboard import CopiedColumn, Written

_TEXT = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.UUID, Kind.OTHER})
_BREAK = '<br style="mso-data-placement:same-cell">'
_LINE_END = re.compile(r"\r\n|\r|\n")
_SPACE = re.compile("[ \t\r\n\f]+")
_AROUND_BREAK = re.compile(" ?\n ?")
_SPACES = re.compile(r"^ | $|  +", re.MULTILINE)
_SILENT = frozenset({"style", "script", "template"})
_BLOCKS = frozenset({"p", "div", "li"})
_CELLS = frozenset({"td", "th"})
_MOST_SPAN = 1_000
"""What HTML allows; more is a mistake or worse."""


def html_of(columns: Sequence[CopiedColumn], lines: Iterable[Sequence[str]], *, header: bool) -> str:
    """The cells as a table. Texts are marked as such, so that no spreadsheet counts with them."""
    opening = [_opening(column) for column in columns]
    rows = (
        "".join(f"{start}{_inner(text)}</td>" for start, text in zip(opening, line, strict=True))
        for line in lines
    )
    heads = "".join(f"<th>{_inner(column.heading)}</th>" for column in columns)
    top = f"<tr>{heads}</tr>\n" if header else ""
    return (
        '<meta http-equiv="content-type" content="text/html; charset=utf-8">\n'
        f"<table>\n{top}" + "".join(f"<tr>{row}</tr>\n" for row in rows) + "</table>"
    )


def read_html(html: str) -> list[list[str | Written]]:
    """The cells of the first table that has any; none where there is no table."""
    if "<t" not in html.lower():
        return []
    reader = _TableReader()
    reader.feed(html)
    reader.close()
    return reader.lines()


def _opening(column: CopiedColumn) -> str:
    if column.right:
        return '<td style="text-align:right">'
    if column.kind in _TEXT or column.link or column.target:
        return "<td style=\"mso-number-format:'\\@'\">"
    return "<td>"


def _inner(text: str) -> str:
    """Spaces that HTML would swallow, and line ends, made to last."""
    safe = _SPACES.sub(_kept, escape(text, quote=False).replace("\t", " "))
    return _LINE_END.sub(_BREAK, safe)


def _kept(match: re.Match[str]) -> str:
    return f'<span style="mso-spacerun:yes">{"&nbsp;" * len(match[0])}</span>'


class _TableReader(HTMLParser):
    """Collects the cells of the first table; tables inside its cells count as their text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._rows: list[list[str | Written]] = []
        self._depth = 0
        self._ended = False
        self._silent = 0
        self._pieces: list[str] | None = None
        self._span = (1, 1)
        self._number = ""
        self._taken: dict[int, int] = {}
        """Columns that a merged cell reaches down into, and the last line it does so."""

    def lines(self) -> list[list[str | Written]]:
        """What was found, also where the end of the table is missing."""
        self._end_cell()
        return [row for row in self._rows if row]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table" and not self._ended:
            self._depth += 1
        elif self._depth == 1 and tag == "tr":
            self._start_row()
        elif self._depth == 1 and tag in _CELLS:
            self._start_cell({name: value or "" for name, value in attrs})
        elif self._pieces is not None and (tag == "br" or (tag in _BLOCKS and _filled(self._pieces))):
            self._pieces.append("\v")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "table" and self._depth:
            self._depth -= 1
            if not self._depth:
                self._end_cell()
                self._ended = any(self._rows)
        elif self._depth == 1 and tag in (*_CELLS, "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._pieces is not None and not self._silent:
            self._pieces.append(data)

    def _start_row(self) -> None:
        self._end_cell()
        self._rows.append([])

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._end_cell()
        if not self._rows:
            self._start_row()
        row = self._rows[-1]
        while self._taken.get(len(row), -1) >= len(self._rows):
            row.append("")
        self._pieces = []
        self._span = _count(attributes.get("colspan")), _count(attributes.get("rowspan"))
        self._number = attributes.get("sdval") or attributes.get("x:num") or ""

    def _end_cell(self) -> None:
        if self._pieces is None:
            return
        text, self._pieces = _text(self._pieces), None
        row, (wide, high) = self._rows[-1], self._span
        if high > 1:
            last = len(self._rows) + high - 1
            self._taken.update(dict.fromkeys(range(len(row), len(row) + wide), last))
        row.append(Written(text, self._number) if self._number else text)
        row += [""] * (wide - 1)


def _filled(pieces: Sequence[str]) -> bool:
    return any(piece.strip(" \t\r\n\f") for piece in pieces)


def _text(pieces: Sequence[str]) -> str:
    """White space as a browser shows it: runs are one space, ``&nbsp;`` stays one, ``<br>`` a line end."""
    text = _SPACE.sub(" ", "".join(pieces)).replace("\v", "\n")
    text = _AROUND_BREAK.sub("\n", text).strip(" ").replace("\xa0", " ")
    return "" if text == "\n" else text  # how Calc writes an empty cell


def _count(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_SPAN) if text is not None and text.strip().isdecimal() else 1
