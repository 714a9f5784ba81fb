"""Whose mail becomes no ticket: blocked senders, and strangers where a desk is for known customers alone.

Nothing is dropped: the mail stays in the inbox list with the reason.
"""

from ticketd.core.decide import AddMessage, FileOnly, OpenTicket, Step
from ticketd.core.senders import candidates, listed
from ticketd.core.spam import spam_sign
from ticketd.desk.arrive import Read
from ticketd.desk.work import Work
from ticketd.store import senders, tickets


def screened(work: Work, read: Read, step: Step) -> Step:
    """The step, or why the mail is only kept."""
    if not isinstance(step, OpenTicket | AddMessage):
        return step
    # A monitor is known by its configuration.
    is_known = step.kind == "automatic"
    why = why_kept(work, read, is_new=isinstance(step, OpenTicket), is_known=is_known)
    return FileOnly(why) if why else step


def why_kept(work: Work, read: Read, *, is_new: bool, is_known: bool = False) -> str:
    """Why a mail, one about nothing that is there or another one, is only kept; empty where it is taken.

    An agent is never blocked, a forger must not manage that.
    """
    address, rules = read.mail.author.address, work.settings.senders
    if work.settings.agent_by_address(address) is not None:
        return ""
    entry = listed(address, rules.blocked) or senders.blocked(work.session, candidates(address))
    if entry:
        return f"{entry} is blocked"
    if not is_new:
        return ""
    sign = spam_sign(work.settings.spam, read.mail)
    if sign and work.settings.spam.then == "keep":
        return f"the mail server says spam: {sign}"
    if is_known or rules.customers == "all" or listed(address, rules.known):
        return ""
    return "" if tickets.is_known(work.session, address) else f"{address} is no known customer"
