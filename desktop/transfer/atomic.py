"""Owns writing a file in one step: beside its target under another name, then renamed; never half a file."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from desktop.base.refusal import Reason, Refusal, RefusedError

_BUFFER = 262_144
"""Bytes handed to the system at once: small blocks would cost a call each."""


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """A new binary file that takes the target's place when the block ends well.

    When it does not, for whatever reason, the new file is removed and the old one is as it was. A symbolic
    link at the target is itself replaced, never followed. RefusedError where the file cannot be written.
    """
    with _refusing(target):
        _check(target)
        made = target.with_name(f".rowkeeper-{secrets.token_hex(8)}.part")
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(made, flags, 0o666)
    try:
        with _refusing(target):
            with os.fdopen(handle, "w+b", _BUFFER) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _keep_mode(target, made)
            os.replace(made, target)
            _sync_folder(target.parent)
    finally:
        with contextlib.suppress(FileNotFoundError):
            made.unlink()


def _check(target: Path) -> None:
    if not target.parent.is_dir():
        raise _refused(f"There is no folder “{target.parent}”.")
    if target.is_dir():
        raise _refused(f"“{target}” is a folder; give the name of a file.")
    if target.exists() and not target.is_file():  # a device, or a link to one
        raise _refused(f"“{target}” is not an ordinary file.")
    if target.is_symlink() or not target.exists():
        return
    if not os.access(target, os.W_OK):
        raise _refused(f"You may not change the file “{target.name}”.")


def _keep_mode(target: Path, made: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        kept = target.lstat().st_mode
        if stat.S_ISREG(kept):
            made.chmod(stat.S_IMODE(kept))


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself durable; systems that cannot sync a folder do without."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _refusing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _told(error, target) from error


def _told(error: OSError, target: Path) -> RefusedError:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _refused(f"You may not write in the folder “{target.parent}”.", str(error))
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        sentence = f"There is no room left for “{target.name}”; nothing was written."
        return _refused(sentence, str(error), Reason.STORAGE)
    if error.errno == errno.ENAMETOOLONG:
        return _refused("The name of the file is too long.", str(error))
    return _refused(f"“{target.name}” could not be written: {error.strerror or error}.", str(error))


def _refused(sentence: str, details: str = "", reason: Reason = Reason.FILE) -> RefusedError:
    return RefusedError(Refusal(reason, sentence, details=details))
