"""Mails to agents: what an act has caused is told to those whom it concerns, once."""

import logging
from datetime import datetime, timedelta
from typing import Any

from ticketd.core.addresses import Agent
from ticketd.core.desk_events import DueCame, RuleActed, SlaBreached, SlaWarned
from ticketd.core.due_words import target_word
from ticketd.core.events import (
    CUSTOMER,
    SYSTEM,
    AgentReplied,
    AgentUnproven,
    Assigned,
    Changed,
    CrowdBegan,
    CustomerWrote,
    DeliveryFailed,
    DeliveryLate,
    DepartmentAdded,
    Noted,
    NoticeWithheld,
    Opened,
    Reminded,
    StatusChanged,
    StormBegan,
)
from ticketd.core.inbound import Mailbox
from ticketd.core.lifecycle import Status
from ticketd.core.notices import Audience, Cause, Owed, claimed, owed
from ticketd.core.sentences import in_language
from ticketd.core.text import file_size, header_text
from ticketd.core.tokens import Purpose
from ticketd.core.words import word
from ticketd.desk import absence, files, letters, notice_words, post
from ticketd.desk.digest import send_digest
from ticketd.desk.mails import author_of, quote, subject_of, values_of
from ticketd.desk.reach import is_reachable
from ticketd.desk.record import enter
from ticketd.desk.work import Work
from ticketd.mail.compose import Unbuildable
from ticketd.mail.dates import moment
from ticketd.mail.render import BadTemplate
from ticketd.store import digests, lookups, spent, tickets
from ticketd.store.rows import savepoint
from ticketd.store.tables import Message, Ticket

log = logging.getLogger(__name__)
_LINES_BESIDES = 15
"""Of what was said besides, so many lines of each mail."""


def tell_agents(work: Work) -> None:
    """Put the notices that this act owes into the outbox."""
    merged = set()
    for number, happened in work.happened.items():
        ticket = work.tickets[number]
        for agent, one in _readers(work, owed(happened, audience(work, ticket))):
            if not _may_read(work, ticket, agent, one):
                continue
            # An agent who writes to a department is its customer, and knows what they wrote.
            is_author = ticket.customer_address in agent.addresses
            if is_author and one.cause.by == CUSTOMER:
                continue
            if work.merges and len(work.happened) > 1:
                digests.keep(work.session, agent.key, number, one.notice, work.act, work.now)
                merged.add(agent.key)
            else:
                _tell(work, ticket, agent, one, happened)
    for key in sorted(merged):
        send_digest(work, key)


_FOR_WHOMEVER = (AgentUnproven, Assigned, RuleActed, SlaBreached)
"""What an agent, or the configuration, says that somebody shall know."""


def _may_read(work: Work, ticket: Ticket, agent: Agent, one: Owed) -> bool:
    """Whom rights were taken from since hears nothing; that a ticket was handed over, its last holder does."""
    event = one.cause.event
    return isinstance(event, _FOR_WHOMEVER) or absence.may_read(work, ticket, agent)


def _readers(work: Work, all_owed: list[Owed]) -> list[tuple[Agent, Owed]]:
    """Who reads each of them: in the place of somebody who is away a deputy, and nobody twice."""
    found: dict[str, tuple[Agent, Owed]] = {}
    for one in all_owed:
        agent = work.settings.agent(one.agent)
        deputy = absence.stand_in(work, agent) if agent is not None else None
        if deputy is not None and deputy.key not in {one.cause.by, *(o.agent for o in all_owed)}:
            found.setdefault(deputy.key, (deputy, one))
        elif agent is not None and deputy is None:
            found[agent.key] = (agent, one)
    return list(found.values())


def audience(work: Work, ticket: Ticket) -> Audience:
    """The agents whom a ticket concerns."""
    agents = work.settings.agents
    return Audience(
        assignee=ticket.assignee or "",
        followers=tuple(ticket.followers),
        departments={
            d.department: tuple(a.key for a in agents if d.department in a.departments)
            for d in ticket.departments
        },
        told=_told_before(work, ticket),
        is_below_storm=ticket.parent is not None,
    )


def _told_before(work: Work, ticket: Ticket) -> tuple[str, ...]:
    """The agents who knew of the ticket before this act."""
    happened = [one.event for one in work.happened.get(ticket.number, [])]
    if any(isinstance(event, Opened) for event in happened):
        return ()
    new = {event.department for event in happened if isinstance(event, DepartmentAdded)}
    moved = {event.new for event in happened if isinstance(event, Changed)}
    old = {d.department for d in ticket.departments} - new - moved
    agents = (a.key for a in work.settings.agents if old & set(a.departments))
    return tuple(filter(None, (*agents, ticket.assignee, *ticket.followers)))


def _tell(work: Work, ticket: Ticket, agent: Agent, one: Owed, happened: list[Cause]) -> None:
    """One mail to one agent; an empty budget keeps it for the next digest."""
    budgets = work.settings.budgets
    hour = work.now - timedelta(hours=1)
    used = spent.spent_since(work.session, "notice", agent.key, hour)
    if budgets.enabled and used >= budgets.notices_per_hour and not _is_alert(work, agent, one):
        digests.keep(work.session, agent.key, ticket.number, one.notice, work.act, work.now)
        return
    try:
        with savepoint(work.session):
            _put(work, ticket, agent, one, happened)
    except (Unbuildable, BadTemplate) as error:
        # What the agent is told of is on the ticket all the same.
        enter(work, ticket, NoticeWithheld(agent.key, str(error)), SYSTEM)
        return
    spent.spend(work.session, "notice", agent.key, work.now)
    if isinstance(one.cause.event, StormBegan | CrowdBegan):
        spent.spend(work.session, "alert", agent.key, work.now, ticket.number)


def _is_alert(work: Work, agent: Agent, one: Owed) -> bool:
    """One word about a storm an hour leaves beyond the budget: the storm itself has used that up."""
    if not isinstance(one.cause.event, StormBegan | CrowdBegan):
        return False
    hour = work.now - timedelta(hours=1)
    return spent.spent_since(work.session, "alert", agent.key, hour) == 0


def _put(work: Work, ticket: Ticket, agent: Agent, one: Owed, happened: list[Cause]) -> None:
    department = work.settings.department(ticket.department)
    # Whoever forged the mail named any ticket: the agent may not see it.
    is_fixed = isinstance(one.cause.event, AgentUnproven)
    reader = letters.agents_reader(agent, _purpose(work, ticket, one))
    values = _values(work, ticket, agent, one, happened) | {
        "goes": reader.purpose,
        "actions": letters.actions(work, ticket, agent, reader, claimed(happened)),
    }
    mail = post.Mail(
        kind="notice",
        subject=values["tag"] if is_fixed else subject_of(work, ticket),
        body=work.desk.renderer.render(one.notice, agent.language, values),
        author=Mailbox(department.name, department.address),
        fields=letters.few_fields(ticket, one.notice)
        if is_fixed
        else _filter_fields(work, ticket, one),
        root="" if is_fixed else post.thread_root(work, ticket),
        attachments=() if is_fixed else files.of_customer(work, _message(work, ticket, one)),
    )
    post.put(work, ticket, mail, [reader])


def _purpose(work: Work, ticket: Ticket, one: Owed) -> Purpose:
    """What a plain answer is: to a customer's words an answer, to a colleague's a note."""
    event = one.cause.event
    message = _message(work, ticket, one)
    if isinstance(event, AgentUnproven | Reminded):
        # Nobody's words are answered.
        return "command"
    answers = work.settings.department(ticket.department).answers
    if not answers or not is_reachable(work, ticket):
        return "note"
    is_customers = message is not None and message.kind in {"customer", "unverified"}
    from_outside = isinstance(event, Opened | CustomerWrote | Assigned | Changed | DepartmentAdded)
    is_due = isinstance(event, SlaWarned | SlaBreached | DueCame)
    return "reply" if is_customers and (from_outside or is_due) else "note"


def _filter_fields(work: Work, ticket: Ticket, one: Owed) -> tuple[tuple[str, str], ...]:
    """What agents' mail filters sort by."""
    department = work.settings.department(ticket.department)
    name = header_text(department.name).replace('"', "")
    phrase = f'"{name}" ' if name.isascii() else ""
    due = (("X-Ticketd-Due", ticket.sla_due_at.isoformat()),) if ticket.sla_due_at else ()
    return (
        ("X-Ticketd-Ticket", str(ticket.number)),
        ("X-Ticketd-Department", ticket.department),
        ("X-Ticketd-Status", ticket.status),
        ("X-Ticketd-Priority", ticket.priority),
        *due,
        ("X-Ticketd-Event", one.notice),
        ("X-Ticketd-Role", _role(ticket, one.agent)),
        ("List-Id", f"{phrase}<{ticket.department}.{work.settings.domain}>"),
    )


def _role(ticket: Ticket, agent: str) -> str:
    """Why this agent is told."""
    if agent == ticket.assignee:
        return "assignee"
    return "follower" if agent in ticket.followers else "department"


def _values(
    work: Work, ticket: Ticket, agent: Agent, one: Owed, happened: list[Cause]
) -> dict[str, Any]:
    """What a template for agents may use."""
    language, settings = agent.language, work.settings
    assignee = settings.agent(ticket.assignee or "")
    actor = settings.agent(one.cause.by)
    message = _message(work, ticket, one)
    event = one.cause.event
    address = ticket.customer_address
    customer = f"{ticket.customer_name} <{address}>" if ticket.customer_name else address
    return values_of(work, ticket, settings.department(ticket.department)) | {
        "number": ticket.number,
        "agent": agent.name,
        "status": word(ticket.status, language, settings.labels),
        "priority": word(ticket.priority, language, settings.labels),
        "assignee": assignee.name if assignee else "",
        "customer": customer,
        "earlier": tickets.earlier(work.session, ticket),
        "due": letters.due_line(ticket, work.now, agent.timezone, language),
        **_target(work, agent, event),
        "proven": message is None or message.trust not in {"none", "fail", "weak"},
        "trust": message.trust if message else "",
        "quoted": quote(message.text or message.full_text) if message else "",
        "quoted_by": author_of(work, ticket, message) if message else "",
        "quoted_at": moment(message.at, agent.timezone, language) if message else "",
        "files": [f"{f.name} ({file_size(f.size)})" for f in message.attachments] if message else [],
        "besides": _besides(work, ticket, agent, message),
        "reopened": _reopened(happened),
        "lookup": lookups.lines(work.session, address) if settings.lookup.command else [],
        "kind": message.kind if message else "",
        "is_asked": _is_asked(work, ticket, message),
        "what": notice_words.what(event),
        "by": event.rule if isinstance(event, RuleActed) else actor.name if actor else "",
        "recipient": event.to if isinstance(event, DeliveryFailed | DeliveryLate) else "",
        "answer": in_language(notice_words.answer(event), language),
        "count": notice_words.count(event),
        "claims": f"#{number}" if (number := claimed(happened)) else "",
    }  # fmt: skip


def _besides(
    work: Work, ticket: Ticket, agent: Agent, message: Message | None
) -> list[dict[str, str]]:
    """What people said last besides the words that are shown, the newest first."""
    if message is None:
        return []
    return [
        {
            "by": author_of(work, ticket, one),
            "kind": word(one.kind, agent.language) if one.kind != "customer" else "",
            "at": moment(one.at, agent.timezone, agent.language),
            "quoted": quote(one.text or one.full_text, _LINES_BESIDES),
        }
        for one in tickets.said_besides(work.session, message)
    ]


def _is_asked(work: Work, ticket: Ticket, message: Message | None) -> bool:
    """Whether the words are of somebody whom an agent has asked."""
    if message is None or message.kind != "third-party":
        return False
    return message.author_address in tickets.asked(work.session, ticket.number)


def _target(work: Work, agent: Agent, event: object) -> dict[str, str]:
    """What a warning speaks of."""
    if not isinstance(event, SlaWarned | SlaBreached):
        return {"target": "", "due_at": ""}
    at = datetime.fromisoformat(event.due)
    return {
        "target": target_word(event.target, agent.language),
        "due_at": letters.due_moment(at, work.now, agent.timezone, agent.language),
    }


def _message(work: Work, ticket: Ticket, one: Owed) -> Message | None:
    """What the notice shows: the words that caused it, else what the customer wrote last."""
    event = one.cause.event
    if isinstance(event, CustomerWrote | AgentReplied | Noted):
        return work.session.get(Message, event.message)
    if isinstance(event, DeliveryFailed | DeliveryLate):
        return tickets.last_of(work.session, ticket.number, ("reply",))
    return tickets.last_of(work.session, ticket.number, ("customer", "unverified", "automatic"))


def _reopened(happened: list[Cause]) -> bool:
    """Whether the customer's words opened a closed ticket again."""
    return any(
        isinstance(one.event, StatusChanged)
        and one.by == CUSTOMER
        and one.event.old == Status.CLOSED
        for one in happened
    )
