"""Any bytes become a value, in bounded time; what once failed is tried again."""

import gzip
from pathlib import Path

import pytest

from tests.hostile import fuzz
from tests.hostile.grammar import KINDS, make


def test_hostile_input_becomes_a_value(request: pytest.FixtureRequest) -> None:
    seconds = float(request.config.getoption("--fuzz-seconds"))
    seed = int(request.config.getoption("--fuzz-seed"))
    told = fuzz.run(seed, seconds=seconds, inputs=0 if seconds else 1500)
    print(f"\n{told}")
    assert told.failures == ()


@pytest.mark.parametrize("path", sorted(fuzz.KEPT.glob("*.gz")), ids=lambda path: path.stem)
def test_what_once_failed(path: Path) -> None:
    kind = path.stem.partition("-")[0]
    assert fuzz.run_one(kind, gzip.decompress(path.read_bytes()), fuzz.PATIENT)[0] == ""


def test_an_input_comes_again_from_its_seed_and_every_kind_is_made() -> None:
    assert [make(n) for n in range(50)] == [make(n) for n in range(50)]
    assert {make(n)[0] for n in range(200)} == set(KINDS) == set(fuzz.RUN)
