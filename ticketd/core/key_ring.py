"""The life of a signing key: it is made, signs, verifies what it has signed, and goes when no answer can come."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from string import ascii_lowercase

from ticketd.core.errors import Refused
from ticketd.core.tokens import Keys

KEPT = timedelta(days=400)
"""So long after its last signature a key still verifies: people answer old mails."""


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the keys file: version, secret, the day it was made, the day since which it signs no more."""

    version: str
    secret: bytes
    made: date
    retired: date | None = None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys, the one that signs first; the others verify."""

    instance: str
    keys: tuple[Key, ...]

    @property
    def verifying(self) -> Keys:
        """The keys as tokens are made and checked with them."""
        return Keys(self.instance, tuple((k.version, k.secret) for k in self.keys))

    @property
    def waiting(self) -> Key | None:
        """A key that has not signed yet."""
        return next((k for k in self.keys[1:] if k.retired is None), None)

    def state(self, key: Key) -> str:
        """signs, waits or verifies."""
        if key is self.keys[0]:
            return "signs"
        return "waits" if key.retired is None else "verifies"

    def with_new(self, secret: bytes, today: date) -> "KeyRing":
        """One more key, that verifies at once and signs after the next rotation. Refused where one waits."""
        if self.waiting is not None:
            what = f"key {self.waiting.version} waits already; `ticketd keys rotate` lets it sign"
            raise Refused(what)
        return replace(self, keys=(*self.keys, Key(self._free_version(), secret, today)))

    def _free_version(self) -> str:
        used = {k.version for k in self.keys}
        newest = ascii_lowercase.index(max(self.keys, key=lambda k: k.made).version)
        following = ascii_lowercase[newest + 1 :] + ascii_lowercase[: newest + 1]
        free = next((letter for letter in following if letter not in used), None)
        if free is None:
            raise Refused("there are 26 keys, and no letter is left; `ticketd keys drop` first")
        return free

    def rotated(self, secret: bytes, today: date) -> "KeyRing":
        """The key that waits signs from now on; where none waits, one is made of `secret`."""
        ring = self if self.waiting is not None else self.with_new(secret, today)
        coming = ring.waiting
        assert coming is not None  # noqa: S101 - it was made a line above
        old, *others = (k for k in ring.keys if k is not coming)
        return replace(ring, keys=(coming, replace(old, retired=today), *others))

    def too_old(self, key: Key, today: date) -> bool:
        """Whether nothing that this key has signed is younger than 400 days."""
        return key.retired is not None and today - key.retired > KEPT

    def without(self, versions: tuple[str, ...], today: date, *, by_force: bool) -> "KeyRing":
        """Without these keys, or without all that are too old. Refused for one that signs, or is still needed."""
        known = {k.version: k for k in self.keys}
        for version in versions:
            if version not in known:
                raise Refused(f"there is no key {version}; see `ticketd keys list`")
            key = known[version]
            if key is self.keys[0]:
                raise Refused(f"key {version} signs; `ticketd keys rotate` first")
            if not by_force and key.retired is not None and not self.too_old(key, today):
                until = key.retired + KEPT
                what = (
                    f"key {version} signed until {key.retired}, and answers may come until {until}"
                )
                raise Refused(f"{what}; --force drops it now, and those answers become new tickets")
        gone = set(versions) or {k.version for k in self.keys if self.too_old(k, today)}
        return replace(self, keys=tuple(k for k in self.keys if k.version not in gone))


def parsed(text: str, written: date) -> KeyRing:
    """The keys file as read. ValueError or IndexError where it is damaged.

    `written`: when the file was; older versions of the program noted no days.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    instance = next((words[1] for words in lines if words[0] == "instance"), "")
    rows = [words for words in lines if words[0] != "instance"]
    keys = tuple(_key(words, written, is_first=at == 0) for at, words in enumerate(rows))
    if not instance:
        raise ValueError("no instance")
    return KeyRing(instance, keys)


def _key(words: list[str], written: date, *, is_first: bool) -> Key:
    version, secret, *days = words
    made, *retired = [date.fromisoformat(day) for day in days] or [written]
    if not days and not is_first:
        retired = [written]
    return Key(
        version, bytes.fromhex(secret), made, None if is_first else next(iter(retired), None)
    )


def told(ring: KeyRing) -> str:
    """The keys file as it is written."""
    lines = [f"instance {ring.instance}"]
    for key in ring.keys:
        days = [key.made.isoformat(), *([key.retired.isoformat()] if key.retired else [])]
        lines.append(" ".join((key.version, key.secret.hex(), *days)))
    return "\n".join(lines) + "\n"
