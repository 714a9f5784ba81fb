"""Real Unix users on one machine: nobody acts, or reads, in another's name."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
import yaml

from tests.desk import CONFIG, merged
from tests.process import ROOT
from ticketd import build
from ticketd.config.load import load

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="becomes other users: root alone may")
DAEMON, ANN, EVE = 61_001, 61_002, 61_003
"""Users without a name: the login is the number."""
LIBRARIES = Path(sqlalchemy.__file__).parents[1]


def _python() -> list[str]:
    """An interpreter of this version that other users may run: root's own may lie in root's home."""
    for path in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        for folder in Path(path).resolve().parents:
            if not folder.stat().st_mode & 0o001:
                break
        else:
            if Path(path).exists():
                return [path]
    return []


PYTHON = _python()


class Box:
    """A machine with a desk that belongs to the daemon's user."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / "state"
        self.config = folder / "config.yaml"
        agents = {
            "ann": {"name": "Ann", "address": "ann@a.example", "departments": ["support"], "login": str(ANN)},
            "eve": {"name": "Eve", "address": "eve@a.example", "departments": ["support"], "login": str(EVE)},
        }  # fmt: skip
        values = merged(
            CONFIG, {"state_dir": str(self.state), "outgoing": {"capture": str(folder / "out")}}
        )
        self.config.write_text(yaml.safe_dump(values | {"agents": agents}), "utf-8")
        self.config.chmod(0o644)
        self.state.mkdir(mode=0o700)
        os.chown(self.state, DAEMON, DAEMON)

    def run(self, uid: int, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """The command as a user."""
        home = self.folder / f"home-{uid}"
        home.mkdir(mode=0o700, exist_ok=True)
        os.chown(home, uid, uid)
        return subprocess.run(
            [*PYTHON, "-m", "ticketd", "--config", str(self.config), *words], user=uid, group=uid, extra_groups=[], cwd=self.folder,
            env={"PYTHONPATH": f"{ROOT}:{LIBRARIES}", "PATH": os.environ["PATH"], "HOME": str(home), **environment},
            capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def by_sudo(self, uid: int, *words: str) -> "subprocess.CompletedProcess[str]":
        """As `sudo -u ticketd ticketd … agent-shell WORDS` does it."""
        return self.run(DAEMON, "agent-shell", *words, SUDO_USER=str(uid))


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    folder = Path(tempfile.mkdtemp(prefix="ticketd-users-", dir="/tmp"))
    folder.chmod(0o755)
    made = Box(folder)
    if not PYTHON or made.run(DAEMON, "--version").returncode != 0:
        shutil.rmtree(folder)
        pytest.skip("other users cannot read this checkout")
    build.prepare(load(made.config))
    for path in made.state.rglob("*"):
        os.chown(path, DAEMON, DAEMON)
    done = made.run(
        DAEMON, "--as", "ann", "new", "--customer", "c@x.example", "--department", "support", "-s", "Hi", "-m", "Help",
        "--no-ack",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    yield made
    shutil.rmtree(folder)


def test_a_user_beside_the_daemon_reaches_nothing(box: Box) -> None:
    for words in (("list",), ("--as", "ann", "close", "1"), ("export", "-")):
        done = box.run(EVE, *words)
        assert done.returncode == 77, (words, done.stdout, done.stderr)
        assert done.stdout == ""
    assert box.run(EVE, "list", TICKETD_AGENT="ann", SUDO_USER=str(ANN)).returncode == 77


def test_by_sudo_one_is_who_one_is(box: Box) -> None:
    assert "Hi" in box.by_sudo(ANN, "list").stdout
    assert box.by_sudo(ANN, "note", "1", "-m", "Mine").returncode == 0
    shown = box.run(DAEMON, "show", "1", "--json").stdout
    assert '"by": "ann"' in shown
    assert '"by": "eve"' not in shown
    # The rest of what is refused there is played in one process, in the conversations.
    for words in (
        ("--as", "ann", "note", "1", "-m", "x"),
        ("--agent", "ann", "note", "1", "-m", "x"),
        ("note", "1", "-F", str(box.state / "keys")),
        ("export", "-"),
    ):
        done = box.by_sudo(EVE, *words)
        assert done.returncode == 77, (words, done.stdout, done.stderr)
    assert (
        box.run(DAEMON, "--as", "ann", "note", "1", "-m", "x", SUDO_USER=str(EVE)).returncode == 77
    )
    assert (
        box.run(DAEMON, "note", "1", "-m", "x", SUDO_USER=str(EVE), TICKETD_AGENT="ann").returncode
        == 77
    )
    assert '"by": "eve"' not in box.run(DAEMON, "show", "1", "--json").stdout


def test_a_stranger_by_sudo_is_nobody(box: Box) -> None:
    assert box.run(DAEMON, "agent-shell", "list", SUDO_USER="61009").returncode == 77
    assert box.run(DAEMON, "agent-shell", "list").returncode == 77


def test_what_root_does_does_not_lock_the_daemon_out(box: Box) -> None:
    file = box.folder / "desk.tar.gz"
    done = box.run(0, "backup", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    (box.folder / "other").mkdir(mode=0o755)
    other = Box(box.folder / "other")
    done = other.run(0, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert {p.stat().st_uid for p in other.state.rglob("*")} == {DAEMON}
    assert "Hi" in other.run(DAEMON, "list").stdout
