"""What agents do to tickets besides talking: assign, wait, set, tag, follow, cc."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ticketd.core import fields
from ticketd.core.addresses import Agent, is_address, normalise
from ticketd.core.desk_events import Referred, TimeSpent
from ticketd.core.errors import Refused
from ticketd.core.events import (
    Assigned,
    Changed,
    Followed,
    Linked,
    PersonAdded,
    PersonRemoved,
    Released,
    Reminded,
    Tagged,
    Unfollowed,
)
from ticketd.core.lifecycle import Happening, Status
from ticketd.core.moments import moment_of
from ticketd.core.sentences import say
from ticketd.core.settings import Settings
from ticketd.core.text import header_text
from ticketd.desk import custom, handover
from ticketd.desk.absence import check_permit
from ticketd.desk.acks import acknowledge_call
from ticketd.desk.record import record
from ticketd.desk.tickets import add_department, existing, move
from ticketd.desk.work import Work
from ticketd.store import acts, outbox, search, tickets, waiting
from ticketd.store.tables import Participant, Ticket


def assign(work: Work, ticket: Ticket, to: str, agent: Agent) -> None:
    """Give a ticket to an agent, or to nobody (`none`). Refused where there is no such agent, or nothing changes."""
    assignee = "" if to.lower() == "none" else _agent(work, to).key
    before = ticket.assignee or ""
    if assignee == before:
        raise Refused(
            "#{number} is {assignee}'s already",
            number=ticket.number,
            assignee=assignee or say("nobody"),
        )
    ticket.assignee = assignee or None
    record(work, ticket, Assigned(assignee, before), agent.key)
    handover.begin(work, ticket, agent.key, assignee)


def pending(work: Work, ticket: Ticket, agent: Agent, until: datetime | None = None) -> None:
    """Wait for the customer, at most `until` then. Refused where the ticket is closed or waits already."""
    if ticket.status == Status.CLOSED or (ticket.status == Status.PENDING and until is None):
        raise Refused(
            "#{number} is {status} already", number=ticket.number, status=say(ticket.status)
        )
    move(work, ticket, Happening.AGENT_WAITS, agent.key, until=until)


def set_field(work: Work, ticket: Ticket, name: str, value: str, agent: Agent) -> None:
    """Give a field another value. Refused where there is no such field or it cannot hold that value."""
    if name == "customer":
        set_customer(work, ticket, value, agent)
        return
    if name == "due":
        set_due(work, ticket, value, agent)
        return
    own = custom.field_of(work, name)
    if own is not None:
        custom.set_custom(work, ticket, own, value, agent)
        return
    new = _checked(work.settings, name, value)
    attribute = _ATTRIBUTES[name]
    old = str(getattr(ticket, attribute) or "")
    if new == old:
        return
    setattr(ticket, attribute, new or None if attribute == "severity" else new)
    if attribute == "department":
        add_department(work, ticket, new, agent.key)
    if attribute in {"subject", "summary"}:
        search.index_ticket(work.session, ticket)
    record(work, ticket, Changed(attribute, old, new), agent.key)


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
            own = (field.name for field in settings.custom_fields)
            known = tuple(sorted({*_ATTRIBUTES.values(), "customer", "due", *own}))
            raise Refused("there is no field '{name}'; there are {known}", name=name, known=known)


def tag(work: Work, ticket: Ticket, words: tuple[str, ...], agent: Agent) -> None:
    """Add and remove tags: `+hw -spam`."""
    added, removed = fields.tag_changes(words)
    kept = custom.settle_tags(work, added, [t for t in ticket.tags if t not in removed])
    new = [*kept, *(t for t in added if t not in kept)]
    if new == ticket.tags:
        return
    event = Tagged(
        tuple(t for t in new if t not in ticket.tags),
        tuple(t for t in ticket.tags if t not in new),
    )
    record(work, ticket, event, agent.key)
    ticket.tags = new


def add_person(work: Work, ticket: Ticket, address: str, agent: Agent) -> None:
    """Let somebody outside take part: from now on content goes to them too. Refused for addresses of ours."""
    address = normalise(address)
    if not is_address(address):
        raise Refused("'{address}' is no mail address", address=address)
    if work.settings.own.is_ours(address):
        raise Refused(
            "{address} is an address of ours; #dept gives the ticket to a department",
            address=address,
        )
    colleague = work.settings.agent_by_address(address)
    if colleague is not None:
        # Customers would read it in Cc.
        raise Refused(
            "{address} is {agent}'s own; #follow tells a colleague",
            address=address,
            agent=colleague.key,
        )
    if any(p.address == address for p in tickets.participants(work.session, ticket.number)):
        raise Refused(
            "{address} takes part in #{number} already", address=address, number=ticket.number
        )
    work.session.add(Participant(ticket=ticket.number, address=address, role="follower"))
    work.session.flush()
    work.session.expire(ticket, ["people"])
    record(work, ticket, PersonAdded(address), agent.key)


def remove_person(work: Work, ticket: Ticket, address: str, agent: Agent) -> None:
    """Let somebody outside take part no longer. Refused for the customer."""
    address = normalise(address)
    for person in tickets.participants(work.session, ticket.number):
        if person.address == address:
            if person.role == "customer":
                raise Refused(
                    "{address} is the customer of #{number}", address=address, number=ticket.number
                )
            work.session.delete(person)
            work.session.flush()
            work.session.expire(ticket, ["people"])
            record(work, ticket, PersonRemoved(address, person.name), agent.key)
            return
    raise Refused("{address} takes no part in #{number}", address=address, number=ticket.number)


def set_customer(work: Work, ticket: Ticket, address: str, agent: Agent) -> None:
    """Whose ticket it is: the answers go there from now on. Refused for addresses of ours."""
    address = normalise(address)
    if not is_address(address):
        raise Refused("'{address}' is no mail address", address=address)
    if work.settings.own.is_ours(address) or work.settings.agent_by_address(address):
        raise Refused("{address} is one of us; a customer is somebody outside", address=address)
    old = ticket.customer_address
    if address == old:
        return
    people = tickets.participants(work.session, ticket.number)
    for person in people:
        if person.address == address:
            work.session.delete(person)
    work.session.flush()
    for person in people:
        if person.role == "customer":
            person.address, person.name, person.last_message_id = address, "", ""
    ticket.customer_address, ticket.customer_name = address, ""
    work.session.flush()
    work.session.expire(ticket, ["people"])
    record(work, ticket, Changed("customer", old, address), agent.key)
    _readdress_ack(work, ticket, old)


def _readdress_ack(work: Work, ticket: Ticket, old: str) -> None:
    """An ack that has not left goes to the right customer."""
    for row in outbox.unsent(work.session, ticket.number, "ack", old):
        if row.message:
            acts.remove_message(work.session, row.message)
        work.session.delete(row)
        work.session.flush()
        acknowledge_call(work, ticket)


def set_due(work: Work, ticket: Ticket, words: str, agent: Agent) -> None:
    """When it shall be done: agents are reminded then. `none`: at no time. Refused where that is over."""
    wanted = words.strip().lower() not in {"none", "-", ""}
    at = moment_of(words, work.now, agent.timezone) if wanted else None
    if at is not None and at <= work.now:
        raise Refused("{at} is over; name a moment to come", at=f"{at:%Y-%m-%d %H:%M}")
    if ticket.status == Status.CLOSED:
        raise Refused("#{number} is closed; reopen it first", number=ticket.number)
    change_due(work, ticket, at, agent)


def change_due(work: Work, ticket: Ticket, at: datetime | None, agent: Agent) -> None:
    """The moment itself, whether it is over or not; told by the agent's clock."""
    old = ticket.agent_due
    if at == old:
        return
    ticket.agent_due = at
    zone = ZoneInfo(agent.timezone)
    told = (moment.astimezone(zone).isoformat() if moment else "" for moment in (old, at))
    record(work, ticket, Changed("due", *told), agent.key)


def spend(work: Work, ticket: Ticket, minutes: int, agent: Agent) -> None:
    """So long an agent worked on it. Refused where less than nothing would be left."""
    total = (ticket.minutes or 0) + minutes
    if total < 0:
        raise Refused(
            "only {minutes} min were spent on #{number}",
            minutes=ticket.minutes or 0,
            number=ticket.number,
        )
    ticket.minutes = total
    record(work, ticket, TimeSpent(minutes, total), agent.key)


def refer(work: Work, ticket: Ticket, words: str, agent: Agent) -> None:
    """What it has to do with elsewhere: `contract:C-77`; `-contract:C-77` takes that away. Refused where it is none."""
    gone = words.startswith("-")
    ref = fields.reference_of(words.removeprefix("-"))
    if gone != (ref in ticket.refs):
        raise Refused(
            "#{number} does not refer to {ref}" if gone else "#{number} refers to {ref} already",
            number=ticket.number,
            ref=ref,
        )
    ticket.refs = [r for r in ticket.refs if r != ref] if gone else [*ticket.refs, ref]
    record(work, ticket, Referred(ref, gone), agent.key)


def link(work: Work, ticket: Ticket, number: int, agent: Agent) -> None:
    """Name another ticket here, and this one there. Refused where there is no such ticket."""
    other = existing(work, number)
    if other.number == ticket.number:
        raise Refused("#{number} is this ticket itself", number=number)
    check_permit(work, other, agent, "link")
    for one, another in ((ticket, other), (other, ticket)):
        if another.number not in one.links:
            one.links = [*one.links, another.number]
            record(work, one, Linked(another.number), agent.key)


def release(work: Work, ticket: Ticket, agent: Agent) -> None:
    """The newest mail that was held, or could not be verified, is the customer's after all."""
    # What is in a colleague's name is for the colleague to say again.
    colleagues = [address for one in work.settings.agents for address in one.addresses]
    # Who was asked takes no part because they answer.
    colleagues += tickets.asked(work.session, ticket.number)
    held = tickets.last_of(
        work.session, ticket.number, ("held", "unverified", "third-party"), but_from=colleagues
    )
    if held is None:
        raise Refused("no mail of #{number} is held", number=ticket.number)
    if held.kind == "third-party":
        add_person(work, ticket, held.author_address, agent)
    held.kind = "customer"
    record(work, ticket, Released(held.id), agent.key)
    move(work, ticket, Happening.CUSTOMER_WROTE, agent.key)


def remind(work: Work, ticket: Ticket, at: datetime, agent: Agent) -> None:
    """Be told of the ticket at that moment."""
    if at <= work.now:
        raise Refused("{at} is over; name a moment to come", at=f"{at:%Y-%m-%d %H:%M}")
    waiting.remind(work.session, agent.key, ticket.number, at, work.act)
    record(work, ticket, Reminded(agent.key, at.isoformat()), agent.key)


def follow(work: Work, ticket: Ticket, who: str, agent: Agent) -> None:
    """Tell an agent of everything that happens from now on. Refused where they follow already."""
    key = _follower(work, who, agent)
    if key in ticket.followers:
        raise Refused("{agent} follows #{number} already", agent=key, number=ticket.number)
    ticket.followers = [*ticket.followers, key]
    record(work, ticket, Followed(key), agent.key)


def unfollow(work: Work, ticket: Ticket, who: str, agent: Agent) -> None:
    """Tell an agent of it no longer. Refused where they do not follow."""
    key = _follower(work, who, agent)
    if key not in ticket.followers:
        raise Refused("{agent} does not follow #{number}", agent=key, number=ticket.number)
    ticket.followers = [f for f in ticket.followers if f != key]
    record(work, ticket, Unfollowed(key), agent.key)


def _follower(work: Work, who: str, agent: Agent) -> str:
    """Whom a change of followers is about; a viewer speaks for nobody else."""
    key = _agent(work, who).key
    if agent.role == "viewer" and key != agent.key:
        raise Refused(
            "{agent} is a viewer: may follow, and make nobody else follow", agent=agent.key
        )
    return key


def _agent(work: Work, name: str) -> Agent:
    """An agent by key or address. Refused, naming all of them, where there is none."""
    found = work.settings.agent(name.lower()) or work.settings.agent_by_address(normalise(name))
    if found is None:
        known = tuple(a.key for a in work.settings.agents)
        raise Refused("there is no agent '{name}'; there are {known}", name=name, known=known)
    return found
