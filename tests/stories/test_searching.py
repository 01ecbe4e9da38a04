"""A search that takes long is seen to go on, and Esc ends it with what it has found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from desktop.base.cancel import CancelToken
from desktop.browse import fetch
from tests.stories.kit import Person

if TYPE_CHECKING:
    from desktop.browse.scan import Scan


@pytest.fixture
def slow_search(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Searches look at two records at a time, and go no further than two until the event is set."""
    go_on, real = threading.Event(), fetch.scan
    monkeypatch.setattr("desktop.connect.plans._QUICK", 0.0)
    monkeypatch.setattr("desktop.browse.walk.FIRST", 2)

    def scan(*args: object, **named: object) -> object:
        found: Callable[[Scan], None] = named.pop("found")  # type: ignore[assignment]
        token: CancelToken = named["token"]  # type: ignore[assignment]

        def hold(so_far: Scan) -> None:
            found(so_far)
            while not go_on.wait(0.01):
                token.check()

        return real(*args, found=hold, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(fetch, "scan", scan)
    return go_on


def test_esc_ends_a_search_and_f5_searches_again(person: Person, slow_search: threading.Event) -> None:
    person.open("posts")
    person.press("Ctrl+F")
    person.press("e")
    person.wait(lambda: "looked at 2 so far" in person.tab.foot.text)
    assert person.tab.foot.stop_button.isVisible()
    person.wait(lambda: person.tab.model.rowCount() > 0)
    person.tab.grid.setFocus()
    person.press("Escape")
    person.wait(lambda: "stopped after 2 records" in person.tab.foot.text)
    assert "or more" in person.tab.foot.text
    assert not person.tab.foot.stop_button.isVisible()
    slow_search.set()
    person.press("F5")
    person.wait(lambda: person.tab.model.exact)
    assert "looked" not in person.tab.foot.text
    assert person.tab.model.count > 2
