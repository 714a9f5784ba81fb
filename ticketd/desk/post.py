"""Puts finished mails into the outbox, in the transaction of their cause; another loop sends them."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from ticketd.core.addresses import is_address
from ticketd.core.events import CUSTOMER
from ticketd.core.inbound import Attachment, Mailbox
from ticketd.core.thread_index import answered
from ticketd.core.tokens import Purpose
from ticketd.desk.work import Work
from ticketd.mail.compose import Draft, compose
from ticketd.mail.render import Rendered
from ticketd.store import outbox, tickets, waiting
from ticketd.store.rows import change
from ticketd.store.tables import Outbox, Ticket

# What a mail program makes; longer or stranger ones are somebody's message to the world.
_PLAIN_ID = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,150}@[A-Za-z0-9.\[\]:-]{1,120}>")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets a mail of ours, and in which role: the tokens are made for both."""

    box: Mailbox
    role: str
    """customer, follower or agent."""
    last_message_id: str = ""
    """The last mail of this person, which ours answers."""
    thread_index: str = ""
    """Outlook's, of that mail."""
    purpose: Purpose = "reply"
    """What an agent's plain answer is; see `core.tokens`."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail about a ticket, before anybody's own copy is made."""

    kind: str
    """reply, closing, ack, notice or report; see `store.outbox`."""
    subject: str
    body: Rendered
    author: Mailbox
    by_person: bool = False
    """Agents' answers carry no mark of a machine and come back as bounces (mail.md 6)."""
    message: int | None = None
    attachments: tuple[Attachment, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    """Further header fields, for filters of agents."""
    message_id: str = ""
    """Of a mail with one reader, where it was made before."""
    root: str = ""
    """What the thread begins with, for somebody who has not got that mail."""
    reply_to: str = ""
    """Where an answer goes, if that is no answer about the ticket."""
    body_for: Callable[[Reader], Rendered] | None = None
    """Where a body has links that are one person's own."""


def put(work: Work, ticket: Ticket, mail: Mail, readers: list[Reader]) -> list[Outbox]:
    """One mail for each reader, as their tokens differ; all with the real To and Cc."""
    ours = work.settings.own.is_ours
    readers = [r for r in readers if is_address(r.box.address) and not ours(r.box.address)]
    rows = []
    for reader in readers:
        row = Outbox(
            kind=mail.kind,
            ticket=ticket.number,
            message=mail.message,
            act=work.act,
            mail_from="",
            rcpt_to=reader.box.address,
            message_id=mail.message_id or new_id(work, ticket, reader),
            first_at=work.now,
            next_at=work.now + work.wait,
        )
        own = replace(mail, body=mail.body_for(reader)) if mail.body_for else mail
        row.content = _content(work, row, ticket, own, reader, readers)
        outbox.put(work.session, row)
        if mail.kind != "ack":
            # The id of this row is in it (VERP), so that a bounce names its mail.
            verp = work.settings.keys.bounce_address(work.settings.domain, row.id)
            change(work.session, row, mail_from=verp)
        rows.append(row)
    work.mails += rows
    return rows


def put_bare(work: Work, mail: Mail, reader: Reader) -> Outbox:
    """A mail that is about no one ticket; its answer goes to `mail.reply_to`."""
    address, keys = reader.box.address, work.settings.keys
    serial = secrets.token_hex(8)
    row = Outbox(
        kind=mail.kind, ticket=None, message=None, act="", mail_from="", rcpt_to=address,
        message_id=keys.message_id(work.settings.domain, 0, serial, address, reader.role),
        first_at=work.now, next_at=work.now,
    )  # fmt: skip
    last = reader.last_message_id
    answers = last if _PLAIN_ID.fullmatch(last) else ""
    draft = Draft(
        author=mail.author, to=(reader.box,), subject=mail.subject, body=mail.body, message_id=row.message_id,
        date=work.now, reply_to=mail.reply_to, in_reply_to=answers, references=(answers,) if answers else (),
        auto_submitted=_automatic(mail), loop_mark=keys.loop_mark(), fields=mail.fields,
        attachments=mail.attachments,
    )  # fmt: skip
    row.content = compose(draft)
    work.mails.append(outbox.put(work.session, row))
    if mail.kind == "report":
        # One that does not arrive is told in the mail log.
        change(work.session, row, mail_from=keys.bounce_address(work.settings.domain, row.id))
    return row


def thread_root(work: Work, ticket: Ticket) -> str:
    """What the thread of a ticket begins with for agents: never a Message-ID that was made for somebody else."""
    first = next(iter(tickets.messages(work.session, ticket.number, limit=1)), None)
    return first.message_id if first is not None and first.by == CUSTOMER else ""


def answer_to(work: Work, ticket: Ticket, reader: Reader) -> str:
    """The address that proves who answers what; an agent's says what the agent has seen, too."""
    seen = waiting.last_event(work.session, ticket.number) if reader.role == "agent" else 0
    return work.settings.keys.reply_address(
        ticket.department, work.settings.domain, ticket.number, reader.box.address, reader.role,
        purpose=reader.purpose, seen=seen,
    )  # fmt: skip


def new_id(work: Work, ticket: Ticket, reader: Reader) -> str:
    """A Message-ID that nobody else has: random, so that even a restored database never repeats one."""
    keys, serial = work.settings.keys, secrets.token_hex(8)
    return keys.message_id(
        work.settings.domain, ticket.number, serial, reader.box.address, reader.role
    )


def _content(
    work: Work, row: Outbox, ticket: Ticket, mail: Mail, reader: Reader, readers: list[Reader]
) -> bytes:
    """The finished bytes: every try sends the same ones, with the same Message-ID."""
    keys, address = work.settings.keys, reader.box.address
    last = reader.last_message_id
    ids = [mail.root, *tickets.thread_ids(work.session, ticket.number, address)]
    known = dict.fromkeys(filter(_PLAIN_ID.fullmatch, ids))
    if last in known and last != next(iter(known)):
        # What is answered stands last (RFC 5322, 3.6.4), whatever came at the same moment.
        known[last] = known.pop(last)
    references = tuple(known)
    draft = Draft(
        author=mail.author,
        to=(readers[0].box,),
        cc=tuple(r.box for r in readers[1:]),
        subject=mail.subject,
        body=mail.body,
        message_id=row.message_id,
        date=work.now,
        reply_to=mail.reply_to or answer_to(work, ticket, reader),
        in_reply_to=last
        if _PLAIN_ID.fullmatch(last)
        else (references[-1] if mail.root and references else ""),
        references=references,
        thread_topic=ticket.subject if mail.by_person else "",
        thread_index=answered(reader.thread_index, work.now) if mail.by_person else "",
        attachments=mail.attachments,
        fields=mail.fields,
    )
    if not mail.by_person:
        draft = replace(draft, auto_submitted=_automatic(mail), loop_mark=keys.loop_mark())
    return compose(draft)


def _automatic(mail: Mail) -> str:
    """How a mail that nobody wrote says so (RFC 3834, 5)."""
    return "auto-replied" if mail.kind == "ack" else "auto-generated"
