"""Somebody outside is asked: they get a mail of their own, and what they answer stays inside."""

from dataclasses import dataclass

from ticketd.core.account_codes import has_account_code
from ticketd.core.addresses import Agent, is_address, normalise
from ticketd.core.errors import Refused
from ticketd.core.events import Forwarded
from ticketd.core.inbound import Attachment, Mailbox
from ticketd.core.signatures import signature
from ticketd.core.threads import ASKED
from ticketd.core.tokens import without_tokens
from ticketd.desk.files import of_message
from ticketd.desk.mails import quote, subject_of, values_of
from ticketd.desk.post import Mail, Reader, put
from ticketd.desk.record import record
from ticketd.desk.replies import Source, agent_message, said
from ticketd.desk.work import Work
from ticketd.mail.dates import moment
from ticketd.mail.render import Rendered
from ticketd.store import tickets
from ticketd.store.tables import Message, Outbox, Ticket

_SHOWN = ("customer", "unverified")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody outside is asked."""

    to: str
    text: str
    message: int | None = None
    """What of the ticket they read; without it the customer's last words."""
    with_files: bool = False
    """Whether the files of that message go along."""
    attachments: tuple[Attachment, ...] = ()
    source: Source | None = None


def forward(work: Work, ticket: Ticket, agent: Agent, new: Question) -> list[Outbox]:
    """Ask somebody who takes no part. Refused where they do, are one of us, or there is nothing to say."""
    address = _outsider(work, ticket, new.to)
    department = work.settings.department(ticket.department)
    plain = without_tokens(new.text, work.settings.domain, department.address)
    text = said(plain, "an empty text asks nothing")
    shown = _shown(work, ticket, new.message)
    files = new.attachments
    if new.with_files and shown is not None:
        files = (*files, *of_message(work, shown))
    entry = agent_message(work, ticket, "forward", agent, text, files, new.source)
    mail = Mail(
        kind="forward",
        subject=subject_of(work, ticket),
        body=_body(work, ticket, agent, text, shown),
        author=Mailbox(f"{agent.name} – {department.name}", department.address),
        by_person=True,
        message=entry.id,
        attachments=files,
    )
    rows = put(work, ticket, mail, [Reader(Mailbox("", address), ASKED)])
    entry.message_id = rows[0].message_id
    record(work, ticket, Forwarded(entry.id, address), agent.key)
    return rows


def _outsider(work: Work, ticket: Ticket, to: str) -> str:
    address = normalise(to.rpartition("<")[2].rstrip("> "))
    if not is_address(address):
        raise Refused("'{address}' is no mail address", address=to)
    if work.settings.own.is_ours(address) or work.settings.agent_by_address(address) is not None:
        raise Refused("{address} is one of us; write a note, or assign it", address=address)
    if any(p.address == address for p in tickets.participants(work.session, ticket.number)):
        raise Refused(
            "{address} takes part in #{number}; use `reply`", address=address, number=ticket.number
        )
    return address


def _shown(work: Work, ticket: Ticket, number: int | None) -> Message | None:
    if number is None:
        return tickets.last_of(work.session, ticket.number, _SHOWN)
    found = next((m for m in tickets.messages(work.session, ticket.number) if m.id == number), None)
    if found is None or found.kind not in (*_SHOWN, "third-party", "reply"):
        raise Refused(
            "#{number} has no message {message} that could be shown to others",
            number=ticket.number,
            message=number,
        )
    return found


def _body(work: Work, ticket: Ticket, agent: Agent, text: str, shown: Message | None) -> Rendered:
    department = work.settings.department(ticket.department)
    language = department.language
    # A code that verifies an account has no business outside.
    is_told = shown is not None and not has_account_code(ticket.subject, shown.full_text)
    values = values_of(work, ticket, department) | {
        "text": text.strip("\n"),
        "signature": signature(agent, department, work.settings.name),
        "quoted": quote(shown.text or shown.full_text) if shown and is_told else "",
        "quoted_by": (shown.author_name or shown.author_address) if shown and is_told else "",
        "quoted_at": moment(shown.at, department.timezone, language) if shown and is_told else "",
    }
    return work.desk.renderer.render("forward", language, values)
