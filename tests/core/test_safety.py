"""The small decisions behind what may leave: tokens in texts, codes of accounts, several tokens in one mail."""

import time

import pytest

from ticketd.core.account_codes import has_account_code
from ticketd.core.permits import Token, least_public
from ticketd.core.tokens import Keys, without_tokens

KEYS = Keys("x", (("a", b"k" * 32),))
REPLY = KEYS.reply_address("sales", "desk.example", 1, "bob@agents.example", "agent", seen=7)
BOUNCE = KEYS.bounce_address("desk.example", 5)
RATE = KEYS.word_address("desk.example", "rate-5", "rate", 1, "anna@example.org")
ID = KEYS.message_id("desk.example", 1, "0123abcd", "bob@agents.example", "agent")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"Write to {REPLY}.", "Write to sales@desk.example."),
        (f"<mailto:{REPLY.upper()}?subject=x>", "<mailto:sales@desk.example?subject=x>"),
        (f"{BOUNCE},{RATE}", "sales@desk.example,sales@desk.example"),
        (f"References: {ID}", "References: <sales@desk.example>"),
        (
            "support@desk.example, sales+1@desk.example",
            "support@desk.example, sales+1@desk.example",
        ),
        (f"{REPLY}.evil.example", f"{REPLY}.evil.example"),
        ("a@b", "a@b"),
    ],
)
def test_addresses_that_prove_something_leave_a_text(text: str, left: str) -> None:
    assert without_tokens(text, "desk.example", "sales@desk.example") == left


@pytest.mark.parametrize("text", ["a+" * 200_000, "a@" * 200_000, f"{'x' * 400_000}@desk.example"])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.process_time()
    without_tokens(text, "desk.example", "sales@desk.example")
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("subject", "text", "is_one"),
    [
        ("Your verification code", "482913", True),
        ("482 913 is your login code", "", True),
        ("Slack confirmation code: ABC-DEF", "", True),
        (
            "Please verify your email address",
            "https://service.example/v/0123456789abcdef0123",
            True,
        ),
        ("Reset your password", "Press https://service.example/r/0123456789abcdef0123", True),
        ("Mã OTP", "Mã OTP của bạn là 4829", True),
        ("รหัส OTP", "รหัส OTP คือ 482913", True),
        ("Verification code", "I get no verification code, please help.", False),
        ("Order 482913", "When does order 482913 come?", False),
        ("Invoice", "See https://shop.example/invoices/0123456789abcdef", False),
    ],
)
def test_mails_that_verify_an_account(subject: str, text: str, *, is_one: bool) -> None:
    assert has_account_code(subject, text) is is_one


def test_of_several_tokens_the_one_that_stays_inside_counts() -> None:
    reply, note, command = Token("reply", 3), Token("note", 2), Token("command", 1)
    assert least_public([reply, note]) is note
    assert least_public([reply, note, command]) is command
    assert least_public([Token("reply", 9), reply]) is reply
    assert least_public([]) is None
