"""Formula protection: harmless, and exactly reversible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.transfer.text import encodable, encode, is_formula, protect, unprotect

_LETTERS = st.text(alphabet=st.sampled_from("'=+-@\t\r\nx ＝"), max_size=6)


@given(_LETTERS)
def test_round_trip(text: str) -> None:
    assert unprotect(protect(text)) == text
    assert not is_formula(protect(text))


@pytest.mark.parametrize("text", ["", "plain", "1+1", "a=b", "'quoted'", "'"])
def test_harmless_text_is_untouched(text: str) -> None:
    assert protect(text) == unprotect(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=[]), max_size=20))
def test_any_text_can_be_encoded(text: str) -> None:
    assert encode(text).decode() == encodable(text)
