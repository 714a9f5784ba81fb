"""Canned replies and articles on a ticket: chosen by its language and department, filled in, counted."""

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from ticketd.core.addresses import Agent
from ticketd.core.commands import Command
from ticketd.core.desk_events import TextUsed
from ticketd.core.errors import Refused
from ticketd.core.events import CUSTOMER, SYSTEM
from ticketd.core.fitting import excerpt, fitting
from ticketd.core.inbound import Attachment
from ticketd.core.subjects import subject_tag
from ticketd.core.texts import Article, choose, filled, given_values, readable
from ticketd.desk.record import record
from ticketd.desk.work import Work
from ticketd.store import texts as stored
from ticketd.store import tickets
from ticketd.store.tables import Ticket


@dataclass(frozen=True, slots=True)
class Filled:
    """A text as the customer gets it, with its files."""

    text: str
    files: tuple[Attachment, ...] = ()


def canned_text(
    work: Work, ticket: Ticket, name: str, values: dict[str, str], agent: Agent | None
) -> Filled:
    """A canned reply for a ticket. Refused where there is none, or a value is missing."""
    found = choose(
        work.settings.texts.canned, name, ticket.language, ticket.department, "canned reply"
    )
    try:
        text = filled(found.text, _values(work, ticket, agent) | values)
    except Refused as error:
        raise Refused("canned reply '{name}': {error}", name=name, error=error.sentence) from None
    return Filled(readable(text), _files(found.files))


def article_text(work: Work, ticket: Ticket, name: str, *, outside: bool) -> Filled:
    """An article for a ticket. Refused where there is none, or an internal one would go outside."""
    found = choose(
        work.settings.texts.articles, name, ticket.language, ticket.department, "article"
    )
    if outside and not found.public:
        raise Refused("the article '{name}' is internal; #note keeps it inside", name=name)
    return Filled(article_body(found), _files(found.files))


def article_body(found: Article) -> str:
    """An article as people read it in a mail: its title, its text, where it stands in the web."""
    text = readable(found.text)
    if not text.startswith(found.title):
        text = f"{found.title}\n\n{text}"
    return f"{text}\n\n{found.url}".strip()


def _values(work: Work, ticket: Ticket, agent: Agent | None) -> dict[str, str]:
    department = work.settings.department(ticket.department)
    return {
        "customer": ticket.customer_name or ticket.customer_address,
        "customer_address": ticket.customer_address,
        "agent": agent.name if agent else department.name,
        "number": str(ticket.number),
        "tag": subject_tag(ticket.number, work.settings.name),
        "subject": ticket.subject,
        "department": department.name,
        "company": work.settings.name,
    }


def _files(paths: tuple[str, ...]) -> tuple[Attachment, ...]:
    found = []
    for path in map(Path, paths):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Refused(
                "{path} cannot be read: {strerror}", path=path, strerror=error.strerror
            ) from None
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        found.append(Attachment(path.name, kind, content))
    return tuple(found)


def use(work: Work, ticket: Ticket, agent: Agent, command: Command, *, is_outside: bool) -> Filled:
    """The text that `#canned` or `#kb` names, counted. Refused where it cannot be."""
    name, values = given_values(command.words)
    if command.verb == "canned":
        found = canned_text(work, ticket, name, values, agent)
    else:
        found = article_text(work, ticket, name, outside=is_outside)
    note_use(work, ticket, command.verb, name, agent.key)
    return found


def suggest(work: Work, ticket: Ticket) -> list[dict[str, str]]:
    """The articles that a new ticket's ack names, counted: title, first words and address of each."""
    articles = work.settings.texts.articles
    if not articles:
        return []
    first = next(iter(tickets.messages(work.session, ticket.number, limit=1)), None)
    asked = f"{ticket.subject}\n{first.text if first else ''}"
    found = fitting(articles, asked, ticket.language, ticket.department)
    for article in found:
        note_use(work, ticket, "suggested", article.name, SYSTEM)
    return [{"title": a.title, "text": readable(excerpt(a)), "url": a.url or ""} for a in found]


def note_solved(work: Work, ticket: Ticket) -> None:
    """The customer needed no agent: the articles of the ack did it."""
    if ticket.first_reply_at is None:
        for name in stored.suggested(work.session, ticket.number):
            note_use(work, ticket, "solved", name, CUSTOMER)


def note_use(work: Work, ticket: Ticket, kind: str, name: str, by: str) -> None:
    """Count a text, and say so on the ticket."""
    stored.use(work.session, kind, name, ticket.number, work.act, work.now)
    record(work, ticket, TextUsed(kind, name), by)
