"""Owns running a command line without a window: exit status, one sentence on standard error, Ctrl-C."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import Refusal, RefusedError
from desktop.command.arguments import ExportCommand, ImportCommand
from desktop.command.export import run_export
from desktop.command.import_ import run_import

_BY_CTRL_C = 130


def run_command(command: ExportCommand | ImportCommand) -> int:
    """Do it; 0 only when all of it was done, 1 when refused, 130 when interrupted."""
    token = CancelToken()
    work = _work(command, token)
    try:
        with _interrupting(token), ThreadPoolExecutor(1) as pool:
            # In a thread of its own: the main one must be free to hear Ctrl-C while a statement runs.
            return pool.submit(work).result()
    except RefusedError as error:
        say(_told(error.refusal))
        return 1
    except CancelledError:
        say("Interrupted; nothing was changed.")
        return _BY_CTRL_C
    except Exception as error:  # noqa: BLE001 - the last resort of the command line: a sentence, no traceback
        say(f"Something unexpected went wrong: {type(error).__name__}: {error}")
        return 1


def _told(refusal: Refusal) -> str:
    """One line; what a message box shows under Details only where the hint speaks of them."""
    details = f"({refusal.details})" if "Details" in refusal.hint and refusal.details else ""
    return " ".join(part for part in (refusal.sentence, refusal.hint, details) if part)


def say(sentence: str) -> None:
    """One line on standard error."""
    sys.stderr.write(" ".join(sentence.split()) + "\n")


def _work(command: ExportCommand | ImportCommand, token: CancelToken) -> Callable[[], int]:
    if isinstance(command, ExportCommand):
        return lambda: run_export(command, token)
    return lambda: run_import(command, token)


@contextmanager
def _interrupting(token: CancelToken) -> Iterator[None]:
    """Ctrl-C cancels the token, and with it the statement that is running."""

    def cancel(number: int, frame: FrameType | None) -> None:
        token.cancel()

    before = signal.signal(signal.SIGINT, cancel)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
