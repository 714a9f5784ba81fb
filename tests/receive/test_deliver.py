"""`ticketd-deliver`: exits 0, 65, 67, 75 or 77 whatever happens, and prints at most one line."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.process import ROOT, Daemon

MAIL = b"From anna@example.org Mon Nov  2 09:00:00 2026\nFrom: anna@example.org\nTo: support@desk.example\nSubject: %s\n\n.hello\n..\nlast line"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The file as it is installed: under its own name, beside no package."""
    path = tmp_path / "ticketd-deliver"
    shutil.copy(ROOT / "ticketd" / "receive" / "deliver.py", path)
    path.chmod(0o755)
    return path


def deliver(
    program: Path, *arguments: str, mail: bytes = MAIL % b"pipe", env: dict[str, str] | None = None
) -> tuple[int, str]:
    done = subprocess.run(
        [str(program), *arguments], input=mail, capture_output=True, check=False, timeout=60,
        env={"PATH": os.environ["PATH"], **(env or {})},
    )  # fmt: skip
    assert done.returncode in {0, 65, 67, 75, 77}
    said = (done.stdout + done.stderr).decode()
    assert said.count("\n") <= 1
    return done.returncode, said


def test_a_mail_from_an_alias_becomes_a_ticket(program: Path, daemon: Daemon) -> None:
    """Variables of the mail server, an mbox line first, LF line ends, no line end at the end."""
    env = {
        "RECIPIENT": "support@desk.example",
        "SENDER": "anna@example.org",
        "TICKETD_LMTP": daemon.lmtp,
    }
    assert deliver(program, env=env, mail=MAIL % b"by alias") == (0, "")

    daemon.rests()
    (ticket,) = [
        t for t in daemon.ask("list", "status:all")["tickets"] if t["subject"] == "by alias"
    ]
    (message, *_) = daemon.ask("show", str(ticket["number"]))["ticket"]["messages"]
    assert message["text"] == ".hello\n..\nlast line"


def test_the_original_recipient_decides_where_an_alias_rewrote_it(
    program: Path, daemon: Daemon
) -> None:
    given = (
        "--lmtp",
        daemon.lmtp,
        "--recipient",
        "vmail@internal.example",
        "--original",
        "help@company.example",
        "--sender",
        "",
    )
    assert deliver(program, *given)[0] == 0


@pytest.mark.parametrize(
    ("recipient", "code"),
    [("nobody@desk.example", 67), ("support@elsewhere.example", 77), ("support@desk.example", 0)],
)
def test_the_answer_of_the_door_decides_the_code(
    program: Path, daemon: Daemon, recipient: str, code: int
) -> None:
    assert deliver(program, "--lmtp", daemon.lmtp, "--recipient", recipient)[0] == code


def test_too_large_is_65(program: Path, daemon: Daemon) -> None:
    given = ("--lmtp", daemon.lmtp, "--recipient", "support@desk.example")
    assert deliver(program, *given, mail=MAIL % b"big" + b"x" * 300_000)[0] == 65
    assert deliver(program, *given, mail=MAIL % b"endless" + b"x\n" * 3_000_000)[0] == 65


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--unknown",),
        ("--recipient",),
        ("--recipient", "a@b", "--lmtp", "/nonexistent"),
        ("--recipient", "a@b", "--lmtp", "nonsense"),
    ],
)
def test_whatever_is_wrong_with_the_call_is_75(program: Path, arguments: tuple[str, ...]) -> None:
    assert deliver(program, *arguments)[0] == 75


def test_whatever_is_broken_around_it_is_75(program: Path, tmp_path: Path) -> None:
    assert deliver(program, "--recipient", "support@desk.example", mail=b"")[0] == 75
    assert deliver(program, env={"PATH": "/nonexistent"})[0] == 75
    broken = tmp_path / "python3"
    for text in (
        "#!/bin/sh\nexit 1\n",
        "#!/bin/sh\nexit 127\n",
        "#!/bin/sh\nkill -SEGV $$\n",
        "#!/nonexistent\n",
    ):
        broken.write_text(text)
        broken.chmod(0o755)
        assert deliver(program)[0] == 75, text
    broken.unlink()
    for shell in (
        "exec 0<&-",
        "exec 1>&-",
        "exec 2>&-",
        "exec 0<&- 1>&- 2>&-",
        "ulimit -v 20000",
    ):
        done = subprocess.run(
            ["/bin/sh", "-c", f'{shell}; "{program}" --recipient a@b.example --lmtp /nonexistent'],
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 75, shell


def test_a_server_that_answers_nonsense_is_75(program: Path) -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            for _ in range(2):
                sock, _ = server.accept()
                with sock:
                    sock.sendall(b"HTTP/1.1 400 Bad Request\r\n")

        threading.Thread(target=answer, daemon=True).start()
        place = f"127.0.0.1:{server.getsockname()[1]}"
        assert deliver(program, "--recipient", "a@b.example", "--lmtp", place)[0] == 75


def test_a_pipe_that_knows_no_sender_still_makes_a_ticket(program: Path, daemon: Daemon) -> None:
    """`.forward` and procmail may say nothing: that is not the null path of a machine."""
    given = ("--lmtp", daemon.lmtp, "--recipient", "support@desk.example")
    plain = b"From: anna@example.org\nTo: support@desk.example\nSubject: %s\n\nhello\n"
    assert deliver(program, *given, mail=plain % b"without sender")[0] == 0
    assert deliver(program, *given, mail=MAIL % b"by the mbox line")[0] == 0
    assert deliver(program, *given, mail=b"Return-Path: <>\n" + plain % b"a machine's")[0] == 0
    daemon.rests()
    found = {t["subject"] for t in daemon.ask("list", "status:all")["tickets"]}
    assert {"without sender", "by the mbox line"} <= found
    assert "a machine's" not in found


FETCHED = b"Return-Path: <anna@example.org>\nDelivered-To: %s\nReceived: from x by y; Mon, 2 Nov 2026 09:00:00 +0000\nDelivered-To: sales@desk.example\nFrom: anna@example.org\nSubject: to %s\n\nhello\n"


@pytest.mark.parametrize(
    ("to", "department", "more"),
    [
        ("support+1.nonsense@desk.example", "support", ()),
        ("box42@provider.example", "sales", ("--default", "sales@desk.example")),
    ],
)
def test_the_fields_on_top_name_the_recipient(program: Path, daemon: Daemon, to: str, department: str, more: tuple[str, ...]) -> None:  # fmt: skip
    """Of a mail that was fetched from a mailbox; what a sender writes below Received is nobody's word."""
    mail = FETCHED % (to.encode(), department.encode())
    assert deliver(program, "--lmtp", daemon.lmtp, *more, mail=mail) == (0, "")
    daemon.rests()
    (found,) = [
        t for t in daemon.ask("list", "status:all")["tickets"] if t["subject"] == f"to {department}"
    ]
    assert found["department"] == department
    code, said = deliver(
        program, "--lmtp", daemon.lmtp, mail=FETCHED % (b"x@provider.example", b"x")
    )
    assert (code, said[:5]) == (77, "5.7.1")
