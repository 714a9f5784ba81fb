"""Whether a new ticket gets an ack, and what it may show (mail.md 6; RFC 3834)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ticketd.core.trust import Trust
from ticketd.core.undelivered import BAD_AFTER


@dataclass(frozen=True, slots=True)
class Budgets:
    """How much automatic mail may leave; shared by all daemons through the database."""

    enabled: bool = True
    acks_per_hour: int = 5
    acks_per_day: int = 20
    unauthenticated_per_hour: int = 100
    unauthenticated_without_trust_per_hour: int = 1000
    notices_per_hour: int = 60
    """Mails to one agent; what is more waits for the next digest."""
    digest_every: timedelta = timedelta(minutes=15)
    rounds: int = 3
    round_within: timedelta = timedelta(seconds=120)
    mute_for: timedelta = timedelta(hours=24)
    storm_tickets: int = 20
    storm_within: timedelta = timedelta(minutes=10)
    crowd_tickets: int = 200
    """New tickets of a department within `storm_within`: more are an alert, and everybody gets an ack."""
    follow_up_per_hour: int = 0
    """Acks of further mails on one ticket; 0 sends none."""

    @property
    def most(self) -> int:
        """So many uses have to be looked at to know that any budget of one address is empty."""
        return max(self.acks_per_hour, self.acks_per_day, self.rounds) + 2

    @property
    def remembered_for(self) -> timedelta:
        """As long back as any budget of one address reaches."""
        return max(timedelta(days=1), self.mute_for, self.calm_after)

    @property
    def calm_after(self) -> timedelta:
        """A storm is over when its address was no storm for so long; the next one is told of again."""
        return max(timedelta(hours=1), 2 * self.storm_within)


NO_ADDRESS = "the customer has no mail address"
MUTED = "the address is muted: it answers our automatic mail at once"


@dataclass(frozen=True, slots=True)
class AckFacts:
    """What the database and the mail say at the moment of the ack."""

    trust: Trust
    trust_configured: bool
    addressed_publicly: bool
    wants_no_response: bool
    is_own_address: bool
    is_spam: bool
    is_muted: bool
    acks_last_hour: int
    acks_last_day: int
    unauthenticated_last_hour: int
    bounces_lately: int = 0
    """Mails of ours that came back from the author for good, in `BAD_WITHIN`."""
    is_proven_agent: bool = False
    """An agent at the minimum trust: a forger must not be able to silence the desk for one of us."""
    follow_ups_last_hour: int = 0
    """Acks of further mails on this ticket; a ticket's first ack is none of them."""
    has_no_address: bool = False
    has_account_code: bool = False
    """It looks like the mail by which a service verifies an account (D7)."""


def why_no_ack(facts: AckFacts, budgets: Budgets) -> str:
    """The reason why no ack leaves, or an empty text. First that holds wins."""
    limit = (
        budgets.unauthenticated_per_hour
        if facts.trust_configured
        else budgets.unauthenticated_without_trust_per_hour
    )
    reasons = (
        (facts.has_no_address, NO_ADDRESS),
        (facts.is_own_address, "the author is an address of ours"),
        (facts.trust is Trust.FAIL, "the author failed authentication"),
        (facts.is_spam, "the mail server flagged it as spam"),
        (facts.has_account_code, "it looks like the mail that verifies an account"),
        (facts.wants_no_response, "the author asks for no automatic answer"),
        (facts.bounces_lately >= BAD_AFTER, "mails to the author came back"),
        (not facts.addressed_publicly, "no public address of ours in To or Cc"),
    )
    lifted = (
        (facts.is_muted and not facts.is_proven_agent, MUTED),
        (
            facts.follow_ups_last_hour >= max(1, budgets.follow_up_per_hour),
            "budget of the ticket for this hour is empty",
        ),
        (
            facts.acks_last_hour >= budgets.acks_per_hour,
            "budget of the address for this hour is empty",
        ),
        (
            facts.acks_last_day >= budgets.acks_per_day,
            "budget of the address for this day is empty",
        ),
        (
            facts.trust < Trust.SPF and facts.unauthenticated_last_hour >= limit,
            "budget of unauthenticated senders for this hour is empty",
        ),
    )
    checks: tuple[tuple[bool, str], ...] = (*reasons, *(lifted if budgets.enabled else ()))
    return next((why for holds, why in checks if holds), "")


def is_round(told: Iterable[datetime], received_at: datetime, budgets: Budgets) -> bool:
    """Whether a mail came so soon after an automatic one of ours that a machine may have answered it.

    `told`: when automatic mails went to its author. One that went after the mail had come says nothing:
    a desk that was busy answers late.
    """
    return any(timedelta(0) <= received_at - at <= budgets.round_within for at in told)
