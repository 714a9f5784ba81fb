"""What was spent on somebody outside: every automatic mail of ours asks and tells here."""

from datetime import datetime

from ticketd import maillog
from ticketd.core.acks import MUTED, NO_ADDRESS, is_round
from ticketd.core.addresses import is_address
from ticketd.core.correspondent import correspondent
from ticketd.core.events import SYSTEM, Muted
from ticketd.desk.record import enter
from ticketd.desk.work import Work
from ticketd.store import spent
from ticketd.store.spent import Uses
from ticketd.store.tables import Ticket


def used_by(work: Work, address: str) -> Uses:
    """What this address has used lately, under whichever of its spellings."""
    budgets = work.settings.budgets
    since = work.now - budgets.remembered_for
    return spent.uses(work.session, correspondent(address), since, budgets.most)


def is_muted(work: Work, used: Uses) -> bool:
    """Whether an address gets no automatic mail for now."""
    budgets = work.settings.budgets
    return budgets.enabled and used.since("mute", work.now - budgets.mute_for) > 0


def why_silent(work: Work, address: str) -> str:
    """Why no automatic mail may go to this address, whoever asks for it; empty where it may."""
    if not is_address(address):
        return NO_ADDRESS
    return MUTED if is_muted(work, used_by(work, address)) else ""


def note_told(work: Work, ticket: Ticket, address: str = "") -> None:
    """An automatic mail other than an ack has gone to the customer, or to this address.

    A mail that comes at once may be its answer.
    """
    who = correspondent(address or ticket.customer_address)
    spent.spend(work.session, "told", who, work.now, ticket.number)


def note_round(work: Work, ticket: Ticket, used: Uses, received_at: datetime) -> None:
    """An automatic mail was caused by this mail: if that answered one of ours, it was a round; the third one mutes."""
    budgets, session, now = work.settings.budgets, work.session, work.now
    if not budgets.enabled or not is_round(used.times("ack", "told"), received_at, budgets):
        return
    who = correspondent(ticket.customer_address)
    spent.spend(session, "round", who, now, ticket.number)
    if used.since("round", now - budgets.mute_for) + 1 >= budgets.rounds:
        spent.spend(session, "mute", who, now, ticket.number)
        until = now + budgets.mute_for
        enter(work, ticket, Muted(who, until.isoformat()), SYSTEM)
        maillog.muted(who, ticket.number, until)
