"""Who may do what: one table for commands by mail and at the terminal."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from ticketd.core.addresses import Agent
from ticketd.core.sentences import Sentence, say
from ticketd.core.tokens import FOR_AGENTS, Claim, Keys, Purpose
from ticketd.core.trust import Trust


class Proof(IntEnum):
    """How sure we are that an agent means it."""

    NOTHING = 0
    TOKEN = 1
    """A mail of ours about this ticket to this agent is answered, with the trust that is asked for."""
    STRONG = 2
    """dkim, sasl or local; and whoever types the command."""


NEEDS: dict[str, Proof] = dict.fromkeys(
    (
        "customer",
        "to",
        "new",
        "forward",
        "link",
        "merge",
        "split",
        "report",
        "list",
        "find",
        "show-other",
        "redact",
    ),
    Proof.STRONG,
)
"""What is not here needs a token: it touches the ticket alone that one was told of."""

FOR_VIEWERS = frozenset(
    {
        "show",
        "history",
        "list",
        "find",
        "help",
        "follow",
        "unfollow",
        "away",
        "back",
        "digest",
        "report",
    }
)


def needs(verb: str, words: str, number: int) -> Proof:
    """The proof that a verb needs in an answer about ticket `number`."""
    if verb == "show" and words.lstrip("#") not in {"", str(number)}:
        verb = "show-other"
    return NEEDS.get(verb, Proof.TOKEN)


@dataclass(frozen=True, slots=True)
class Seen:
    """Of a ticket, what says who may see it."""

    departments: Collection[str]
    assignee: str = ""
    followers: Collection[str] = ()


def may_see(agent: Agent, ticket: Seen) -> bool:
    """Agents see what their departments have and what they hold or follow; leads see everything."""
    return (
        agent.role == "lead"
        or bool(set(agent.departments) & set(ticket.departments))
        or agent.key == ticket.assignee
        or agent.key in ticket.followers
    )


def why_not(agent: Agent, verb: str, ticket: Seen) -> Sentence | None:
    """Why an agent may not do this to a ticket; None where they may."""
    if agent.role == "viewer" and verb not in FOR_VIEWERS:
        return say("{agent} is a viewer: may read, and change nothing", agent=agent.key)
    if not may_see(agent, ticket):
        theirs = tuple(sorted(ticket.departments)) or say("nobody")
        return say(
            "it belongs to {theirs}, and {agent} neither holds nor follows it",
            theirs=theirs,
            agent=agent.key,
        )
    return None


QUESTIONS_AN_HOUR = 5
"""So often a mail without a token makes us ask the agent; what is more counts as not proven."""


class Standing(StrEnum):
    """What a mail in an agent's name may do."""

    ACTS = "acts"
    ASKED = "asked"
    """A mail to the registered address asks first."""
    UNPROVEN = "unproven"
    """Nothing: kept as an entry that only agents see."""


@dataclass(frozen=True, slots=True)
class Token:
    """The reply token that an agent's mail came with."""

    purpose: Purpose
    seen: int
    """The last event of the ticket when the mail that is answered was made."""


def agent_tokens(claims: Collection[Claim], keys: Keys, agent: Agent) -> list[tuple[int, Token]]:
    """The tokens that were made for this agent, each with the number that stands in it."""
    return [
        (claim.number, Token(purpose, int(claim.seen, 32) if claim.seen else 0))
        for claim in claims
        for purpose in FOR_AGENTS
        if any(keys.verifies(claim, purpose, "agent", address) for address in agent.addresses)
    ]


def least_public(tokens: Collection[Token]) -> Token | None:
    """The one that counts where a mail has several: what would stay inside, and has seen the least."""
    return min(tokens, key=lambda t: (-FOR_AGENTS.index(t.purpose), t.seen), default=None)


def standing(*, has_token: bool, trust: Trust, minimum: str, is_ambiguous: bool) -> Standing:
    """What a mail in an agent's name may do on the ticket that it is about (agent-by-mail.md 5).

    `minimum`: `token` or `dkim`. Without a token a proven agent may do everything, as on any other ticket.
    """
    if trust is Trust.FAIL or is_ambiguous:
        return Standing.UNPROVEN
    if trust >= Trust.DKIM:
        return Standing.ACTS
    if minimum == "dkim":
        return Standing.UNPROVEN
    return Standing.ACTS if has_token else Standing.ASKED


def proof(*, trust: Trust) -> Proof:
    """What an acting agent's mail proves."""
    return Proof.STRONG if trust >= Trust.DKIM else Proof.TOKEN
