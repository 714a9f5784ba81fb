"""The installed daemon as a process: start it, ask it, stop it, kill it."""

import contextlib
import io
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.desk import CONFIG, merged
from ticketd.cli.program import run

TICKETD = [sys.executable, "-m", "ticketd"]
ROOT = Path(__file__).parents[1]


_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
# Below the ports that the kernel hands out itself, and each worker its own: nobody takes another's. Two suites at
# a time begin at different ones.
_first = 21_000 + 1_000 * (_worker % 9)
_ports = itertools.cycle(_first + (os.getpid() * 61 + step) % 1_000 for step in range(1_000))


def free_port() -> int:
    for port in _ports:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no free port")


def eventually(what: Any, seconds: float = 15.0) -> Any:
    """The first true answer, asked again and again for so long."""
    deadline = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > deadline:
            assert found, f"did not happen within {seconds} s"
            return found
        wait(0.02)


def wait(seconds: float) -> None:
    import threading

    threading.Event().wait(seconds)


class Daemon:
    """`ticketd serve` with a configuration of its own."""

    def __init__(self, folder: Path, database: str | None = None, **more: Any) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.smtp, self.lmtp = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        base = {
            "state_dir": str(folder / "state"),
            "outgoing": {"capture": str(folder / "outgoing")},
            "listen": {"smtp": self.smtp, "lmtp": self.lmtp},
            "budgets": {"enabled": False},
        }
        values = merged(merged(CONFIG, base | ({"database": database} if database else {})), more)
        self.config = folder / "config.yaml"
        self.config.write_text(yaml.safe_dump(values), "utf-8")
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self._logged = 0

    def start(self, *, wait_for_doors: bool = True) -> "Daemon":
        self._logged = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*TICKETD, "--config", str(self.config), "serve"],
                stderr=log,
                stdout=log,
                cwd=ROOT,
                start_new_session=True,
            )
        if wait_for_doors:
            eventually(self.is_open)
        return self

    def is_open(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        # Its own word first: at this port another daemon might answer.
        if b"doors open" not in self.log.read_bytes()[self._logged :]:
            return False
        try:
            with socket.create_connection(
                ("127.0.0.1", int(self.lmtp.rpartition(":")[2])), 1
            ) as sock:
                return sock.recv(3) == b"220"
        except OSError:
            return False

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.terminate()
        return process.wait(70)

    def kill(self) -> None:
        """SIGKILL for all of its processes at once."""
        assert self.process is not None
        for pid in descendants(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def ask(self, *arguments: str) -> Any:
        """What a command says as JSON."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def run(self, *arguments: str, agent: str = "bob") -> "subprocess.CompletedProcess[str]":
        """The command beside the daemon: in this process, as its imports take a second each time."""
        given = ["--config", str(self.config), "--as", agent, *arguments]
        if "serve" in arguments:
            return subprocess.run(
                [*TICKETD, *given],
                capture_output=True,
                text=True,
                cwd=ROOT,
                check=False,
                timeout=60,
            )
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(given)
        out.seek(0)
        return subprocess.CompletedProcess(given, code, out.read(), err.getvalue())

    def is_idle(self) -> bool:
        told = self.ask("status")
        return not told["inbox"]["waiting"] and not told["outbox"]["waiting"]

    def rests(self, seconds: float = 60) -> None:
        eventually(self.is_idle, seconds)

    def __enter__(self) -> "Daemon":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def descendants(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    done = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    for child in done.stdout.split():
        yield from descendants(int(child))
