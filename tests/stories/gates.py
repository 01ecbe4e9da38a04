"""Owns a slow server for stories: the answer of a save and all that is read are held until let through."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from desktop.base.cancel import CancelToken
from desktop.browse import fetch
from desktop.models import sending
from tests.stories.kit import Person
from ui.panels import many_page, record_loader
from ui.panels.record_panel import RecordPanel

_A_WHILE = 0.01


class Gates:
    """Open at first."""

    def __init__(self) -> None:
        self.saves, self.reads = threading.Event(), threading.Event()
        self.open()

    def open(self) -> None:
        self.saves.set()
        self.reads.set()

    def hold_reads(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """The same, once reads are let through."""

        def later(*args: Any, **named: Any) -> Any:
            token = named.get("token")
            while not self.reads.wait(_A_WHILE):
                if isinstance(token, CancelToken):
                    token.check()
            return real(*args, **named)

        return later


def held(monkeypatch: pytest.MonkeyPatch) -> Gates:
    """A save is committed at once, and its answer comes when it is let through."""
    made, send = Gates(), sending.Sender.send

    def answer(*args: Any) -> sending.Sent:
        found = send(*args)
        made.saves.wait()
        return found

    monkeypatch.setattr(sending.Sender, "send", answer)
    for name in ("begin", "block", "scan", "position", "keys"):
        monkeypatch.setattr(fetch, name, made.hold_reads(getattr(fetch, name)))
    for module, name in ((record_loader, "read_record"), (many_page, "read_many")):
        monkeypatch.setattr(module, name, made.hold_reads(getattr(module, name)))
    return made


def begin_save(person: Person, gates: Gates) -> None:
    """Ctrl+S; nobody has heard of the answer yet."""
    gates.saves.clear()
    person.press("Ctrl+S")
    person.wait(lambda: person.connection.workbench.saving)


def end_save(person: Person, gates: Gates) -> None:
    """The window is told; from now on nothing can be read."""
    gates.reads.clear()
    gates.saves.set()
    person.wait(lambda: not person.connection.workbench.saving)


def all_read(person: Person, gates: Gates) -> None:
    """Until everything is as it will stay."""
    gates.open()
    panel, model = person.window.panel, person.tab.model
    assert isinstance(panel, RecordPanel)
    pages = model.pages
    person.wait(lambda: not (person.connection.workbench.saving or pages.reading or panel.busy))
    person.wait(lambda: pages.settled and pages.wanted_key is None and not panel.busy)
    person.qtbot.wait(50)
    person.wait(lambda: pages.settled and pages.wanted_key is None and not (pages.reading or panel.busy))
