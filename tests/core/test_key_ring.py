"""Signing keys: which one signs, which ones verify, when one may go."""

from datetime import date, timedelta

import pytest

from ticketd.core.errors import Refused
from ticketd.core.key_ring import KEPT, Key, KeyRing, parsed, told

DAY = date(2026, 11, 25)
YEAR = timedelta(days=365)
ONE = KeyRing("here", (Key("a", b"one", DAY),))


def states(ring: KeyRing) -> list[tuple[str, str]]:
    return [(key.version, ring.state(key)) for key in ring.keys]


def test_a_key_waits_signs_and_verifies() -> None:
    two = ONE.with_new(b"two", DAY)
    assert states(two) == [("a", "signs"), ("b", "waits")]
    assert two.verifying.keys == (("a", b"one"), ("b", b"two"))
    rotated = two.rotated(b"not needed", DAY + YEAR)
    assert states(rotated) == [("b", "signs"), ("a", "verifies")]
    assert rotated.keys[1].retired == DAY + YEAR
    again = rotated.rotated(b"three", DAY + 2 * YEAR)
    assert states(again) == [("c", "signs"), ("b", "verifies"), ("a", "verifies")]
    assert again.keys[0].secret == b"three"
    with pytest.raises(Refused, match="key b waits already"):
        two.with_new(b"three", DAY)


def test_a_key_goes_400_days_after_its_last_signature() -> None:
    ring = ONE.rotated(b"two", DAY + YEAR)
    last = DAY + YEAR + KEPT
    assert ring.without((), last, by_force=False) == ring
    assert states(ring.without((), last + timedelta(days=1), by_force=False)) == [("b", "signs")]
    assert states(ring.without(("a",), DAY + YEAR, by_force=True)) == [("b", "signs")]
    for versions, why in ((("a",), "answers may come"), (("b",), "signs"), (("z",), "no key z")):
        with pytest.raises(Refused, match=why):
            ring.without(versions, last, by_force=False)
    with pytest.raises(Refused, match="key b signs"):
        ring.without(("b",), last, by_force=True)
    waits = ring.with_new(b"three", DAY)
    assert states(waits.without(("c",), last, by_force=False)) == states(ring)


def test_letters_come_round_and_are_never_used_twice() -> None:
    ring = ONE
    for year in range(1, 26):
        ring = ring.rotated(b"x", DAY + year * YEAR)
    assert ring.keys[0].version == "z"
    with pytest.raises(Refused, match="no letter is left"):
        ring.rotated(b"x", DAY + 26 * YEAR)
    ring = ring.without((), DAY + 26 * YEAR, by_force=False)
    assert ring.rotated(b"x", DAY + 26 * YEAR).keys[0].version == "a"


def test_the_file_is_read_as_it_is_written() -> None:
    ring = ONE.rotated(b"two", DAY + YEAR).with_new(b"three", DAY + YEAR)
    assert parsed(told(ring), date(2000, 1, 1)) == ring


def test_a_file_without_days_is_as_old_as_it_was_written() -> None:
    ring = parsed("instance here\nb 7777\na 8888\n", DAY)
    assert ring.keys == (Key("b", b"ww", DAY), Key("a", b"\x88\x88", DAY, DAY))
