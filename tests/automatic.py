"""A generator of mails that machines send to a desk: bounces of mails that it has sent, and everything else."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.bounce_styles import STYLES
from tests.desk import Mail
from ticketd.core.out_of_office import OPENINGS

DEPARTMENT = "support@desk.example"
Maker = Callable[[Mail], "Machine"]


@dataclass(frozen=True)
class Machine:
    """One mail of a machine at the door."""

    kind: str
    raw: bytes
    to: str
    mail_from: str = ""
    failed: str = ""
    """The Message-ID of the mail of ours that failed for good by it."""
    status: str = ""


class Generator:
    """Mails about these mails of ours, the same ones for the same seed."""

    def __init__(self, seed: int, ours: list[Mail]) -> None:
        self._random = Random(seed)
        self._ours = ours
        self._serial = 0
        self._makers: tuple[tuple[int, Maker], ...] = (
            (10, self.bounce), (3, self.forged), (2, self.of_a_stranger), (5, self.vacation), (2, self.read_notice),
            (2, self.calendar_reply), (2, self.complaint), (1, self.aggregate_report),
        )  # fmt: skip

    def one(self) -> Machine:
        """The next mail."""
        weights, makers = zip(*self._makers, strict=True)
        maker: Maker = self._random.choices(makers, weights)[0]
        return maker(self._random.choice(self._ours))

    def bounce(self, mail: Mail) -> Machine:
        """A notice about a mail of ours, to its reverse-path; of an ack, which has none, to its author."""
        name = self._random.choice(list(STYLES))
        style = STYLES[name]
        gives_back = "{id}" in style.text
        to = mail.mail_from
        if not to or (gives_back and self._random.random() < 0.2):
            to = DEPARTMENT
        raw = self._filled(style.text, mail.rcpt_to, to, str(mail.message["message-id"]))
        is_matched = to != DEPARTMENT or gives_back
        failed = str(mail.message["message-id"]) if is_matched and style.action == "failed" else ""
        sender = self._random.choice(["", "", "<>", "MAILER-DAEMON"])
        return Machine(f"bounce: {name}", raw, to, sender, failed, style.status)

    def forged(self, mail: Mail) -> Machine:
        """A notice with a token that nobody made."""
        style = STYLES[self._random.choice(list(STYLES))]
        number = self._random.randrange(1, 500)
        to = f"b+{number}.a{'abcdefg234567' * 2}"[: len(f"b+{number}.") + 21] + "@desk.example"
        message_id = f"<td.{number}.deadbeef.a{'b' * 20}@desk.example>"
        return Machine("forged", self._filled(style.text, mail.rcpt_to, to, message_id), to)

    def of_a_stranger(self, mail: Mail) -> Machine:
        """Backscatter: somebody wrote in our name, and it came back."""
        style = STYLES[self._random.choice(list(STYLES))]
        message_id = f"<{self._random.randrange(10**9)}@spam.example>"
        raw = self._filled(style.text, f"victim{self._serial}@else.example", DEPARTMENT, message_id)
        return Machine("stranger", raw, DEPARTMENT)

    def vacation(self, mail: Mail) -> Machine:
        """An out-of-office note in any language, with one of the signs that such notes carry."""
        language = self._random.choice(list(OPENINGS))
        subject = f"{self._random.choice(OPENINGS[language])} {mail.subject}"
        sign = self._random.choice(
            ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "Precedence: bulk", "X-Autoreply: yes"]
        )  # fmt: skip
        head = f"{sign}\nIn-Reply-To: {mail.message['message-id']}"
        text = f"{subject}. {self._serial}"
        reverse = self._random.random() < 0.5 and mail.mail_from
        sender = "" if reverse or self._random.random() < 0.5 else mail.rcpt_to
        raw = self._mail(mail.rcpt_to, subject, text, head)
        return Machine(f"vacation: {language}", raw, reverse or mail.reply_to, sender)

    def read_notice(self, mail: Mail) -> Machine:
        """A disposition notification (RFC 8098)."""
        fields = (
            f"Final-Recipient: rfc822;{mail.rcpt_to}\nOriginal-Message-ID: {mail.message['message-id']}\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n"
        )
        raw = self._report(
            mail.rcpt_to, f"Read: {mail.subject}", "disposition-notification", fields
        )
        return Machine("read notice", raw, mail.reply_to, mail.rcpt_to)

    def calendar_reply(self, mail: Mail) -> Machine:
        """A button of an invitation (RFC 5546)."""
        parts = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n"
        head = 'Content-Type: text/calendar; method=REPLY; charset="utf-8"'
        raw = self._mail(mail.rcpt_to, "Accepted: Call about the printer", parts, head)
        return Machine("calendar reply", raw, mail.reply_to, mail.rcpt_to)

    def complaint(self, mail: Mail) -> Machine:
        """A feedback report (RFC 5965)."""
        fields = (
            f"Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: {mail.rcpt_to}\n"
        )
        raw = self._report("fbl@isp.example", "Abuse report", "feedback-report", fields)
        return Machine("complaint", raw, DEPARTMENT, "fbl@isp.example")

    def aggregate_report(self, mail: Mail) -> Machine:
        """A DMARC aggregate report (RFC 7489, 7.2)."""
        head = 'Content-Type: application/gzip; name="isp.example!desk.example!1!2.xml.gz"\nContent-Transfer-Encoding: base64'
        raw = self._mail(
            "dmarc@isp.example",
            f"Report for desk.example {mail.rcpt_to}",
            base64.b64encode(b"\x1f\x8b" + b"x" * self._serial).decode(),
            head,
        )
        return Machine("aggregate report", raw, DEPARTMENT, "dmarc@isp.example")

    # -- bytes -------------------------------------------------------------------------------

    def _filled(self, text: str, to: str, us: str, message_id: str) -> bytes:
        self._serial += 1
        told = text.format(to=to, us=us, id=message_id, other="box@behind.example")
        return f"X-Serial: {self._serial}\n{told}".encode()

    def _mail(self, author: str, subject: str, text: str, head: str) -> bytes:
        self._serial += 1
        return (
            f"From: {author}\nTo: {DEPARTMENT}\nSubject: {subject}\nMessage-ID: <{self._serial}@machine.example>\n"
            f"MIME-Version: 1.0\n{head}\n\n{text}\n"
        ).encode()

    def _report(self, author: str, subject: str, kind: str, fields: str) -> bytes:
        head = f'Content-Type: multipart/report; report-type={kind}; boundary="B"'
        body = f"--B\nContent-Type: text/plain\n\nA report.\n\n--B\nContent-Type: message/{kind}\n\n{fields}\n--B--"
        return self._mail(author, subject, body, head)
