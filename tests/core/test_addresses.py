"""Addresses: what is ours, what is an address at all."""

import pytest

from ticketd.core.addresses import (
    Department,
    Own,
    domain_of,
    is_address,
    local_of,
    normalise,
    path,
    without_detail,
)

OWN = Own(
    "t.example.com",
    (
        Department("sales", "Sales", "sales@example.com", ("orders@example.com",)),
        Department("support", "Support", "support@t.example.com"),
    ),
    postmaster="support",
)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("sales@example.com", "sales"),
        ("SALES@EXAMPLE.COM", "sales"),
        ("orders@example.com", "sales"),
        ("sales+42.aabc@t.example.com", "sales"),
        ("orders+x@t.example.com", "sales"),
        ("<support@t.example.com>", "support"),
        ("postmaster@t.example.com", "support"),
        ("abuse@example.com", "support"),
        ("postmaster", "support"),
        ("postmaster@elsewhere.example", None),
        ("sales@elsewhere.example", None),
        ("nobody@example.com", None),
        ("", None),
    ],
)
def test_which_department_an_address_belongs_to(address: str, key: str | None) -> None:
    found = OWN.department_for(address)
    assert (found.key if found else None) == key


def test_a_desk_without_departments_has_no_address() -> None:
    assert Own("x.example", ()).department_for("postmaster@x.example") is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("a@b", True), ("a+b.c@d.example", True), ("ü@ä.example", True), ("a@b@c", False), ("a b@c", False),
        ("a", False), ("@b", False), ("a@", False), ("a\x00@b", False), ("a@b\n", False), ("<a@b>", False), ("a@\ud800", False),
    ],
)  # fmt: skip
def test_what_can_stand_in_an_envelope(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


def test_only_ascii_letters_are_lowered() -> None:
    """`K` (the Kelvin sign) must never become an agent's k."""
    assert normalise("ANN\u212a@X") == "ann\u212a@x"
    assert normalise(" <A@B> ") == "a@b"


@pytest.mark.parametrize(
    ("text", "is_null"), [("", True), ("<>", True), ("MAILER-DAEMON", True), ("a@b", False)]
)
def test_the_null_path_in_all_its_spellings(text: str, is_null: bool) -> None:
    assert (path(text) == "") is is_null


def test_parts_of_an_address() -> None:
    assert (local_of("a@b"), domain_of("a@b"), without_detail("a+x@b")) == ("a", "b", "a@b")
    assert (local_of("a"), domain_of("a"), without_detail("a")) == ("a", "", "a")
