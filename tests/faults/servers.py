"""Owns PostgreSQL clusters that tests stop, kill, copy and promote; the shared server is never touched."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.fixtures import postgres

_PATIENCE = 30.0
OURS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'Rowkeeper'"


class Cluster:
    """One server with its data folder."""

    def __init__(self, binaries: Path, data: Path) -> None:
        self._binaries = binaries
        self.data = data
        self.port = postgres.free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.port} user={postgres.USER} dbname=postgres connect_timeout=2"

    def start(self) -> None:
        """Until it accepts connections; a server that was killed recovers first."""
        self._process = postgres.start(self._binaries, self.data, self.port)
        postgres.wait_until_ready(self._process, self.port)

    def stop_at_once(self) -> None:
        """As ``pg_ctl stop -m immediate``: no goodbye, no checkpoint; it recovers at the next start."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """Sessions are ended with a word."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait(_PATIENCE)

    def copy_to(self, data: Path) -> Cluster:
        """A standby of it, not started."""
        other = Cluster(self._binaries, data)
        command = ["pg_basebackup", "-h", "127.0.0.1", "-p", str(self.port), "-U", postgres.USER]
        postgres.run(
            [
                str(self._binaries / command[0]),
                *command[1:],
                "-D",
                str(data),
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
            ]
        )
        return other

    def promote(self) -> None:
        """A standby becomes the server that takes changes."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    @contextlib.contextmanager
    def shut(self) -> Iterator[None]:
        """The process that lets people in stands still for the length of the block."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def hung(self) -> Iterator[None]:
        """Every process that works for Rowkeeper stands still for the length of the block."""
        pids = [int(str(pid)) for (pid,) in self.execute(OURS)]
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Over a connection of its own."""
        with psycopg.connect(self.conninfo, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """A fresh cluster, started; skips where there are no binaries."""
    found = postgres.find_binaries()
    if found is None or os.environ.get("TEST_POSTGRES_URL"):
        pytest.skip("needs PostgreSQL's own programs, to start and stop a server")
    with tempfile.TemporaryDirectory(prefix="rowkeeper-cluster-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o777)
        made = Cluster(postgres.readable_by_server(found, home), home / "data")
        postgres.init(made._binaries, made.data)
        made.start()
        try:
            yield made
        finally:
            made.stop_at_once()


def until(check: Callable[[], object], patience: float = _PATIENCE) -> None:
    """Wait for a server to get there."""
    end = time.monotonic() + patience
    while not check():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
