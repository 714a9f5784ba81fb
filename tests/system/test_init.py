"""From nothing to a desk: questions or flags, files of the right owner, lines for the mail server that work as printed."""

import os
import pty
import pwd
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.fakes import Smarthost
from tests.postfix import needs_postfix
from tests.process import ROOT, TICKETD, Daemon, eventually, free_port
from tests.system.conftest import Start
from ticketd.cli.program import run

FLAGS = (
    "--name", "Acme", "--domain", "tickets.example.com", "--dept", "support=support@example.com",
    "--dept", "sales=sales@example.com", "--agent", "nok=nok@example.com", "--lang", "th",
)  # fmt: skip
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
ME = pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that other users may pass."""
    made = Path(tempfile.mkdtemp(prefix="ticketd-init-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def init(folder: Path, *flags: str, user: str = ME) -> tuple[int, str, str]:
    given = ["--config", str(folder / "config.yaml"), "init", "--user", user, "--state-dir", str(folder / "state"), *flags]  # fmt: skip
    done = subprocess.run([*TICKETD, *given], capture_output=True, text=True, cwd=ROOT, check=False, stdin=subprocess.DEVNULL)  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@as_root
def test_root_makes_everything_for_the_user_of_the_daemon(folder: Path) -> None:
    code, said, complaint = init(folder, *FLAGS, user="nobody")
    assert code == 0, complaint
    config, database = folder / "config.yaml", folder / "state" / "ticketd.db"
    assert (config.owner(), config.stat().st_mode & 0o777) == ("root", 0o640)
    for path, mode in (
        (folder / "state", 0o700),
        (database, 0o600),
        (folder / "state" / "keys", 0o600),
    ):
        assert (path.owner(), path.stat().st_mode & 0o777) == ("nobody", mode), path
    text = config.read_text()
    assert len(text.splitlines()) < 60
    assert text.count("#") >= 10
    values = yaml.safe_load(text)
    assert values["languages"] == ["th", "en", "vi"]
    assert values["departments"]["support"] == {"name": "Support", "address": "support@example.com"}
    assert values["agents"]["nok"]["departments"] == ["support", "sales"]
    assert "postconf -e 'relay_domains" in said
    assert "support@example.com = support@tickets.example.com" in said
    assert run(["--config", str(config), "check"]) == 0


def test_what_is_wrong_is_said_at_once_and_nothing_is_written(folder: Path) -> None:
    code, _, complaint = init(folder)
    assert (code, complaint.count("\n")) == (2, 1)
    assert "--domain and --dept is needed" in complaint
    code, _, complaint = init(folder, "--domain", "No Domain", "--dept", "support=support@example.com", "--timezone", "Mars")  # fmt: skip
    assert code == 2
    assert "is no domain" in complaint
    assert "is no time zone" in complaint
    code, _, complaint = init(folder, *FLAGS, user="no-such-user")
    assert code == 1
    assert "ticketd install --systemd" in complaint
    code, _, complaint = init(
        folder, *FLAGS, "--database", "postgresql+psycopg://nobody@127.0.0.1:1/x"
    )
    assert code == 78
    assert complaint.count("\n") == 1
    code, said, _ = init(folder, *FLAGS, "--dry-run")
    assert code == 0
    assert "domain: tickets.example.com" in said
    assert "postfix reload" in said
    assert [p.name for p in folder.iterdir() if p.name != "state"] == []


def test_a_configuration_that_is_there_is_never_overwritten(folder: Path) -> None:
    (folder / "config.yaml").write_text("name: Mine\n")
    code, _, complaint = init(folder, *FLAGS)
    assert code == 1
    assert "is there already" in complaint
    assert (folder / "config.yaml").read_text() == "name: Mine\n"


def test_questions_on_a_terminal(folder: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*TICKETD, "--config", str(folder / "config.yaml"), "init", "--user", ME, "--state-dir", str(folder / "state"), "--mta", "exim"]  # fmt: skip
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT)
    os.close(theirs)
    answers = iter(
        ["Café Ánh", "tickets.example.com", "nonsense", "Hỗ trợ=help@example.com", "", "", "vi"]
    )
    said = ""
    while select.select([ours], [], [], 20)[0]:
        try:
            said += os.read(ours, 4096).decode()
        except OSError:
            break
        if said.rstrip().endswith(":"):
            os.write(ours, f"{next(answers)}\n".encode())
            said += "\n>"
    assert process.wait(20) == 0, said
    os.close(ours)
    assert "'nonsense' is not NAME=ADDRESS" in said
    assert "dc_relay_domains='tickets.example.com'" in said
    values = yaml.safe_load((folder / "config.yaml").read_text())
    assert values["name"] == "Café Ánh"
    assert next(iter(values["departments"].values())) == {"name": "Hỗ trợ", "address": "help@example.com"}  # fmt: skip
    assert values["agents"] == {}


@pytest.mark.postfix
@needs_postfix
def test_ten_minutes_beside_a_postfix_that_knows_nothing(folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """What `init` prints is run as it stands; then a customer writes to the public address and gets an ack."""
    world = Smarthost()
    postfix = start("--relay", world.place, "--set", "mydestination=localhost, company.example", "--set", "recipient_delimiter=")  # fmt: skip
    monkeypatch.setenv("MAIL_CONFIG", f"{postfix.folder}/etc")
    lmtp = f"127.0.0.1:{free_port()}"
    code, said, complaint = init(
        folder, "--domain", "tickets.company.example", "--dept", "support=support@company.example",
        "--agent", "ann=ann@people.example", "--lmtp", lmtp, "--smtp", f"127.0.0.1:{free_port()}",
        "--outgoing", postfix.place, "--mta", "postfix",
    )  # fmt: skip
    assert code == 0, complaint
    lines = [line.strip() for line in said.splitlines() if line.startswith("  post")]
    assert lines[-1] == "postfix reload"
    for line in lines:
        subprocess.run(["sh", "-c", line], check=True, env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"})  # fmt: skip
    daemon = Daemon(folder / "unused")
    daemon.config, daemon.lmtp = folder / "config.yaml", lmtp
    with daemon:
        eventually(lambda: "0 failures" in daemon.run("doctor").stdout)
        postfix.send("eve@world.example", "support@company.example", subject="Hello")
        eventually(lambda: any(t.rcpt_to == ["eve@world.example"] for t in list(world.taken)), 40)
        ack = next(t for t in world.taken if t.rcpt_to == ["eve@world.example"])
        assert b"#1]" in ack.content
    world.close()


# -- from a virtual environment to a service ---------------------------------------------------


def installed(root: Path) -> list[str]:
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir() or p.is_symlink())  # fmt: skip


def test_install_puts_everything_in_place_once_and_uninstall_takes_it_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["install", "--systemd", "--root", str(tmp_path)]
    assert run([*given, "--dry-run"]) == 0
    assert installed(tmp_path) == []
    assert run(given) == 0
    names = installed(tmp_path)
    assert {"usr/local/share/man/man8/ticketd.8", "usr/share/fish/vendor_completions.d/ticketd.fish"} <= {*names}  # fmt: skip
    assert "etc/systemd/system/ticketd.service" in names
    assert "usr/local/bin/ticketd" in names
    assert "etc/sysusers.d/ticketd.conf" in names
    program = tmp_path / "usr/local/bin/ticketd"
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("ticketd")
    capsys.readouterr()
    assert run(given) == 0
    assert "\nwrites" not in f"\n{capsys.readouterr().out}"
    # Somebody's own change is not ours to throw away.
    unit = tmp_path / "etc/systemd/system/ticketd.socket"
    unit.write_text(unit.read_text().replace("8024", "24"))
    assert run(["uninstall", "--root", str(tmp_path)]) == 0
    assert installed(tmp_path) == ["etc/systemd/system/ticketd.socket"]
    assert "it is not as we put it there" in capsys.readouterr().out


def test_install_without_its_word_or_below_a_home_is_refused(capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    assert run(["install"]) == 2
    import sys

    if sys.prefix.startswith(("/home/", "/root/", "/tmp/")):
        assert run(["install", "--systemd", "--dry-run"]) == 69
        assert "/opt/ticketd" in capsys.readouterr().err
