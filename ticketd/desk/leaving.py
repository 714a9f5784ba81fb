"""An agent leaves: somebody else has the tickets from now on."""

from dataclasses import dataclass

from ticketd.core.addresses import Agent
from ticketd.core.events import Assigned, Unfollowed
from ticketd.desk.record import record
from ticketd.desk.tickets import existing
from ticketd.desk.work import Work
from ticketd.store import staff


@dataclass(frozen=True, slots=True)
class Left:
    """What the agent has left behind."""

    held: list[int]
    followed: list[int]


def leave(work: Work, key: str, to: Agent | None, by: str) -> Left:
    """Give every open ticket of an agent to another one, or to nobody, and let the agent follow none.

    One act: whoever gets them is told in one mail, and it can be taken back as a whole.
    """
    left = Left(staff.held_by(work.session, key), staff.followed_by(work.session, key))
    work.merges = True
    for number in left.held:
        ticket = existing(work, number)
        ticket.assignee = to.key if to is not None else None
        record(work, ticket, Assigned(ticket.assignee or "", key), by)
    for number in left.followed:
        ticket = existing(work, number)
        ticket.followers = [f for f in ticket.followers if f != key]
        record(work, ticket, Unfollowed(key), by)
    staff.forget(work.session, key)
    return left
