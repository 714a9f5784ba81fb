"""The units, and the daemon as systemd would run it: sockets handed over, readiness, watchdog, reload."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes import Lmtp
from tests.process import ROOT, TICKETD, Daemon, descendants, eventually, free_port

UNITS = sorted(p for p in (ROOT / "systemd").iterdir() if p.suffix in {".service", ".socket", ".timer"})  # fmt: skip
MAIL = b"From: eve@customer.example\nTo: support@desk.example\nSubject: by systemd\n\nHello.\n"

needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze") or not shutil.which("systemd-socket-activate"),
    reason="needs systemd's tools",
)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with a program that exists: `verify` looks for it."""
    for path in UNITS:
        text = path.read_text("utf-8").replace("/usr/local/bin/ticketd", "/bin/true")
        (tmp_path / path.name).write_text(text, "utf-8")
    return tmp_path


@needs_systemd
def test_systemd_finds_no_fault_in_the_units(units: Path) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(units / p.name) for p in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    # It ends with 0 even where it does not know a key.
    assert [line for line in done.stderr.splitlines() if "ticketd" in line] == []


@needs_systemd
@pytest.mark.parametrize(("unit", "most"), [("ticketd.service", 12), ("ticketd-backup.service", 20)])  # fmt: skip
def test_systemd_calls_the_exposure_low(units: Path, unit: str, most: int) -> None:
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--threshold={most}", f"./{unit}"],
        capture_output=True, text=True, check=False, cwd=units,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]


class Notified(Daemon):
    """A daemon with a service manager that listens to it."""

    def __init__(self, folder: Path, watchdog: float = 60) -> None:
        super().__init__(folder)
        self.place = folder / "notify"
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(str(self.place))
        self.sock.settimeout(20)
        self.watchdog = watchdog

    def hears(self, word: str) -> str:
        """Wait until it says this."""
        while True:
            told = self.sock.recv(4096).decode()
            if word in told.split("\n"):
                return told

    def __enter__(self) -> "Notified":
        old = dict(os.environ)
        os.environ |= {"NOTIFY_SOCKET": str(self.place), "WATCHDOG_USEC": str(int(self.watchdog * 1e6))}  # fmt: skip
        try:
            self.start()
        finally:
            os.environ.clear()
            os.environ.update(old)
        return self

    def __exit__(self, *what: object) -> None:
        super().__exit__(*what)
        self.sock.close()

    def child(self, name: str) -> int:
        """The number of one of its processes."""
        assert self.process is not None
        for pid in descendants(self.process.pid):
            if Path(f"/proc/{pid}/comm").read_text().strip() == f"ticketd:{name}":
                return pid
        raise AssertionError(name)


def test_it_is_ready_when_the_doors_are_open_and_says_when_it_stops(tmp_path: Path) -> None:
    with Notified(tmp_path) as daemon:
        assert "STATUS=doors open" in daemon.hears("READY=1")
        daemon.hears("WATCHDOG=1")
        daemon.stop()
        daemon.hears("STOPPING=1")


def test_a_reload_is_told_a_bad_one_with_its_reason(tmp_path: Path) -> None:
    with Notified(tmp_path) as daemon:
        daemon.hears("READY=1")
        assert daemon.process is not None
        good = daemon.config.read_text()
        daemon.config.write_text(good + "nmae: Acme\n")
        daemon.process.send_signal(signal.SIGHUP)
        assert "MONOTONIC_USEC=" in daemon.hears("RELOADING=1")
        told = daemon.hears("READY=1")
        assert "reload refused" in told
        assert "did you mean `name`?" in told
        daemon.config.write_text(good + "name: Acme\n")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.hears("RELOADING=1")
        assert "STATUS=doors open" in daemon.hears("READY=1")


def test_a_manager_that_does_not_read_holds_nothing_up(tmp_path: Path) -> None:
    """Its queue is full after some datagrams; the daemon goes on, and ends when it is told to."""
    with Notified(tmp_path, watchdog=4) as daemon:
        stranger = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        stranger.setblocking(False)
        stranger.connect(str(daemon.place))
        with contextlib.suppress(BlockingIOError):
            while True:
                stranger.send(b"STATUS=full")
        stranger.close()
        assert daemon.stop() == 0


@pytest.mark.parametrize("name", ["doors", "intake", "sender"])
def test_a_process_that_hangs_is_ended_and_started_again(tmp_path: Path, name: str) -> None:
    """Stopped by a signal it is as one that waits for ever: alive, and silent."""
    with Notified(tmp_path, watchdog=4) as daemon:
        daemon.hears("READY=1")
        hung = daemon.child(name)
        os.kill(hung, signal.SIGSTOP)
        eventually(lambda: f"{name} gives no sign of life" in daemon.log.read_text(), 20)
        eventually(lambda: not Path(f"/proc/{hung}").exists(), 20)
        eventually(daemon.is_open, 20)
        assert Lmtp(daemon.lmtp).send("eve@customer.example", ["support@desk.example"], MAIL)[0].startswith("250")  # fmt: skip
        daemon.rests()
        assert len(daemon.ask("list")["tickets"]) == 1
        daemon.hears("WATCHDOG=1")


class Activated(Daemon):
    """Started by systemd's own tool, which holds the sockets."""

    def start(self, *, wait_for_doors: bool = True) -> "Activated":
        self.path = str(self.folder / "lmtp.sock")
        command = [
            "systemd-socket-activate", "-l", self.lmtp, "-l", self.smtp, "-l", self.path,
            "--fdname=lmtp:smtp:lmtp", "-E", f"PYTHONPATH={ROOT}",
            *TICKETD, "--config", str(self.config), "serve",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=ROOT, start_new_session=True
            )
        return self


@pytest.fixture
def activated(tmp_path: Path) -> Iterator[Activated]:
    daemon = Activated(tmp_path)
    text = daemon.config.read_text()
    # A port that cannot be bound: it must not be tried where sockets are handed over.
    daemon.config.write_text(text.replace(daemon.lmtp, "192.0.2.1:24"))
    with daemon:
        yield daemon


@needs_systemd
def test_systemd_hands_over_tcp_and_unix_sockets(activated: Activated) -> None:
    def answers() -> bool:
        try:
            return Lmtp(activated.lmtp).send("eve@customer.example", ["support@desk.example"], MAIL) != []  # fmt: skip
        except OSError:
            return False

    eventually(answers, 20)
    for place, greeting in ((activated.path, "LHLO"), (activated.smtp, "EHLO")):
        other = MAIL.replace(b"systemd", greeting.encode())
        said = Lmtp(place, greeting=greeting).send("eve@customer.example", ["support@desk.example"], other)  # fmt: skip
        assert said[0].startswith("250"), said
    activated.rests()
    assert len(activated.ask("list")["tickets"]) == 3
    activated.stop()
    assert Path(activated.path).exists(), "the path belongs to systemd"


@needs_systemd
def test_a_socket_without_a_name_is_told_with_the_remedy(tmp_path: Path) -> None:
    daemon, port = Daemon(tmp_path), free_port()
    process = subprocess.Popen(
        ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", "--fdname=web", "-E", f"PYTHONPATH={ROOT}",
         *TICKETD, "--config", str(daemon.config), "serve"],
        stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip

    def knock() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            return False
        return True

    eventually(knock)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 78
    assert "named 'web'; write FileDescriptorName=lmtp or smtp or metrics" in said
