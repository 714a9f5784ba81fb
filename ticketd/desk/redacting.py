"""Takes something out of a ticket for good: messages, files, raw mails, history, search, and what has not left yet."""

import json
from dataclasses import dataclass, field
from typing import Any

from ticketd.core.addresses import Agent
from ticketd.core.desk_events import Redacted
from ticketd.core.errors import Refused
from ticketd.core.redaction import Redactor, Wanted
from ticketd.core.sentences import Sentence, say
from ticketd.desk.record import record
from ticketd.desk.work import Work
from ticketd.mail.redact import redacted, redacted_file
from ticketd.store import blobs, hook_calls, inbox, outbox, search, stories, tickets, waiting
from ticketd.store.database import overwrite
from ticketd.store.tables import Inbox, Message, Outbox, Ticket

_UNSENT = ("waiting", "held", "failed")
_SEEN_BY_US = ("text/", "message/")


@dataclass(slots=True)
class Gone:
    """Where it stood."""

    messages: int = 0
    files: int = 0
    mails: int = 0
    """Raw mails that came."""
    waiting: int = 0
    """Mails of ours, and calls of hooks, that had not left."""
    left: list[str] = field(default_factory=list)
    """Whom it has reached: that cannot be called back."""
    unseen: list[str] = field(default_factory=list)
    """Files that cannot be looked into."""

    fields: bool = False
    """Whether it stood in the ticket's own fields."""

    @property
    def is_found(self) -> bool:
        """Whether it stood anywhere."""
        return self.fields or bool(self.messages + self.files + self.mails)


def redact(
    work: Work, ticket: Ticket, wanted: Wanted, agent: Agent, source: int | None = None
) -> Gone:
    """Take it out wherever it stands on a ticket, and on those that were merged into it. It cannot be taken back.

    `source` is the mail that asks for it.
    Refused where it stands nowhere; by mail that is an answer, as the mail itself has to go all the same.
    """
    work.session.flush()
    overwrite(work.session)
    work.forgets = True
    redactor, gone = Redactor(wanted), Gone()
    old: set[str] = set()
    own = (ticket, *tickets.merged_into(work.session, ticket.number))
    for one in own:
        _said(work, one, redactor, gone, old)
    if not gone.is_found and source is None:
        raise Refused("#{number}: it is found nowhere; nothing was done", number=ticket.number)
    for one in own:
        _beside(work, one, redactor, gone)
    for mail in _asking(work, redactor, source):
        # Who asks by mail has to name it.
        _raw(work, mail, redactor, old)
    work.session.flush()
    for one in own:
        search.index_ticket(work.session, one)
        # What reports read of it is made of the history.
        stories.rebuild(work.session, one.number, one.opened_at)
    work.gone_files += blobs.drop_unused(work.session, sorted(old))
    told = Redacted(str(wanted), gone.messages, gone.files, gone.mails, gone.waiting)
    record(work, ticket, told, agent.key)
    return gone


def _said(work: Work, ticket: Ticket, redactor: Redactor, gone: Gone, old: set[str]) -> None:
    """What people said, the mails as they came, and the ticket's own fields."""
    messages = tickets.messages(work.session, ticket.number)
    for message in messages:
        _message(work, message, redactor, gone, old)
    for mail in inbox.of_ticket(work.session, ticket.number, [m.inbox_id for m in messages]):
        gone.mails += _raw(work, mail, redactor, old)
    gone.fields |= _ticket(ticket, redactor)


def _beside(work: Work, ticket: Ticket, redactor: Redactor, gone: Gone) -> None:
    """The history, what waits for a word of an agent, and what we send."""
    for event in tickets.history(work.session, ticket.number):
        event.data = _in_event(event.event, event.data, redactor)
    for act in waiting.of_ticket(work.session, ticket.number):
        act.commands = [[verb, *_in_json(words, redactor)] for verb, *words in act.commands]
    for row in outbox.of_ticket(work.session, ticket.number):
        _outgoing(row, redactor, gone)


def _asking(work: Work, redactor: Redactor, source: int | None) -> list[Inbox]:
    """The mail that asks for it, and those to the desk address that nobody confirmed: these are about no ticket yet."""
    ids = [source]
    for act in waiting.to_desk(work.session):
        new = _in_json(act.commands, redactor)
        if new != act.commands:
            ids += map(int, act.commands[0][2:])
            act.commands = new
    mails = [inbox.by_id(work.session, one) for one in ids if one is not None]
    return [mail for mail in mails if mail is not None]


def told(gone: Gone) -> list[Sentence]:
    """What the agent has to know besides: one line each."""
    lines = [] if gone.is_found else [say("it is found nowhere")]
    if gone.left:
        lines.append(
            say("cannot be called back, it has left already: {known}", known=tuple(gone.left))
        )
    if gone.unseen:
        lines.append(
            say("not looked into, `file NAME` takes them out: {known}", known=tuple(gone.unseen))
        )
    return lines


def _message(work: Work, message: Message, redactor: Redactor, gone: Gone, old: set[str]) -> None:
    new = [redactor.text(text) for text in (message.text, message.full_text, message.author_name)]
    names = [file.name for file in message.attachments]
    before = gone.files
    for file in message.attachments:
        content = blobs.get(work.session, work.desk.database.blobs, file.sha256)
        other = redacted_file(file.name, content, redactor)
        file.name = redactor.text(file.name)
        if other is not None:
            old.add(file.sha256)
            file.sha256 = blobs.put(work.session, work.desk.database.blobs, other, work.now)
            file.size = len(other)
            gone.files += 1
        elif not file.type.startswith(_SEEN_BY_US) and not redactor.wanted.file:
            gone.unseen.append(file.name)
    if new != [message.text, message.full_text, message.author_name]:
        message.text, message.full_text, message.author_name = new
        gone.messages += 1
    elif before == gone.files and names == [file.name for file in message.attachments]:
        return
    search.index_again(work.session, message, [file.name for file in message.attachments])


def _raw(work: Work, mail: Inbox, redactor: Redactor, old: set[str]) -> bool:
    """Whether the mail as it came held it; then it is another one from now on."""
    if not mail.sha256:
        return False
    folder = work.desk.database.blobs
    try:
        raw = blobs.get(work.session, folder, mail.sha256)
    except KeyError:
        # Its retention is over.
        return False
    new = redacted(raw, redactor)
    if new is None:
        return False
    old.add(mail.sha256)
    mail.sha256, mail.size = blobs.put(work.session, folder, new, work.now), len(new)
    return True


def _ticket(ticket: Ticket, redactor: Redactor) -> bool:
    """Its own fields; whether it stood there."""
    before = (ticket.subject, ticket.summary, ticket.customer_name, ticket.fields)
    ticket.subject = redactor.text(ticket.subject)
    ticket.summary = redactor.text(ticket.summary)
    ticket.customer_name = redactor.text(ticket.customer_name)
    ticket.fields = _in_json(ticket.fields, redactor)
    return before != (ticket.subject, ticket.summary, ticket.customer_name, ticket.fields)


def _outgoing(row: Outbox, redactor: Redactor, gone: Gone) -> None:
    if row.kind == hook_calls.KIND:
        # As it is meant: written as JSON a quotation mark is another one.
        told = json.loads(row.content) if row.content else {}
        other = _in_json(told, redactor)
        new = json.dumps(other, ensure_ascii=False).encode() if other != told else None
    else:
        new = redacted(row.content, redactor)
    if new is None:
        return
    row.content = new
    if row.state in _UNSENT:
        gone.waiting += 1
    elif row.rcpt_to not in gone.left:
        gone.left.append(row.rcpt_to)


_FACTS = frozenset({
    "act", "agent", "assignee", "before", "by", "department", "due", "event", "field", "kind", "number", "policy",
    "purpose", "since", "target", "until",
})  # fmt: skip
_LISTED = frozenset({
    "assignee", "channel", "department", "due", "language", "pending_until", "priority", "severity", "status",
})  # fmt: skip
"""Fields whose values are ours to choose from."""


def _in_event(name: str, data: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """What people said in it. Facts stay: clocks, figures and `undo` read them, and an agent may be called John."""
    is_listed = name == "status_changed" or data.get("field") in _LISTED
    facts = _FACTS | {"old", "new"} if is_listed else _FACTS
    return {key: one if key in facts else _in_json(one, redactor) for key, one in data.items()}


def _in_json(value: Any, redactor: Redactor) -> Any:
    """Every text in it."""
    match value:
        case str():
            return redactor.text(value)
        case dict():
            return {key: _in_json(one, redactor) for key, one in value.items()}
        case list() | tuple():
            return [_in_json(one, redactor) for one in value]
        case _:
            return value
