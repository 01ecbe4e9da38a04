"""Owns the turning of LIKE, GLOB and plain regular expressions into Python's; None for what is not plain."""

from __future__ import annotations

import re

_SAFE = re.compile(r"[^\W_]|[ _@,:;/%#&=<>!\"'~-]")
_ESCAPED = ".-+*?()[]{}^$|\\/@_"
# Only plain signs are in it, so that databases and Python read it alike.
_CLASS = re.compile(r"\[\^?(?:[A-Za-z0-9 _.,:;/@+%#&=<>-])+\]")
_QUANTIFIER = re.compile(r"[*+?]|\{\d{1,3}(?:,\d{0,3})?\}")


def like(pattern: str) -> tuple[str, str] | None:
    """The regular expression of a LIKE, and what it demands: ``begin with “x”``."""
    if "\\" in pattern:
        return None
    body = "".join({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in _squeezed(pattern, "%"))
    return rf"\A{body}\Z", _words(pattern, "%", "_")


def glob(pattern: str) -> tuple[str, str] | None:
    """The regular expression of a GLOB; sets such as ``[A-Z]`` and ``[^0-9]`` are understood."""
    body, at, text = "", 0, _squeezed(pattern, "*")
    while at < len(text):
        sign = text[at]
        if sign == "[":
            found = _CLASS.match(text, at)
            if found is None:
                return None
            body, at = body + found.group(), found.end()
            continue
        body, at = body + {"*": ".*", "?": "."}.get(sign, re.escape(sign)), at + 1
    return rf"\A{body}\Z", _words(pattern, "*", "?[")


def regex(pattern: str) -> tuple[str, str] | None:
    """The same expression for Python, where both read it alike: plain signs, sets, groups, repetitions.

    A repetition of a repetition is left out: it could take for ever on a long text.
    """
    found = _Regex(pattern)
    body = found.read()
    return None if body is None else (body, f"match the pattern “{pattern}”")


class _Regex:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def read(self) -> str | None:
        body, _ = self._alternatives(0)
        return body if body is not None and self._at == len(self._pattern) else None

    def _alternatives(self, depth: int) -> tuple[str | None, bool]:
        """Up to the closing parenthesis or the end; and whether something in it repeats."""
        body, repeats, atom, again = "", False, False, False
        while self._at < len(self._pattern):
            sign = self._pattern[self._at]
            if sign == ")" and depth:
                break
            quantifier = _QUANTIFIER.match(self._pattern, self._at)
            if quantifier is not None:
                if not atom or again:
                    return None, True
                body, self._at = body + quantifier.group(), quantifier.end()
                repeats, atom = True, False
                continue
            piece, atom, again = self._piece(sign, depth)
            if piece is None:
                return None, True
            body, repeats = body + piece, repeats or again
        return body, repeats

    def _piece(self, sign: str, depth: int) -> tuple[str | None, bool, bool]:
        """The next piece, whether it can be repeated, and whether something in it repeats already."""
        if sign == "(":
            self._at += 1
            inner, repeats = self._alternatives(depth + 1)
            if inner is None or self._pattern[self._at : self._at + 1] != ")":
                return None, False, False
            self._at += 1
            return f"(?:{inner})", True, repeats
        if sign == "[":
            found = _CLASS.match(self._pattern, self._at)
            if found is None:
                return None, False, False
            self._at = found.end()
            return found.group(), True, False
        self._at += 1
        if sign == "\\":
            following = self._pattern[self._at : self._at + 1]
            self._at += 1
            known = following != "" and following in _ESCAPED
            return (re.escape(following) if known else None), True, False
        if sign in "^$|":
            return {"^": r"\A", "$": r"\Z", "|": "|"}[sign], False, False
        if sign == ".":
            return ".", True, False
        return (re.escape(sign) if _SAFE.fullmatch(sign) else None), True, False


def _squeezed(pattern: str, everything: str) -> str:
    """Two signs for "anything" in a row say no more than one, and take much longer."""
    return re.sub(re.escape(everything) + "{2,}", everything, pattern)


def _words(pattern: str, everything: str, others: str) -> str:
    inner = pattern.strip(everything)
    if not inner or any(sign in inner for sign in everything + others):
        return f"have the form “{pattern}”"
    first, last = pattern.startswith(everything), pattern.endswith(everything)
    verb = {
        (True, True): "contain",
        (False, True): "begin with",
        (True, False): "end with",
        (False, False): "be",
    }
    return f"{verb[first, last]} “{inner}”"
