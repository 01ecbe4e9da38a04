"""Owns reading and writing digits with a person's separators; the number kinds build on it."""

from __future__ import annotations

import re

from desktop.values.locale import Locale

_SPACES = "\u0020\u00a0\u202f\u2009"
_SHAPE = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?\Z")


def plain_number(text: str, locale: Locale) -> str | None:
    """``-1,234.50`` as ``-1234.50``, whatever the separators; None where it is not a number.

    Group separators must stand every three digits, so that ``1.5`` is never read as 15.
    """
    text = text.strip().replace("\u2212", "-")
    whole, mark, rest = text.partition(locale.decimal)
    joined = _without_groups(whole, locale.group)
    if joined is None or (mark and locale.decimal in rest):
        return None
    if locale.decimal != "." and "." in joined + rest:
        return None
    match = _SHAPE.match(joined + ("." if mark else "") + rest)
    if not match or not (match[2] or match[3]):
        return None
    digits = f"{match[1].replace('+', '')}{match[2] or '0'}"
    digits += f".{match[3]}" if match[3] else ""
    return digits + (f"e{match[4]}" if match[4] else "")


def _without_groups(whole: str, group: str) -> str | None:
    for separator in dict.fromkeys([group, *_SPACES, "'", "’", "_"]):
        if separator and separator in whole:
            head, *groups = whole.split(separator)
            if not head.lstrip("+-").isdigit() or not all(len(g) == 3 and g.isdigit() for g in groups):
                return None
            return head + "".join(groups)
    return whole


def grouped(plain: str, locale: Locale) -> str:
    """``-1234.50`` (plain digits, no exponent) with the person's separators."""
    sign, digits = ("-", plain[1:]) if plain.startswith("-") else ("", plain)
    whole, mark, rest = digits.partition(".")
    if locale.group and len(whole) > 3:
        head = len(whole) % 3 or 3
        parts = [whole[:head], *(whole[i : i + 3] for i in range(head, len(whole), 3))]
        whole = locale.group.join(parts)
    return sign + whole + (locale.decimal + rest if mark else "")
