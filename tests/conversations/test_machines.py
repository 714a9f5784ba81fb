"""A thousand mails of machines: nothing leaves, and only what really failed moves anything."""

from collections import defaultdict

import pytest

from tests.automatic import Generator, Machine
from tests.conftest import DeskMaker
from tests.desk import Desk, Mail

TICKETS, NOTICES = 24, 10


def _answered(desk: Desk) -> list[Mail]:
    """Tickets of as many customers, all answered: every third one closed, every fourth answered to two people."""
    for number in range(1, TICKETS + 1):
        person = desk.customer(f"customer{number}@example.org", f"Customer {number}")
        person.writes("support@desk.example", subject=f"Matter {number}", text=f"Number {number}.")
        desk.runs("reply", str(number), "-m", f"Try this, {number}.", *_more(number))
        desk.clock.passes(minutes=3)
    return desk.all_captured()


def _more(number: int) -> list[str]:
    closing = ["--close"] if number % 3 == 0 else []
    return [*closing, *(["--cc", f"second{number}@example.org"] if number % 4 == 0 else [])]


def _is_answer(mail: Mail) -> bool:
    return bool(mail.mail_from) and not mail.is_automatic


@pytest.mark.system
def test_a_thousand_mails_of_machines(make_desk: DeskMaker, database_url: str) -> None:
    desk = make_desk(budgets={"notices_per_hour": NOTICES})
    ours = _answered(desk)
    by_id = {str(mail.message["message-id"]): mail for mail in ours}
    before = {number: desk.ticket(number)["status"] for number in range(1, TICKETS + 1)}
    bob = desk.agent("bob")
    told_before, outside_before = len(bob.mails), len(desk.captured())
    desk.clock.passes(hours=2)

    generator, began = Generator(1, ours), desk.clock()
    sent: list[Machine] = []
    for _ in range(1000 if database_url.startswith("sqlite") else 60):
        sent.append(generator.one())
        desk.takes(sent[-1].raw, sent[-1].mail_from, sent[-1].to, rest=False)
        desk.clock.passes(seconds=15)
        if len(sent) % 20 == 0:
            desk.rests()
    desk.rests()

    hours = (desk.clock() - began).total_seconds() / 3600
    assert len(desk.captured()) == outside_before, "somebody outside got a mail"
    assert len(bob.mails) - told_before <= (hours + 1) * (NOTICES + 4)
    assert len(desk.tickets()) == TICKETS, "a machine opened a ticket"
    _check_marks(desk, by_id, sent, before)


def _check_marks(
    desk: Desk, by_id: dict[str, Mail], sent: list[Machine], before: dict[int, str]
) -> None:
    """Each failure on its own message and recipient, and on no other; only tickets with a lost answer moved."""
    failures: dict[str, set[str]] = defaultdict(set)
    for machine in sent:
        if machine.failed:
            failures[machine.failed].add(machine.status)
    lost = {id_ for id_ in failures if _is_answer(by_id[id_])}
    assert len(lost) > TICKETS / 3, "the generator is too friendly"
    mail_of = {(m.rcpt_to, _is_answer(m), m.is_automatic): id_ for id_, m in by_id.items()}
    for number, status in before.items():
        ticket = desk.ticket(number)
        moved = False
        for message in ticket["messages"]:
            for copy in message["delivery"]:
                is_answer = message["kind"] == "reply"
                statuses = failures.get(mail_of[copy["to"], is_answer, not is_answer], set())
                assert (copy["state"] == "failed") is bool(statuses), (number, copy)
                if statuses:
                    assert any(f"not delivered: {s}" in copy["answer"] for s in statuses), copy
                moved |= bool(statuses) and is_answer
        assert ticket["status"] == ("open" if moved else status), (number, status)
