"""Whether an answer reaches a customer: by mail, or by a hook that carries it to where the customer wrote from."""

from ticketd.core.addresses import is_address, is_handle
from ticketd.core.errors import Refused
from ticketd.desk.rule_facts import TicketFacts
from ticketd.desk.work import Work
from ticketd.store.tables import Ticket

_ANSWERED = "agent_replied"


def is_carried(work: Work, ticket: Ticket) -> bool:
    """Whether a hook is told of answers on this ticket, whose customer has no mail address but a handle."""
    return is_handle(ticket.customer_address) and any(
        _ANSWERED in hook.when and (not hook.query or TicketFacts(work, ticket).asks(hook.query))
        for hook in work.settings.hooks
    )


def is_reachable(work: Work, ticket: Ticket) -> bool:
    """Whether there is anybody to answer to."""
    return is_address(ticket.customer_address) or is_carried(work, ticket)


def check_reach(work: Work, ticket: Ticket) -> None:
    """Refused where an answer would reach nobody."""
    if is_reachable(work, ticket):
        return
    if is_handle(ticket.customer_address):
        raise Refused(
            "#{number} has no customer address to answer to, and no hook carries answers to {handle}; call, or name "
            "the address: #customer a@b",
            number=ticket.number,
            handle=ticket.customer_address,
        )
    raise Refused("#{number} has no customer address to answer to", number=ticket.number)
