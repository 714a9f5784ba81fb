"""A customer, an agent and a real Postfix between them, from the first mail to the ticket that opens again."""

import email
import email.policy
import smtplib
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path

import pytest

from tests.fakes import Smarthost
from tests.postfix import Postfix, needs_postfix, sends_through
from tests.process import Daemon, eventually
from tests.system.conftest import Start
from ticketd.core.clock import system_clock

pytestmark = [pytest.mark.postfix, needs_postfix]

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
    sends_through(daemon, postfix)
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
