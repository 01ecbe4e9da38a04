"""The lines of the benchmark beside DB Browser for SQLite."""

from __future__ import annotations

from tests.bench.drive import Missed
from tests.bench.measure import table
from tests.bench.peer import JUMP, compared


def test_rounds_that_failed_are_left_out() -> None:
    line = compared(JUMP, 10, [(Missed("fell asleep"), 0.1), (1.0, 0.1), (3.0, 0.3)])
    assert (line.ours, line.limit, line.met) == ("100 ms", "2,000 ms", True)


def test_what_was_never_measured_says_why_and_is_not_met() -> None:
    line = compared(JUMP, 10, [(Missed("fell asleep"), 0.1), (Missed("fell asleep again"), 0.1)])
    assert not line.met
    assert "| 100 ms | not measured: fell asleep | – | ≤ 0.25 | **no** |" in table([line])
