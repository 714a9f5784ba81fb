"""What the daemon needs of memory: idle, with 2,000 idle clients, with big mails, with mails without end.

    python bench/memory.py [--postgres URL]

Starts `ticketd serve` in a folder of its own and adds up the proportional set size (PSS) of all of its processes,
a hundred times a second: what two processes share counts once.
"""

import argparse
import contextlib
import os
import re
import resource
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.fakes import Lmtp
from tests.process import Daemon, descendants, eventually, wait

CLIENTS = 2000
MB = 1_000_000
ENDLESS = 400 * MB
BLOCK = b"x" * 65536
_PSS = re.compile(r"^Pss: +([0-9]+) kB", re.MULTILINE)


class Watched:
    """The processes of a daemon and what they need together; the most of it since it was last asked."""

    def __init__(self, root: int) -> None:
        self._root = root
        self.most, self.parsers = 0.0, 0
        self.shares: list[str] = []
        """What each process needed at that moment."""
        self.pids: list[int] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        rounds = 0
        while not self._ended.wait(0.01):
            if rounds % 10 == 0:
                self.pids = list(descendants(self._root))
                self.parsers = max(self.parsers, sum("worker" in n for n in map(name, self.pids)))
            rounds += 1
            needed = list(map(pss, self.pids))
            if sum(needed) > self.most:
                self.most, self.shares = sum(needed), [f"{n:.0f}" for n in needed]

    def now(self) -> float:
        return sum(map(pss, self.pids))

    def settled(self) -> float:
        """What is needed once nothing happens any more."""
        wait(2)
        self.most, self.parsers = 0.0, 0
        return self.now()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()


def pss(pid: int) -> float:
    """In MB; nothing where the process has just ended."""
    with contextlib.suppress(OSError):
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
        return int(found[1]) * 1024 / MB if found else 0.0
    return 0.0


def name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def mail(size: int, number: int) -> bytes:
    """A text and a file, so many bytes together."""
    line = b"QUJD" * 19 + b"\r\n"
    head = (
        f"From: Eve <eve{number}@customer.example>\r\nTo: support@desk.example\r\nSubject: Files {number}\r\n"
        f"Message-ID: <{number}.{size}@customer.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere they are.\r\n"
        "--b\r\nContent-Type: application/octet-stream; name=data.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ).encode()
    return head + line * ((size - len(head)) // len(line)) + b"--b--\r\n"


def send(daemon: Daemon, raw: bytes, number: int) -> None:
    client = Lmtp(daemon.smtp, greeting="EHLO", timeout=300)
    answers = client.send(f"eve{number}@customer.example", ["support@desk.example"], raw)
    assert answers[-1].startswith("250"), answers
    client.sock.close()


def big_mails(daemon: Daemon) -> None:
    mails = [mail(25 * MB, number) for number in range(10)]
    threads = [
        threading.Thread(target=send, args=(daemon, m, at), name=str(at)) for at, m in enumerate(mails)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    daemon.rests(300)


def endless(daemon: Daemon, block: bytes, *, in_data: bool) -> None:
    """Send until it is enough, or until the door does not listen any more."""
    client = Lmtp(daemon.smtp, greeting="EHLO", timeout=120)
    if in_data:
        client.say("MAIL FROM:<eve@customer.example>")
        client.say("RCPT TO:<support@desk.example>")
        client.say("DATA")
    with contextlib.suppress(OSError):
        for _ in range(ENDLESS // len(block)):
            client.sock.sendall(block)
    client.sock.close()


@contextlib.contextmanager
def crowd(daemon: Daemon) -> Iterator[None]:
    clients = [Lmtp(daemon.smtp, greeting="EHLO") for _ in range(CLIENTS)]
    try:
        yield
    finally:
        for client in clients:
            client.file.close()
            client.sock.close()


def grown(watched: Watched, what: str, most: float, act: Callable[[], None]) -> None:
    before = watched.settled()
    act()
    wait(0.5)
    told = f", parsers at once: {watched.parsers}" if "mails" in what else ""
    print(f"{what:44} {watched.most - before:+7.1f} MB   at most {most:+.0f}{told}", flush=True)
    print(f"    from {before:.0f} MB; by process: {', '.join(watched.shares)}", flush=True)


def measure(daemon: Daemon) -> None:
    assert daemon.process is not None
    for number in range(20):
        send(daemon, mail(5000, 100 + number), number)
    daemon.rests()
    watched = Watched(daemon.process.pid)
    eventually(lambda: watched.pids)
    together = watched.settled()
    print(f"{'idle, after 20 mails':44} {together:7.1f} MB   at most 150")
    for pid in watched.pids:
        status = Path(f"/proc/{pid}/smaps_rollup").read_text()
        private = sum(int(n) for n in re.findall(r"Private_\w+: +([0-9]+)", status)) * 1024 / MB
        print(f"    {name(pid)[-44:]:44} {pss(pid):7.1f} MB   {private:.1f} of it its own")
    grown(watched, f"{CLIENTS} idle clients", 40, lambda: _hold(daemon))
    # Before the large ones: what those leave behind would be used again.
    line = b"x" * 76 + b"\r\n"
    grown(
        watched,
        "a mail over the limit, 400 MB",
        60,
        lambda: endless(daemon, line * 800, in_data=True),
    )
    grown(watched, "one line of 400 MB in a mail", 60, lambda: endless(daemon, BLOCK, in_data=True))
    grown(
        watched,
        "one line of 400 MB as a command",
        60,
        lambda: endless(daemon, BLOCK, in_data=False),
    )
    grown(watched, "ten mails of 25 MB at once", 300, lambda: big_mails(daemon))
    print(f"{'idle, after all of that':44} {watched.settled():7.1f} MB")
    watched.stop()


def _hold(daemon: Daemon) -> None:
    with crowd(daemon):
        wait(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", help="an empty database: postgresql+psycopg://…")
    given = parser.parse_args()
    for variable in [n for n in os.environ if n.startswith("PYTHON")]:
        del os.environ[variable]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(20_000, most), most))
    folder = Path(tempfile.mkdtemp(prefix="ticketd-bench-"))
    limits = {"connections": CLIENTS + 100, "min_free": "1MiB"}
    with Daemon(folder, given.postgres, limits=limits) as daemon:
        measure(daemon)


if __name__ == "__main__":
    main()
