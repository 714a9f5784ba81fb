"""What rules do: the same acts that agents have, in the desk's own name."""

from ticketd.core.addresses import Agent, domain_of
from ticketd.core.events import SYSTEM, Noted
from ticketd.core.lifecycle import Happening, Status
from ticketd.core.rules import Act, Action
from ticketd.core.spans import span_of
from ticketd.desk import handling
from ticketd.desk.acks import CannedText, NewMail, answer_by_rule
from ticketd.desk.record import record
from ticketd.desk.rotation import least_loaded, next_in_turn
from ticketd.desk.texts import canned_text, note_use
from ticketd.desk.tickets import move, put_message
from ticketd.desk.work import Work
from ticketd.store import senders, tickets
from ticketd.store.tables import Message, Ticket

DESK = Agent(key=SYSTEM, name="", addresses=("",), departments=())
"""In whose name rules act."""


def notified(work: Work, action: Action) -> list[str]:
    """The agents that a line `notify` names."""
    settings, found = work.settings, []
    for name in action.value.split():
        agent = settings.agent(name) or settings.agent_by_address(name)
        found += [agent.key] if agent is not None else []
    return found


def carry_out(work: Work, ticket: Ticket, action: Action, new: NewMail | None) -> str:
    """Do one action; what was done, empty where nothing had to be. Refused where it cannot be."""
    match action.act:
        case Act.SET:
            return _set(work, ticket, action)
        case Act.ASSIGN | Act.ROTATION | Act.LEAST_LOADED:
            return _assign(work, ticket, action)
        case Act.CANNED:
            return _canned(work, ticket, action, new)
        case Act.TAG | Act.FOLLOW | Act.NOTE:
            return _mark(work, ticket, action)
        case Act.CLOSE | Act.SPAM:
            return _close(work, ticket, action)
        case Act.BLOCK:
            return _block(work, ticket, action)
        case Act.HOOK:
            # Its call is written at the end of the act (`desk.hooks`), by this very line of the history.
            return str(action)
        case _:
            work.no_ack[ticket.number] = "a rule says so"
            return str(action)


def _set(work: Work, ticket: Ticket, action: Action) -> str:
    if action.field == "due":
        return _set_due(work, ticket, action)
    old = str(getattr(ticket, action.field) or "")
    handling.set_field(work, ticket, action.field, action.value, DESK)
    return str(action) if str(getattr(ticket, action.field) or "") != old else ""


def _set_due(work: Work, ticket: Ticket, action: Action) -> str:
    """So long from now; what is closed is done."""
    at = None if action.value == "none" else work.now + span_of(action.value)
    if ticket.status == Status.CLOSED or at == ticket.agent_due:
        return ""
    handling.change_due(work, ticket, at, DESK)
    return str(action)


def _assign(work: Work, ticket: Ticket, action: Action) -> str:
    """To the agent that is named; whom the desk chooses itself gets only what nobody holds."""
    to = action.value
    if action.act is not Act.ASSIGN:
        if ticket.assignee:
            return ""
        choose = next_in_turn if action.act is Act.ROTATION else least_loaded
        to = choose(work, action.value)
        if not to:
            return f"{action} refused: nobody of {action.value} is there"
    if (ticket.assignee or "none") == to:
        return ""
    handling.assign(work, ticket, to, DESK)
    return f"assign {to}"


def _mark(work: Work, ticket: Ticket, action: Action) -> str:
    if action.act is Act.TAG:
        before = list(ticket.tags)
        handling.tag(work, ticket, tuple(action.value.split()), DESK)
        return str(action) if ticket.tags != before else ""
    if action.act is Act.FOLLOW:
        if action.value in ticket.followers:
            return ""
        handling.follow(work, ticket, action.value, DESK)
        return str(action)
    message = Message(
        ticket=ticket.number, kind="note", author_address="", author_name="", by=SYSTEM, at=work.now,
        text=action.value, full_text=action.value, trust="local",
    )  # fmt: skip
    put_message(work, message)
    record(work, ticket, Noted(message.id), SYSTEM)
    return "note"


def _close(work: Work, ticket: Ticket, action: Action) -> str:
    """Nobody outside hears of it: a rule that wants that says `canned` above it. Spam gets no ack either."""
    if ticket.status == Status.CLOSED:
        return ""
    reason = "spam" if action.act is Act.SPAM else action.value
    if reason == "spam":
        work.no_ack[ticket.number] = "a rule took it for spam"
    move(work, ticket, Happening.AGENT_CLOSED, SYSTEM, reason=reason)
    return str(action)


def _block(work: Work, ticket: Ticket, action: Action) -> str:
    address, settings = ticket.customer_address, work.settings
    if settings.own.is_ours(address) or settings.agent_by_address(address) is not None:
        return f"{action} refused: {address} is one of us"
    domain = domain_of(address)
    entry = f"@{domain}" if action.value == "domain" else address
    if domain == settings.domain:
        return f"{action} refused: {entry} is ours"
    return (
        f"block {entry}" if senders.block(work.session, entry, SYSTEM, work.act, work.now) else ""
    )


def _canned(work: Work, ticket: Ticket, action: Action, new: NewMail | None) -> str:
    """A canned reply to the customer, within the budgets of acks; machines get none."""
    last = tickets.last_of(work.session, ticket.number, ("customer", "unverified", "automatic"))
    if last is not None and last.kind == "automatic":
        return f"{action} refused: a machine wrote"
    found = canned_text(work, ticket, action.value, {}, agent=None)
    why = answer_by_rule(work, ticket, new, CannedText(found.text, found.files))
    if why:
        return f"{action} refused: {why}"
    note_use(work, ticket, "canned", action.value, SYSTEM)
    return str(action)
