"""Rules on trial: on a mail, on a ticket, on the tickets of the past. Each in an act that is never committed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ticketd.core.inbound import Envelope, InboundMail, Recipient
from ticketd.core.query_shape import Query, Span
from ticketd.core.rules import Rule, When, parts
from ticketd.core.trust import Trust, trust_of
from ticketd.desk.acks import NewMail
from ticketd.desk.rule_facts import TicketFacts
from ticketd.desk.rules import Explained, explain_rules
from ticketd.desk.tickets import Incoming, add_message, open_ticket, opened_by
from ticketd.desk.work import Work
from ticketd.store import blobs, inbox, tickets
from ticketd.store import query as stored
from ticketd.store.tables import Message, Ticket

Parse = Callable[[bytes], InboundMail]
_ALWAYS = frozenset(When)


def try_mail(work: Work, mail: InboundMail, envelope: Envelope, department: str) -> list[Explained]:
    """What the rules on `opened` make of a new ticket with this mail."""
    trust = trust_of(mail, work.settings.trust, submitted_locally=True)
    ticket = open_ticket(work, opened_by(work, department, mail, claims=0, follows=0))
    incoming = Incoming(mail, 0, envelope.received_at, "customer", trust.word)
    add_message(work, ticket, incoming)
    new = NewMail(mail, trust, envelope.received_at)
    return explain_rules(work, ticket, frozenset({When.OPENED}), new)


def try_ticket(work: Work, ticket: Ticket, parse: Parse) -> list[Explained]:
    """What every rule would do to a ticket as it is now, were it asked."""
    last = tickets.last_of(work.session, ticket.number, ("customer", "unverified", "automatic"))
    return explain_rules(work, ticket, _ALWAYS, _mail_of(work, last, parse) if last else None)


def _mail_of(work: Work, message: Message, parse: Parse) -> NewMail | None:
    """The mail that a message came by; headers stand nowhere else."""
    row = inbox.by_id(work.session, message.inbox_id) if message.inbox_id else None
    if row is None:
        return None
    raw = blobs.get(work.session, work.desk.database.blobs, row.sha256)
    return NewMail(parse(raw), Trust[message.trust.upper()], message.at)


@dataclass(slots=True)
class Past:
    """What a rule would have done: how often it would have been asked, and on which tickets it would have acted."""

    rule: Rule
    asked: int = 0
    held: list[int] = field(default_factory=list)


def try_past(work: Work, since: datetime) -> tuple[int, list[Past]]:
    """The rules on mails and answers of the tickets opened since then; how many tickets, and what each rule did."""
    found = stored.found(
        work.session, Query(spans=(Span("opened", since, None),), sort="number", descending=False)
    )
    past = [Past(rule) for rule in work.settings.rules]
    for ticket in found:
        messages = tickets.messages(work.session, ticket.number)
        first = next(
            (m for m in messages if m.kind in {"customer", "unverified", "automatic"}), None
        )
        for message in messages:
            when = _when(message, is_first=message is first)
            facts = _Then(work, ticket, message, is_new=message is first)
            for one in past:
                if when in one.rule.when:
                    one.asked += 1
                    if all(part.holds for part in parts(one.rule, facts, facts.asks)):
                        one.held.append(ticket.number)
    return len(found), past


def _when(message: Message, *, is_first: bool) -> When | None:
    if is_first:
        return When.OPENED
    return {"customer": When.CUSTOMER_WROTE, "reply": When.AGENT_REPLIED}.get(message.kind)


class _Then(TicketFacts):
    """A ticket when one of its messages came. Of a new one it is known how it was; else it is as it is now."""

    def __init__(self, work: Work, ticket: Ticket, message: Message, *, is_new: bool) -> None:
        super().__init__(work, ticket)
        self._message = message
        self._is_new = is_new

    def texts(self, field: str) -> tuple[str, ...]:
        """As they were, where that can be told."""
        if self._is_new and field in _WHEN_NEW:
            return _WHEN_NEW[field]
        message = self._message
        said = {
            "text": message.text or message.full_text, "from": message.author_address,
            "name": message.author_name, "trust": message.trust,
        }  # fmt: skip
        if field in said:
            return tuple(filter(None, (said[field],)))
        if field == "attachment":
            return tuple(file.name for file in message.attachments)
        return super().texts(field)


_WHEN_NEW: dict[str, tuple[str, ...]] = {
    "status": ("new",), "priority": ("normal",), "severity": (), "assignee": (), "tag": (), "reason": (),
}  # fmt: skip


def envelope_of(mail: InboundMail, recipients: list[str], now: datetime) -> Envelope:
    """A file has no envelope: To and Cc stand for it."""
    return Envelope(mail.author.address, tuple(map(Recipient, recipients)), "file", now)
