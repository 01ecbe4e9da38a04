"""Owns replacing in many texts: plain texts in this thread, patterns in a process that can be ended."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from desktop.base.cancel import CancelToken
from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.staging import replacing
from desktop.staging.replacing import Found, Search, TooLong, answer_of, first_line, pattern_of, replace_in

_SLOW = 3
"""Texts on which a pattern may take too long before the search gives up."""
Answer: TypeAlias = Found | TooLong | None
Replacer: TypeAlias = Callable[[Sequence[str]], list[Answer]]
"""Answers for each text, in order."""


@contextmanager
def replacer(search: Search, token: CancelToken) -> Iterator[Replacer]:
    """Who answers while the block runs.

    Raises BadPattern; whoever asks gets CancelledError where the token is cancelled, and RefusedError where
    the pattern takes too long on several texts.
    """
    pattern = pattern_of(search)
    if search.regex:
        with _process(search, token) as process:
            yield process
        return

    def here(texts: Sequence[str]) -> list[Answer]:
        answers: list[Answer] = []
        for text in texts:
            token.check()
            answers.append(replace_in(pattern, search, text))
        return answers

    yield here


@contextmanager
def _process(search: Search, token: CancelToken) -> Iterator[Replacer]:
    command = [sys.executable, "-I", "-S", replacing.__file__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii", stderr=subprocess.DEVNULL
    ) as process:
        try:
            with token.interrupting(process.kill):
                _tell(process, first_line(search), token)
                yield lambda texts: _ask(process, texts, token)
        finally:
            process.kill()


def _ask(process: subprocess.Popen[str], texts: Sequence[str], token: CancelToken) -> list[Answer]:
    """The whole list is read by the process before it answers, so that neither waits for the other."""
    if not texts:
        return []
    _tell(process, json.dumps(list(texts)), token)
    assert process.stdout is not None
    answers = []
    slow = 0
    for _ in texts:
        line = process.stdout.readline()
        if not line:
            raise _ended(token)
        answers.append(answer_of(line))
        slow += isinstance(answers[-1], TooLong)
        if slow == _SLOW:
            raise RefusedError(_too_slow())
    return answers


def _too_slow() -> Refusal:
    return Refusal(
        Reason.OTHER,
        "This pattern takes too long to look for.",
        "Make it simpler: avoid repetitions inside of repetitions.",
    )


def _tell(process: subprocess.Popen[str], line: str, token: CancelToken) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(line + "\n")
        process.stdin.flush()
    except BrokenPipeError as exc:
        raise _ended(token) from exc


def _ended(token: CancelToken) -> RefusedError:
    token.check()
    return RefusedError(Refusal(Reason.OTHER, "The search ended before it was done.", "Try it again."))
