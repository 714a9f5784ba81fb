"""Who stands behind an address, for budgets."""

import pytest

from ticketd.core.correspondent import correspondent


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("desk@x.example", "Desk+1042@X.example"), ("case-1042@x.example", "case-7@x.example"), ("ticket12@x.example", "ticket13@x.example"),
        ("reply-8f3a9c2b@x.example", "reply-0d1e2f3a4b@x.example"), ("s.1.a@x.example", "s.2.a@x.example"),
        ("an.na+x@gmail.com", "anna@googlemail.com"),
    ],
)  # fmt: skip
def test_one_program_under_two_addresses(one: str, other: str) -> None:
    assert correspondent(one) == correspondent(other)
    assert correspondent(correspondent(one)) == correspondent(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anna1990@x.example", "anna1991@x.example"), ("12345678@qq.com", "12345679@qq.com"), ("a.bee@x.example", "abee@x.example"),
        ("anna.smith@x.example", "anna.jones@x.example"), ("a@x.example", "a@y.example"), ("+1@x.example", "+2@x.example"),
        ("mary.decade@x.example", "mary.facade@x.example"), ("anna1@gmail.com", "anna2@gmail.com"),
    ],
)  # fmt: skip
def test_two_people(one: str, other: str) -> None:
    assert correspondent(one) != correspondent(other)


@pytest.mark.parametrize("odd", ["", "@", "x", "@x", "a@", "-" * 5000 + "@x", "1." * 5000 + "@x"])
def test_strange_addresses(odd: str) -> None:
    assert isinstance(correspondent(odd), str)
