"""Placeholders, Markdown as people read it, and which article fits; as tables."""

import pytest

from ticketd.core.errors import Refused
from ticketd.core.fitting import terms
from ticketd.core.texts import filled, given_values, placeholders, readable


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("Dear {customer}.", {"customer": "Anna"}, "Dear Anna."),
        ("{a}{b}{a}", {"a": "1", "b": "2"}, "121"),
        ("{{a}} {a}", {"a": "{b}"}, "{a} {b}"),
        ("{ a } {A} {7} {}", {}, "{ a } {A} {7} {}"),
        ("{{7*7}} ${x}", {"x": "y"}, "{7*7} $y"),
    ],
)
def test_filled(text: str, values: dict[str, str], said: str) -> None:
    assert filled(text, values) == said


def test_what_is_missing_is_named_once_each() -> None:
    assert placeholders("{a} {b} {a} {{c}}") == ["a", "b"]
    with pytest.raises(Refused, match="it needs a, b; write a=… b=…"):
        filled("{a} {b} {a}", {})


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Title\n\nText.", "Title\n\nText."),
        ("## A ##\n#no heading", "A\n#no heading"),
        ("**bold** and __too__, 2**3**4, ** no **", "bold and too, 234, ** no **"),
        ("[here](https://x.example/a)", "here: https://x.example/a"),
        ("[https://x.example](https://x.example)", "https://x.example"),
        ("[a](javascript:x) [b]", "[a](javascript:x) [b]"),
        ("* one\n* two\n\n1. three", "* one\n* two\n\n1. three"),
    ],
)
def test_readable(markdown: str, text: str) -> None:
    assert readable(markdown) == text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("refund", ("refund", {})),
        ("Refund order=17", ("refund", {"order": "17"})),
        ('refund a="x y" b=', ("refund", {"a": "x y", "b": ""})),
    ],
)
def test_given_values(words: str, found: tuple[str, dict[str, str]]) -> None:
    assert given_values(words) == found


@pytest.mark.parametrize("words", ["", "refund 17", "refund Order=17"])
def test_words_that_are_no_values(words: str) -> None:
    with pytest.raises(Refused):
        given_values(words)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How do I reset my password?", ["reset", "password"]),
        ("Tôi quên mật khẩu", ["quen", "mat", "khau"]),
        ("รหัสผ่าน", ["รหัส", "หัสผ", "ัสผ่", "สผ่า", "ผ่าน"]),
        ("", []),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found
