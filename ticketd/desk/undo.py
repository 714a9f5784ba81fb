"""Taking an act back: its mails that have not left, and every change that came with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ticketd.core.addresses import Agent
from ticketd.core.desk_events import Referred, TimeSpent
from ticketd.core.errors import Refused
from ticketd.core.events import (
    Assigned,
    Changed,
    Event,
    Followed,
    PersonAdded,
    PersonRemoved,
    StatusChanged,
    Tagged,
    Undone,
    Unfollowed,
)
from ticketd.core.lifecycle import Status
from ticketd.core.sentences import Sentence, say
from ticketd.desk.custom import put_value
from ticketd.desk.record import enter, record
from ticketd.desk.work import Work
from ticketd.store import acts, outbox, search, tickets, waiting
from ticketd.store.tables import Activity, Message, Participant, Ticket

UNDO_WITHIN = timedelta(hours=1)
"""An act without mails may be taken back so long; whoever types `undo` later means something else."""


@dataclass(slots=True)
class TakenBack:
    """What was undone, for the person who asked."""

    lines: list[tuple[int, Sentence]] = field(default_factory=list)
    """A ticket's number, and what happened to it."""
    texts: list[Message] = field(default_factory=list)
    """What the agent wrote, which exists nowhere else now."""


def last_act(work: Work, agent: Agent, number: int | None) -> str:
    """The agent's last act (on this ticket) that still stands. Refused where there is none."""
    found = acts.last_act(work.session, agent.key, number)
    if found is None:
        if number:
            of = {"agent": agent.key, "number": number}
            raise Refused("there is nothing of {agent} on #{number} to take back", **of)
        raise Refused("there is nothing of {agent} to take back", agent=agent.key)
    return found


def undo_act(work: Work, act: str, agent: Agent) -> TakenBack:
    """Take back everything of an act. Refused where one of its mails has left already.

    What somebody else has changed since stays as it is.
    """
    work.takes_back = True
    mails = outbox.of_act(work.session, act)
    left = [m for m in mails if m.state not in {"waiting", "held"} or m.attempts]
    # A notice to an agent that has left is mended by another one, and so is the call of a hook.
    gone = next(
        (m for m in left if m.kind != "hook" and not work.settings.agent_by_address(m.rcpt_to)),
        None,
    )
    history = acts.activities(work.session, act)
    if not mails and history and work.now - history[-1].at > UNDO_WITHIN:
        at = f"{history[-1].at:%Y-%m-%d %H:%M}"
        raise Refused("the last act is of {at}: too long ago; change it by hand", at=at)
    if gone is not None:
        number = history[0].ticket if history else gone.ticket
        values = {"number": number, "kind": say(f"the {gone.kind}"), "to": gone.rcpt_to}
        if gone.state == "failed":
            raise Refused(
                "#{number}: {kind} to {to} was tried already and failed; write another one",
                **values,
            )
        raise Refused("#{number}: {kind} to {to} has left already; write another one", **values)
    if any(row.event == "redacted" for row in history):
        raise Refused(
            "#{number}: what was redacted is gone, that cannot be taken back",
            number=history[0].ticket,
        )
    back = TakenBack()
    said: dict[int, list[Sentence]] = {}
    for mail in (m for m in mails if m not in left):
        unsent = say("{kind} to {to} not sent", kind=say(f"the {mail.kind}"), to=mail.rcpt_to)
        said.setdefault(mail.ticket or 0, []).append(unsent)
    numbers = {a.ticket for a in history}
    changed = {n: t for n in numbers if (t := tickets.locked(work.session, n, itself=True))}
    for activity in reversed(history):
        ticket = changed[activity.ticket]
        inverse = _INVERSE.get(activity.event)
        step = _Step(work, ticket, activity, agent.key, back, is_known=bool(left))
        told = inverse(step) if inverse else None
        said.setdefault(ticket.number, []).extend([told] if told else [])
    for entry in {m.message for m in mails if m.message and m not in left}:
        # Acks and closing notices stand on the ticket too; nobody wrote those.
        acts.remove_message(work.session, entry)
    acts.remove_mails(work.session, act)
    for number, ticket in changed.items():
        lines = tuple(said.get(number, ())) or (say("nothing had changed"),)
        line = say("taken back: {what}", what=lines)
        enter(work, ticket, Undone(act, ", ".join(map(str, lines)), lines), agent.key)
        back.lines.append((number, line))
    return back


@dataclass(frozen=True, slots=True)
class _Step:
    """One event of the act, and what its undoing needs."""

    work: Work
    ticket: Ticket
    activity: Activity
    by: str
    back: TakenBack
    is_known: bool
    """Whether agents have been told of the act."""

    @property
    def facts(self) -> dict[str, Any]:
        return self.activity.data

    def enter(self, event: Event) -> None:
        (record if self.is_known else enter)(self.work, self.ticket, event, self.by)


def _status(step: _Step) -> Sentence | None:
    ticket, old, new = step.ticket, step.facts["old"], step.facts["new"]
    if ticket.status != new:
        return None
    ticket.status = old
    ticket.closed_at, ticket.close_reason = None, None
    ticket.pending_until = _moment(step.facts["until_before"])
    if old == Status.CLOSED:
        before = acts.last_closing(step.work.session, ticket.number)
        ticket.closed_at, ticket.close_reason = before or (step.work.now, "solved")
    step.enter(StatusChanged(new, old))
    return say("status {new} -> {old}", new=say(new), old=say(old))


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _assignee(step: _Step) -> Sentence | None:
    before, after = step.facts["before"], step.facts["assignee"]
    if (step.ticket.assignee or "") != after:
        return None
    step.ticket.assignee = before or None
    step.enter(Assigned(before, after))
    return say("assignee {agent}", agent=before or say("none"))


def _field(step: _Step) -> Sentence | None:
    ticket, name = step.ticket, step.facts["field"]
    old, new = step.facts["old"], step.facts["new"]
    if name in _MOMENTS:
        setattr(ticket, _MOMENTS[name], _moment(old))
    elif name not in Ticket.__table__.columns and name != "customer":
        return _custom(step, name, old, new)
    elif name == "customer":
        return _customer(step, old, new)
    elif str(getattr(ticket, name) or "") == new:
        setattr(ticket, name, old or None if name == "severity" else old)
    else:
        return None
    if name in {"subject", "summary"}:
        search.index_ticket(step.work.session, ticket)
    step.enter(Changed(name, new, old))
    return say("{name} {value}", name=say(name), value=say(old or "empty"))


_MOMENTS = {"pending_until": "pending_until", "due": "agent_due"}


def _time(step: _Step) -> Sentence:
    minutes, ticket = step.facts["minutes"], step.ticket
    ticket.minutes -= minutes
    step.enter(TimeSpent(-minutes, ticket.minutes))
    return say("{minutes} min in all", minutes=ticket.minutes)


def _reference(step: _Step) -> Sentence:
    ref, gone, ticket = step.facts["ref"], step.facts["gone"], step.ticket
    ticket.refs = [*[r for r in ticket.refs if r != ref], *([ref] if gone else [])]
    step.enter(Referred(ref, not gone))
    return say("refers to {refs}", refs=" ".join(ticket.refs) or "-")


def _custom(step: _Step, name: str, old: str, new: str) -> Sentence | None:
    if str(step.ticket.fields.get(name) or "") != new:
        return None
    put_value(step.ticket, name, old)
    step.enter(Changed(name, new, old))
    return say("{name} {value}", name=say(name), value=say(old or "empty"))


def _customer(step: _Step, old: str, new: str) -> Sentence | None:
    ticket = step.ticket
    if ticket.customer_address != new:
        return None
    for person in ticket.people:
        if person.role == "customer":
            person.address = old
    ticket.customer_address = old
    step.enter(Changed("customer", new, old))
    return say("{name} {value}", name=say("customer"), value=old)


def _linked(step: _Step) -> Sentence | None:
    number = step.facts["number"]
    step.ticket.links = [n for n in step.ticket.links if n != number]
    return say("not linked with #{number}", number=number)


def _merged(step: _Step) -> Sentence | None:
    number = step.facts["number"]
    acts.move_messages(step.work.session, step.facts["messages"], number)
    step.work.session.expire(step.ticket, ["messages"])
    if step.facts.get("same_person"):  # parting two people is for somebody to decide
        return say("#{number} goes on by itself; its customers stay one person", number=number)
    return say("#{number} goes on by itself", number=number)


def _merged_into(step: _Step) -> Sentence | None:
    step.ticket.merged_into = None
    return say("not merged into #{number}", number=step.facts["number"])


def _split(step: _Step) -> Sentence | None:
    acts.move_messages(step.work.session, [step.facts["message"]], step.ticket.number)
    step.work.session.expire(step.ticket, ["messages"])
    return say("message {message} is here again", message=step.facts["message"])


def _released(step: _Step) -> Sentence | None:
    message = step.work.session.get(Message, step.facts["message"])
    if message is None:
        return None
    message.kind = "held"
    return say("the mail is held again")


def _reminded(step: _Step) -> Sentence | None:
    waiting.forget_reminders(step.work.session, step.activity.act)
    return say("no reminder")


def _tags(step: _Step) -> Sentence | None:
    added, removed = step.facts["added"], step.facts["removed"]
    kept = [t for t in step.ticket.tags if t not in added]
    step.ticket.tags = [*kept, *(t for t in removed if t not in kept)]
    step.enter(Tagged(tuple(removed), tuple(added)))
    return say("tags are {tags} again", tags=" ".join(step.ticket.tags) or say("none"))


def _followed(step: _Step) -> Sentence | None:
    agent = step.facts["agent"]
    step.ticket.followers = [f for f in step.ticket.followers if f != agent]
    step.enter(Unfollowed(agent))
    return say("{agent} follows no longer", agent=agent)


def _unfollowed(step: _Step) -> Sentence | None:
    agent = step.facts["agent"]
    if agent in step.ticket.followers:
        return None
    step.ticket.followers = [*step.ticket.followers, agent]
    step.enter(Followed(agent))
    return say("{agent} follows", agent=agent)


def _person_added(step: _Step) -> Sentence | None:
    address = step.facts["address"]
    acts.remove_person(step.work.session, step.ticket.number, address)
    step.work.session.expire(step.ticket, ["people"])
    step.enter(PersonRemoved(address))
    return say("{address} takes part no longer", address=address)


def _person_removed(step: _Step) -> Sentence | None:
    address, number = step.facts["address"], step.ticket.number
    if address in {p.address for p in tickets.participants(step.work.session, number)}:
        return None
    name = step.facts["name"]
    person = Participant(ticket=number, address=address, name=name, role="follower")
    step.work.session.add(person)
    step.work.session.flush()
    step.work.session.expire(step.ticket, ["people"])
    step.enter(PersonAdded(address))
    return say("{address} takes part", address=address)


def _department(step: _Step) -> Sentence | None:
    gone = step.facts["department"]
    step.ticket.departments = [d for d in step.ticket.departments if d.department != gone]
    return None


def _message(step: _Step) -> Sentence | None:
    step.back.texts += acts.remove_message(step.work.session, step.facts["message"])
    if step.ticket.first_reply_at == step.activity.at:
        step.ticket.first_reply_at = None
    return say("note removed" if step.activity.event == "noted" else "answer removed")


def _opened(step: _Step) -> Sentence | None:
    # A number once given stays: somebody may have written it down.
    ticket = step.ticket
    if acts.others_acted(step.work.session, ticket.number, step.activity.act):
        raise Refused(
            "#{number}: others have worked on it since; close it with #close", number=ticket.number
        )
    ticket.status, ticket.closed_at = Status.CLOSED, step.work.now
    ticket.close_reason = "not-solved"
    step.enter(StatusChanged(Status.NEW, Status.CLOSED, "not-solved"))
    return say("closed")


_INVERSE: dict[str, Callable[[_Step], Sentence | None]] = {
    "status_changed": _status,
    "assigned": _assignee,
    "changed": _field,
    "tagged": _tags,
    "followed": _followed,
    "unfollowed": _unfollowed,
    "person_added": _person_added,
    "person_removed": _person_removed,
    "department_added": _department,
    "agent_replied": _message,
    "noted": _message,
    "forwarded": _message,
    "opened": _opened,
    "linked": _linked,
    "merged": _merged,
    "merged_into": _merged_into,
    "split_off": _split,
    "released": _released,
    "reminded": _reminded,
    "time_spent": _time,
    "referred": _reference,
}
"""Each takes one event back and says so; what somebody else has changed since stays."""
