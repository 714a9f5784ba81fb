"""What an incoming mail does to tickets: opens one, joins one, or turns out to be there already."""

from dataclasses import dataclass
from datetime import datetime

from ticketd.core.decide import AddMessage, OpenTicket
from ticketd.core.inbound import InboundMail
from ticketd.core.route import Route
from ticketd.core.trust import Trust
from ticketd.desk import tickets
from ticketd.desk.acks import NewMail, acknowledge, note_storm
from ticketd.desk.mails import Postbox
from ticketd.desk.tickets import Incoming
from ticketd.store import Session
from ticketd.store import tickets as stored
from ticketd.store.database import Database
from ticketd.store.tables import Inbox, Message, Ticket


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

    session: Session
    database: Database
    postbox: Postbox
    item: Inbox
    read: Read
    now: datetime

    def open(self, step: OpenTicket) -> Ticket:
        """A new ticket, seen by every department that the mail was for, with at most one ack."""
        home, *others = step.departments
        ticket = self._new(home, step.kind, claims=step.claims, follows=step.follows)
        for department in others:
            self._also_to(ticket, department)
        if step.with_ack:
            mail = NewMail(self.read.mail, self.read.trust, self.item.received_at, step.follows)
            acknowledge(self.session, self.postbox, ticket, mail, self.now)
        else:
            note_storm(self.session, self.postbox.settings, ticket, self.now)
        return ticket

    def add(self, step: AddMessage) -> Ticket:
        """A message on a ticket that is there."""
        ticket = tickets.existing(self.session, step.number)
        self._add_message(ticket, step.kind)
        if self.read.mail.message_id and step.kind != "automatic":
            author = self.read.mail.author.address
            tickets.note_last_message(self.session, ticket, author, self.read.mail.message_id)
        if step.moves:
            tickets.customer_wrote(self.session, ticket, self.now)
        return ticket

    def same_mail(self, again: Message) -> Ticket:
        """The same mail by a second way: one message, and whoever else it was sent to sees it too."""
        ticket = tickets.existing(self.session, again.ticket)
        if Trust[again.trust.upper()] < self.read.trust:
            again.trust = self.read.trust.word
        known = stored.departments_with_mail(self.session, self.read.key)
        for department in self.read.target.departments:
            if department not in known:
                self._also_to(ticket, department)
        recipient = ", ".join(address.partition("+")[0] for address, _ in self.item.recipients)
        tickets.also_received(self.session, ticket, self.item.via, recipient, self.now)
        return ticket

    def _new(self, department: str, kind: str, *, claims: int = 0, follows: int = 0) -> Ticket:
        settings = self.postbox.settings
        new = tickets.opened_by(
            settings, department, self.read.mail, claims=claims, follows=follows
        )
        ticket = tickets.open_ticket(self.session, settings, new, self.now)
        self._add_message(ticket, kind)
        return ticket

    def _add_message(self, ticket: Ticket, kind: str) -> None:
        read, item = self.read, self.item
        incoming = Incoming(read.mail, item.id, item.received_at, kind, read.trust.word, read.key)
        tickets.add_message(self.session, self.database, ticket, incoming, self.now)

    def _also_to(self, ticket: Ticket, department: str) -> None:
        """A second department: it sees the ticket, or has a linked one of its own (`also_to`)."""
        if self.postbox.settings.also_to == "follow":
            tickets.add_department(self.session, ticket, department, self.now)
            return
        copy = self._new(department, "customer")
        copy.links, ticket.links = [*copy.links, ticket.number], [*ticket.links, copy.number]
