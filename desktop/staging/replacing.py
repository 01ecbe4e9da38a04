"""Owns finding and replacing in one text; stands alone, and runs as a process of its own for patterns.

A regular expression may take longer than anybody lives, and Python holds every other thread meanwhile. Run as
a script, this module reads texts from its input and answers each, or says that it took too long.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import warnings
from dataclasses import asdict, dataclass
from types import FrameType

SECONDS = 0.5
"""For one text; then the answer is that it takes too long."""
_MOST_SPANS = 20
"""Places told per text; all are replaced."""


@dataclass(frozen=True, slots=True)
class Search:
    """What to find, and what to put in its place."""

    find: str
    replace: str = ""
    match_case: bool = False
    whole_cell: bool = False
    regex: bool = False
    r"""``find`` is a regular expression, and ``\1`` in ``replace`` its first group."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text with a match: what it becomes, and where the first matches stood in it."""

    after: str
    spans: tuple[tuple[int, int], ...]


class TooLong(Exception):
    """The pattern takes too long on this text."""


class BadPattern(ValueError):
    """A pattern, or what is to replace it, that means nothing; the text is one sentence."""


def pattern_of(search: Search) -> re.Pattern[str]:
    """The pattern to look for; raises BadPattern."""
    flags = re.NOFLAG if search.match_case else re.IGNORECASE
    if not search.regex:
        return re.compile(re.escape(search.find), flags)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python will read otherwise
            pattern = re.compile(search.find, flags)
            pattern.sub(search.replace, "")
    except (re.error, OverflowError, RecursionError, IndexError) as exc:
        raise BadPattern(f"This pattern cannot be read: {exc}.") from exc
    return pattern


def replace_in(pattern: re.Pattern[str], search: Search, text: str) -> Found | None:
    """What becomes of the text; None where nothing is found in it."""
    if search.whole_cell:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        return Found(match.expand(search.replace) if search.regex else search.replace, (match.span(),))
    spans = []
    for match in pattern.finditer(text):
        spans.append(match.span())
        if len(spans) == _MOST_SPANS:
            break
    if not spans:
        return None
    plain = search.replace
    after = pattern.sub(plain if search.regex else lambda _: plain, text)
    return Found(after, tuple(spans))


def first_line(search: Search) -> str:
    """What the process of its own is told first."""
    return json.dumps(asdict(search))


def answer_of(line: str) -> Found | TooLong | None:
    """What the process said about one text."""
    said = json.loads(line)
    if said is False:
        return TooLong()
    return None if said is None else Found(said[0], tuple((first, last) for first, last in said[1]))


def _serve() -> None:
    """Read a search, then lists of texts, and answer each text with a line."""
    search = Search(**json.loads(sys.stdin.readline()))
    pattern = pattern_of(search)
    signal.signal(signal.SIGALRM, _ring)
    for line in sys.stdin:
        for text in json.loads(line):
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            try:
                found = replace_in(pattern, search, text)
                said: object = None if found is None else [found.after, found.spans]
            except TooLong:
                said = False
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


def _ring(number: int, frame: FrameType | None) -> None:
    raise TooLong


if __name__ == "__main__":
    _serve()
