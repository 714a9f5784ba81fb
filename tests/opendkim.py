"""OpenDKIM for tests: it signs as one domain's mail server and verifies as ours. There is no DNS: the key stands in a file."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.process import eventually, free_port

SERVER = "mx.desk.example"
"""The authserv-id of the verifying server (RFC 8601, 2.5)."""
_PATH = "/usr/sbin:/sbin:/usr/bin"
needs_opendkim = pytest.mark.skipif(
    not shutil.which("opendkim", path=_PATH) or not shutil.which("openssl", path=_PATH),
    reason="needs opendkim and openssl",
)


class OpenDkim:
    """One key of one domain, and two filters: `signs` and `verifies` are what `smtpd_milters` is set to."""

    def __init__(self, folder: Path, domain: str) -> None:
        folder.mkdir()
        self._folder, self._domain = folder, domain
        self._running: list[subprocess.Popen[bytes]] = []
        private = folder / "private"
        _openssl("genrsa", "-out", str(private), "2048")
        public = _openssl("rsa", "-in", str(private), "-pubout")
        record = "".join(line for line in public.splitlines() if not line.startswith("-"))
        # "TestPublicKeys": intended for automated testing, says opendkim.conf(5).
        keys = folder / "public"
        keys.write_text(f"sel._domainkey.{domain} v=DKIM1; k=rsa; p={record}\n")
        self.signs = self._filter(
            "signs", "Mode s", f"Domain {domain}", "Selector sel", f"KeyFile {private}",
            "RequireSafeKeys no",
        )  # fmt: skip
        self.verifies = self._filter(
            "verifies", "Mode v", f"TestPublicKeys {keys}", f"AuthservID {SERVER}",
            "AlwaysAddARHeader yes", "InternalHosts 192.0.2.1",
        )  # fmt: skip

    def _filter(self, name: str, *lines: str) -> str:
        socket = f"inet:{free_port()}@127.0.0.1"
        settings = self._folder / f"{name}.conf"
        settings.write_text("\n".join([f"Socket {socket}", "Syslog no", *lines]) + "\n")
        program = shutil.which("opendkim", path=_PATH)
        assert program
        log = self._folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen([program, "-f", "-x", str(settings)], stdout=out, stderr=out)
        self._running.append(process)
        host, port = "127.0.0.1", socket.partition(":")[2].partition("@")[0]
        eventually(lambda: process.poll() is not None or _listens(int(port)))
        assert process.poll() is None, log.read_text()
        return f"inet:{host}:{port}"

    def stop(self) -> None:
        for process in self._running:
            # It has nothing to lose, and takes three seconds to end by itself.
            process.kill()
            process.wait(10)


def _listens(port: int) -> bool:
    """Whether somebody listens there; connecting would leave half a conversation in the filter's log."""
    told = Path("/proc/net/tcp").read_text("ascii")
    return any(
        line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
        for line in told.splitlines()[1:]
    )


def _openssl(*arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=True)
    return done.stdout
