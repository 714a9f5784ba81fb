"""Signed tokens: proof that an address got a mail of ours (reliability: at least 100 bits)."""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from typing import Literal

from ticketd.core.addresses import detail_of, domain_of, normalise

Purpose = Literal[
    "reply", "note", "command", "bounce", "confirm", "rate", "word", "message-id", "loop", "welcome"
]
FOR_AGENTS: tuple[Purpose, ...] = ("reply", "note", "command")
"""What an agent's plain answer is: words for the customer, words that stay inside, or commands alone."""
_TOKEN = re.compile(r"([0-9]{1,10})(?:-([0-9a-v]{1,13}))?\.([a-z])([a-z2-7]{20})")
_MESSAGE_ID = re.compile(
    r"<td\.([0-9]{1,10})\.([a-z0-9]{1,24})\.([a-z])([a-z2-7]{20})@([^<>@\s]+)>"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says before anybody has checked it."""

    number: int
    version: str
    mac: str
    seen: str = ""
    """The last event of the ticket that an agent had seen, base 32; part of what is signed."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Signing keys by version letter: the first signs, all verify."""

    instance: str
    keys: tuple[tuple[str, bytes], ...]

    def _mac(self, key: bytes, purpose: Purpose, number: int, *parts: str) -> str:
        told = "\0".join(("td1", purpose, self.instance, str(number), *parts))
        digest = hmac.digest(key, told.encode("utf-8", "replace"), hashlib.sha256)
        return b32encode(digest).decode().lower()[:20]

    def sign(self, purpose: Purpose, number: int, *parts: str) -> str:
        """`<version><mac>` over purpose, number and parts (role, recipient, ...)."""
        version, key = self.keys[0]
        return version + self._mac(key, purpose, number, *parts)

    def verifies(self, claim: Claim, purpose: Purpose, *parts: str) -> bool:
        """Whether one of our keys made this claim for exactly these parts."""
        parts = (*parts, claim.seen) if claim.seen else parts
        return any(
            hmac.compare_digest(claim.mac, self._mac(key, purpose, claim.number, *parts))
            for version, key in self.keys
            if version == claim.version
        )

    # -- the three places where tokens stand --------------------------------------------------

    def reply_address(
        self, department: str, domain: str, number: int, person: str, role: str,
        *, purpose: Purpose = "reply", seen: int = 0,
    ) -> str:  # fmt: skip
        """The Reply-To of a mail to `person` about ticket `number`; agents' ones say what was `seen`."""
        event = base32_of(seen) if seen else ""
        told = (role, normalise(person), event) if event else (role, normalise(person))
        token = self.sign(purpose, number, *told)
        # Bounces and confirmations begin so.
        local = "r" if department in {"b", "c"} else department[:20]
        return f"{local}+{number}{'-' if event else ''}{event}.{token}@{domain}"

    def word_address(
        self, domain: str, word: str, purpose: Purpose, number: int, person: str
    ) -> str:
        """Where a prefilled mail of a customer goes, that does one thing to one ticket."""
        return f"{word}+{number}.{self.sign(purpose, number, word, normalise(person))}@{domain}"

    def confirm_address(self, domain: str, act: int, person: str) -> str:
        """Where an answer confirms an act that waits for it."""
        return f"c+{act}.{self.sign('confirm', act, 'agent', normalise(person))}@{domain}"

    def welcome_address(self, domain: str, sent: int, person: str) -> str:
        """Where a new agent's first answer goes; `sent`: when that agent was welcomed, in seconds since 1970."""
        return f"welcome+{sent}.{self.sign('welcome', sent, 'agent', normalise(person))}@{domain}"

    def bounce_address(self, domain: str, outbox_id: int) -> str:
        """The reverse-path of one outbox row (VERP), so that a bounce names its mail."""
        return f"b+{outbox_id}.{self.sign('bounce', outbox_id)}@{domain}"

    def message_id(self, domain: str, number: int, serial: str, person: str, role: str) -> str:
        """A Message-ID that proves, when it comes back, whom it was made for."""
        token = self.sign("message-id", number, serial, role, normalise(person))
        return f"<td.{number}.{serial}.{token}@{domain}>"

    def loop_mark(self) -> str:
        """The value of our loop header field."""
        return f"{self.instance}; {self.sign('loop', 0)}"

    def is_own_loop_mark(self, text: str) -> bool:
        """Whether a loop header field was written by this installation."""
        instance, _, token = text.partition(";")
        token = token.strip()
        claim = Claim(0, token[:1], token[1:])
        return instance.strip() == self.instance and self.verifies(claim, "loop")


def claim_in_address(address: str) -> Claim | None:
    """The token in an envelope recipient, unchecked."""
    match = _TOKEN.fullmatch(detail_of(normalise(address)))
    return Claim(int(match[1]), match[3], match[4], match[2] or "") if match else None


def without_tokens(text: str, domain: str, instead: str) -> str:
    """A text without any address or Message-ID of ours that proves something: people quote what we wrote to them."""

    def plain(found: re.Match[str]) -> str:
        is_id = claim_in_message_id(f"<{normalise(found[0])}>", domain) is not None
        return instead if is_id or claim_in_address(found[0]) else found[0]

    return re.sub(
        rf"(?i)[a-z0-9._+-]{{1,120}}@{re.escape(domain)}(?![a-z0-9.-]*[a-z0-9])", plain, text
    )


_DIGITS = "0123456789abcdefghijklmnopqrstuv"


def base32_of(number: int) -> str:
    """A number in as few signs as `int(text, 32)` reads."""
    out = ""
    while number:
        number, digit = divmod(number, 32)
        out = _DIGITS[digit] + out
    return out or "0"


@dataclass(frozen=True, slots=True)
class IdClaim:
    """A Message-ID of our form, unchecked."""

    claim: Claim
    serial: str


def claim_in_message_id(message_id: str, domain: str) -> IdClaim | None:
    """The parts of a Message-ID of our form and domain."""
    match = _MESSAGE_ID.fullmatch(message_id)
    if not match or domain_of(match[5]) or match[5].lower() != domain:
        return None
    return IdClaim(Claim(int(match[1]), match[3], match[4]), match[2])
