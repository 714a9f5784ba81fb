"""Delivery notices, in the forms that mail systems give them."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bounce_styles import STYLES
from ticketd.core.classify import is_daemon
from ticketd.mail import bounce_texts
from ticketd.mail.parse import parse
from ticketd.mail.worker import ParserProcess

WHO = {"to": "anna@example.org", "us": "b+7.aaaaaaaaaaaaaaaaaaaaaa@desk.example", "id": "<td.1.2.b@desk.example>", "other": "box@behind.example"}  # fmt: skip


@pytest.mark.parametrize("name", STYLES)
def test_a_notice_of(name: str) -> None:
    style = STYLES[name]
    mail = parse(style.text.format(**WHO).encode())

    assert len(mail.bounces) == 1, mail.bounces
    report = mail.bounces[0]
    assert report.recipient == style.recipient.format(**WHO)
    assert (report.action, report.status) == (style.action, style.status)
    assert style.said in report.diagnostic
    assert mail.returned_ids == (WHO["id"],) or "Message-ID" not in style.text


def _report(fields: str, kind: str = "message/delivery-status", encoding: str = "7bit") -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\nSubject: x\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n'
        f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n{fields}\n--B--\n"
    ).encode()


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("rfc822; anna@example.org", "anna@example.org"), ("rfc822;<Anna@Example.ORG>", "anna@example.org"),
        ("RFC822; anna@example.org (Anna)", "anna@example.org"), ("anna@example.org", "anna@example.org"),
        ("rfc822; Anna <anna@example.org>", "anna@example.org"), ("utf-8; \\x{E0A}@example.org", "ช@example.org"),
        ("utf-8; ชื่อ@ตัวอย่าง.ไทย", "ชื่อ@ตัวอย่าง.ไทย"), ('rfc822; "anna@example.org"', "anna@example.org"),
    ],
)  # fmt: skip
def test_forms_of_a_recipient(field: str, address: str) -> None:
    fields = f"Reporting-MTA: dns; x\n\nFinal-Recipient: {field}\nAction: failed\nStatus: 5.1.1\n"
    assert [b.recipient for b in parse(_report(fields)).bounces] == [address]


@pytest.mark.parametrize(
    ("action", "status", "told"),
    [
        ("failed", "5.1.1", "failed"), ("Failed (expired)", "4.4.7", "failed"), ("failure", "5.0.0", "failed"),
        ("delayed", "4.4.1", "delayed"), ("delivered", "2.0.0", "delivered"), ("relayed", "2.1.5", "relayed"),
        ("expanded", "2.0.0", "expanded"), ("", "2.1.5", "delivered"), ("", "4.2.0", "delayed"), ("", "", "failed"),
    ],
)  # fmt: skip
def test_delivery_delay_and_failure_are_told_apart(action: str, status: str, told: str) -> None:
    fields = f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: {action}\nStatus: {status}\n"
    (report,) = parse(_report(fields)).bounces
    assert report.action == told
    assert report.is_failure is (told in {"failed", "delayed"})


def test_each_recipient_has_an_outcome_of_its_own() -> None:
    fields = (
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0\n\n"
        "Original-Recipient: rfc822; c@d.example\nFinal-Recipient: rfc822; e@f.example\nAction: failed\n"
        "Status: 5.0.0\nDiagnostic-Code: smtp; 552-5.2.2 mailbox\n is full\n"
    )
    first, second = parse(_report(fields)).bounces
    assert (first.action, second.action, second.status) == ("delivered", "failed", "5.2.2")
    assert (second.original, second.diagnostic) == ("c@d.example", "552-5.2.2 mailbox is full")


def test_an_encoded_report_is_read() -> None:
    import base64

    fields = b"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
    encoded = base64.encodebytes(fields).decode()
    (report,) = parse(_report(encoded, encoding="base64")).bounces
    assert (report.recipient, report.status) == ("a@b.example", "5.1.1")


def test_several_recipients_in_words() -> None:
    text = "The following addresses failed:\n\n<a@b.example>:\n550 5.1.1 no such user\n\n<c@d.example>:\n552 mailbox full\n"
    first, second = bounce_texts.read(text, "", ())
    assert (first.recipient, first.status) == ("a@b.example", "5.1.1")
    assert (second.recipient, second.status) == ("c@d.example", "5.2.2")


def test_a_person_who_writes_of_addresses_bounces_nothing() -> None:
    raw = (
        "From: anna@example.org\nSubject: New address\n\nPlease use zoe@example.org from now on.\n"
    )
    assert parse(raw.encode()).bounces == ()


def test_what_was_read_crosses_the_process_whole() -> None:
    raw = STYLES["sendmail"].text.format(**WHO).encode()
    parser = ParserProcess()
    try:
        assert parser.parse(raw) == parse(raw)
    finally:
        parser.stop()


@pytest.mark.parametrize(
    "line",
    ["a@b.example\n", "a" * 60 + "@", "<a@b.example>: 550 ", "(((((", "user user user ", "exceedexceed ", "550 550-",
     "received: ", ">>> RCPT TO:<a@b.example>\n", "recipient: ", "\\x{41}"],
)  # fmt: skip
def test_doubling_a_notice_at_most_doubles_the_time(line: str) -> None:
    def took(count: int) -> float:
        text = (line * count)[: count * 10]
        times = []
        for _ in range(3):
            began = time.perf_counter()
            bounce_texts.read(text, text, ())
            times.append(time.perf_counter() - began)
        return min(times)

    took(1000)
    assert took(40_000) < 3 * took(20_000) + 0.05


def test_who_is_a_mail_system() -> None:
    from ticketd.core.inbound import Mailbox

    assert is_daemon(Mailbox("", "mailer-daemon@mx.example"))
    assert is_daemon(Mailbox("Mail Delivery System", "x@mx.example"))
    assert not is_daemon(Mailbox("Anna Post", "anna.postmaster@mx.example"))


def test_an_encoded_header_gives_the_message_id() -> None:
    import base64

    header = base64.encodebytes(b"Subject: x\nMessage-ID: <1@desk.example>\n").decode()
    raw = _report("Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n")
    part = f"--B\nContent-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n{header}\n--B--\n"
    mail = parse(raw.removesuffix(b"--B--\n") + part.encode())
    assert mail.returned_ids == ("<1@desk.example>",)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"Final-Recipient: rfc822; a@b.example", b"Action: failed", b"Status: 5.", b"", b" x", b"\xff\xfe: \xe0",
             b"Content-Transfer-Encoding: base64", b"Original-Recipient: utf-8; \\x{110000}@\\x{D800}", b"--B"]
        ) | st.binary(max_size=12), max_size=20,
    ).map(b"\n".join), st.sampled_from(["message/delivery-status", "message/global-delivery-status"]),
)  # fmt: skip
def test_any_report_is_a_value(fields: bytes, kind: str) -> None:
    head, _, tail = _report("FIELDS", kind).partition(b"FIELDS")
    mail = parse(head + fields + tail)
    assert not any("could not be read" in defect for defect in mail.defects)
    for report in mail.bounces:
        assert report.action in {"failed", "delayed", "delivered", "relayed", "expanded"}
        report.recipient.encode("utf-8")
        report.diagnostic.encode("utf-8")
