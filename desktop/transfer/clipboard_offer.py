"""Owns which forms a copy takes on the clipboard and which of them a paste reads; pure text."""

from __future__ import annotations

from desktop.base.freeing import free_slowly
from desktop.transfer.clipboard import Copied, Offer, Pasted, text_of
from desktop.transfer.clipboard_cells import cells_of, read_cells
from desktop.transfer.clipboard_html import html_of, read_html
from desktop.transfer.clipboard_tsv import read_tsv, tsv_of
from desktop.values.locale import Locale


def offer_of(copied: Copied, locale: Locale, *, header: bool = False) -> Offer:
    """The records as text, as a table and in the form that loses nothing."""
    lines = [tuple(text_of(cell, locale) for cell in row) for row in copied.rows]
    heads = [tuple(column.heading for column in copied.columns)] if header else []
    table = html_of(copied.columns, lines, header=header)
    text = tsv_of([*heads, *lines])
    free_slowly(lines)
    return Offer(text, table, cells_of(copied))


def read_offer(offer: Offer) -> Pasted | None:
    """The block in the form that tells most: our own, a table, text between tabs; None for none."""
    own = read_cells(offer.cells) if offer.cells else None
    if own is not None:
        return own
    lines = read_html(offer.html) or read_tsv(offer.text)
    return Pasted(lines) if lines else None
