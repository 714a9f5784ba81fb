"""Who may act in an agent's name: every kind of proof with every kind of token and every kind of act."""

from dataclasses import dataclass

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, Mail, Person, texts

SERVER = "mx.desk.example"
OURS = f"from relay by {SERVER} with ESMTP; Mon, 2 Nov 2026 09:00:00 +0000"
PASS = f"{SERVER}; dkim=pass header.d=agents.example; dmarc=pass header.from=agents.example"
TRUST: dict[str, tuple[list[tuple[str, str]], bool]] = {
    "nothing is said": ([("Received", OURS)], False),
    "forged below our Received": ([("Received", OURS), ("Authentication-Results", PASS)], False),
    "of another server": ([("Authentication-Results", PASS.replace(SERVER, "mx.evil.example"))], False),
    "dmarc fails": ([("Authentication-Results", f"{SERVER}; dmarc=fail header.from=agents.example")], False),
    "two that contradict": (
        [("Authentication-Results", PASS), ("Authentication-Results", f"{SERVER}; dmarc=fail")], False,
    ),
    "spf alone": ([("Authentication-Results", f"{SERVER}; spf=pass smtp.mailfrom=bob@agents.example; dmarc=pass")], False),
    "signed by another domain": ([("Authentication-Results", f"{SERVER}; dkim=pass header.d=evil.example")], False),
    "in a comment": ([("Authentication-Results", f"{SERVER} (dkim=pass header.d=agents.example); none")], False),
    "signed": ([("Authentication-Results", PASS), ("Received", OURS)], True),
}  # fmt: skip
ACTS = {
    "reply": "CANARY to the customer",
    "note": "#note\nCANARY inside",
    "close": "#close",
    "all": "#close\n\nCANARY closing",
}


@dataclass
class Case:
    desk: Desk
    anna: Person
    bob: Person
    notice: Mail
    stolen: Mail
    """A notice to another agent."""

    def token(self, kind: str) -> str:
        right = self.notice.reply_to
        return {
            "none": "sales@desk.example", "right": right, "of another": self.stolen.reply_to,
            "of another ticket": right.replace("+1-", "+2-"), "forged": right.replace("@", "")[:-16] + "aaaa@desk.example",
        }[kind]  # fmt: skip


def case(desk: Desk) -> Case:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    bob, lan = desk.agent("bob"), desk.agent("lan")
    return Case(desk, anna, bob, bob.last_mail, lan.last_mail)


def forges(one: Case, to: str, text: str, fields: list[tuple[str, str]], serial: int) -> None:
    head = "".join(f"{name}: {body}\n" for name, body in fields)
    text = text if text == "#close" else f"{text} {serial}"
    raw = (
        f"{head}From: Bob <bob@agents.example>\nTo: {to}\nSubject: Re: {one.notice.subject}\n"
        f"Message-ID: <{serial}@forged.example>\nIn-Reply-To: {one.notice.message['message-id']}\n\n{text}\n"
    )
    one.desk.takes(raw.encode(), "bob@agents.example", to)


@pytest.mark.parametrize("trust", TRUST)
def test_only_a_proven_agent_acts(make_desk: DeskMaker, trust: str) -> None:
    desk = make_desk(auth={"authserv_ids": [SERVER]})
    fields, may = TRUST[trust]
    one = case(desk)
    outside = len(desk.captured())
    for serial, (token, text) in enumerate(
        (token, text)
        for token in ("none", "forged", "of another", "of another ticket", "right")
        for text in ACTS.values()
    ):
        forges(one, one.token(token), text, fields, serial)
    ticket = desk.ticket(1)
    if may:
        assert any("CANARY to the customer" in mail.text for mail in one.anna.mails)
        assert ticket["status"] == "closed"
        return
    assert len(desk.captured()) == outside, "nothing left"
    assert ticket["status"] == "new"
    assert ticket["assignee"] is None
    assert list(texts(ticket, "note", "reply")) == []
    told = [m for m in one.bob.mails if m.message["x-ticketd-event"] == "unproven"]
    assert len(told) == 1, "one fixed word an hour"
    assert "CANARY" not in told[0].text
    assert any("CANARY" in text for text in texts(ticket, "unverified"))


def test_without_trust_data_the_token_counts_and_the_rest_is_asked_first(
    make_desk: DeskMaker,
) -> None:
    one = case(make_desk())
    desk, outside = one.desk, len(one.desk.captured())
    for serial, token in enumerate(("none", "forged", "of another", "of another ticket")):
        forges(one, one.token(token), "#close", [], serial)
    assert len(desk.captured()) == outside
    assert desk.ticket(1)["status"] == "new"
    asked = [m for m in one.bob.mails if m.message["x-ticketd-event"] == "confirm"]
    assert asked
    assert "- #close" in asked[-1].text
    assert "How much?" not in asked[-1].text
    assert "Offer" not in str(asked[-1].message)

    one.bob.replies(asked[-1], "OK")
    assert desk.ticket(1)["status"] == "closed"
    got = len(one.anna.mails)
    one.bob.replies(asked[-1], "OK")
    assert len(one.anna.mails) == got
    assert "that was done already" in one.bob.last_mail.text


def test_a_confirmation_is_too_late_after_half_an_hour_and_nobody_elses(
    make_desk: DeskMaker,
) -> None:
    one = case(make_desk())
    forges(one, "sales@desk.example", "Really 100 euros.", [], 1)
    asked = one.bob.last_mail
    assert "- #note" in asked.text
    lan = one.desk.agent("lan")
    lan.replies(asked, "OK")
    assert list(texts(one.desk.ticket(1), "note")) == []
    one.desk.clock.passes(minutes=31)
    one.bob.replies(asked, "OK")
    assert list(texts(one.desk.ticket(1), "note")) == []
    assert "longer than 30 minutes" in one.bob.last_mail.text


def test_what_reaches_other_tickets_needs_more_than_a_token(make_desk: DeskMaker) -> None:
    one = case(make_desk())
    one.anna.writes("sales@desk.example", subject="Another", text="SECRET")
    one.bob.replies(one.notice, "#show 2")
    assert "SECRET" not in one.bob.last_mail.text
    assert "- #show 2" in one.bob.last_mail.text
    one.bob.replies(one.bob.last_mail, "OK")
    assert "SECRET" in one.bob.last_mail.text


def test_a_rotated_key_still_verifies(make_desk: DeskMaker) -> None:
    one = case(make_desk())
    path = one.desk.config.state_dir / "keys"
    instance, *keys = path.read_text("ascii").splitlines()
    path.write_text("\n".join([instance, f"b {'7' * 64}", *keys]) + "\n", "ascii")
    one.desk.reloads()
    one.bob.replies(one.notice, "100 euros.")
    assert "100 euros." in one.anna.last_mail.text
    assert ".b" in one.anna.last_mail.reply_to, "the new key signs"
