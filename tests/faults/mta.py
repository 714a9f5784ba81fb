"""A mail server as it is met in front of the desk: a queue, several connections, and retries until 250.

Whatever is not a 250 that was read to its end counts as not acknowledged: refusals, lost connections,
lost replies. So a mail may come several times; that is the point.
"""

import random
import socket
import struct
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.fakes import Lmtp
from tests.process import wait

MANNERS = ("plain", "plain", "plain", "plain", "half-close", "hang-up", "reset", "pause")
"""What a client does after, or before, its final dot."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in the queue of the mail server."""

    key: str
    """Its Message-ID."""
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


def letter(number: int, *recipients: str, size: int = 0) -> Letter:
    """Mail number so-and-so, from a customer of its own."""
    to = recipients or ("support@desk.example",)
    sender, key = f"c{number}@example.org", f"<{number}@ledger>"
    raw = (
        f"From: {sender}\nTo: {', '.join(to)}\nSubject: mail {number}\nMessage-ID: {key}\n\n"
        f"Number {number}.\n.a dot in front\n" + ("x" * 70 + "\n") * (size // 71)
    )
    return Letter(key, sender, to, raw.encode())


@dataclass(frozen=True, slots=True)
class Door:
    """Where a mail server delivers, and in which language."""

    place: str
    is_lmtp: bool = True


@dataclass
class Mta:
    """Delivers a queue over several connections at once, until all of it is acknowledged."""

    doors: Sequence[Door]
    seed: int = 0
    manners: Sequence[str] = MANNERS
    per_second: float = 0.0
    """How many mails come in, over all connections; 0 is as fast as the desk takes them."""
    acked: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """(Message-ID, recipient) -> the replies 250 that came for it."""
    refused: list[str] = field(default_factory=list)
    """Permanent replies: none is expected."""
    deferred: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)
    _given_up: threading.Event = field(default_factory=threading.Event)

    def start(self, letters: Sequence[Letter], clients: int = 4) -> "Mta":
        for number in range(clients):
            mine, chance = list(letters[number::clients]), random.Random(f"{self.seed}-{number}")
            pace = clients / self.per_second if self.per_second else 0.0
            self._threads.append(
                threading.Thread(target=self._deliver, args=(mine, chance, pace), daemon=True)
            )
        for thread in self._threads:
            thread.start()
        return self

    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def finish(self, seconds: float = 120) -> None:
        """Wait until the queue is empty."""
        for thread in self._threads:
            thread.join(seconds)
        assert not self.is_busy(), f"{len(self.acked)} acknowledged, and the queue stands still"

    def give_up(self) -> None:
        """The test is over."""
        self._given_up.set()

    def _deliver(self, letters: Iterable[Letter], chance: random.Random, pace: float) -> None:
        client: Lmtp | None = None
        for mail in letters:
            if pace:
                wait(chance.uniform(0, 2 * pace))
            missing = list(mail.recipients)
            while missing and not self._given_up.is_set():
                try:
                    client = client or self._connect(chance)
                    missing, is_open = self._attempt(client, mail, missing, chance)
                except (OSError, ValueError):
                    is_open = False
                if not is_open:
                    client = None
                    wait(chance.uniform(0.01, 0.05))

    def _connect(self, chance: random.Random) -> Lmtp:
        door = chance.choice(list(self.doors))
        return Lmtp(door.place, greeting="LHLO" if door.is_lmtp else "EHLO", timeout=30)

    def _attempt(
        self, client: Lmtp, mail: Letter, recipients: list[str], chance: random.Random
    ) -> tuple[list[str], bool]:
        """One transaction; who is still missing, and whether the connection can be used again."""
        if not client.say(f"MAIL FROM:<{mail.sender}>").startswith("250"):
            return self._later(recipients)
        taken = []
        for recipient in recipients:
            answer = client.say(f"RCPT TO:<{recipient}>")
            if answer.startswith("250"):
                taken.append(recipient)
            elif answer.startswith("5"):
                self.refused.append(answer)
        if not taken or not client.say("DATA").startswith("354"):
            return self._later(recipients)
        manner = chance.choice(list(self.manners))
        send_content(client.sock, mail.raw, pause=0.02 if manner == "pause" else 0.0)
        if manner in {"hang-up", "reset"}:
            hang_up(client, is_reset=manner == "reset")
            return recipients, False
        if manner == "half-close":
            client.sock.shutdown(socket.SHUT_WR)
        self._read_replies(client, mail, taken)
        missing = [r for r in recipients if not self.acked.get((mail.key, r))]
        return missing, manner != "half-close" and not missing

    def _read_replies(self, client: Lmtp, mail: Letter, taken: list[str]) -> None:
        """LMTP: one for each recipient, and each counts when it is here (RFC 2033, 4.2)."""
        groups = [[r] for r in taken] if client.is_lmtp else [taken]
        for group in groups:
            answer = client.reply()
            if answer.startswith("250"):
                for recipient in group:
                    self.acked[mail.key, recipient].append(answer)
            elif answer.startswith("5"):
                self.refused.append(answer)
            else:
                self.deferred += 1

    def _later(self, recipients: list[str]) -> tuple[list[str], bool]:
        self.deferred += 1
        return recipients, False


def send_content(sock: socket.socket, raw: bytes, pause: float = 0.0) -> None:
    """The bytes of DATA with the final dot; with a pause in the middle."""
    body = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    body = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
    middle = len(body) // 2 if pause else len(body)
    sock.sendall(body[:middle])
    if pause:
        wait(pause)
    sock.sendall(body[middle:] + b".\r\n")


def hang_up(client: Lmtp, *, is_reset: bool) -> None:
    """Go away without a word: a FIN, or a RST that throws away what was not read."""
    if is_reset:
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
