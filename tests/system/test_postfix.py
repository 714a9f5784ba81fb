"""A real Postfix beside the daemon: mail comes through it and leaves through it."""

import email
import email.policy
import os
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path

import pytest
import yaml

from tests.fakes import Smarthost, Taken
from tests.process import ROOT, Daemon, eventually, free_port
from ticketd.core.clock import system_clock

HARNESS = ROOT / "tests" / "postfix_harness.sh"
pytestmark = [
    pytest.mark.postfix,
    pytest.mark.skipif(
        os.geteuid() != 0 or not shutil.which("postfix", path="/usr/sbin:/sbin:/usr/bin"),
        reason="needs Postfix and root",
    ),
]


class Postfix:
    """A private Postfix; `place` is where it takes mail."""

    def __init__(self, *options: str) -> None:
        done = subprocess.run(
            ["bash", str(HARNESS), "start", *options, "--port", str(free_port())],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
        self.folder, self.place, self.log = (
            told["POSTFIX_DIR"],
            told["POSTFIX_SMTP"],
            Path(told["POSTFIX_LOG"]),
        )

    def send(
        self, sender: str, *recipients: str, subject: str = "Hi", text: str = "Hello."
    ) -> dict[str, tuple[int, bytes]]:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, ", ".join(recipients), subject
        message["Message-ID"] = f"<{subject.replace(' ', '.')}@customer.example>"
        message.set_content(text)
        host, _, port = self.place.rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as client:
            return client.sendmail(sender, list(recipients), message.as_bytes())

    def statuses(self) -> list[str]:
        """`status=` words of the log, in order."""
        return [
            w.split("=")[1]
            for line in self.log.read_text().splitlines()
            for w in line.split()
            if w.startswith("status=")
        ]

    def delivered(self, domain: str) -> list[str]:
        """What became of the mails for a domain, sorted."""
        lines = [line for line in self.log.read_text().splitlines() if f"@{domain}>" in line]
        return sorted(
            w.split("=")[1] for line in lines for w in line.split() if w.startswith("status=")
        )

    def stop(self) -> None:
        subprocess.run(
            ["bash", str(HARNESS), "stop", self.folder, "--rm"], capture_output=True, check=False
        )


Start = Callable[..., Postfix]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Postfix] = []

    def begin(*options: str) -> Postfix:
        running.append(Postfix(*options))
        return running[-1]

    yield begin
    for postfix in running:
        postfix.stop()


def subjects(daemon: Daemon) -> list[str]:
    return sorted(t["subject"] for t in daemon.ask("list", "status:all")["tickets"])


def test_a_mail_in_a_ticket_an_ack_out(tmp_path: Path, start: Start) -> None:
    """The whole line: Postfix -> LMTP -> ticket -> Postfix -> the customer's server."""
    world = Smarthost()
    daemon = Daemon(tmp_path)
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", "--relay", world.place)
    daemon.config.write_text(
        daemon.config.read_text().replace(
            f"capture: {tmp_path / 'outgoing'}", f"smtp: {postfix.place}"
        )
    )
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
        try:
            eventually(lambda: subjects(daemon) == ["away 0", "away 1", "away 2"], 40)
        except AssertionError:
            pytest.fail(f"{subjects(daemon)}\n{postfix.log.read_text()}\n{daemon.log.read_text()}")


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
    daemon.config.write_text(
        daemon.config.read_text().replace(
            f"capture: {tmp_path / 'outgoing'}", f"smtp: {postfix.place}"
        )
    )
    with daemon:
        postfix.send(
            "anna@customer.example", "support@desk.example", "sales@desk.example", subject="two"
        )
        eventually(lambda: postfix.delivered("desk.example") == ["deferred", "sent", "sent"], 30)
        daemon.rests()
        assert subjects(daemon) == ["two"]
        ticket = daemon.ask("show", "1")["ticket"]
        assert ticket["departments"] == ["sales", "support"]
        assert len([m for m in ticket["messages"] if m["kind"] == "customer"]) == 1
        eventually(lambda: [t for t in world.taken if t.rcpt_to == ["anna@customer.example"]])
        assert len([t for t in world.taken if t.rcpt_to == ["anna@customer.example"]]) == 1
    world.close()


STORY = {
    "en": ("Anna Miller", "No sound", "The speaker is silent.", "Please update the driver.", "Which driver do you mean?",
           "The newest one.", "Thank you!", "It is silent again. What now?", "We have received your message", "we close your request"),
    "th": ("สมชาย ใจดี", "เครื่องพิมพ์ไม่ทำงาน", "เครื่องพิมพ์ออกมาเป็นกระดาษเปล่าครับ", "รบกวนปิดแล้วเปิดใหม่ค่ะ", "ปิดตรงไหนครับ",
           "ปุ่มด้านหลังค่ะ", "ขอบคุณครับ", "ยังพิมพ์ไม่ออกเลยครับ ทำอย่างไรดี", "เราได้รับข้อความของท่าน", "เราขอแจ้งปิดเรื่อง"),
    "vi": ("Nguyễn Văn Hùng", "Máy in không hoạt động", "Máy in chỉ in ra giấy trắng.", "Anh tắt máy rồi bật lại giúp em.",
           "Tắt ở chỗ nào vậy?", "Nút phía sau ạ.", "Cảm ơn bạn nhiều", "Máy vẫn in giấy trắng, phải làm sao?",
           "Chúng tôi đã nhận được thư", "chúng tôi xin đóng yêu cầu"),
}  # fmt: skip


class Correspondence:
    """A customer behind a mail server: what they sent through Postfix, and what came to their own server."""

    def __init__(self, postfix: Postfix, world: Smarthost, address: str) -> None:
        self.postfix, self.world, self.address = postfix, world, address

    def mails(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(t.content, policy=email.policy.default)
            for t in list(self.world.taken)
            if t.rcpt_to == [self.address]
        ]

    def nth(self, number: int) -> EmailMessage:
        eventually(lambda: len(self.mails()) >= number, 30)
        return self.mails()[number - 1]

    def writes(
        self, name: str, subject: str, text: str, answers: EmailMessage | None = None
    ) -> None:
        message = EmailMessage(policy=email.policy.SMTP)
        message["From"] = f"{Header(name, 'utf-8').encode()} <{self.address}>"
        to = parseaddr(str(answers["reply-to"]))[1] if answers else "support@desk.example"
        message["To"], message["Subject"] = to, subject
        message["Message-ID"] = make_msgid(domain="customer.example")
        message["Date"] = format_datetime(system_clock())
        quoted = ""
        if answers is not None:
            message["In-Reply-To"] = message["References"] = str(answers["message-id"])
            quoted = "\n\nOn Mon, 2 Nov 2026, Support wrote:\n" + "".join(
                f"> {line}\n" for line in plain(answers).splitlines()
            )
        message.set_content(text + quoted)
        if answers is None:
            message.add_attachment(
                b"PNG", maintype="image", subtype="png", filename="ảnh màn hình.png"
            )
        host, _, port = self.postfix.place.rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=30) as client:
            client.sendmail(self.address, [to], message.as_bytes())


def test_the_whole_story_in_three_languages(tmp_path: Path, start: Start) -> None:
    """Write with a file, ack, answer with a file, ask, close, thank, ask again: as three customers live it."""
    world = Smarthost()
    daemon = Daemon(tmp_path, undo_window="0s")
    postfix = start("--domain", f"desk.example=lmtp:inet:{daemon.lmtp}", "--relay", world.place)
    daemon.config.write_text(
        daemon.config.read_text().replace(
            f"capture: {tmp_path / 'outgoing'}", f"smtp: {postfix.place}"
        )
    )
    manual = tmp_path / "คู่มือ hướng dẫn.pdf"
    manual.write_bytes(b"%PDF-1.4 manual")
    people = {
        n: Correspondence(postfix, world, f"{language}@customer.example")
        for n, language in enumerate(STORY, 1)
    }
    told = dict(enumerate(STORY.values(), 1))

    def all_are(status: str) -> bool:
        found = daemon.ask("list", "status:all")["tickets"]
        return len(found) == len(STORY) and all(t["status"] == status for t in found)

    def answers(mail: int, word: int) -> None:
        """Each customer answers the mail of ours with this number."""
        for n, person in people.items():
            got = person.nth(mail)
            person.writes(told[n][0], f"Re: {got['subject']}", told[n][word], got)

    with daemon:
        for n, person in people.items():
            person.writes(told[n][0], told[n][1], told[n][2])
            assert f"[#{n}]" in str(person.nth(1)["subject"])
            assert told[n][8] in plain(person.nth(1))
            done = daemon.run("reply", str(n), "-m", told[n][3], "--attach", str(manual))
            assert done.returncode == 0, done.stderr
            reply = person.nth(2)
            assert str(reply["subject"]) == f"[#{n}] {told[n][1]}"
            assert plain(reply).startswith(told[n][3])
            assert [a.get_filename() for a in reply.iter_attachments()] == [manual.name]
        answers(2, 4)
        eventually(lambda: all_are("open"), 30)
        for n, person in people.items():
            assert daemon.run("reply", str(n), "-m", told[n][5], "--close").returncode == 0
            assert told[n][9] in plain(person.nth(3))
        answers(3, 6)
        eventually(lambda: all(told[n][6] in said_on(daemon, n) for n in people), 30)
        assert all_are("closed")
        answers(3, 7)
        eventually(lambda: all_are("open"), 30)
        for n, (language, person) in enumerate(zip(STORY, people.values(), strict=True), 1):
            ticket = daemon.ask("show", str(n))["ticket"]
            assert (ticket["language"], ticket["customer"]["name"]) == (language, told[n][0])
            assert said_on(daemon, n) == list(told[n][2:8])
            assert ticket["messages"][0]["attachments"][0]["name"] == "ảnh màn hình.png"
            assert len(person.mails()) == 3
    world.close()


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def said_on(daemon: Daemon, number: int) -> list[str]:
    """What people wrote on a ticket, without what they quoted."""
    messages = daemon.ask("show", str(number))["ticket"]["messages"]
    return [m["text"].strip() for m in messages if m["kind"] in {"customer", "reply", "unverified"}]
