"""What a notice to an agent says of its event, as templates take it."""

from ticketd.core.desk_events import DueCame, RuleActed
from ticketd.core.events import (
    Accepted,
    AgentReplied,
    CrowdBegan,
    DeliveryFailed,
    DeliveryLate,
    LastResort,
    Noted,
    StatusChanged,
    StormBegan,
)


def answer(event: object) -> str:
    """What a mail server, or our own parser, had to say."""
    match event:
        case DeliveryFailed(answer=answer) | DeliveryLate(answer=answer):
            return answer
        case LastResort(error=error):
            return error
        case _:
            return ""


def count(event: object) -> int:
    """How many tickets, or hours, a notice speaks of."""
    match event:
        case StormBegan(tickets=many) | CrowdBegan(tickets=many) | DeliveryLate(hours=many):
            return many
        case _:
            return 0


def what(event: object) -> str:
    """The word by which a template tells how a ticket went on."""
    match event:
        case AgentReplied(closing=closing):
            return "replied-and-closed" if closing else "replied"
        case StatusChanged(new=new):
            return str(new)
        case _:
            return _WHAT.get(type(event), "taken-over")


_WHAT: dict[type, str] = {
    Noted: "noted",
    Accepted: "accepted",
    RuleActed: "rule",
    StormBegan: "storm",
    CrowdBegan: "crowd",
    DueCame: "due",
    DeliveryLate: "late",
}
