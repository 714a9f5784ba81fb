"""The actors of conversations: a desk, the people outside, the agents. The whole vocabulary of the tests."""

import contextlib
import email
import email.policy
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr
from pathlib import Path
from typing import Any

import yaml

from tests.fakes import MovableClock
from ticketd import build
from ticketd.cli.program import run
from ticketd.config.load import load
from ticketd.core.addresses import normalise
from ticketd.core.inbound import Envelope, Recipient
from ticketd.desk.work import Desk as Tools
from ticketd.intake import Intake, Parse
from ticketd.mail.parse import parse
from ticketd.mail.render import Renderer
from ticketd.send.calls import Caller
from ticketd.send.sender import Sender
from ticketd.store import inbox
from ticketd.store.blobs import Spool
from ticketd.timers import Timers

CONFIG: dict[str, Any] = {
    "domain": "desk.example",
    "undo_window": "0s",
    "departments": {
        "support": {
            "name": "Support",
            "address": "support@desk.example",
            "aliases": ["help@company.example"],
        },
        "sales": {"name": "Sales", "address": "sales@desk.example"},
    },
    "agents": {
        "bob": {
            "name": "Bob",
            "address": "bob@agents.example",
            "departments": ["support", "sales"],
        },
        "lan": {"name": "Lan", "address": "lan@agents.example", "departments": ["sales"]},
    },
    "listen": {"smtp": None, "lmtp": None},
    "limits": {"min_free": "1MiB"},
}


def merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """`base` with what `more` says."""
    out = dict(base)
    for key, value in more.items():
        out[key] = (
            merged(out[key], value)
            if isinstance(value, dict) and isinstance(out.get(key), dict)
            else value
        )
    return out


@dataclass
class Mail:
    """A mail that somebody got."""

    message: EmailMessage
    rcpt_to: str
    mail_from: str

    @property
    def subject(self) -> str:
        return str(self.message["subject"])

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        text = str(body.get_content()).replace("\r\n", "\n") if body else ""
        if body is None or body.get_param("format") != "flowed":
            return text
        # As a mail program shows it (RFC 3676, 4.1 to 4.4).
        return re.sub(r"(?m)^ ", "", re.sub(r"(?m)(?<!^--) \n", " ", text))

    @property
    def html(self) -> str:
        body = self.message.get_body(("html",))
        return str(body.get_content()) if body else ""

    @property
    def reply_to(self) -> str:
        return parseaddr(str(self.message["reply-to"] or self.message["from"]))[1]

    @property
    def is_automatic(self) -> bool:
        return "auto-submitted" in self.message


@dataclass
class Person:
    """Somebody outside with a mail program."""

    desk: "Desk"
    address: str
    name: str = ""
    written: list[EmailMessage] = field(default_factory=list)

    @property
    def mails(self) -> list[Mail]:
        return [mail for mail in self.desk.all_captured() if mail.rcpt_to == self.address]

    @property
    def last_mail(self) -> Mail:
        assert self.mails, f"{self.address} got no mail"
        return self.mails[-1]

    def writes(
        self, *to: str, subject: str = "", text: str = "", cc: Sequence[str] = (),
        headers: dict[str, str] | None = None, attachments: Sequence[tuple[str, bytes]] = (), html: str | None = None,
    ) -> EmailMessage:  # fmt: skip
        """Write a mail to these addresses and bring it to the door."""
        message = EmailMessage(policy=email.policy.SMTPUTF8)
        message["From"] = f"{self.name} <{self.address}>" if self.name else self.address
        message["To"] = ", ".join(to)
        if cc:
            message["Cc"] = ", ".join(cc)
        message["Subject"] = subject
        message["Date"] = format_datetime(self.desk.clock())
        message["Message-ID"] = (
            f"<{len(self.written) + 1}.{self.desk.serial()}@{self.address.partition('@')[2]}>"
        )
        for name, value in (headers or {}).items():
            del message[name]
            message[name] = value
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        for name, content in attachments:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        self.sends(message, *to, *cc)
        return message

    def sends(self, message: EmailMessage, *to: str) -> None:
        """Bring a finished mail to the door, for those of its recipients that are the desk's."""
        self.written.append(message)
        self.desk.takes(message.as_bytes(), self.address, *to)

    def replies(
        self, mail: Mail, text: str, *, tag: bool = True, references: bool = True, token: bool = True,
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:  # fmt: skip
        """Answer as a mail program does; what is switched off is what some of them lose."""
        subject = mail.subject if tag else re.sub(r"\[[^\]]*#\d+\]\s*", "", mail.subject)
        more = dict(headers or {})
        if references:
            message_id = str(mail.message["message-id"])
            more |= {
                "In-Reply-To": message_id,
                "References": f"{mail.message['references'] or ''} {message_id}".strip(),
            }
        to = mail.reply_to if token else re.sub(r"\+[^@]*", "", mail.reply_to)
        quoted = "\n".join(f"> {line}" for line in mail.text.strip().split("\n"))
        return self.writes(
            to,
            subject=f"Re: {subject}",
            text=f"{text}\n\nOn Mon, 2 Nov 2026 at 10:00, Support wrote:\n{quoted}\n",
            headers=more,
        )

    def bounces(self, mail: Mail, status: str = "5.1.1", action: str = "failed") -> None:
        """The mail could not be delivered: a report goes to its reverse-path (RFC 3464)."""
        message_id = str(mail.message["message-id"])
        raw = (
            f"From: MAILER-DAEMON@mx.example\nTo: {mail.mail_from}\nSubject: Undelivered Mail Returned to Sender\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\n\n"
            "--B\nContent-Type: text/plain\n\nYour mail could not be delivered.\n\n"
            "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
            f"Final-Recipient: rfc822; {self.address}\nAction: {action}\nStatus: {status}\n"
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n\n"
            f"--B\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\nSubject: x\n\n--B--\n"
        )
        self.desk.takes(raw.encode(), "", mail.mail_from)


class Desk:
    """A desk in one process: the same intake, acts and sender, without sockets and real time."""

    def __init__(self, folder: Path, database: str, **more: Any) -> None:
        self.clock = MovableClock()
        self._serial = 0
        self._captured: dict[str, Mail] = {}
        self.folder = folder
        self.outgoing = folder / "outgoing"
        values = merged(
            merged(CONFIG, {"state_dir": str(folder / "state"), "database": database}),
            {
                "outgoing": {"capture": str(self.outgoing)},
                "templates": str(folder / "templates"),
                **more,
            },
        )
        self.config_path = folder / "config.yaml"
        self.config_path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
        self.config = load(self.config_path)
        self.settings = build.prepare(self.config)
        self.database = build.open_database(self.config)
        self.parse: Parse = parse
        self._starts()

    def reloads(self) -> None:
        """Read the configuration and the keys again."""
        self.settings = build.prepare(self.config)
        self._starts()

    def _starts(self) -> None:
        tools = Tools(
            self.database, self.settings, Renderer(self.config.templates, self.settings.labels)
        )
        self.intake = Intake(tools, self._parse, "desk", self.clock)
        self.sender = Sender(tools, build.way_out(self.config), "test", self.clock)
        self.hooks = Caller(tools, build.hook_targets(self.config), "hooks", self.clock)
        alerts = build.alerts(self.config, tools)
        self.timers = Timers(tools, self.clock, lambda: self.clock().timestamp(), alerts)

    def _parse(self, raw: bytes, hint: str) -> Any:
        return self.parse(raw, hint)

    def close(self) -> None:
        self.database.close()

    def serial(self) -> int:
        self._serial += 1
        return self._serial

    # -- doors -------------------------------------------------------------------------------

    def takes(
        self,
        raw: bytes,
        mail_from: str,
        *to: str,
        original: str = "",
        via: str = "lmtp",
        rest: bool = True,
    ) -> None:
        """A mail at the door, for those recipients that are ours."""
        addresses = [normalise(a) for _, a in getaddresses(list(to))]
        ours = tuple(
            Recipient(a, original) for a in addresses if self.settings.own.is_ours(a) or original
        )
        if not ours:
            return
        spool = Spool(self.database.blobs)
        spool.write(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        envelope = Envelope(mail_from, ours, via, self.clock(), "127.0.0.1")
        inbox.put(self.database, [inbox.Delivery(envelope, spool.finish())], self.clock())
        if rest:
            self.rests()

    def rests(self) -> None:
        """Work until there is nothing left to do."""
        while self._steps():
            pass

    def _steps(self) -> bool:
        return self.intake.step() or self.timers.step() or self.sender.step() or self.hooks.step()

    # -- people ------------------------------------------------------------------------------

    def customer(self, address: str, name: str = "") -> Person:
        return Person(self, address, name)

    def agent(self, key: str) -> Person:
        """An agent with a mail program."""
        found = self.settings.agent(key)
        assert found, key
        return Person(self, found.addresses[0], found.name)

    def captured(self) -> list[Mail]:
        """What people outside got, in the order of the outbox."""
        return [m for m in self.all_captured() if not self.settings.agent_by_address(m.rcpt_to)]

    def all_captured(self) -> list[Mail]:
        """Everything that left, agents' mails too."""
        found = []
        for path in sorted((self.outgoing / "new").glob("*")) if self.outgoing.exists() else ():
            if path.name not in self._captured:
                self._captured[path.name] = self._read_captured(path)
            found.append(self._captured[path.name])
        return found

    def _read_captured(self, path: Path) -> Mail:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        to, sender = str(message["delivered-to"]), str(message["return-path"]).strip("<>")
        return Mail(message, to, sender)

    # -- the command -------------------------------------------------------------------------

    def runs(self, *arguments: str, agent: str = "bob", code: int = 0) -> str:
        """Run the command as an agent; what it prints."""
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            given = ["--config", str(self.config_path), "--as", agent, *arguments]
            got = run(given, self.clock)
        out.seek(0)
        said = out.read()
        assert got == code, f"{arguments}: exit {got}\n{said}{err.getvalue()}"
        self.rests()
        return said if code == 0 else err.getvalue()

    def ticket(self, number: int) -> dict[str, Any]:
        """A ticket as scripts see it."""
        found: dict[str, Any] = json.loads(self.runs("show", str(number), "--json"))["ticket"]
        return found

    def tickets(self, *query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(
            self.runs("list", *(query or ("status:all",)), "--json")
        )["tickets"]
        return found

    def events(self, number: int) -> list[str]:
        """Names of what happened to a ticket."""
        return [row["event"] for row in self.ticket(number)["activity"]]


def texts(ticket: dict[str, Any], *kinds: str) -> Iterator[str]:
    """The texts of a ticket's messages of these kinds."""
    for message in ticket["messages"]:
        if message["kind"] in (kinds or ("customer",)):
            yield message["text"]
