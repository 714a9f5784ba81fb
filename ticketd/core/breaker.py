"""What a refusal means, and when a mail server refuses everything: then no mail is to blame, and all of them wait."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

OPENS_AT = 3
"""So many different mails refused in a row for reasons of the set-up: it is not their fault."""
PROBE_EVERY = timedelta(minutes=5)
PATIENCE = 3
"""A single mail is refused so often, while others are accepted, before it is its own fault after all."""
_RELAY = re.compile(r"\brelay|authenticat|not permitted|access denied", re.IGNORECASE)


class Meaning(StrEnum):
    """What a reply of 400 or more says."""

    LATER = "later"
    NEVER = "never"
    SETUP = "setup"
    """We may not use this server, or not like this: who mends that is the operator."""


def meaning_of(verb: str, code: int, text: str) -> Meaning:
    """What a reply to `verb` means for the mail (RFC 5321, 4.2; RFC 3463; RFC 4954, 6)."""
    if code in {530, 535}:
        return Meaning.SETUP
    # 552 at RCPT means "too many recipients" (RFC 5321, 4.5.3.1.10).
    if code < 500 or (verb == "RCPT" and code == 552):
        return Meaning.LATER
    if verb == "MAIL":
        return Meaning.NEVER if code == 552 or "5.3.4" in text else Meaning.SETUP
    if _RELAY.search(text) or (verb == "RCPT" and text.startswith("5.7.1")):
        return Meaning.SETUP
    return Meaning.NEVER


@dataclass(frozen=True, slots=True)
class Breaker:
    """What one sender knows of its mail server. A value: every happening makes a new one."""

    refused: frozenset[int] = frozenset()
    """Mails refused in a row for reasons of the set-up."""
    probe_at: datetime | None = None
    """Open until then; then one mail is tried."""
    answer: str = ""
    times: dict[int, int] = field(default_factory=dict)
    """How often each mail was refused like this."""
    passed_by: frozenset[int] = frozenset()
    """Those of them that others have passed since."""

    @property
    def is_open(self) -> bool:
        """Whether the server refuses everything."""
        return self.probe_at is not None

    def most(self, now: datetime, batch: int) -> int:
        """How many mails may be tried now."""
        if self.probe_at is None:
            return batch
        # A clock that jumped back must not keep the door shut for a year.
        return 1 if now >= self.probe_at or self.probe_at - now > PROBE_EVERY else 0

    def accepted(self, mail: int) -> "Breaker":
        """The server took a mail: it refuses not everything."""
        if not self.times:
            return self
        times = {other: n for other, n in self.times.items() if other != mail}
        return Breaker(times=times, passed_by=frozenset(times))

    def refusal(self, mail: int, answer: str, now: datetime) -> "Breaker":
        """The server refused a mail for reasons of the set-up."""
        refused = self.refused | {mail}
        times = {**self.times, mail: self.times.get(mail, 0) + 1}
        is_open = self.is_open or len(refused) >= OPENS_AT
        probe_at = now + PROBE_EVERY if is_open else None
        return replace(self, refused=refused, probe_at=probe_at, answer=answer, times=times)

    def is_own_fault(self, mail: int) -> bool:
        """Whether a mail that is refused like this is given up: others pass, this one again and again does not."""
        return not self.is_open and mail in self.passed_by and self.times[mail] >= PATIENCE
