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
    """The step, or why the mail is only kept. An agent is never blocked, a forger must not manage that."""
    if not isinstance(step, OpenTicket | AddMessage):
        return step
    address, rules = read.mail.author.address, work.settings.senders
    if work.settings.agent_by_address(address) is not None:
        return step
    entry = listed(address, rules.blocked) or senders.blocked(work.session, candidates(address))
    if entry:
        return FileOnly(f"{entry} is blocked")
    sign = spam_sign(work.settings.spam, read.mail)
    if sign and work.settings.spam.then == "keep" and isinstance(step, OpenTicket):
        return FileOnly(f"the mail server says spam: {sign}")
    if rules.customers == "all" or isinstance(step, AddMessage) or listed(address, rules.known):
        return step
    if tickets.is_known(work.session, address):
        return step
    return FileOnly(f"{address} is no known customer")
