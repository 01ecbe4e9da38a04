"""Every TLS mode at every kind of server: what is asked for is kept, or nothing is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.base.refusal import Reason, RefusedError
from desktop.connect.probe import probe
from desktop.connect.profile import parse_url
from tests.connect.tls_line import encrypted_line_to
from tests.fixtures.postgres import Server

TLS = Path(__file__).parent / "tls"
NOT_OFFERED = "The server does not offer encryption."
NOT_VERIFIED = "The server's certificate could not be verified, so nothing was sent to it."
IN_THE_OPEN, ENCRYPTED, VERIFIED = "in the open", "encrypted", "verified"
EXPECTED = {
    # of a server without TLS, with a stranger's certificate, with a good one for another name, with its own
    "disable": (IN_THE_OPEN, IN_THE_OPEN, IN_THE_OPEN, IN_THE_OPEN),
    "prefer": (IN_THE_OPEN, ENCRYPTED, ENCRYPTED, ENCRYPTED),
    "require": (NOT_OFFERED, ENCRYPTED, ENCRYPTED, ENCRYPTED),
    "verify-ca": (NOT_OFFERED, NOT_VERIFIED, VERIFIED, VERIFIED),
    "verify-full": (NOT_OFFERED, NOT_VERIFIED, NOT_VERIFIED, VERIFIED),
}
SERVERS = ("", "stranger", "other", "right")


@pytest.fixture
def port(postgres_server: Server, server: str) -> Iterator[int]:
    plain = parse_url(postgres_server.url)[0].port
    assert plain is not None
    with (
        encrypted_line_to(plain, TLS / f"{server}.pem") if server else contextlib.nullcontext(plain) as found
    ):
        yield found


@pytest.mark.parametrize("mode", EXPECTED)
@pytest.mark.parametrize("server", SERVERS)
def test_what_is_asked_for_is_kept(postgres_server: Server, port: int, server: str, mode: str) -> None:
    options = {"sslrootcert": str(TLS / "ca.pem")} if mode.startswith("verify") else {}
    own = parse_url(postgres_server.url)[0]
    profile = replace(own, host="localhost", port=port, sslmode=mode, options=options)
    try:
        found = probe(profile)
        outcome = VERIFIED if found.verified else ENCRYPTED if found.tls else IN_THE_OPEN
    except RefusedError as error:
        assert error.refusal.reason is Reason.CONNECTION and error.refusal.hint
        outcome = error.refusal.sentence
    assert outcome == EXPECTED[mode][SERVERS.index(server)]
