"""When an outgoing mail is tried again, and when it is given up (RFC 5321, 4.5.4.1)."""

from datetime import datetime, timedelta

STEPS = (10, 30, 60, 120, 300, 600, 900)
"""Seconds to the next try; later ones are `LAST` apart."""
LAST = 1800
GIVE_UP_AFTER = timedelta(days=5)
GIVE_UP_TRIES = 20


def next_try(attempts: int, now: datetime, jitter: float) -> datetime:
    """The moment of the next try after `attempts` failed ones; `jitter` in -1..1 spreads by 20 %."""
    wait = STEPS[attempts - 1] if 0 < attempts <= len(STEPS) else LAST
    return now + timedelta(seconds=wait * (1 + 0.2 * jitter))


def is_given_up(attempts: int, first_at: datetime, now: datetime) -> bool:
    """Old *and* often tried: a clock that jumps cannot expire anything alone."""
    return attempts >= GIVE_UP_TRIES and now - first_at > GIVE_UP_AFTER
