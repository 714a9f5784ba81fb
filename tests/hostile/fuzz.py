"""What is done with hostile input: each kind goes where a stranger's bytes go, and has to come back as a value."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from itertools import count
from pathlib import Path

from tests.hostile.grammar import make
from ticketd.core.addresses import Department, Own
from ticketd.core.classify import classify
from ticketd.core.delivery_words import is_only_late, tells_of_failure
from ticketd.core.errors import Refused
from ticketd.core.inbound import Attachment, Envelope, InboundMail, Mailbox, Recipient
from ticketd.core.out_of_office import is_out_of_office
from ticketd.core.query import parse_query
from ticketd.core.query_shape import Asker, BadQuery
from ticketd.core.smtp_status import status_of
from ticketd.core.text import clean_text, file_name, fold, header_text, log_text, snippet
from ticketd.core.tokens import Keys
from ticketd.core.trust import TrustRules, parse_results, trust_of
from ticketd.mail import bounce_texts
from ticketd.mail.compose import Draft, Unbuildable, compose
from ticketd.mail.fields import field_text, is_ambiguous, mailboxes, message_ids
from ticketd.mail.markup import text_html
from ticketd.mail.parse import parse
from ticketd.mail.render import Rendered
from ticketd.receive.data import DataScanner, hops, normalised
from ticketd.receive.paths import mail_fault, original_recipient, parse_path, rcpt_fault

KEPT = Path(__file__).parent / "kept"
SECONDS = 1.0
PATIENT = 4.0
"""In the suite: whatever else the machine does makes CPU time longer, too."""
"""The most CPU time for any input."""

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
_OWN = Own("desk.example", (Department("support", "Support", "support@desk.example"),), "support")
_KEYS = Keys("desk", (("a", b"k" * 32),))
_RULES = TrustRules(frozenset({"mx.example"}), 1, logins=frozenset({("a@b.example", "ann")}))
_ASKER = Asker("ann", NOW, "Asia/Bangkok", ("sales", "support"), ("ann", "ben"))


class Wrong(AssertionError):
    """A value that is not what was promised."""


def check(holds: bool, what: str) -> None:
    if not holds:
        raise Wrong(what)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _storable(text: str) -> None:
    check("\x00" not in text and "\r" not in text, "a NUL or a CR")
    text.encode("utf-8")


def _mail(data: bytes) -> None:
    mail = parse(data, "th")
    for text in (mail.subject, mail.text, mail.full_text, mail.author.name, mail.message_id):
        _storable(text)
    for name, body in mail.fields:
        _storable(name + body)
    for file in mail.attachments:
        _storable(file.name + file.type + file.content_id)
        check("/" not in file.name and "\n" not in file.name, "a path")
    unread = [d for d in mail.defects if d.startswith("could not be read")]
    check(not unread or unread == ["could not be read: RecursionError"], f"not read: {unread}")
    _judge(mail)


def _judge(mail: InboundMail) -> None:
    """What is read in a mail is told to those who decide."""
    for sender in ("", mail.author.address):
        envelope = Envelope(sender, (Recipient("support@desk.example"),), "lmtp", NOW)
        classify(mail, envelope, _OWN, _KEYS)
    trust_of(mail, _RULES)


def _boxes(data: bytes) -> None:
    text = clean_text(_text(data))
    for box in mailboxes(text):
        _storable(box.name + box.address)
        check(not any(sign in box.address for sign in "\n <>,"), "no address")
    is_ambiguous([text])
    _mail(b"From: " + data[:65_000].replace(b"\n", b"") + b"\r\n\r\nx")


def _words(data: bytes) -> None:
    text = field_text(data)
    _storable(text)
    check("\n" not in text, "two lines")
    is_out_of_office(text)
    tells_of_failure(text)
    is_only_late(text)
    status_of(text)
    bounce_texts.read(text, text, ())
    for made in (log_text(text), file_name(text), header_text(_text(data))):
        _storable(made)
    fold(clean_text(_text(data)))
    snippet(clean_text(_text(data)), [text[:50]])


def _results(data: bytes) -> None:
    text = clean_text(_text(data))
    parse_results(text)
    mail = InboundMail(
        author=Mailbox("", "a@b.example"), fields=(("authentication-results", text),) * 3
    )
    trust_of(mail, _RULES)


def _query(data: bytes) -> None:
    text = _text(data)
    for arguments in ([text], text.split()):
        try:
            query = parse_query(arguments, _ASKER).or_open()
        except (BadQuery, Refused) as refused:
            check(len(str(refused)) > 5, "says nothing")
        else:
            for words in query.words:
                _storable(words.text)


def _data(data: bytes) -> None:
    """However it is cut into blocks, the same mail comes out."""
    cuts = [len(data), 1 + len(data) // 7, 1460]
    seen = [_scanned(data, size) for size in cuts if size]
    check(all(one == seen[0] for one in seen), "blocks matter")
    hops(normalised(data))


def _scanned(data: bytes, size: int) -> tuple[bytes, bool, bytes]:
    scanner, out = DataScanner(), b""
    for at in range(0, len(data), size):
        out += scanner.feed(data[at : at + size])
        if scanner.ended:
            return out, True, scanner.rest + data[at + size :]
    return b"", False, b""


def _path(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for keyword, fault in (("FROM:", mail_fault), ("TO:", rcpt_fault)):
        path = parse_path(text, keyword)
        told = fault(path)
        if path is not None and not told:
            path.address.encode("utf-8")
            check("\r" not in path.address and "\n" not in path.address, "two lines")
    original_recipient(text)


def _draft(data: bytes) -> None:
    """Whatever people write, a mail says what was meant or is not built at all."""
    name, subject, body, file, ids, value, *_ = (*_text(data).split("\x1f"), *[""] * 6)
    found = message_ids(ids)
    draft = Draft(
        author=Mailbox(name, "support@desk.example"), to=(Mailbox(subject, "a@b.example"),), cc=(Mailbox(name, "c@d.example"),),
        subject=f"[#1] {subject}", body=Rendered(clean_text(body), text_html(clean_text(body))), message_id="<1@desk.example>",
        date=NOW, references=found, in_reply_to=found[0] if found else "", thread_topic=subject, auto_submitted="auto-replied",
        loop_mark="x", reply_to="support@desk.example", attachments=(Attachment(file, "text/plain", data),),
        fields=(("X-Ticketd-Tags", value),),
    )  # fmt: skip
    try:
        raw = compose(draft)
    except Unbuildable:
        return
    _comes_back(raw, draft)


def _comes_back(raw: bytes, draft: Draft) -> None:
    names = [name.lower() for name, _ in BytesHeaderParser().parsebytes(raw).raw_items()]
    meant = ["mime-version", "from", "to", "cc", "subject", "date", "message-id", "reply-to"]
    meant += ["in-reply-to"] if draft.in_reply_to else []
    meant += ["references"] if draft.references else []
    meant += ["thread-topic"] if draft.thread_topic else []
    meant += ["auto-submitted", "x-auto-response-suppress", "x-ticketd-loop", "x-ticketd-tags"]
    optional = {"in-reply-to", "references"}
    check(
        [n for n in names if n not in optional] == [*(n for n in meant if n not in optional), "content-type"],
        f"other fields: {names}",
    )  # fmt: skip
    back = parse(raw)
    check(back.author.address == "support@desk.example", "another author")
    check([b.address for b in (*back.to, *back.cc)] == ["a@b.example", "c@d.example"], "others")
    check(back.subject == header_text(draft.subject), f"another subject: {back.subject!r}")
    check([a.content for a in back.attachments] == [draft.attachments[0].content], "the file")
    check(all(len(line) <= 998 for line in raw.split(b"\r\n")), "a line too long for SMTP")


RUN: dict[str, Callable[[bytes], None]] = {
    "mail": _mail, "header": _mail, "boxes": _boxes, "words": _words, "results": _results, "quotes": _mail, "html": _mail,
    "query": _query, "report": _mail, "data": _data, "path": _path, "draft": _draft,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a run has found."""

    inputs: int = 0
    slowest: float = 0.0
    seed: int = 0
    size: int = 0
    kind: str = ""
    failures: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.inputs} inputs, slowest {self.slowest * 1000:.0f} ms of CPU:"
            f" seed {self.seed}, {self.kind}, {self.size} bytes"
        )


def run_one(kind: str, data: bytes, seconds: float = SECONDS) -> tuple[str, float]:
    """What went wrong with one input, or an empty text; and its CPU time."""
    began, fault = time.process_time(), ""
    try:
        RUN[kind](data)
    except Exception as error:  # noqa: BLE001 - any one is a failure
        fault = f"{type(error).__name__}: {error}"
    took = time.process_time() - began
    return (fault or ("" if took <= seconds else f"slow: {took:.1f} s")), took


def run(seed: int, *, inputs: int = 0, seconds: float = 0.0) -> Told:
    """Inputs from a seed upward, by number or for a time."""
    told, until = Told(), time.monotonic() + seconds
    for at in count(seed):
        if (inputs and told.inputs >= inputs) or (not inputs and time.monotonic() >= until):
            return told
        kind, data = make(at)
        fault, took = run_one(kind, data, SECONDS if seconds else PATIENT)
        if fault:
            told = replace(told, failures=(*told.failures, f"seed {at} {kind}: {fault[:200]}"))
            keep(kind, at, data)
        if took > told.slowest:
            told = replace(told, slowest=took, seed=at, size=len(data), kind=kind)
        told = replace(told, inputs=told.inputs + 1)
    return told


def keep(kind: str, seed: int, data: bytes) -> None:
    """An input that failed stays, and is tried in every run of the tests from then on."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{kind}-{seed}.gz").write_bytes(gzip.compress(data, mtime=0))
