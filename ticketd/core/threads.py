"""Which ticket a mail belongs to: evidence, strongest first, and the table of mail.md 5."""

from dataclasses import dataclass
from enum import StrEnum

from ticketd.core.addresses import normalise
from ticketd.core.inbound import InboundMail
from ticketd.core.route import Route
from ticketd.core.subjects import claimed_number
from ticketd.core.tokens import FOR_AGENTS, Claim, Keys, claim_in_message_id
from ticketd.core.trust import Trust

_OUTSIDE = ("customer", "follower")
ROLES = (*_OUTSIDE, "agent")
ASKED = "third-party"
"""The role of somebody who takes no part and was asked: what they answer stays inside."""


class Evidence(StrEnum):
    """By what a mail claims a ticket, strongest first."""

    TOKEN = "token"  # noqa: S105 - the name of a kind of evidence
    TOKEN_OF_ANOTHER = "token-of-another"  # noqa: S105
    OF_ASKED = "of-asked"
    """A token that was made for somebody whom an agent asked."""
    MESSAGE_ID = "message-id"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A claim that still has to be looked up: a ticket's number or a stored Message-ID."""

    by: Evidence
    number: int = 0
    message_id: str = ""
    claim: Claim | None = None
    """A token that was not made for the author: does it fit anybody on that ticket?"""


@dataclass(frozen=True, slots=True)
class Found:
    """The ticket that a mail claims, and whether its author takes part in it."""

    number: int
    by: Evidence
    takes_part: bool
    is_closed: bool = False
    reopens: bool = True
    """Closed so lately that an answer opens it again (`reopen_within`)."""


class Place(StrEnum):
    """What becomes of a mail that claims a ticket."""

    ON_TICKET = "on-ticket"
    UNVERIFIED = "unverified"
    HELD = "held"
    THIRD_PARTY = "third-party"
    NEW = "new"
    NEW_WITH_CLAIM = "new-with-claim"


def ancestors(mail: InboundMail) -> tuple[str, ...]:
    """The Message-IDs that a mail answers, nearest first."""
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def made_for(keys: Keys, claim: Claim, address: str, *, is_agent: bool = True) -> bool:
    """Whether a token was made for this person, in whichever role; an agent's counts for an agent alone."""
    roles = ROLES if is_agent else _OUTSIDE
    return any(keys.verifies(claim, "reply", role, address) for role in roles) or (
        is_agent and any(keys.verifies(claim, purpose, "agent", address) for purpose in FOR_AGENTS)
    )


def pointers(
    mail: InboundMail,
    route: Route,
    keys: Keys,
    domain: str,
    name: str,
    others: tuple[str, ...] = (),
) -> list[Pointer]:
    """Every claim of a mail, strongest first. Tokens that do not verify are as if there were none.

    `others`: all addresses of the same author, who is an agent. Whoever was one has an agent's tokens no longer.
    """
    author = normalise(mail.author.address)
    roles = ROLES if others else _OUTSIDE
    found: list[Pointer] = []
    strangers: list[Pointer] = []
    for claim in route.tokens:
        if any(made_for(keys, claim, a, is_agent=bool(others)) for a in (author, *others)):
            found.append(Pointer(Evidence.TOKEN, claim.number))
        elif keys.verifies(claim, "reply", ASKED, author):
            found.append(Pointer(Evidence.OF_ASKED, claim.number))
        else:
            # Made for somebody else, or false: only the people of that ticket can tell.
            strangers.append(Pointer(Evidence.TOKEN_OF_ANOTHER, claim.number, claim=claim))
    for message_id in ancestors(mail):
        parts = claim_in_message_id(message_id, domain)
        if parts and any(
            keys.verifies(parts.claim, "message-id", parts.serial, role, author) for role in roles
        ):
            found.append(Pointer(Evidence.TOKEN, parts.claim.number))
        elif parts and keys.verifies(parts.claim, "message-id", parts.serial, ASKED, author):
            found.append(Pointer(Evidence.OF_ASKED, parts.claim.number))
        else:
            strangers.append(Pointer(Evidence.MESSAGE_ID, message_id=message_id))
    strangers.sort(key=lambda pointer: pointer.by is not Evidence.TOKEN_OF_ANOTHER)
    number = claimed_number(mail.subject, name)
    tags = [Pointer(Evidence.TAG, number)] if number else []
    return [*found, *strangers, *tags]


_WEAK_OR_BETTER, _UNPROVEN, _FAILED = "weak or better", "unproven", "failed"
_P = Place
TABLE: dict[tuple[Evidence, bool, str], Place] = {
    (Evidence.TOKEN, True, _WEAK_OR_BETTER): _P.ON_TICKET,
    (Evidence.TOKEN, True, _UNPROVEN): _P.UNVERIFIED,
    (Evidence.TOKEN, True, _FAILED): _P.HELD,
    (Evidence.TOKEN, False, _WEAK_OR_BETTER): _P.ON_TICKET,
    (Evidence.TOKEN, False, _UNPROVEN): _P.UNVERIFIED,
    (Evidence.TOKEN, False, _FAILED): _P.HELD,
    (Evidence.TOKEN_OF_ANOTHER, False, _WEAK_OR_BETTER): _P.THIRD_PARTY,
    (Evidence.TOKEN_OF_ANOTHER, False, _UNPROVEN): _P.THIRD_PARTY,
    (Evidence.TOKEN_OF_ANOTHER, False, _FAILED): _P.THIRD_PARTY,
    (Evidence.TOKEN_OF_ANOTHER, True, _WEAK_OR_BETTER): _P.ON_TICKET,
    (Evidence.TOKEN_OF_ANOTHER, True, _UNPROVEN): _P.UNVERIFIED,
    (Evidence.TOKEN_OF_ANOTHER, True, _FAILED): _P.UNVERIFIED,
    **{
        (Evidence.OF_ASKED, takes_part, level): _P.THIRD_PARTY
        for takes_part in (True, False)
        for level in (_WEAK_OR_BETTER, _UNPROVEN, _FAILED)
    },
    **{
        (by, takes_part, level): place
        for by in (Evidence.MESSAGE_ID, Evidence.TAG)
        for takes_part, level, place in (
            (True, _WEAK_OR_BETTER, _P.ON_TICKET),
            (True, _UNPROVEN, _P.UNVERIFIED),
            (True, _FAILED, _P.UNVERIFIED),
            (False, _WEAK_OR_BETTER, _P.NEW_WITH_CLAIM),
            (False, _UNPROVEN, _P.NEW_WITH_CLAIM),
            (False, _FAILED, _P.NEW_WITH_CLAIM),
        )
    },
}


def place(found: Found | None, trust: Trust, *, configured: bool) -> Place:
    """Where a mail goes. Without any trust data configured, no answer can be held against anybody."""
    if found is None:
        return Place.NEW
    if trust is Trust.FAIL:
        level = _FAILED
    elif trust >= Trust.WEAK or not configured:
        level = _WEAK_OR_BETTER
    else:
        level = _UNPROVEN
    return TABLE[found.by, found.takes_part, level]
