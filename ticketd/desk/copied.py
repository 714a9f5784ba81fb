"""People in Cc of a customer's mail: with `cc_follow` they take part (mail.md 6; off by default)."""

from collections.abc import Collection

from ticketd.core.account_codes import has_account_code
from ticketd.core.addresses import is_address, normalise
from ticketd.core.events import CUSTOMER, PersonAdded
from ticketd.core.inbound import InboundMail, Mailbox
from ticketd.core.text import header_text
from ticketd.core.threads import made_for
from ticketd.core.tokens import Claim
from ticketd.core.trust import Trust
from ticketd.desk.record import record
from ticketd.desk.work import Work
from ticketd.store.tables import Participant, Ticket

MOST = 10
"""So many people of one mail; a ticket is no mailing list."""


def let_copied_follow(
    work: Work, ticket: Ticket, mail: InboundMail, tokens: Collection[Claim], trust: Trust
) -> None:
    """Let the people in Cc take part, where the mail is trusted and its author takes part already.

    They get what is said from now on, and nothing of what was said before.
    """
    people = {person.address for person in ticket.people}
    if mail.author.address not in people or not _is_trusted(work, mail, tokens, trust):
        return
    if has_account_code(mail.subject, mail.full_text):
        return
    for box in mail.cc[:MOST]:
        address = normalise(box.address)
        if address not in people and _is_outside(work, address):
            people.add(address)
            _add(work, ticket, Mailbox(header_text(box.name), address))


def _is_trusted(work: Work, mail: InboundMail, tokens: Collection[Claim], trust: Trust) -> bool:
    """From the author's own domain, or an answer to what we wrote to the author alone."""
    if trust is Trust.FAIL or mail.author_is_ambiguous:
        return False
    keys, author = work.settings.keys, mail.author.address
    return trust >= Trust.SPF or any(
        made_for(keys, claim, author, is_agent=False) for claim in tokens
    )


def _is_outside(work: Work, address: str) -> bool:
    settings = work.settings
    return (
        is_address(address)
        and not settings.own.is_ours(address)
        and settings.agent_by_address(address) is None
    )


def _add(work: Work, ticket: Ticket, box: Mailbox) -> None:
    work.session.add(
        Participant(ticket=ticket.number, address=box.address, name=box.name, role="follower")
    )
    work.session.flush()
    work.session.expire(ticket, ["people"])
    record(work, ticket, PersonAdded(box.address), CUSTOMER)
