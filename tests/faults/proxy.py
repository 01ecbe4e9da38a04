"""Owns a line to a server that can be cut around a COMMIT: a small TCP proxy; knows nothing of the protocol
but that one word."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from enum import Enum

_COMMIT = b"COMMIT\0"


class Cut(Enum):
    """Where the line breaks."""

    NEVER = "never"
    BEFORE = "the server never hears of the COMMIT"
    SILENTLY = "nor that the line is dead"
    AFTER = "the answer to the COMMIT is lost"


class Proxy:
    """Passes everything on until it is to be cut; one cut, then it is whole again."""

    def __init__(self, port: int) -> None:
        self._server_port = port
        self.cut = Cut.NEVER
        self.cuts = 0
        self.shut_after_cut = False
        self.shut = False
        """New lines are cut at once: as if the server were away."""
        self._hole = False
        self._lost: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    @contextlib.contextmanager
    def swallowing(self) -> Iterator[None]:
        """Nothing comes through and nobody is told, as behind a firewall; lines of that time are spoilt."""
        self._hole = True
        try:
            yield
        finally:
            self._hole = False

    def close(self) -> None:
        """No new lines, and those that the server believes in end."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for line in self._lost:
            line.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:  # closed
                return
            if self.shut:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._server_port))
            threading.Thread(target=self._pass_on, args=(client, server), name="proxy", daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError), client, contextlib.closing(server):
            lost = False
            while True:
                readable, _, _ = select.select([client, server], [], [])
                for line in readable:
                    data = line.recv(65536)
                    if not data or lost:
                        return
                    if self._hole:
                        continue
                    if line is client and _COMMIT in data and self.cut is not Cut.NEVER:
                        cut, self.cut = self.cut, Cut.NEVER
                        self.cuts += 1
                        self.shut = self.shut_after_cut
                        if cut is Cut.BEFORE:
                            return
                        if cut is Cut.SILENTLY:
                            self._lost.append(server.dup())
                            return
                        lost = True
                    (server if line is client else client).sendall(data)


@contextlib.contextmanager
def line_to(port: int) -> Iterator[Proxy]:
    """A line for the length of the block."""
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
