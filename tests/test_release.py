"""What is published says the same everywhere, and names no more than it needs."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.process import ROOT
from ticketd import __version__

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CHANGES = (ROOT / "CHANGELOG.md").read_text("utf-8")


def pins() -> dict[str, tuple[str, int]]:
    """Each library of constraints.txt: its version, and how many files it may be."""
    text = (ROOT / "constraints.txt").read_text("utf-8")
    blocks = re.findall(r"^([a-z0-9-]+)==(\S+)(.*(?:\n    .*)*)", text, re.MULTILINE)
    return {name: (version, rest.count("--hash=sha256:")) for name, version, rest in blocks}


def test_every_library_is_pinned_to_files_whose_hash_is_known() -> None:
    pinned = pins()
    extras = PROJECT["optional-dependencies"]
    for line in [*PROJECT["dependencies"], *extras["postgres"], *extras["holidays"]]:
        wanted = Requirement(line)
        version, _ = pinned[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), line
    assert all(files for _, files in pinned.values())


def test_the_pins_name_no_place_to_fetch_from() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert not re.search(r"https?:|file:|--index|--extra-index|--find-links|\.org|\.com", text)


def test_the_version_is_one() -> None:
    assert PROJECT["version"] == __version__


def test_changes_are_in_their_form() -> None:
    heads = re.findall(r"^## (.*)$", CHANGES, re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", head) for head in heads[1:])
    kinds = set(re.findall(r"^### (.*)$", CHANGES, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Removed", "Fixed", "Security"}
