"""Signed tokens: proof that an address got a mail of ours (reliability: at least 100 bits)."""

import hashlib
import hmac
import re
from base64 import b32encode
from dataclasses import dataclass
from typing import Literal

from ticketd.core.addresses import detail_of, domain_of, normalise

Purpose = Literal["reply", "note", "bounce", "confirm", "rate", "message-id", "loop"]
_TOKEN = re.compile(r"([0-9]{1,10})\.([a-z])([a-z2-7]{20})")
_MESSAGE_ID = re.compile(
    r"<td\.([0-9]{1,10})\.([a-z0-9]{1,24})\.([a-z])([a-z2-7]{20})@([^<>@\s]+)>"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token says before anybody has checked it."""

    number: int
    version: str
    mac: str


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
        return any(
            hmac.compare_digest(claim.mac, self._mac(key, purpose, claim.number, *parts))
            for version, key in self.keys
            if version == claim.version
        )

    # -- the three places where tokens stand --------------------------------------------------

    def reply_address(
        self, department: str, domain: str, number: int, person: str, role: str
    ) -> str:
        """The Reply-To of a mail to `person` about ticket `number`."""
        token = self.sign("reply", number, role, normalise(person))
        return f"{department[:20]}+{number}.{token}@{domain}"

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
    return Claim(int(match[1]), match[2], match[3]) if match else None


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
