"""A customer and an agent, both with NeoMutt in a terminal, a real Postfix between them and the desk."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.mutt import Mailboxes, Mutt, needs_neomutt
from tests.postfix import needs_postfix, sends_through
from tests.process import Daemon, eventually
from tests.system.conftest import Start
from ticketd.core.clock import system_clock

pytestmark = [pytest.mark.postfix, needs_postfix, needs_neomutt]

HUNG, BOB = "hung@customer.example", "bob@agents.example"


@pytest.fixture
def mailboxes() -> Iterator[Mailboxes]:
    made = Mailboxes(HUNG, BOB)
    yield made
    made.remove()


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def root_of(mail: EmailMessage) -> str:
    """By what a mail program puts a mail into its thread: the first Message-ID of its References."""
    return str(mail["references"] or mail["message-id"]).split()[0]


def said(ticket: dict[str, Any]) -> list[tuple[str, str]]:
    """What people wrote, and whether it was for the customer."""
    return [(m["kind"], m["text"]) for m in ticket["messages"] if m["kind"] != "ack"]


def test_an_agent_and_a_customer_in_their_mail_programs(
    tmp_path: Path, start: Start, mailboxes: Mailboxes
) -> None:
    daemon = Daemon(tmp_path)
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", *mailboxes.options)
    sends_through(daemon, postfix)
    hung = Mutt(tmp_path / "hung", mailboxes.of(HUNG), "Nguyễn Văn Hùng", HUNG, postfix.place)
    bob = Mutt(tmp_path / "bob", mailboxes.of(BOB), "Bob", BOB, postfix.place)

    def ticket() -> dict[str, Any]:
        found: dict[str, Any] = daemon.ask("show", "1")["ticket"]
        return found

    with daemon:
        hung.writes(
            "support@desk.example", "Máy in không hoạt động", "Máy in chỉ in ra giấy trắng."
        )
        assert "Chúng tôi đã nhận được thư" in text_of(hung.nth(1))

        asked_at = system_clock()
        bob.replies(bob.nth(1), "#pending 3d\n\nAnh đã thay mực chưa?")
        answer = hung.nth(2)
        assert text_of(answer).startswith("Anh đã thay mực chưa?")
        waits = ticket()
        assert waits["status"] == "pending"
        until = datetime.fromisoformat(waits["pending_until"])
        assert timedelta(0) <= until - asked_at - timedelta(days=3) < timedelta(minutes=5)
        assert "pending" in text_of(bob.nth(2)), "the receipt"

        # Neither a note nor a restart moves the date.
        bob.replies(bob.nth(1), "#note\n\nKhách quen.")
        eventually(lambda: ("note", "Khách quen.") in said(ticket()), 30)
        daemon.stop()
        daemon.start()
        assert ticket()["pending_until"] == waits["pending_until"]

        hung.replies(answer, "Rồi, vẫn như cũ.", key="g")
        eventually(lambda: ticket()["status"] == "open", 30)
        eventually(lambda: "Rồi, vẫn như cũ." in text_of(bob.mails()[-1]), 30)
        bob.replies(bob.mails()[-1], "Vậy em gửi thợ đến nhé.", key="g")
        assert text_of(hung.nth(3)).startswith("Vậy em gửi thợ đến nhé.")
        daemon.rests()

        assert said(ticket()) == [
            ("customer", "Máy in chỉ in ra giấy trắng."), ("reply", "Anh đã thay mực chưa?"),
            ("note", "Khách quen."), ("customer", "Rồi, vẫn như cũ."), ("reply", "Vậy em gửi thợ đến nhé."),
        ]  # fmt: skip
        assert len(daemon.ask("list", "status:all")["tickets"]) == 1
        assert ticket()["customer"] == {"address": HUNG, "name": "Nguyễn Văn Hùng"}
        for person in (hung, bob):
            assert len({root_of(mail) for mail in person.mails()}) == 1, "one thread"
        for mail in hung.mails():
            assert BOB not in mail.as_string()
            assert "#pending" not in text_of(mail)
            assert "Khách quen" not in text_of(mail)
