"""The blocks of docs/howto for Postfix, the pipe and the Maildir, put into a real Postfix as they stand there; only places are moved."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postfix import Postfix, needs_postfix
from tests.process import ROOT, Daemon, eventually

pytestmark = [pytest.mark.postfix, needs_postfix]
PATH = f"{os.environ['PATH']}:/usr/sbin"
HOWTO = ROOT / "docs" / "howto"


def files_of(page: str, heading: str) -> dict[str, str]:
    """What the blocks below a heading put into which file: `# main.cf` begins one."""
    section = (
        (HOWTO / page).read_text("utf-8").partition(f"\n## {heading}")[2].partition("\n## ")[0]
    )
    assert section, f"{page}: {heading}"
    found: dict[str, str] = {}
    for block in re.findall(r"^```\w*\n(.*?)^```", section, re.DOTALL | re.MULTILINE):
        name = ""
        for line in block.splitlines():
            if line.startswith("# "):
                name = re.split(r"[,:]", line[2:])[0]
            else:
                found[name] = found.get(name, "") + line + "\n"
    return found


class World:
    """A desk that listens at all of its doors, and a Postfix that knows nothing of it yet."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ticketd-recipes-"))
        self.folder.chmod(0o755)
        self.postfix = Postfix("--set", "mydestination=localhost, example.com")
        self.etc, self.queue = (Path(self.postfix.folder) / name for name in ("etc", "queue"))
        self.socket = self.queue / "ticketd" / "lmtp.sock"
        self.socket.parent.mkdir()
        shutil.chown(self.socket.parent, group="postfix")
        # The socket in it gets the group, too.
        self.socket.parent.chmod(0o2750)
        self.nobody = pwd.getpwnam("nobody")
        for name in ("", "tmp", "new", "cur"):
            path = self.folder / "Maildir" / name
            path.mkdir()
            os.chown(path, self.nobody.pw_uid, self.nobody.pw_gid)
        self.program = self.folder / "ticketd-deliver"
        shutil.copy(ROOT / "ticketd" / "receive" / "deliver.py", self.program)
        self.program.chmod(0o755)
        self.daemon = Daemon(
            self.folder / "desk", domain="tickets.example.com", maildir=str(self.folder / "Maildir"),
            departments={"support": {"address": "support@example.com", "aliases": []}, "sales": {"address": "sales@example.com"}},
        )  # fmt: skip
        text = self.daemon.config.read_text()
        lmtp = f"lmtp: [{self.daemon.lmtp}, {self.socket}]"
        self.daemon.config.write_text(text.replace(f"lmtp: {self.daemon.lmtp}", lmtp))
        self.daemon.start()
        self.before = {path: path.read_text() for path in self.etc.iterdir() if path.is_file()}

    def moved(self, text: str) -> str:
        """The places of this desk."""
        for old, new in (
            ("127.0.0.1:8024", self.daemon.lmtp),
            ("/usr/local/bin/ticketd-deliver", f"{self.program} --lmtp {self.daemon.lmtp}"),
            ("static:UID", f"static:{self.nobody.pw_uid}"),
            ("static:GID", f"static:{self.nobody.pw_gid}"),
            ("= /var/lib/ticketd", f"= {self.folder}"),
        ):
            text = text.replace(old, new)
        return text

    def follows(self, files: dict[str, str]) -> None:
        """Put the blocks into Postfix's files, in place of those of the recipe before."""
        for path, text in self.before.items():
            more = self.moved(files.get(path.name, ""))
            if path.name == "main.cf":
                # The harness has no relay and asks no cache.
                more += "address_verify_map =\naddress_verify_poll_delay = 1s\n"
            path.write_text(f"{text}\n{more}")
            # Postfix reads a file again and again until it is two seconds old.
            os.utime(path, (1e9, 1e9))
        if "/etc/aliases" in files:
            aliases = self.etc / "recipe"
            aliases.write_text(self.moved(files["/etc/aliases"]))
            command = ["postalias", "-c", str(self.etc), f"hash:{aliases}"]
            subprocess.run(command, check=True, env={**os.environ, "PATH": PATH})
            with (self.etc / "main.cf").open("a") as main:
                main.write(f"alias_maps = hash:{aliases}\n")
            os.utime(self.etc / "main.cf", (1e9, 1e9))
        self.starts_again()

    def starts_again(self) -> None:
        """A new master instead of `postfix reload`, whose checks take seconds."""
        pid = int((self.queue / "pid" / "master.pid").read_text())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        eventually(lambda: not Path(f"/proc/{pid}/exe").exists())
        command = "$(postconf -dhx daemon_directory)/master -c $0 -w >/dev/null 2>&1 </dev/null"
        call = ["sh", "-c", command, str(self.etc)]
        env = {**os.environ, "PATH": PATH}
        # The last children of the old one may hold its address for a moment.
        eventually(lambda: subprocess.run(call, check=False, timeout=20, env=env).returncode == 0)

    def subjects(self) -> list[str]:
        return [t["subject"] for t in self.daemon.ask("list", "status:all")["tickets"]]

    def close(self) -> None:
        self.daemon.stop()
        self.postfix.stop()
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@dataclass(frozen=True)
class Recipe:
    page: str
    headings: tuple[str, ...]
    to: str
    refuses: bool = False
    """Whether an unknown address is refused while its sender is still there."""


RECIPES = (
    Recipe("postfix.md", ("LMTP on 127.0.0.1", "Refuse unknown addresses"), "support@example.com", refuses=True),
    Recipe("postfix.md", ("LMTP on 127.0.0.1", "LMTP over a Unix socket"), "support@tickets.example.com"),
    Recipe("pipe.md", ("Postfix, `pipe(8)`",), "support@tickets.example.com"),
    Recipe("pipe.md", ("An alias",), "support@example.com"),
    Recipe("maildir.md", ("The recipe",), "support@tickets.example.com"),
)  # fmt: skip


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda r: f"{r.page}: {r.headings[-1]}")
def test_a_recipe_for_postfix_brings_mail_in(world: World, recipe: Recipe) -> None:
    files: dict[str, str] = {}
    for heading in recipe.headings:
        for name, text in files_of(recipe.page, heading).items():
            files[name] = files.get(name, "") + text
    world.follows(files)
    subject = f"by {recipe.page} {recipe.headings[-1]}"
    world.postfix.send("eve@customer.example", recipe.to, subject=subject)
    eventually(lambda: subject in world.subjects(), 20)
    if recipe.refuses:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            world.postfix.send("eve@customer.example", "suport@tickets.example.com")


def test_the_readme_shows_the_first_recipe() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for line in files_of("postfix.md", "LMTP on 127.0.0.1")["main.cf"].splitlines()[:3]:
        assert line in readme
