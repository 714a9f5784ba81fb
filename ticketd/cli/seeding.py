"""What happens to the demo's tickets besides an answer: sorting, ratings, customers who come back."""

import random
from datetime import datetime

from ticketd.cli.demo_texts import CANNED
from ticketd.core.addresses import Agent
from ticketd.core.events import CUSTOMER, Rated
from ticketd.core.lifecycle import Happening, Status
from ticketd.desk import handling, texts, tickets
from ticketd.desk.act import act
from ticketd.desk.record import record
from ticketd.desk.work import Desk, Work
from ticketd.store.tables import Ticket
from ticketd.store.texts import suggested

_TAGS = (
    (("print", "พิมพ์", "máy in"), "printer"), (("log in", "รหัสผ่าน", "đăng nhập"), "login"),
    (("Price", "ราคา", "Báo giá"), "price"), (("Export",), "export"), (("Invoice",), "invoice"),
)  # fmt: skip
_SEVERITIES = ("low", "medium", "medium", "high", "critical")
_PRIORITIES = ("low", "normal", "normal", "normal", "high", "urgent")
_CHANNELS = ("email", "email", "email", "email", "phone", "line", "facebook")
_COMMENTS = {
    "en": ("Quick and friendly, thank you!", "It took too long."),
    "th": ("ตอบเร็วมากค่ะ ขอบคุณค่ะ", "รอนานไปหน่อยครับ"),
    "vi": ("Trả lời nhanh, cảm ơn!", "Phải chờ khá lâu."),
}  # fmt: skip


def sort_out(
    desk: Desk, chance: random.Random, number: int, agent: Agent, subject: str, now: datetime
) -> None:
    """An agent takes it, and says what kind of trouble it is."""
    tag = next((name for words, name in _TAGS if any(w in subject for w in words)), "")
    with act(desk, now) as work:
        ticket = tickets.existing(work, number)
        if chance.random() < 0.9:
            handling.assign(work, ticket, agent.key, agent)
        if tag:
            handling.tag(work, ticket, (f"+{tag}",), agent)
        changes = {
            "severity": chance.choice(_SEVERITIES),
            "priority": chance.choice(_PRIORITIES),
            "channel": chance.choice(_CHANNELS),
        }
        for field, value in changes.items():
            handling.set_field(work, ticket, field, value, agent)


def canned(work: Work, ticket: Ticket, agent: Agent) -> str:
    """The demo's canned reply for this ticket, counted; empty where there is none."""
    if not any(text.name == CANNED for text in work.settings.texts.canned):
        return ""
    texts.note_use(work, ticket, "canned", CANNED, agent.key)
    return texts.canned_text(work, ticket, CANNED, {}, agent).text


def alone(desk: Desk, number: int, later: datetime) -> None:
    """The article in the ack was enough: the customer says so, and nobody has to answer."""
    with act(desk, later) as work:
        ticket = tickets.existing(work, number)
        if suggested(work.session, number):
            texts.note_solved(work, ticket)
            tickets.move(work, ticket, Happening.CUSTOMER_SOLVED, CUSTOMER, reason="solved")


def afterwards(desk: Desk, chance: random.Random, number: int, later: datetime) -> None:
    """Some customers rate a closing, some come back with the same trouble."""
    with act(desk, later) as work:
        ticket = tickets.existing(work, number)
        if ticket.status != Status.CLOSED:
            return
        if chance.random() < 0.45:
            score = chance.choices((5, 4, 3, 2, 1), (9, 6, 3, 1, 1))[0]
            good, bad = _COMMENTS.get(ticket.language, _COMMENTS["en"])
            comment = (good if score > 3 else bad) if chance.random() < 0.4 else ""
            ticket.rating = score
            record(work, ticket, Rated(score, ticket.customer_address, comment), CUSTOMER)
        elif chance.random() < 0.15:
            tickets.customer_wrote(work, ticket)
