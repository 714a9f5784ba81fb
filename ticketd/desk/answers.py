"""What agents ask for by mail, as text: a ticket, its history, lists, the commands."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from ticketd.core.addresses import Agent
from ticketd.core.commands import Command, verb_of
from ticketd.core.effects import effect
from ticketd.core.errors import Refused
from ticketd.core.events import event_of
from ticketd.core.inbound import Attachment
from ticketd.core.permits import may_see, why_not
from ticketd.core.plan import Plan, Speech, plan_of
from ticketd.core.query import parse_query, words_of
from ticketd.core.query_shape import BadQuery, Query
from ticketd.core.settings import Settings
from ticketd.core.text import file_size
from ticketd.core.verbs import VERBS, Verb
from ticketd.core.views import View
from ticketd.core.words import word
from ticketd.desk.absence import seen_of
from ticketd.desk.files import of_message
from ticketd.desk.mails import author_of, quote, subject_of
from ticketd.desk.work import Work
from ticketd.mail.dates import moment
from ticketd.store import acts, tickets, views
from ticketd.store import query as stored
from ticketd.store.agent_tables import WaitingAct
from ticketd.store.tables import Message, Ticket

_MOST_LISTED, _MOST_LOOKED_AT = 40, 400
_LANGUAGES = ("en", "th", "vi")
_NOTHING = {"en": "no tickets", "th": "ไม่มีเรื่อง", "vi": "không có yêu cầu nào"}


def show(work: Work, agent: Agent, number: str) -> str:
    """A ticket with its messages. Refused where there is none, or the agent may not see it."""
    digits = number.lstrip("#")
    found = None
    if digits.isascii() and digits.isdigit() and len(digits) <= 10:
        found = tickets.by_number(work.session, int(digits))
    if found is None:
        raise Refused("there is no ticket #{number}", number=digits)
    why = why_not(agent, "show", seen_of(work, found))
    if why is not None:
        raise Refused("#{number}: {why}", number=found.number, why=why)
    lines = [_line(work, agent, found), f"{found.customer_name} <{found.customer_address}>".strip()]
    for message in tickets.messages(work.session, found.number):
        lines += [
            "",
            _head(work, agent, found, message),
            quote(message.text or message.full_text, 200),
        ]
        lines += [f"[{file.name}, {file_size(file.size)}]" for file in message.attachments]
    return "\n".join(lines)


def _head(work: Work, agent: Agent, ticket: Ticket, message: Message) -> str:
    author = author_of(work, ticket, message)
    kind = word(message.kind, agent.language)
    return f"{author} · {kind} · {moment(message.at, agent.timezone, agent.language)}"


def _line(work: Work, agent: Agent, ticket: Ticket) -> str:
    labels = work.settings.labels
    status, priority = (
        word(name, agent.language, labels) for name in (ticket.status, ticket.priority)
    )
    return f"{subject_of(work, ticket)} · {status} · {priority} · {ticket.assignee or '-'}"


def history(work: Work, agent: Agent, ticket: Ticket) -> str:
    """What happened to a ticket, one line each."""
    lines, labels = [], work.settings.labels
    for row in tickets.history(work.session, ticket.number):
        event = event_of(row.event, row.data)
        told = (
            effect(event, agent.language, ticket.customer_address, agent.timezone, labels)
            if event
            else ""
        )
        if told:
            by = word(row.by, agent.language)
            lines.append(f"{moment(row.at, agent.timezone, agent.language)} · {by} · {told}")
    return "\n".join(lines)


def numbers_of(work: Work, agent: Agent, words: str) -> set[int]:
    """The numbers of the tickets that a query finds and the agent may see. Refused where it is none."""
    return {ticket.number for ticket in _found(work, agent, words, finds=False)}


def listing(work: Work, agent: Agent, words: str, *, finds: bool = False) -> str:
    """Tickets, one line each; of those alone that the agent may see. Refused where it is no query."""
    mine = _found(work, agent, words, finds=finds)
    lines = [_line(work, agent, ticket) for ticket in mine[:_MOST_LISTED]]
    more = len(mine) - len(lines)
    return "\n".join([*lines, *([f"… +{more}"] if more else [])]) or _NOTHING[agent.language]


def _found(work: Work, agent: Agent, words: str, *, finds: bool) -> list[Ticket]:
    own = views.of_agent(work.session, agent.key)
    known = work.settings.asker(work.now, agent.key, own=own).views
    asked = words_of(words) if finds else _viewed(words_of(words), known)
    try:
        query = query_of(work.settings, agent, work.now, asked, own)
    except BadQuery as error:
        raise Refused(error.sentence) from None
    if not finds:
        query = query.or_open()
    found = stored.found(work.session, query, _MOST_LOOKED_AT)
    return [t for t in found if may_see(agent, seen_of(work, t))]


def query_of(
    settings: Settings, agent: Agent, now: datetime, words: Sequence[str], own: tuple[View, ...]
) -> Query:
    """A query as an agent with these views of the own means it. BadQuery and Refused as in `parse_query`."""
    return parse_query(words, settings.asker(now, agent.key, agent.timezone, own))


def _viewed(words: Sequence[str], known: Sequence[View]) -> list[str]:
    """The first word of a list may be the name of a view; without any it is one's own tickets."""
    first, *rest = words or ("mine",)
    is_view = any(view.name == first.lower() for view in known)
    return [f"view:{first}" if is_view else first, *rest]


def help_text(language: str, verb: str = "") -> str:
    """The commands, or one of them, in an agent's own words. Refused where there is no such command."""
    language = language if language in _LANGUAGES else "en"
    one = verb_of(verb.lstrip("#")) if verb else None
    if verb and one is None:
        raise Refused("there is no command '#{word}'", word=verb.lstrip("#"))
    groups = groupby([one] if one else VERBS, key=lambda verb: verb.group)
    return "\n\n".join("\n".join(_help(v, language) for v in group) for _, group in groups)


def _help(verb: Verb, language: str) -> str:
    """`- #close [solved|…] – close, and tell the customer`; elsewhere the own word first."""
    at = _LANGUAGES.index(language)
    own = f"#{verb.others[at - 1]}, " if at else ""
    return f"- {own}{verb.usage} – {verb.help[at]}"


def waiting_plan(work: Work, row: WaitingAct, agent: Agent) -> tuple[Plan, tuple[Attachment, ...]]:
    """What waited, with its text and files; the draft itself is gone then."""
    commands = tuple(Command(verb, words) for verb, words in row.commands)
    message = work.session.get(Message, row.message) if row.message else None
    text = message.text if message else ""
    files: tuple[Attachment, ...] = ()
    if message is not None:
        files = of_message(work, message)
        acts.remove_message(work.session, message.id)
    return plan_of(commands, Speech(row.speech), text, work.now, agent.timezone), files
