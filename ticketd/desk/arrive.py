"""What an incoming mail does to tickets: opens one, joins one, or turns out to be there already."""

from dataclasses import dataclass, replace

from ticketd.core.addresses import is_address
from ticketd.core.decide import AddMessage, OpenTicket
from ticketd.core.events import SYSTEM
from ticketd.core.inbound import Envelope, InboundMail, Mailbox
from ticketd.core.lifecycle import Happening
from ticketd.core.route import Route
from ticketd.core.settings import Settings
from ticketd.core.spam import spam_sign
from ticketd.core.threads import made_for
from ticketd.core.trust import Trust, trust_of
from ticketd.desk import tickets
from ticketd.desk.acks import NewMail, acknowledge, acknowledge_again
from ticketd.desk.copied import let_copied_follow
from ticketd.desk.find import soft_key, text_hash
from ticketd.desk.language import note_language
from ticketd.desk.last_resort import attach_whole
from ticketd.desk.rules import ask_rules
from ticketd.desk.storms import note_storm
from ticketd.desk.tickets import Incoming
from ticketd.desk.work import Work
from ticketd.store import tickets as stored
from ticketd.store.inbox import Claimed
from ticketd.store.tables import Message, Ticket

THIS_MACHINE = frozenset({"unix", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Read:
    """A mail with everything that could be said of it before asking the database."""

    mail: InboundMail
    target: Route
    trust: Trust
    key: str
    """By what the same mail is recognised when it comes by another way."""
    text: str
    """By what the same text is recognised."""
    is_form: bool = False
    """A web form wrote it for a customer."""


def understood(
    mail: InboundMail, raw: bytes, target: Route, envelope: Envelope, settings: Settings
) -> Read:
    """A mail with what follows from it, its envelope and the configuration."""
    if not mail.author.address and envelope.mail_from:
        author = Mailbox(mail.author.name, envelope.mail_from)
        mail = replace(mail, author=author, author_is_ambiguous=True)
    form = {mail.author.address, envelope.mail_from} & settings.web_forms
    if form and len(mail.reply_to) == 1 and is_address(mail.reply_to[0].address):
        # Whoever filled the form in; what is known of the form's server says nothing of them.
        mail = replace(mail, author=mail.reply_to[0], author_is_ambiguous=True)
    trust = trust_of(mail, settings.trust, submitted_locally=envelope.peer in THIS_MACHINE)
    return Read(mail, target, trust, soft_key(mail, raw), text_hash(mail), is_form=bool(form))


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail on its way to its ticket, in the caller's transaction."""

    work: Work
    item: Claimed
    read: Read

    def open(self, step: OpenTicket) -> Ticket:
        """A new ticket, seen by every department that the mail was for, with at most one ack."""
        home, *others = step.departments
        ticket = self._new(home, step.kind, claims=step.claims, follows=step.follows)
        for department in others:
            self._also_to(ticket, department)
        self._let_copied_follow(ticket, step.kind)
        new = self.new_mail(step.follows)
        ask_rules(self.work, ticket, new)
        self._close_spam(ticket)
        if step.with_ack:
            acknowledge(self.work, ticket, new)
        else:
            note_storm(self.work, ticket)
        return ticket

    def _close_spam(self, ticket: Ticket) -> None:
        """What the mail server calls spam is closed as such, where the desk says so; a rule may have done it."""
        rules = self.work.settings.spam
        if rules.then == "close" and spam_sign(rules, self.read.mail) and ticket.status != "closed":
            tickets.move(self.work, ticket, Happening.AGENT_CLOSED, SYSTEM, reason="spam")

    def new_mail(self, follows: int = 0) -> NewMail:
        """What an ack needs to know of it."""
        return NewMail(
            self.read.mail, self.read.trust, self.item.envelope.received_at, follows,
            is_proven_agent=self._is_proven_agent(),
        )  # fmt: skip

    def _is_proven_agent(self) -> bool:
        """Whether an agent wrote it, at the minimum trust: a loop is no reason to be silent to one of us."""
        settings, author = self.work.settings, self.read.mail.author.address
        if settings.agent_by_address(author) is None:
            return False
        if settings.agents_minimum == "dkim":
            return self.read.trust >= Trust.DKIM
        tokens = self.read.target.tokens
        return any(made_for(settings.keys, claim, author) for claim in tokens)

    def add(self, step: AddMessage) -> Ticket:
        """A message on a ticket that is there."""
        ticket = tickets.existing(self.work, step.number)
        self._add_message(ticket, step.kind, asks=step.moves)
        self._let_copied_follow(ticket, step.kind)
        if step.kind == "customer":
            note_language(self.work, ticket, self.read.mail)
        if self.read.mail.message_id and step.kind != "automatic":
            tickets.note_last_mail(self.work, ticket, self.read.mail)
        if step.moves:
            tickets.customer_wrote(self.work, ticket)
        if step.with_ack:
            acknowledge_again(self.work, ticket, self.new_mail())
        return ticket

    def _let_copied_follow(self, ticket: Ticket, kind: str) -> None:
        if kind == "customer" and self.work.settings.cc_follow:
            read = self.read
            let_copied_follow(self.work, ticket, read.mail, read.target.tokens, read.trust)

    def add_words(self, ticket: Ticket) -> None:
        """What a customer wrote beside a link of ours, or a rating: kept, and moves nothing."""
        self._add_message(ticket, "customer", asks=False)

    def same_mail(self, again: Message) -> Ticket:
        """The same mail by a second way: one message, and whoever else it was sent to sees it too."""
        ticket = tickets.existing(self.work, again.ticket)
        if Trust[again.trust.upper()] < self.read.trust:
            again.trust = self.read.trust.word
        known = stored.departments_with_mail(self.work.session, self.read.key)
        for department in self.read.target.departments:
            if department not in known:
                self._also_to(ticket, department)
        recipient = ", ".join(r.address.partition("+")[0] for r in self.item.envelope.rcpt_to)
        tickets.also_received(self.work, ticket, self.item.envelope.via, recipient)
        return ticket

    def _new(self, department: str, kind: str, *, claims: int = 0, follows: int = 0) -> Ticket:
        new = tickets.opened_by(
            self.work, department, self.read.mail, claims=claims, follows=follows
        )
        ticket = tickets.open_ticket(self.work, new)
        self._add_message(ticket, kind)
        return ticket

    def _add_message(self, ticket: Ticket, kind: str, *, asks: bool = True) -> None:
        read, item = self.read, self.item
        agent = self.work.settings.agent_by_address(read.mail.author.address)
        incoming = Incoming(
            read.mail, item.id, item.envelope.received_at, kind, read.trust.word, read.key,
            agent if kind == "note" else None, asks,
        )  # fmt: skip
        message = tickets.add_message(self.work, ticket, incoming)
        if read.mail.truncated:
            attach_whole(self.work, message, item, "whole mail.eml")

    def _also_to(self, ticket: Ticket, department: str) -> None:
        """A second department: it sees the ticket, or has a linked one of its own (`also_to`)."""
        if self.work.settings.also_to == "follow":
            tickets.add_department(self.work, ticket, department)
            return
        copy = self._new(department, "customer")
        copy.links, ticket.links = [*copy.links, ticket.number], [*ticket.links, copy.number]
