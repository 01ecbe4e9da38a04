"""Finding and replacing in texts: plain, whole, by pattern; a pattern that never ends is ended."""

from __future__ import annotations

import re
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.base.cancel import CancelledError, CancelToken
from desktop.base.refusal import RefusedError
from desktop.staging import replacer as replacers
from desktop.staging.replacer import Answer, replacer
from desktop.staging.replacing import BadPattern, Found, Search, TooLong, pattern_of, replace_in

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
SHORT = st.text(st.sampled_from("abAB.*\\$é\n"), min_size=1, max_size=3)
NEVER_ENDS = Search("(a+)+$", "", regex=True)


def asked(search: Search, *texts: str) -> list[Answer]:
    with replacer(search, CancelToken()) as answers:
        return answers(texts)


def found(search: Search, text: str) -> Found | None:
    return replace_in(pattern_of(search), search, text)


@given(find=SHORT, put=TEXTS, text=st.lists(SHORT | TEXTS, max_size=5).map("".join))
def test_plain_text_is_replaced_as_it_stands(find: str, put: str, text: str) -> None:
    search = Search(find, put, match_case=True)
    got = found(search, text)
    assert (got.after if got else text) == text.replace(find, put)
    assert (got is not None) is (find in text)
    if got is not None:
        assert all(text[low:high] == find for low, high in got.spans)
        assert list(got.spans) == sorted(got.spans)


@given(find=SHORT, put=TEXTS, text=SHORT | TEXTS)
def test_a_whole_cell_is_replaced_or_left_alone(find: str, put: str, text: str) -> None:
    got = found(Search(find, put, match_case=True, whole_cell=True), text)
    assert (got.after if got else None) == (put if text == find else None)


@given(find=SHORT, text=SHORT | TEXTS)
def test_without_case_at_least_as_much_is_found(find: str, text: str) -> None:
    if found(Search(find, "", match_case=True), text) is not None:
        assert found(Search(find, ""), text) is not None


@settings(max_examples=5, deadline=None)
@given(texts=st.lists(TEXTS, max_size=20))
def test_the_process_answers_as_this_one_would(texts: list[str]) -> None:
    search = Search(r"(\w)(\s?)", r"\2<\1>", regex=True)
    expected = [found(search, text) for text in texts]
    assert asked(search, *texts) == expected
    assert [one.after for one in expected if one] == [
        re.sub(r"(\w)(\s?)", r"\2<\1>", text) for text in texts if re.search(r"\w", text)
    ]


@pytest.mark.parametrize(
    ("find", "put"),
    [("(a", ""), ("[", ""), ("a", "\\2"), ("(?P<x>a)(?P<x>b)", ""), ("*", "")],
)
def test_a_bad_pattern_is_told_in_a_sentence(find: str, put: str) -> None:
    with pytest.raises(BadPattern, match=r"^This pattern cannot be read: .+\.$"):
        pattern_of(Search(find, put, regex=True))


def test_odd_characters_and_line_ends_pass_through_the_process() -> None:
    texts = ["a\n\r\u2028b", "é𝄞", "\x00", "x" * 300_000]
    answers = asked(Search(r"\Z", "!", regex=True), *texts)
    assert [answer.after for answer in answers if isinstance(answer, Found)] == [text + "!" for text in texts]


def test_a_text_on_which_a_pattern_takes_too_long_is_left_out() -> None:
    first, second, third = asked(NEVER_ENDS, "b", "a" * 60 + "b", "aa")
    assert (first, isinstance(second, TooLong)) == (None, True)
    assert isinstance(third, Found) and third.after == ""


def test_a_pattern_that_is_always_too_slow_is_refused() -> None:
    with pytest.raises(RefusedError, match="too long"):
        asked(NEVER_ENDS, *["a" * 60 + "b"] * 4)


def test_each_answer_of_the_process_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = [0]

    class Watched:
        @property  # type: ignore[misc]
        def __class__(self) -> type[Watched]:
            looked[0] += 1
            return Watched

    monkeypatch.setattr(replacers, "answer_of", lambda line: Watched())
    asked(Search("a", "b", regex=True), *("a" * 300))
    assert looked[0] <= 300


def test_cancel_ends_the_process_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replacers, "_SLOW", 10_000)
    token = CancelToken()
    with pytest.raises(CancelledError), replacer(NEVER_ENDS, token) as answers:
        threading.Timer(0.2, token.cancel).start()
        answers(["a" * 60 + "b"] * 1_000)
