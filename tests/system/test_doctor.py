"""One fault after the other is planted into a healthy desk beside a real Postfix: doctor finds each, its remedy mends it."""

import contextlib
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes import Smarthost
from tests.postfix import Postfix, needs_postfix
from tests.process import Daemon, eventually, free_port, wait

pytestmark = [pytest.mark.postfix, needs_postfix]


class World:
    """A desk, its Postfix, and the world beyond it."""

    def __init__(self, folder: Path) -> None:
        self.outside = Smarthost()
        self.daemon = Daemon(folder)
        self.postfix = Postfix(
            "--domain", f"desk.example=lmtp:inet:{self.daemon.lmtp}",
            "--domain", "company.example=smtp:[127.0.0.1]:9",
            "--relay", self.outside.place, "--set",
            "virtual_alias_maps=inline:{ { help@company.example = help@desk.example } }", "--set",
            "smtpd_recipient_restrictions=check_recipient_access inline:{ { desk.example = reject_unverified_recipient } }",
            "--set", "unverified_recipient_reject_code=550", "--set", "address_verify_map=",
            "--set", "address_verify_poll_delay=1s",
        )  # fmt: skip
        self.templates = folder / "templates"
        (self.templates / "en").mkdir(parents=True)
        self.configure(
            outgoing={"smtp": self.postfix.place},
            templates=str(self.templates),
            limits={"min_free": "1MiB"},
        )
        self.daemon.config.chmod(0o640)
        self.bin = folder / "bin"
        self.bin.mkdir()
        # There is no systemd here: what it is told to start is started by `mend`.
        (self.bin / "systemctl").write_text(f"#!/bin/sh\necho $* >>{folder}/systemctl.said\n")
        (self.bin / "systemctl").chmod(0o755)
        self.said = folder / "systemctl.said"
        self.daemon.start()

    def configure(self, **values: Any) -> None:
        found = yaml.safe_load(self.daemon.config.read_text("utf-8"))
        self.daemon.config.write_text(yaml.safe_dump(found | values, allow_unicode=True), "utf-8")

    def key(self, name: str) -> Any:
        return yaml.safe_load(self.daemon.config.read_text("utf-8"))[name]

    def examined(self) -> list[dict[str, Any]]:
        done = self.daemon.run("doctor", "--json")
        told = yaml.safe_load(done.stdout)
        assert done.returncode == (1 if told["failures"] else 0)
        found: list[dict[str, Any]] = told["findings"]
        return found

    def faults(self) -> list[dict[str, Any]]:
        return [
            f for f in self.examined() if f["level"] in {"warn", "fail"} and f["area"] != "backup"
        ]

    def is_well(self) -> None:
        """Wait until nothing is wrong; Postfix may still read its configuration."""
        found = self.faults()
        for _ in range(30):
            if not found:
                return
            wait(0.3)
            found = self.faults()
        pytest.fail(f"{found}\n{self.daemon.log.read_text()[-3000:]}")

    def sh(self, command: str) -> None:
        env = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}:/usr/sbin"}
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, env=env)  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def postconf(self, *settings: str) -> None:
        self.sh(f"postconf -e {shlex.join(settings)}")

    @property
    def database(self) -> Path:
        return self.daemon.folder / "state" / "ticketd.db"

    def close(self) -> None:
        self.daemon.stop()
        self.postfix.stop()
        self.outside.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("doctor"))
    os.environ["MAIL_CONFIG"] = f"{made.postfix.folder}/etc"
    yield made
    del os.environ["MAIL_CONFIG"]
    made.close()


Mend = Callable[[World, str], None]


def by_command(world: World, fix: str) -> None:
    """The remedy is a command: run it as it was printed."""
    world.sh(fix)


@dataclass(frozen=True)
class Fault:
    name: str
    plant: Callable[[World], None]
    says: str
    """What doctor has to find, and what its remedy has to say."""
    remedy: str
    mend: Mend = by_command


def sets(**values: Any) -> Mend:
    """The remedy names a key of the configuration: change it."""
    return lambda world, _: world.configure(**values)


def _misspell(world: World) -> None:
    path = world.daemon.config
    path.write_text(path.read_text().replace("undo_window:", "undo_windw:"))


def _break_template(world: World) -> None:
    (world.templates / "en" / "ack.txt").write_text("{{ tag")


def _stop(world: World) -> None:
    world.daemon.stop()


def _rename_key(world: World, _: str) -> None:
    found = next(f for f in world.examined() if f["level"] == "fail")
    wrong, right = re.search(r": ([\w.]+): unknown key; did you mean `(\w+)`", found["what"]).groups()  # type: ignore[union-attr]  # fmt: skip
    world.daemon.config.write_text(
        world.daemon.config.read_text().replace(f"{wrong}:", f"{right}:")
    )


def _start_again(world: World, fix: str) -> None:
    world.sh(fix)
    assert "restart ticketd" in world.said.read_text()
    world.daemon.start()


def _start_postfix(world: World, fix: str) -> None:
    world.sh(fix)
    eventually(lambda: "outgoing" not in {f["area"] for f in world.faults()})


def _size(world: World, fix: str) -> None:
    wanted = re.search(r"limits.max_size: (\S+)", fix)
    assert wanted is not None
    world.configure(limits={"min_free": "1MiB", "max_size": wanted[1]})


def _old_limits(world: World) -> None:
    world.configure(limits={"min_free": "1MiB"})
    world.postconf("message_size_limit=80000000")


def _password_for_all(world: World) -> None:
    world.configure(outgoing={"smtp": world.postfix.place, "password": "secret"})
    world.daemon.config.chmod(0o644)


def _chroot(world: World) -> None:
    path = str(world.daemon.folder / "lmtp.sock")
    world.configure(listen={"lmtp": [world.daemon.lmtp, path], "smtp": world.daemon.smtp})
    world.daemon.stop()
    world.daemon.start()
    world.sh("postconf -F lmtp/unix/chroot=y")
    world.postconf(f"transport_maps=inline:{{ {{ desk.example = lmtp:unix:{path} }} }}")


def _other_program(world: World) -> None:
    world.configure(listen={"lmtp": [world.daemon.lmtp], "smtp": world.postfix.place})


def _listen_again(world: World, fix: str) -> None:
    assert str(world.daemon.config) in fix
    world.configure(listen={"lmtp": [world.daemon.lmtp], "smtp": world.daemon.smtp})


AGENTS_DOMAIN = {
    "departments": {"support": {"name": "Support", "address": "support@agents.example"}}
}
FAULTS = [
    Fault("unknown key", _misspell, "undo_windw: unknown key", "mend that line", _rename_key),
    Fault("config writable by others", lambda w: w.daemon.config.chmod(0o666), "may be changed by others", "chmod go-w"),
    Fault("password for all to read", _password_for_all, "holds a password", "chmod o-r"),
    Fault("open state folder", lambda w: (w.daemon.folder / "state").chmod(0o755), "others than root may use", "chmod 0700"),
    Fault("keys for all to read", lambda w: (w.daemon.folder / "state" / "keys").chmod(0o644), "state/keys", "chmod 0600"),
    Fault("database for all to read", lambda w: w.database.chmod(0o644), "ticketd.db", "chmod 0600"),
    Fault("database of another user", lambda w: os.chown(w.database, 65534, -1), "belongs to nobody", "chown root:"),
    Fault("broken template", _break_template, "en/ack.txt", "mv "),
    Fault("daemon is down", _stop, "nobody answers", "systemctl restart ticketd", _start_again),
    Fault("another program at the port", _other_program, "another program answers", "listen", _listen_again),
    Fault("domain is not taken", lambda w: w.postconf("relay_domains=company.example"), "not in relay_domains", "postconf -e 'relay_domains = company.example, desk.example'"),
    Fault("domain is taken for local", lambda w: w.postconf("mydestination=localhost, desk.example"), "is in mydestination", "postconf -e 'mydestination = localhost'"),
    Fault("no transport", lambda w: w.postconf("transport_maps="), "no transport leads", "postconf -e 'transport_maps = inline:"),
    Fault("transport to nowhere", lambda w: w.postconf("transport_maps=inline:{ { desk.example = lmtp:inet:127.0.0.1:9 } }"), "the desk listens on", "postconf -e"),
    Fault("chroot", _chroot, "runs in a chroot", "postconf -e"),
    Fault("no delimiter", lambda w: w.postconf("recipient_delimiter="), "recipient_delimiter has no +", "postconf -e 'recipient_delimiter = +'"),
    Fault("public address leads nowhere", lambda w: w.postconf("virtual_alias_maps="), "help@company.example: Postfix keeps", "postconf -e 'virtual_alias_maps = inline:"),
    Fault("unknown addresses are bounced", lambda w: w.postconf("smtpd_recipient_restrictions="), "bounced afterwards", "reject_unverified_recipient"),
    Fault("Postfix takes larger mails", _old_limits, "larger mails bounce", "limits.max_size", _size),
    Fault("mail server is down", lambda w: w.sh("postfix stop"), "does not answer", "postfix start", _start_postfix),
    Fault("mail is captured", lambda w: w.configure(outgoing={"capture": str(w.daemon.folder / "kept")}), "nobody gets any", "write outgoing: {smtp:", lambda w, _: w.configure(outgoing={"smtp": w.postfix.place})),
    Fault("no room", lambda w: w.configure(limits={"min_free": "900000GiB"}), "mail is deferred", "lower limits.min_free", sets(limits={"min_free": "1MiB", "max_size": "77MiB"})),
    Fault("agents' own domain", lambda w: w.configure(domain="agents.example"), "the ticket trick", "tickets.agents.example", sets(domain="desk.example")),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_doctor_finds_a_fault_and_its_remedy_mends_it(world: World, fault: Fault) -> None:
    world.is_well()
    fault.plant(world)
    found = [f for f in world.faults() if fault.says in f["what"]]
    assert found, world.faults()
    assert fault.remedy in found[0]["fix"]
    fault.mend(world, found[0]["fix"])
    eventually(lambda: not [f for f in world.faults() if fault.says in f["what"]], 30)
    assert stat.S_IMODE(world.daemon.config.stat().st_mode) & 0o022 == 0


def test_a_test_mail_is_followed_the_whole_way(world: World) -> None:
    world.is_well()
    done = world.daemon.run("doctor", "--send-test", "eve@outside.example")
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [line.split()[1] for line in done.stdout.splitlines()[:4]]
    assert steps == ["submitted", "came", "decided", "answered"]
    eventually(
        lambda: any(t.rcpt_to == ["eve@outside.example"] for t in list(world.outside.taken)), 30
    )


def test_a_test_mail_that_gets_stuck_is_told_with_postfix_own_words(world: World) -> None:
    nobody = free_port()
    world.postconf(f"transport_maps=inline:{{ {{ desk.example = lmtp:inet:127.0.0.1:{nobody} }} }}", "smtpd_recipient_restrictions=")  # fmt: skip
    world.sh("postfix reload")
    try:
        done = world.daemon.run("doctor", "--send-test", "eve@outside.example", "--seconds", "4")
        assert done.returncode == 1
        assert "stuck      it has not come in within 4 s" in done.stdout
        assert "Connection refused" in done.stdout
    finally:
        for finding in world.faults():
            with contextlib.suppress(AssertionError):
                world.sh(finding["fix"])


def test_without_a_configuration_it_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.delenv("TICKETD_CONFIG", raising=False)
    daemon = Daemon(tmp_path)
    daemon.config.unlink()
    done = daemon.run("doctor", "--json")
    found = yaml.safe_load(done.stdout)
    assert done.returncode == 1
    assert found["findings"][0]["area"] == "config"
    assert "cannot be read" in found["findings"][0]["what"]
