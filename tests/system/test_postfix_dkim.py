"""Who is believed, with real servers: one that signs, one that verifies, one where agents log in, and a forger before them."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.dovecot_auth import Logins
from tests.fakes import Smarthost
from tests.opendkim import SERVER, OpenDkim, needs_opendkim
from tests.postfix import Postfix, needs_postfix, sends_through
from tests.process import Daemon, eventually
from tests.system.conftest import Start

pytestmark = [pytest.mark.postfix, needs_postfix, needs_opendkim]

ANNA, BOB = "anna@customer.example", "bob@agents.example"
FORGED = (
    f"Authentication-Results: {SERVER}; dkim=pass header.d=agents.example\n"
    f"Authentication-Results: {SERVER}; auth=pass smtp.auth=bob; dmarc=pass header.from=agents.example\n"
)


@dataclass
class World:
    """Anna has asked something; Bob has the notice."""

    daemon: Daemon
    outside: Smarthost
    mx: Postfix
    """The desk's server: everything from outside comes in here."""
    home: Postfix
    """The server of the agents' company: what it sends is signed."""
    notice: EmailMessage

    def got(self, address: str) -> list[EmailMessage]:
        return [
            email.message_from_bytes(t.content, policy=email.policy.default)
            for t in list(self.outside.taken)
            if t.rcpt_to == [address]
        ]

    def answer(self, text: str, head: str = "", serial: str = "1") -> tuple[bytes, str, str]:
        """An answer of Bob's to the notice: the mail, its reverse-path, its recipient."""
        to = str(self.notice["reply-to"])
        raw = (
            f"{head}From: Bob <{BOB}>\nTo: {to}\nSubject: Re: {self.notice['subject']}\n"
            f"Date: Wed, 25 Nov 2026 10:00:00 +0000\nMessage-ID: <{serial}@agents.example>\n"
            f"In-Reply-To: {self.notice['message-id']}\n\n{text}\n"
        )
        return raw.replace("\n", "\r\n").encode(), BOB, to

    def ticket(self) -> dict[str, Any]:
        found: dict[str, Any] = self.daemon.ask("show", "1")["ticket"]
        return found

    def messages(self, kind: str) -> list[dict[str, Any]]:
        return [m for m in self.ticket()["messages"] if m["kind"] == kind]


@pytest.fixture
def logins() -> Iterator[Logins]:
    made = Logins(bob="secret", carl="other")
    yield made
    made.close()


@pytest.fixture
def world(tmp_path: Path, start: Start, logins: Logins) -> Iterator[World]:
    dkim, outside = OpenDkim(tmp_path / "dkim", "agents.example"), Smarthost()
    agents = {"bob": {"login": "bob"}}
    daemon = Daemon(tmp_path, auth={"authserv_ids": [SERVER]}, agents=agents)
    mx = start(
        "--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", "--relay", outside.place,
        "--set", f"myhostname={SERVER}", "--set", f"smtpd_milters={dkim.verifies}", *logins.options,
    )  # fmt: skip
    home = start("--relay", mx.place, "--set", f"smtpd_milters={dkim.signs}")
    sends_through(daemon, mx)
    try:
        with daemon:
            mx.send(ANNA, "support@desk.example", subject="No sound", text="It is silent.")
            made = World(daemon, outside, mx, home, EmailMessage())
            eventually(lambda: made.got(ANNA) and made.got(BOB), 30)
            made.notice = made.got(BOB)[0]
            yield made
    finally:
        outside.close()
        dkim.stop()


def test_a_signed_answer_reaches_the_customer(world: World) -> None:
    world.home.submit(*world.answer("#close\n\nTurn it on."))
    eventually(lambda: len(world.got(ANNA)) == 2, 30)
    answer = world.got(ANNA)[1].get_body(("plain",))
    assert answer is not None
    assert answer.get_content().startswith("Turn it on.")
    assert "#close" not in world.got(ANNA)[1].as_string()
    assert BOB not in world.got(ANNA)[1].as_string()
    assert world.ticket()["status"] == "closed"
    assert [m["trust"] for m in world.messages("reply")] == ["dkim"]


def test_a_forged_one_becomes_an_entry_and_one_notice(world: World) -> None:
    """With the very token, and with results that the forger wrote: both kinds, the one that OpenDKIM takes off and the one that it leaves."""
    for serial in ("1", "2"):
        text = f"#close\n\nPay to another account, number {serial}."
        world.mx.submit(*world.answer(text, FORGED, serial))
    eventually(lambda: len(world.messages("unverified")) == 2, 30)
    world.daemon.rests()
    eventually(lambda: len(world.got(BOB)) == 2, 30)
    assert world.got(BOB)[1]["x-ticketd-event"] == "unproven"
    assert "account" not in world.got(BOB)[1].as_string()
    assert [m["trust"] for m in world.messages("unverified")] == ["none", "none"]
    assert world.ticket()["status"] == "new"
    assert len(world.got(ANNA)) == 1


def test_what_was_changed_on_the_way_is_not_the_agents(world: World, start: Start) -> None:
    """A mail that the company's server has signed, caught, and sent on with another text."""
    caught = Smarthost()
    settings = (Path(world.home.folder) / "etc" / "main.cf").read_text("utf-8")
    milters = next(line for line in settings.splitlines() if line.startswith("smtpd_milters"))
    other = start("--relay", caught.place, "--set", milters.replace(" = ", "="))
    raw, sender, to = world.answer("The price is 100 euros.")
    other.submit(raw, sender, to)
    eventually(lambda: caught.taken, 30)
    signed = caught.taken[0].content
    assert b"DKIM-Signature:" in signed
    world.mx.submit(signed.replace(b"100", b"900"), sender, to)
    eventually(lambda: world.messages("unverified"), 30)
    world.mx.submit(signed, sender, to)
    eventually(lambda: world.messages("reply"), 30)
    assert [m["text"] for m in world.messages("reply")] == ["The price is 100 euros."]
    caught.close()


def test_an_agent_who_logs_in_is_proven_by_that(world: World) -> None:
    """No signature: the desk's own server says in its Received who logged in (smtpd_sasl_authenticated_header)."""
    world.mx.submit(*world.answer("Not from Bob.", serial="1"), login=("carl", "other"))
    eventually(lambda: world.messages("unverified"), 30)
    forged = f"Received: from x (x [192.0.2.1])\n\t(Authenticated sender: bob)\n\tby {SERVER} (Postfix) with ESMTPSA id 1;\n\tWed, 25 Nov 2026 09:00:00 +0000 (UTC)\n"
    world.mx.submit(*world.answer("Nor this.", forged, serial="2"))
    eventually(lambda: len(world.messages("unverified")) == 2, 30)
    world.mx.submit(*world.answer("#pending\n\nIs it on?", serial="3"), login=("bob", "secret"))
    eventually(lambda: world.messages("reply"), 30)
    (reply,) = world.messages("reply")
    assert (reply["text"], reply["trust"]) == ("Is it on?", "sasl")
    assert len(world.messages("unverified")) == 2
