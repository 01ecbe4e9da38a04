"""The cancel token: a wait under it ends when it is cancelled."""

from __future__ import annotations

import threading
import time

import pytest

from desktop.base.cancel import CancelledError, CancelToken


def test_a_wait_lets_the_time_pass() -> None:
    begun = time.monotonic()
    CancelToken().wait(0.05)
    assert time.monotonic() - begun >= 0.05


def test_a_wait_ends_where_it_is_cancelled() -> None:
    token = CancelToken()
    threading.Timer(0.05, token.cancel).start()
    begun = time.monotonic()
    with pytest.raises(CancelledError):
        token.wait(60)
    assert time.monotonic() - begun < 30


def test_a_cancelled_token_waits_for_nothing() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        token.wait(60)
