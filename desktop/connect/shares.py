"""Owns telling whether a file lies on another computer's disk; opens no file of anybody's.

SQLite asks the disk for locks, which not every share keeps; and in WAL mode the computers would each have a
memory of their own of what is in the log, and damage the file.
"""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
"""Where the system lists what is mounted; nothing is known where there is no such file."""
_KINDS = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "glusterfs", "lustre", "davfs")
)
_FUSE = re.compile(r"fuse\.(sshfs|rclone|s3fs|davfs|glusterfs|ceph|smbnetfs|gvfsd-fuse)")
_OCTAL = re.compile(r"\\([0-7]{3})")


def share_of(path: str) -> str:
    """The kind of share a file lies on (``nfs4``, ``cifs``); empty for a disk of this computer."""
    file = Path(path).absolute()
    found, kind = Path("/"), ""
    for place, name in _mounts():
        if file.is_relative_to(place) and len(place.parts) >= len(found.parts):
            found, kind = place, name
    return kind if kind in _KINDS or _FUSE.fullmatch(kind) else ""


def _mounts() -> list[tuple[Path, str]]:
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    parts = [line.split(" ") for line in lines]
    return [(Path(_plain(part[1])), part[2]) for part in parts if len(part) > 2]


def _plain(text: str) -> str:
    """A blank in a name is written ``\\040``."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)
