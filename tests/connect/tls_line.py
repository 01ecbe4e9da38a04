"""Owns a line to a server that offers encryption with a certificate of its own."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

_SSL = struct.pack("!ii", 8, 80877103)
_GSS = struct.pack("!ii", 8, 80877104)


@contextlib.contextmanager
def encrypted_line_to(port: int, certificate: Path) -> Iterator[int]:
    """Its port, for the length of the block; who does not ask for encryption is let through without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_accept, args=(door, port, context), daemon=True).start()
        try:
            yield int(door.getsockname()[1])
        finally:
            door.shutdown(socket.SHUT_RDWR)


def _accept(door: socket.socket, port: int, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError):  # closed
        while True:
            client, _ = door.accept()
            threading.Thread(target=_serve, args=(client, port, context), daemon=True).start()


def _serve(client: socket.socket, port: int, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as server:
        first = client.recv(8)
        if first == _GSS:
            client.sendall(b"N")
            first = client.recv(8)
        if first == _SSL:
            client.sendall(b"S")
            with context.wrap_socket(client, server_side=True) as inside:
                _both_ways(inside, server)
        else:
            server.sendall(first)
            _both_ways(client, server)


def _both_ways(client: socket.socket, server: socket.socket) -> None:
    back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
    back.start()
    _pass_on(client, server)
    back.join()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := here.recv(65536):
            there.sendall(data)
    with contextlib.suppress(OSError):
        there.shutdown(socket.SHUT_RDWR)
