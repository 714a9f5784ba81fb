"""What an incoming mail does to tickets: opens one, joins one, or turns out to be there already."""

from dataclasses import dataclass

from ticketd.core.decide import AddMessage, OpenTicket
from ticketd.core.inbound import InboundMail
from ticketd.core.route import Route
from ticketd.core.trust import Trust
from ticketd.desk import tickets
from ticketd.desk.acks import NewMail, acknowledge, note_storm
from ticketd.desk.language import note_language
from ticketd.desk.last_resort import attach_whole
from ticketd.desk.tickets import Incoming
from ticketd.desk.work import Work
from ticketd.store import tickets as stored
from ticketd.store.inbox import Claimed
from ticketd.store.tables import Message, Ticket


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
        if step.with_ack:
            mail = NewMail(
                self.read.mail, self.read.trust, self.item.envelope.received_at, step.follows
            )
            acknowledge(self.work, ticket, mail)
        else:
            note_storm(self.work, ticket)
        return ticket

    def add(self, step: AddMessage) -> Ticket:
        """A message on a ticket that is there."""
        ticket = tickets.existing(self.work, step.number)
        self._add_message(ticket, step.kind)
        if step.kind == "customer":
            note_language(self.work, ticket, self.read.mail)
        if self.read.mail.message_id and step.kind != "automatic":
            author = self.read.mail.author.address
            tickets.note_last_message(self.work, ticket, author, self.read.mail.message_id)
        if step.moves:
            tickets.customer_wrote(self.work, ticket)
        return ticket

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

    def _add_message(self, ticket: Ticket, kind: str) -> None:
        read, item = self.read, self.item
        agent = self.work.settings.agent_by_address(read.mail.author.address)
        incoming = Incoming(
            read.mail, item.id, item.envelope.received_at, kind, read.trust.word, read.key,
            agent if kind == "note" else None,
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
