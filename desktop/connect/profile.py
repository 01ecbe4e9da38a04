"""Owns the profile: where a database is and how to open it; never a password, never a connection."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import unquote

from desktop.base.refusal import Reason, Refusal, RefusedError

Backend: TypeAlias = Literal["sqlite", "postgresql"]

DEFAULT_PORT = 5432
_SECRET = ("password", "sslpassword")


@dataclass(frozen=True)
class Profile:
    """One database; two profiles with the same ``identity`` are the same database."""

    name: str
    backend: Backend
    path: str = ""
    """SQLite: the file, absolute."""
    host: str = ""
    """PostgreSQL: name, address or socket folder; several with commas; empty for the local socket."""
    port: int | None = None
    database: str = ""
    user: str = ""
    sslmode: str = ""
    """Empty: encrypted and verified for every host that is not this machine."""
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Any other libpq parameter by its own name (``options``, ``service``, ``sslrootcert``…); no secrets."""
    read_only: bool = False
    """The database session itself refuses every change."""
    review: bool = False
    """Save shows every change first, and only a second Save writes them."""
    colour: str = ""
    """``green``, ``blue``, ``orange``, ``red`` or none; shown with the name, never alone."""

    @property
    def identity(self) -> str:
        """A stable text for settings that belong to the database, whatever its name in the list."""
        if self.backend == "sqlite":
            return f"sqlite:{self.path}"
        server = f"{self.host}:{self.port or self.options.get('port', DEFAULT_PORT)}"
        more = "".join(f"?{key}={self.options[key]}" for key in ("service", "options") if key in self.options)
        return f"postgresql:{server}/{self.database}{more}"

    @property
    def summary(self) -> str:
        """What a person recognises it by: ``SQLite · newsroom.sqlite``, ``PostgreSQL · db1 · newsroom``."""
        if self.backend == "sqlite":
            return f"SQLite · {Path(self.path).name}"
        where = self.options.get("service", "") or self.host or "local"
        return " · ".join(part for part in ("PostgreSQL", where, self.database) if part)

    @property
    def is_local(self) -> bool:
        """The server is on this machine, so that nothing travels over a network."""
        hosts = self.options.get("hostaddr") or self.host
        return all(_is_loopback(host.strip()) for host in hosts.split(","))


def sqlite_profile(path: str | Path, *, read_only: bool = False) -> Profile:
    """The profile of a file, named after it; the path is made absolute, the file is not looked at."""
    file = Path(path).expanduser().absolute()
    return Profile(name=file.stem, backend="sqlite", path=str(file), read_only=read_only)


def parse_url(text: str) -> tuple[Profile, str | None]:
    """Read an SQLAlchemy URL, a libpq URI or a libpq ``key=value`` line; the password comes back apart.

    Raises RefusedError where the text is none of them.
    """
    text = text.strip()
    scheme, mark, _ = text.partition("://")
    if not mark:
        return _from_conninfo(text)
    backend, _, driver = scheme.partition("+")
    if backend == "sqlite":
        return _from_sqlite_url(text), None
    if backend not in ("postgresql", "postgres"):
        raise refused_url(f"“{scheme}” is not a kind of database Rowkeeper can open.")
    return _from_sqlalchemy_url(text) if driver else _from_conninfo(text)


_EXAMPLES = (
    "For example: postgresql://user@host:5432/database, or sqlite:////home/me/data.sqlite with four slashes."
)


def _from_sqlite_url(text: str) -> Profile:
    import sqlalchemy as sa  # a path needs none

    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise refused_url("This is not a complete SQLite URL.", details=str(error)) from error
    path = url.database or ""
    read_only = url.query.get("mode") == "ro"
    if path.startswith("file:"):
        path, _, query = path.removeprefix("file:").partition("?")
        path = unquote(path)
        read_only = read_only or "mode=ro" in query.split("&")
    if path in ("", ":memory:"):
        raise _refused("This URL names no file.", "A database in memory is gone when it is closed.")
    return sqlite_profile(path, read_only=read_only)


def _from_sqlalchemy_url(text: str) -> tuple[Profile, str | None]:
    import sqlalchemy as sa

    try:
        url = sa.make_url(text)
        found = {key: _joined(value) for key, value in url.query.items()}
    except (sa.exc.ArgumentError, ValueError) as error:
        raise refused_url("This is not a complete database URL.", details=_without(error)) from error
    if url.host:
        found["host"] = url.host
    hosts, ports = _split_ports(found.get("host", ""))
    if hosts:
        found["host"] = hosts
    if url.port or ports:
        found["port"] = str(url.port or ports)
    for key, value in (("dbname", url.database), ("user", url.username), ("password", url.password)):
        if value:
            found[key] = str(value)
    return _from_parameters(found)


def _from_conninfo(text: str) -> tuple[Profile, str | None]:
    from psycopg import ProgrammingError  # nobody who opens a file waits for it
    from psycopg.conninfo import conninfo_to_dict

    try:
        found = conninfo_to_dict(text)
    except (ProgrammingError, UnicodeError) as error:
        raise refused_url("This is not a complete database URL.", details=_without(error)) from error
    if not found:
        raise refused_url("There is no database URL here.")
    return _from_parameters({key: str(value) for key, value in found.items() if value is not None})


def _from_parameters(found: dict[str, str]) -> tuple[Profile, str | None]:
    if found.pop("sslpassword", ""):
        raise _refused("A pass phrase for the TLS key cannot be given in a URL.", "Use a key without one.")
    password = found.pop("password", None)
    host, database = found.pop("host", ""), found.pop("dbname", "")
    if "@" in host.lstrip("@"):  # else a part of the password would be taken for the server's name
        raise _refused("There is more than one “@” in this URL.", "Write one within a password as %40.")
    profile = Profile(
        name=database or found.get("service", "") or host or "PostgreSQL",
        backend="postgresql",
        host=host,
        database=database,
        user=found.pop("user", ""),
        sslmode=found.pop("sslmode", ""),
    )
    port = found.get("port", "")
    if port.isdecimal():
        if not 0 < int(port) < 65536:
            raise _refused(f"{port} is not a port number.", "A port lies between 1 and 65535.")
        profile = replace(profile, port=int(port))
        del found["port"]
    elif port.strip(",0123456789"):
        raise _refused(f"“{port}” is not a port number.", "A port lies between 1 and 65535.")
    return replace(profile, options=found), password


def _split_ports(hosts: str) -> tuple[str, str]:
    """``a:1,b:2`` to (``a,b``, ``1,2``); IPv6 addresses and socket folders stay whole."""
    names, ports = [], []
    for host in hosts.split(","):
        name, colon, port = host.rpartition(":")
        split = colon and port.isdecimal() and ":" not in name.strip("[]") and not host.startswith("/")
        names.append(name if split else host)
        ports.append(port if split else "")
    return ",".join(names), ",".join(ports) if any(ports) else ""


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def _is_loopback(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _without(error: Exception) -> str:
    """The parser's own words, unless they may repeat a password."""
    text = str(error)
    return "" if any(word in text.lower() for word in (*_SECRET, "@")) else text


def refused_url(sentence: str, *, details: str = "") -> RefusedError:
    """A text that is no database URL; the hint shows how one looks."""
    return _refused(sentence, _EXAMPLES, details=details)


def _refused(sentence: str, hint: str, *, details: str = "") -> RefusedError:
    return RefusedError(Refusal(Reason.CONNECTION, sentence, hint, details=details))
