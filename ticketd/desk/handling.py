"""What agents do to tickets besides answering: note, assign, reopen, wait, set, tag, follow, cc."""

from datetime import datetime

from ticketd.core import fields
from ticketd.core.addresses import Agent, is_address, normalise
from ticketd.core.errors import Refused
from ticketd.core.events import Assigned, Changed, Noted, PersonAdded, PersonRemoved, Tagged
from ticketd.core.lifecycle import Happening, Status
from ticketd.core.settings import Settings
from ticketd.core.text import clean_text, header_text
from ticketd.desk.record import record
from ticketd.desk.tickets import add_department, agent_message, move
from ticketd.store import Session, tickets
from ticketd.store.tables import Message, Participant, Ticket


def note(session: Session, ticket: Ticket, agent: Agent, text: str, now: datetime) -> Message:
    """Write something that only agents see. Refused where there is nothing to say."""
    text = clean_text(text).strip()
    if not text:
        raise Refused("an empty text is no note")
    message = agent_message(session, ticket, "note", agent, text, now)
    record(session, ticket, Noted(message.id), agent.key, now)
    return message


def assign(
    session: Session, settings: Settings, ticket: Ticket, to: str, agent: Agent, now: datetime
) -> None:
    """Give a ticket to an agent, or to nobody (`none`). Refused where there is no such agent, or nothing changes."""
    assignee = ""
    if to.lower() != "none":
        chosen = settings.agent(to) or settings.agent_by_address(normalise(to))
        if chosen is None:
            raise Refused(
                f"there is no agent '{to}'; there are {', '.join(a.key for a in settings.agents)}"
            )
        assignee = chosen.key
    before = ticket.assignee or ""
    if assignee == before:
        raise Refused(
            f"#{ticket.number} is {f'{assignee} its assignee' if assignee else 'nobody'} already"
        )
    ticket.assignee = assignee or None
    record(session, ticket, Assigned(assignee, before), agent.key, now)


def reopen(session: Session, ticket: Ticket, agent: Agent, now: datetime) -> None:
    """Open a closed or pending ticket again. Refused where it is open."""
    if ticket.status in {Status.NEW, Status.OPEN}:
        raise Refused(f"#{ticket.number} is {ticket.status} already")
    move(session, ticket, Happening.AGENT_REOPENED, agent.key, now)


def pending(session: Session, ticket: Ticket, agent: Agent, now: datetime) -> None:
    """Wait for the customer. Refused where the ticket is closed or waits already."""
    if ticket.status in {Status.PENDING, Status.CLOSED}:
        raise Refused(f"#{ticket.number} is {ticket.status} already")
    move(session, ticket, Happening.AGENT_WAITS, agent.key, now)


def set_field(
    session: Session,
    settings: Settings,
    ticket: Ticket,
    name: str,
    value: str,
    agent: Agent,
    now: datetime,
) -> None:
    """Give a field another value. Refused where there is no such field or it cannot hold that value."""
    new = _checked(settings, name, value)
    attribute = _ATTRIBUTES[name]
    old = str(getattr(ticket, attribute) or "")
    if new == old:
        return
    setattr(ticket, attribute, new or None if name == "severity" else new)
    if name == "department":
        add_department(session, ticket, new, now)
    record(session, ticket, Changed(name, old, new), agent.key, now)


_ATTRIBUTES = {
    "priority": "priority", "severity": "severity", "department": "department", "dept": "department",
    "subject": "subject", "title": "subject", "summary": "summary", "language": "language", "lang": "language",
    "channel": "channel",
}  # fmt: skip


def _checked(settings: Settings, name: str, value: str) -> str:
    attribute = _ATTRIBUTES.get(name)
    match attribute:
        case "priority":
            return fields.one_of("priority", value, fields.PRIORITIES)
        case "severity":
            return (
                ""
                if value.lower() == "none"
                else fields.one_of("severity", value, fields.SEVERITIES)
            )
        case "department":
            return fields.one_of(
                "department", value, tuple(d.key for d in settings.own.departments)
            )
        case "language":
            return fields.one_of("language", value, settings.languages)
        case "channel":
            return fields.one_of("channel", value, fields.CHANNELS)
        case "subject" | "summary":
            text = header_text(value)
            if not text and attribute == "subject":
                raise Refused("a ticket needs a subject")
            return text
        case _:
            known = ", ".join(sorted(set(_ATTRIBUTES.values())))
            raise Refused(f"there is no field '{name}'; there are {known}")


def tag(
    session: Session, ticket: Ticket, words: tuple[str, ...], agent: Agent, now: datetime
) -> None:
    """Add and remove tags: `+hw -spam`."""
    added, removed = fields.tag_changes(words)
    kept = [t for t in ticket.tags if t not in removed]
    new = [*kept, *(t for t in added if t not in kept)]
    if new == ticket.tags:
        return
    record(
        session,
        ticket,
        Tagged(
            tuple(t for t in new if t not in ticket.tags),
            tuple(t for t in ticket.tags if t not in new),
        ),
        agent.key,
        now,
    )
    ticket.tags = new


def add_person(
    session: Session, settings: Settings, ticket: Ticket, address: str, agent: Agent, now: datetime
) -> None:
    """Let somebody outside take part: from now on content goes to them too. Refused for addresses of ours."""
    address = normalise(address)
    if not is_address(address):
        raise Refused(f"'{address}' is no mail address")
    if settings.own.is_ours(address):
        raise Refused(f"{address} is an address of ours; use `set {ticket.number} department=…`")
    if any(p.address == address for p in tickets.participants(session, ticket.number)):
        raise Refused(f"{address} takes part in #{ticket.number} already")
    session.add(Participant(ticket=ticket.number, address=address, role="follower"))
    record(session, ticket, PersonAdded(address), agent.key, now)


def remove_person(
    session: Session, ticket: Ticket, address: str, agent: Agent, now: datetime
) -> None:
    """Let somebody outside take part no longer. Refused for the customer."""
    address = normalise(address)
    for person in tickets.participants(session, ticket.number):
        if person.address == address:
            if person.role == "customer":
                raise Refused(f"{address} is the customer of #{ticket.number}")
            session.delete(person)
            record(session, ticket, PersonRemoved(address), agent.key, now)
            return
    raise Refused(f"{address} takes no part in #{ticket.number}")
