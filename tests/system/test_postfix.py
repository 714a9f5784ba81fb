"""A real Postfix beside the daemon: mail comes through it and leaves through it."""

import os
import shutil
import smtplib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.fakes import Smarthost, Taken
from tests.postfix import needs_postfix, sends_through
from tests.process import ROOT, Daemon, eventually
from tests.system.conftest import Start

pytestmark = [pytest.mark.postfix, needs_postfix]


def subjects(daemon: Daemon) -> list[str]:
    return sorted(t["subject"] for t in daemon.ask("list", "status:all")["tickets"])


def test_a_mail_in_a_ticket_an_ack_out(tmp_path: Path, start: Start) -> None:
    """The whole line: Postfix -> LMTP -> ticket -> Postfix -> the customer's server."""
    world = Smarthost()
    daemon = Daemon(tmp_path)
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", "--relay", world.place)
    sends_through(daemon, postfix)
    with daemon:
        assert (
            postfix.send("anna@customer.example", "support@desk.example", subject="No sound") == {}
        )

        def got(*recipients: str) -> list[Taken]:
            return [taken for taken in list(world.taken) if taken.rcpt_to == [*recipients]]

        eventually(lambda: got("anna@customer.example") and got("bob@agents.example"))
        (ack,) = got("anna@customer.example")
        assert ack.mail_from == ""
        assert b"[#1]" in ack.content
        daemon.run("reply", "1", "-m", "Please update the driver.")
        eventually(lambda: len(got("anna@customer.example")) == 2)
        assert got("anna@customer.example")[1].mail_from.startswith("b+")
    world.close()


def test_two_recipients_in_one_transaction_one_of_them_refused(
    tmp_path: Path, start: Start
) -> None:
    with Daemon(tmp_path) as daemon:
        postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}")
        postfix.send(
            "anna@customer.example",
            "support@desk.example",
            "nobody@desk.example",
            "sales@desk.example",
        )
        eventually(lambda: sorted(postfix.statuses()[:3]) == ["bounced", "sent", "sent"])
        daemon.rests()
        assert len(daemon.ask("list")["tickets"]) == 1
        assert daemon.ask("show", "1")["ticket"]["departments"] == ["sales", "support"]


def test_a_daemon_that_is_away_for_a_while_loses_nothing(tmp_path: Path, start: Start) -> None:
    daemon = Daemon(tmp_path)
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}")
    for number in range(3):
        postfix.send(
            "anna@customer.example",
            "support@desk.example",
            subject=f"away {number}",
            text=f"Number {number}.",
        )
    eventually(lambda: "deferred" in postfix.statuses())
    with daemon:
        postfix.tries_again_until(lambda: subjects(daemon) == ["away 0", "away 1", "away 2"])


@pytest.fixture
def deliver() -> Iterator[Path]:
    """`ticketd-deliver` where every user can run it."""
    program = Path("/tmp") / f"ticketd-deliver-{os.getpid()}"
    shutil.copy(ROOT / "ticketd" / "receive" / "deliver.py", program)
    program.chmod(0o755)
    yield program
    program.unlink()


def test_an_alias_that_runs_the_pipe(tmp_path: Path, start: Start, deliver: Path) -> None:
    with Daemon(tmp_path) as daemon:
        command = f"{deliver} --lmtp {daemon.lmtp} --recipient support@desk.example"
        postfix = start("--alias", f'help=|"{command}"')
        postfix.send("anna@customer.example", "help@localhost", subject="by alias")
        eventually(lambda: subjects(daemon) == ["by alias"])


def test_a_pipe_transport(tmp_path: Path, start: Start, deliver: Path) -> None:
    """pipe(8): one call for each recipient; an unknown one comes back to its sender."""
    with Daemon(tmp_path) as daemon:
        fields = "--recipient ${recipient} --original ${original_recipient} --sender ${sender}"
        postfix = start(
            "--domain", f"desk.example=pipe:nobody:{deliver} --lmtp {daemon.lmtp} {fields}"
        )
        to = ("support@desk.example", "sales@desk.example", "nobody@desk.example")
        postfix.send("anna@customer.example", *to, subject="by pipe")
        eventually(lambda: sorted(postfix.statuses()[:3]) == ["bounced", "sent", "sent"])
        daemon.rests()
        assert subjects(daemon) == ["by pipe"]
        assert daemon.ask("show", "1")["ticket"]["departments"] == ["sales", "support"]


def test_lmtp_over_a_socket(tmp_path: Path, start: Start) -> None:
    folder = Path(tempfile.mkdtemp(prefix="ticketd-socket-", dir="/tmp"))
    place = folder / "lmtp.sock"
    daemon = Daemon(tmp_path)
    values = yaml.safe_load(daemon.config.read_text())
    values["listen"]["lmtp"] = [daemon.lmtp, str(place)]
    daemon.config.write_text(yaml.safe_dump(values))
    try:
        with daemon:
            # As the documentation says: the folder and the socket belong to Postfix's own group.
            for path, mode in ((folder, 0o750), (place, 0o660)):
                shutil.chown(path, group="postfix")
                path.chmod(mode)
            postfix = start("--domain", f"desk.example=lmtp:unix:{place}")
            postfix.send("anna@customer.example", "support@desk.example", subject="by socket")
            eventually(lambda: subjects(daemon) == ["by socket"])
    finally:
        shutil.rmtree(folder)


def test_a_virtual_alias_keeps_the_address_that_the_customer_wrote_to(
    tmp_path: Path, start: Start
) -> None:
    """Postfix rewrites the recipient; ORCPT (RFC 3461, 4.2) says which department was meant."""
    with Daemon(tmp_path) as daemon:
        postfix = start(
            "--domain", f"desk.example=lmtp:inet:{daemon.lmtp}",
            "--set", "virtual_alias_domains=company.example",
            "--set", "virtual_alias_maps=inline:{ {help@company.example = all@desk.example} }",
        )  # fmt: skip
        postfix.send("anna@customer.example", "help@company.example", subject="by alias map")
        eventually(lambda: subjects(daemon) == ["by alias map"])
        assert daemon.ask("show", "1")["ticket"]["department"] == "support"


def test_unknown_addresses_are_refused_at_the_front_door(tmp_path: Path, start: Start) -> None:
    """reject_unverified_recipient: Postfix asks us while the sender is still there, so nothing bounces."""
    with Daemon(tmp_path) as daemon:
        postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", "--verify")
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            postfix.send("anna@customer.example", "nobody@desk.example")
        code, text = refused.value.recipients["nobody@desk.example"]
        assert code == 550
        assert b"5.1.1" in text
        assert postfix.send("anna@customer.example", "support@desk.example", subject="asked") == {}
        eventually(lambda: subjects(daemon) == ["asked"])


def test_one_of_two_recipients_deferred_is_tried_again_alone(tmp_path: Path, start: Start) -> None:
    """One LMTP transaction, 250 for the first and 452 for the second: nothing is doubled, nothing is lost."""
    world = Smarthost()
    daemon = Daemon(tmp_path, limits={"recipients": 1})
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", "--relay", world.place)
    sends_through(daemon, postfix)
    with daemon:
        postfix.send(
            "anna@customer.example", "support@desk.example", "sales@desk.example", subject="two"
        )
        postfix.tries_again_until(lambda: postfix.delivered("desk.example").count("sent") == 2)
        assert postfix.delivered("desk.example") == ["deferred", "sent", "sent"]
        daemon.rests()
        assert subjects(daemon) == ["two"]
        ticket = daemon.ask("show", "1")["ticket"]
        assert ticket["departments"] == ["sales", "support"]
        assert len([m for m in ticket["messages"] if m["kind"] == "customer"]) == 1
        eventually(lambda: [t for t in world.taken if t.rcpt_to == ["anna@customer.example"]])
        assert len([t for t in world.taken if t.rcpt_to == ["anna@customer.example"]]) == 1
    world.close()
