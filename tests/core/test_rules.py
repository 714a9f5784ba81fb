"""Conditions of rules as a table; patterns that no text can make slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketd.config.rules import ConditionKeys, pattern_of
from ticketd.core.rules import LONGEST, holds
from ticketd.core.senders import candidates, listed


def condition(**keys: object) -> object:
    return ConditionKeys.model_validate({"field": "subject", **keys}).read()


@pytest.mark.parametrize(
    ("keys", "found", "held"),
    [
        ({"is": "Help"}, ("help",), True),
        ({"is": ["a", "b"]}, ("B",), True),
        ({"is": "a"}, ("a b",), False),
        ({"is": "none"}, (), True),
        ({"is": "none"}, ("x",), False),
        ({"is": "@x.example"}, ("a@x.example",), True),
        ({"is": "@x.example"}, ("a@y.x.example",), False),
        ({"is_not": ["a", "b"]}, ("b",), False),
        ({"is_not": "a"}, (), True),
        ({"in": ["a", "b"]}, ("x", "b"), True),
        ({"contains": "don hang"}, ("Đơn hàng của tôi",), True),
        ({"contains": ["x", "ด่วน"]}, ("เรื่องด่วนมาก",), True),
        ({"contains": "x"}, (), False),
        ({"matches": "(?i)ЖАЛОБ"}, ("жалоба",), True),
        ({"matches": "^a$"}, ("ba",), False),
        ({"matches": "end"}, ("x" * LONGEST + "end",), False),
    ],
)
def test_holds(keys: dict[str, object], found: tuple[str, ...], held: bool) -> None:
    assert holds(condition(**keys), found) is held  # type: ignore[arg-type]


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){12}$", "(a*)*b", r"(\w+\s?)+$"])
def test_a_pattern_takes_time_by_the_length_of_the_text(pattern: str) -> None:
    """Patterns that cost a back-tracking engine minutes: half and whole text, the best of three."""
    compiled = pattern_of(pattern)

    def took(size: int) -> float:
        text, best = "a" * size + "!", 1.0
        for _ in range(3):
            began = time.perf_counter()
            compiled.search(text)
            best = min(best, time.perf_counter() - began)
        return best

    assert took(LONGEST) < 0.5
    assert took(LONGEST) < 6 * took(LONGEST // 2) + 0.005


@pytest.mark.parametrize(
    "pattern", ["(?=a)", r"(a)\1", "(?<!a)b", "(", "a{2000}", "((a{300}){300}){300}"]
)
def test_patterns_that_are_not_taken(pattern: str) -> None:
    with pytest.raises(ValueError, match="is no pattern of RE2"):
        pattern_of(pattern)


@given(st.text(max_size=80))
def test_any_text_is_a_pattern_or_a_sentence(text: str) -> None:
    said = ""
    try:
        pattern_of(text).search("some text")
    except ValueError as error:
        said = str(error)
    assert not said or "is no pattern of RE2" in said


@pytest.mark.parametrize(
    ("address", "entries", "entry"),
    [
        ("a@x.example", {"a@x.example"}, "a@x.example"),
        ("a@mail.x.example", {"@x.example"}, "@x.example"),
        ("a@notx.example", {"@x.example"}, ""),
        ("a@x.example", {"@mail.x.example"}, ""),
        ("nobody", {"@x.example"}, ""),
    ],
)
def test_listed(address: str, entries: set[str], entry: str) -> None:
    assert listed(address, frozenset(entries)) == entry
    assert (entry in candidates(address)) == bool(entry)
