"""Mails that the desk owes: built completely in the transaction of their cause, sent by another loop."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ticketd.core.addresses import Agent, Department
from ticketd.core.inbound import Attachment, Mailbox
from ticketd.core.settings import Settings
from ticketd.core.subjects import subject_tag, ticket_subject
from ticketd.desk.record import SYSTEM
from ticketd.mail.compose import Draft, compose
from ticketd.mail.dates import moment
from ticketd.mail.render import Rendered, Renderer
from ticketd.store import Session, outbox, tickets
from ticketd.store.tables import Message, Outbox, Participant, Ticket

_QUOTED_LINES = 60
# What a mail program makes; longer or stranger ones are somebody's message to the world.
_PLAIN_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,150}@[A-Za-z0-9.\[\]:-]{1,120}>")


@dataclass(frozen=True, slots=True)
class Owed:
    """One mail to the people of a ticket, before anybody's own copy is made."""

    kind: str
    """reply, closing, ack, notice or report; see `store.outbox`."""
    subject: str
    body: Rendered
    author: Mailbox
    by_person: bool = False
    """Agents' answers carry no mark of a machine and come back as bounces (mail.md 6)."""
    message: int | None = None
    attachments: tuple[Attachment, ...] = ()
    wait: timedelta = timedelta(0)
    names_people: bool = True
    """False where the recipient is not proven: a display name is the sender's choosing too (relay spam)."""


class Postbox:
    """Puts mails about tickets into the outbox."""

    def __init__(self, settings: Settings, renderer: Renderer) -> None:
        self.settings = settings
        self._renderer = renderer

    def ack(
        self,
        session: Session,
        ticket: Ticket,
        now: datetime,
        *,
        show_subject: bool,
        follows: int = 0,
    ) -> list[Outbox]:
        """Confirm a new ticket. Nothing of an unproven author's mail is shown (relay spam)."""
        department = self.settings.department(ticket.department)
        tag = subject_tag(ticket.number, self.settings.name)
        values = self._values(ticket, department) | {
            "subject": ticket.subject[:80] if show_subject else "",
            "follows": subject_tag(follows, self.settings.name) if follows else "",
        }
        owed = Owed(
            kind="ack",
            subject=self._subject(ticket) if show_subject else f"{tag} {department.name}",
            body=self._renderer.render("ack", ticket.language, values),
            author=Mailbox(department.name, department.address),
            names_people=show_subject,
        )
        return self._put_notice(session, ticket, owed, now)

    def reply(
        self, session: Session, ticket: Ticket, agent: Agent, text: str, now: datetime, *,
        message: int, closing: bool, attachments: tuple[Attachment, ...] = (),
    ) -> list[Outbox]:  # fmt: skip
        """An agent's answer to everybody outside who takes part."""
        department = self.settings.department(ticket.department)
        values = self._values(ticket, department) | {
            "text": text.strip("\n"),
            "closing": closing,
            "agent": agent.name,
            **self._quoted(session, ticket, department),
        }
        owed = Owed(
            kind="reply",
            subject=self._subject(ticket),
            body=self._renderer.render("reply", ticket.language, values),
            author=Mailbox(f"{agent.name} – {department.name}", department.address),
            by_person=True,
            message=message,
            attachments=attachments,
            wait=self.settings.undo_window,
        )
        return self._put(session, ticket, owed, tickets.participants(session, ticket.number), now)

    def closed(self, session: Session, ticket: Ticket, now: datetime) -> list[Outbox]:
        """Tell the customer that the ticket is closed."""
        department = self.settings.department(ticket.department)
        owed = Owed(
            kind="closing",
            subject=self._subject(ticket),
            body=self._renderer.render("closed", ticket.language, self._values(ticket, department)),
            author=Mailbox(department.name, department.address),
            wait=self.settings.undo_window,
        )
        return self._put_notice(session, ticket, owed, now)

    def _put_notice(
        self, session: Session, ticket: Ticket, owed: Owed, now: datetime
    ) -> list[Outbox]:
        """A mail of the desk itself to the customer: an entry on the ticket too."""
        message = Message(
            ticket=ticket.number,
            kind="ack" if owed.kind == "ack" else "notice",
            author_address=owed.author.address,
            author_name=owed.author.name,
            by=SYSTEM,
            at=now,
            text=owed.body.text.strip(),
            full_text=owed.body.text.strip(),
            trust="local",
        )
        session.add(message)
        session.flush()
        rows = self._put(
            session, ticket, replace(owed, message=message.id), [_customer(session, ticket)], now
        )
        message.message_id = rows[0].message_id if rows else ""
        return rows

    def _subject(self, ticket: Ticket) -> str:
        return ticket_subject(ticket.number, ticket.subject, self.settings.name)

    def _values(self, ticket: Ticket, department: Department) -> dict[str, Any]:
        return {
            "tag": subject_tag(ticket.number, self.settings.name),
            "subject": ticket.subject,
            "department": department.name,
            "company": self.settings.name,
        }

    def _quoted(self, session: Session, ticket: Ticket, department: Department) -> dict[str, str]:
        """The customer's last words, quoted to the customer (and to nobody who did not write them)."""
        nothing = {"quoted": "", "quoted_by": "", "quoted_at": ""}
        people = tickets.participants(session, ticket.number)
        last = tickets.last_message(session, ticket.number, ticket.customer_address)
        if last is None or len(people) > 1 or not last.text.strip():
            return nothing
        lines = last.text.strip().split("\n")
        shown = [*lines[:_QUOTED_LINES], *(["[…]"] if len(lines) > _QUOTED_LINES else [])]
        return {
            "quoted": "\n".join(f"> {line}".rstrip() for line in shown),
            "quoted_by": last.author_name or last.author_address,
            "quoted_at": moment(last.at, department.timezone, ticket.language),
        }

    def _put(
        self, session: Session, ticket: Ticket, owed: Owed, people: list[Participant], now: datetime
    ) -> list[Outbox]:
        """One mail for each person, as their tokens differ; all with the real To and Cc."""
        act = secrets.token_hex(8)
        people = [p for p in people if not self.settings.own.is_ours(p.address)]
        rows = []
        for person in people:
            row = Outbox(
                kind=owed.kind,
                ticket=ticket.number,
                message=owed.message,
                act=act,
                mail_from="",
                rcpt_to=person.address,
                message_id=f"<pending.{secrets.token_hex(8)}>",
                content=b"",
                first_at=now,
                next_at=now + owed.wait,
            )
            outbox.put(session, row)
            self._finish(session, row, ticket, owed, person, people, now)
            rows.append(row)
        session.flush()
        return rows

    def _finish(
        self, session: Session, row: Outbox, ticket: Ticket, owed: Owed, person: Participant,
        people: list[Participant], now: datetime,
    ) -> None:  # fmt: skip
        """The finished bytes: every try sends the same ones, with the same Message-ID."""
        keys, domain = self.settings.keys, self.settings.domain
        # The random end keeps ids apart even where a database was restored from an older copy.
        serial = f"{row.id}x{secrets.token_hex(4)}"
        row.message_id = keys.message_id(domain, ticket.number, serial, person.address, person.role)
        if owed.by_person:
            row.mail_from = keys.bounce_address(domain, row.id)
        boxes = [Mailbox(p.name if owed.names_people else "", p.address) for p in people]
        draft = Draft(
            author=owed.author,
            to=(boxes[0],),
            cc=tuple(boxes[1:]),
            subject=owed.subject,
            body=owed.body,
            message_id=row.message_id,
            date=now,
            reply_to=keys.reply_address(
                ticket.department, domain, ticket.number, person.address, person.role
            ),
            in_reply_to=person.last_message_id
            if _PLAIN_ID.fullmatch(person.last_message_id)
            else "",
            references=tuple(
                filter(
                    _PLAIN_ID.fullmatch, tickets.thread_ids(session, ticket.number, person.address)
                )
            ),
            thread_topic=ticket.subject if owed.by_person else "",
            attachments=owed.attachments,
        )
        if not owed.by_person:
            automatic = "auto-replied" if owed.kind == "ack" else "auto-generated"
            draft = replace(draft, auto_submitted=automatic, loop_mark=keys.loop_mark())
        row.content = compose(draft)


def _customer(session: Session, ticket: Ticket) -> Participant:
    people = tickets.participants(session, ticket.number)
    return next((p for p in people if p.role == "customer"), people[0])
