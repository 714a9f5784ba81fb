"""Envelope recipients -> departments and tokens; the To: field never routes (RFC 5321, 3.3)."""

from dataclasses import dataclass

from ticketd.core.addresses import Own
from ticketd.core.customer_words import word_in_address
from ticketd.core.inbound import Recipient
from ticketd.core.tokens import Claim, claim_in_address


@dataclass(frozen=True, slots=True)
class Route:
    """Where a mail is meant to go."""

    departments: tuple[str, ...]
    """Keys in the order of the recipients; the first one gets the ticket."""
    tokens: tuple[Claim, ...] = ()
    bounces: tuple[Claim, ...] = ()
    confirms: tuple[Claim, ...] = ()
    """Answers to a question of ours whether an act was meant."""
    words: tuple[tuple[str, Claim], ...] = ()
    """Prefilled mails of customers: what they do, and the token that says so."""
    to_desk: bool = False
    """An agent's list of commands about any tickets."""
    welcomes: tuple[Claim, ...] = ()
    """First answers of new agents."""


def route(recipients: tuple[Recipient, ...], own: Own) -> Route:
    """The departments of all recipients. An alias may have rewritten RCPT: ORCPT is asked too."""
    departments: dict[str, None] = {}
    tokens: dict[Claim, None] = {}
    bounces: dict[Claim, None] = {}
    confirms: dict[Claim, None] = {}
    welcomes: dict[Claim, None] = {}
    words: dict[tuple[str, Claim], None] = {}
    for recipient in recipients:
        chosen = own.department_for(recipient.address) or own.department_for(recipient.original)
        if chosen:
            departments[chosen.key] = None
        for address in (recipient.address, recipient.original):
            word = word_in_address(address, own.domain)
            if word is not None:
                words[word] = None
            claim = claim_in_address(address)
            if claim is None:
                continue
            if own.is_welcome_address(address):
                # A department may be called so: then it is one of its tokens, and verifies as that alone.
                welcomes[claim] = None
            if own.is_confirm_address(address):
                confirms[claim] = None
            else:
                (bounces if own.is_bounce_address(address) else tokens)[claim] = None
    to_desk = any(own.is_desk_address(r.address) for r in recipients)
    return Route(
        tuple(departments), tuple(tokens), tuple(bounces), tuple(confirms), tuple(words), to_desk, tuple(welcomes)
    )  # fmt: skip
