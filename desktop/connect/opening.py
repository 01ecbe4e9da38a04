"""Owns the words for a database that cannot be opened; opens none itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from desktop.base.refusal import Reason, Refusal, RefusedError
from desktop.connect.faults import Fault, FaultKind, read_fault
from desktop.connect.profile import Profile
from desktop.connect.sqlite_file import is_wal, may_write


@contextlib.contextmanager
def opening(profile: Profile) -> Iterator[None]:
    """Whatever in the block says that the database cannot be opened becomes a RefusedError in words.

    Anything else, a bug for one, passes through untouched.
    """
    try:
        yield
    except Exception as error:
        refusal = opening_refusal(error, profile)
        if refusal is None:
            raise
        raise RefusedError(refusal) from error


def opening_refusal(error: BaseException, profile: Profile) -> Refusal | None:
    """The words for an error while opening, or None where it is none of the database's."""
    fault = read_fault(error)
    if profile.backend == "sqlite":
        return _sqlite(fault, profile)
    return _postgresql(fault, profile)


_DAMAGED = "Open a backup of it, or repair it with sqlite3's “.recover” command."
_FILE_HINTS = {
    FaultKind.NOT_A_DATABASE: "Perhaps it is encrypted, damaged, or a file of another kind.",
    FaultKind.CONNECTION: "Check that it still exists, and that you may read it and its folder.",
    FaultKind.LOCKED: "Another program is writing to it. Try again when it has finished.",
    FaultKind.DISK_FULL: "Free some space and try again.",
    FaultKind.READ_ONLY: "Open it read-only, or ask for the right to write to the file and its folder.",
}


def _sqlite(fault: Fault, profile: Profile) -> Refusal | None:
    file = Path(profile.path).name
    sentences = {
        FaultKind.NOT_A_DATABASE: f"“{file}” is not an SQLite database that can be read.",
        FaultKind.CONNECTION: f"“{file}” cannot be opened.",
        FaultKind.LOCKED: f"“{file}” is in use.",
        FaultKind.DISK_FULL: f"“{file}” cannot be opened, because the disk is full.",
        FaultKind.READ_ONLY: f"“{file}” cannot be opened for writing.",
    }
    sentence = sentences.get(fault.kind)
    if sentence is None:
        return None
    if fault.kind in (FaultKind.READ_ONLY, FaultKind.CONNECTION) and _is_shut_wal(profile.path):
        sentence = f"“{file}” cannot even be read in a folder you may not write in: it is in WAL mode."
        return Refusal(Reason.FILE, sentence, "Copy it to a folder of your own.", details=_details(fault))
    hint = _DAMAGED if "malformed" in fault.message else _FILE_HINTS[fault.kind]
    reason = Reason.LOCKED if fault.kind is FaultKind.LOCKED else Reason.FILE
    return Refusal(reason, sentence, hint, details=_details(fault))


def _is_shut_wal(path: str) -> bool:
    """In WAL mode even readers need the right to write in the folder."""
    return is_wal(path) and not may_write(path)


def _postgresql(fault: Fault, profile: Profile) -> Refusal | None:
    if fault.kind is FaultKind.PERMISSION:
        sentence, hint = (
            "You are not allowed to open this database.",
            "Ask its owner for the right to connect.",
        )
        return Refusal(Reason.NOT_ALLOWED, sentence, hint, details=_details(fault))
    if fault.kind is not FaultKind.CONNECTION and fault.sqlstate != "3D000":
        return None
    sentence, hint = _connect_words(fault.message, profile)
    return Refusal(Reason.CONNECTION, sentence, hint, details=_details(fault))


def _connect_words(message: str, profile: Profile) -> tuple[str, str]:
    """While connecting there is no SQLSTATE, so the client library's own text decides."""
    host = profile.options.get("service", "") or profile.host or "this machine"
    where = f"{host}, port {profile.port}" if profile.port else host
    text = message.lower()
    for phrases, sentence, hint in _CONNECT_WORDS:
        if any(all(word in text for word in phrase.split(" … ")) for phrase in phrases):
            names = {
                "host": host,
                "where": where,
                "database": profile.database,
                "user": profile.user or "you",
            }
            return sentence.format(**names), hint.format(**names)
    return f"The server {where} did not accept the connection.", "Details holds the server's own words."


_CONNECT_WORDS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (  # of several servers, whatever is the matter with the others
        ("session is read-only", "server is in hot standby mode"),
        "A server answers at {host}, but it takes no changes now.",
        "Try again when another one has taken over; meanwhile it can be opened read-only.",
    ),
    (
        ("failed to resolve", "could not translate host name", "name or service not known"),
        "There is no server named “{host}”.",
        "Check the spelling, and whether this machine is on the right network.",
    ),
    (
        ("timeout expired", "timed out", "connection timeout"),
        "{where} did not answer within 5 seconds.",
        "Check the host and the port, and whether a firewall or a VPN lies between.",
    ),
    (
        ("password authentication failed", "no password supplied", "fe_sendauth"),
        "The password for “{user}” was not accepted.",
        "Type it again; the user name may be wrong too.",
    ),
    (
        ("database … does not exist",),
        "There is no database named “{database}” on {host}.",
        "Check the spelling; upper and lower case differ.",
    ),
    (
        ("role … does not exist", "ident authentication", "peer authentication"),
        "The server does not let “{user}” in.",
        "Check the user name, or ask the server's administrator.",
    ),
    (
        ("no pg_hba.conf entry",),
        "The server does not let “{user}” in from this machine.",
        "Its administrator has to allow it (pg_hba.conf), perhaps only with encryption.",
    ),
    (
        ("certificate verify failed", "root certificate", "server certificate"),
        "The server's certificate could not be verified, so nothing was sent to it.",
        "Choose the certificate of its authority, or another TLS mode if you trust the network.",
    ),
    (
        ("server does not support ssl",),
        "The server does not offer encryption.",
        "Choose another TLS mode only if you trust the network in between.",
    ),
    (
        ("connection refused", "no such file or directory"),
        "No PostgreSQL server answers at {where}.",
        "Check the host and the port, and whether the server runs.",
    ),
    (
        ("too many clients", "remaining connection slots", "too many connections"),
        "The server has no connection left.",
        "Try again later, or close other programs that use it.",
    ),
    (
        ("starting up", "shutting down", "recovery mode"),
        "The server is just starting or stopping.",
        "Try again in a moment.",
    ),
)


def _details(fault: Fault) -> str:
    return "\n".join(part for part in (fault.sqlstate, fault.message, fault.detail) if part)
