"""Any bytes become a value; hostile ones in bounded time; quoting never invents text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.test_store import NOW
from ticketd.core.inbound import Attachment, InboundMail, Mailbox
from ticketd.mail.compose import Draft, Unbuildable, compose
from ticketd.mail.fields import field_text, is_ambiguous, mailboxes
from ticketd.mail.html import html_text
from ticketd.mail.markup import text_html
from ticketd.mail.parse import parse
from ticketd.mail.quotes import new_text
from ticketd.mail.render import Rendered
from ticketd.mail.worker import ParserCrashed, ParserProcess

LINES = st.sampled_from(
    [b"From: a@b", b"Subject: =?utf-8?B?4LmA?=", b"Content-Type: multipart/mixed; boundary=B", b"--B", b"--B--", b"", b"> x",
     b"Content-Type: message/rfc822", b"Content-Transfer-Encoding: base64", b"\xff\xfe", b"On Mon 2 Nov 2026 x wrote:", b"=?x?q?y?="]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES | st.binary(max_size=20), max_size=25).map(b"\r\n".join))
def test_any_bytes_become_a_mail(raw: bytes) -> None:
    mail = parse(raw)
    assert isinstance(mail, InboundMail)
    for text in (mail.subject, mail.text, mail.full_text, mail.author.name):
        assert "\x00" not in text
        text.encode("utf-8")


@given(
    st.lists(
        st.sampled_from(
            [
                "> a",
                "b",
                "",
                "-- ",
                "On Mon, 2 Nov 2026 x@y wrote:",
                "From: a@b",
                "Sent: 1.1.2026",
                "To: c",
                "Subject: d",
            ]
        )
    )
)
def test_new_text_only_leaves_lines_out(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = [line.rstrip() for line in new_text(text).split("\n") if line]
    every = iter(line.rstrip() for line in lines)
    assert all(line in every for line in kept), "a line that was not there, or in another order"
    if text.strip():
        assert new_text(text).strip()


HOSTILE = {
    "nested multiparts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(5000)
    ),
    "many parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "many fields": b"".join(b"X-%d: y\n" % i for i in range(100_000)) + b"\nx",
    "many addresses": b"To: " + b"a@b.example, " * 20_000 + b"\n\nx",
    "comments": b"From: " + b"(a)" * 16_000 + b"\nCc: " + b"(" * 16_000 + b"\n\nx",
    "references": b"References: " + b"<a@b> " * 100_000 + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 16_000 + b"\n\nx",
    "quotes": b"Subject: x\n\n" + b"On Mon On Mon On 2026 " * 3000 + b"wrote:\n" + b"\n" * 20_000,
    "on wrote": b"Subject: x\n\n" + b"On x 2026\n" * 20_000 + b"wrote:\n",
    "html": b"Content-Type: text/html\n\n" + b"<div>" * 40_000 + b"<!--" * 20_000,
    "parameters": b"Content-Type: text/plain; " + b"a=b; " * 20_000 + b"\n\nx",
    "blank lines": b"Subject: x\n\n" + b"\r\n" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_in_bounded_time(name: str) -> None:
    began = time.process_time()
    parse(HOSTILE[name])
    assert time.process_time() - began < 5, "the ones that hang readers take minutes"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=200))
def test_nothing_that_people_write_can_break_an_outgoing_header(
    name: str, subject: str, text: str
) -> None:
    draft = Draft(
        author=Mailbox(name, "support@desk.example"), to=(Mailbox(name, "a@b.example"),), subject=f"[#1] {subject}",
        body=Rendered(text, text_html(text)), message_id="<1@desk.example>", date=NOW, thread_topic=subject,
        attachments=(Attachment(name, "text/plain", b"x"),),
    )  # fmt: skip
    raw = compose(draft)
    back = parse(raw)
    assert back.author.address == "support@desk.example"
    assert [b.address for b in back.to] == ["a@b.example"]
    names = [n for n, _ in back.fields]
    assert len(names) == len(set(names))
    assert not {"bcc", "x-evil"} & set(names)


@pytest.mark.parametrize(
    "subject",
    ["[#7] Đơn [PO #1234]: lỗi", "[#7] Don [PO #1234]: lỗi", "[Acme #7] [#8]ơ", "[#7] x", "[#7]"],
)
def test_a_subject_with_numbers_of_its_own_is_sent(subject: str) -> None:
    file = Attachment("a.png", "image/png\r\nBcc: x@y.example", b"x")
    draft = Draft(
        author=Mailbox("", "support@desk.example"), to=(Mailbox("", "a@b.example"),), subject=subject,
        body=Rendered("x", "x"), message_id="<1@desk.example>", date=NOW, attachments=(file,),
    )  # fmt: skip
    raw = compose(draft)
    assert parse(raw).subject == subject
    assert raw.partition(b"Subject: ")[2].startswith(subject.partition("]")[0].encode() + b"]")
    assert b"Bcc" not in raw


def test_an_address_that_is_none_is_refused() -> None:
    body = Rendered("x", "x")
    with pytest.raises(Unbuildable):
        compose(Draft(Mailbox("", "no address"), (Mailbox("", "a@b"),), "x", body, "<1@x>", NOW))


@pytest.mark.parametrize(
    ("body", "ambiguous"),
    [
        ("a@b.example", False), ("Ann <a@b.example>", False), ('"Ann, B." <a@b.example>', False), ('"x@y" <a@b.example>', False),
        ("=?utf-8?q?Ann?= <a@b.example>", False), ("x@y <a@b.example>", True), ("a@b, c@d", True), ("Group: a@b;", True),
        ("Ann (x) <a@b>", True), ("<a@b> x", True), ("=?utf-8?q?a=40b?= <c@d> <e@f>", True), ("<=?utf-8?q?a=40b?=>", True),
        ("", True), ("Ann", True), ("<a@b", True), ("<@r:a@b>", True), ("a@b\\", True), ("=?utf-8?q?agent=40corp?=@x", True),
    ],
)  # fmt: skip
def test_which_from_fields_can_be_read_in_one_way_only(body: str, ambiguous: bool) -> None:
    assert is_ambiguous([body]) is ambiguous


def test_mailboxes() -> None:
    found = mailboxes(
        '"Doe, John" <j@x.example>, Group: a@b.example, c@d.example; , =?utf-8?q?=E0=B8=81?= <e@f.example>'
    )
    assert [(b.name, b.address) for b in found] == [
        ("Doe, John", "j@x.example"), ("", "a@b.example"), ("", "c@d.example"), ("ก", "e@f.example"),
    ]  # fmt: skip
    assert field_text(b"=?utf-8?q?a?= =?utf-8?q?b?= c") == "ab c"


def test_html_becomes_what_a_person_reads() -> None:
    page = '<style>x</style><p>a <b>b</b></p><p style="display: none">no</p><table><tr><td>1</td><td>2</td></tr></table><pre>x\n y</pre>'
    assert html_text(page) == "a b\n\n1 2\n\nx\n y"


def test_the_parsers_process_answers_as_the_parser_and_survives_what_kills_it() -> None:
    raw = b"From: Anna <a@b.example>\nTo: c@d.example\nDate: Mon, 2 Nov 2026 09:00:00 +0000\nContent-Type: multipart/mixed; boundary=B\n\n--B\n\nhi\n--B\nContent-Type: image/png; name=x.png\n\n\x89PNG\n--B--\n"
    parser = ParserProcess(seconds=3)
    try:
        assert parser.parse(raw, "th") == parse(raw, "th")
        process = parser._running()
        process.kill()
        process.wait()
        assert parser.parse(raw) == parse(raw)
        stopped = parser._running()
        import os
        import signal

        os.kill(stopped.pid, signal.SIGSTOP)
        with pytest.raises(ParserCrashed):
            parser.parse(raw)
        assert parser.parse(raw) == parse(raw)
    finally:
        parser.stop()


@pytest.mark.parametrize(
    ("raw", "text", "subject"),
    [
        (b"Content-Type: text/plain; name*" + b"1" * 5000 + b"=x\nSubject: x\n\nhello", "hello", "x"),
        (b"Subject: x\nContent-Type: multipart/mixed\n\n--B\n\nhello", "--B\n\nhello", "x"),
        (b"Subject: x\nContent-Type: multipart/mixed; boundary=B\n\nhello", "hello", "x"),
        (b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\nSubject: x\n\nhello", "hello", "x"),
        (b"From : a@b.example\nSubject : x\n\nhello", "hello", "x"), (b" From: a@b.example\nSubject: x\n\nhello", "hello", "x"),
        (b"Subject: x\nContent-Type: text/plain; charset=utf-8\n\n\xef\xbb\xbfhello", "hello", "x"),
        (b"Subject: =?utf-8?B?4Liq4Lin4Lix4Liq4LiU4L?=\n =?utf-8?B?i1?= x\n\nhello", "hello", "สวัสดี x"),
        (b"Subject: =?utf-8?B?eA?= =?utf-8?Q?y?= =?us-ascii?b?eg==?=\n\nhello", "hello", "xyz"),
    ],
)  # fmt: skip
def test_what_is_written_against_the_rules_is_read(raw: bytes, text: str, subject: str) -> None:
    mail = parse(raw)
    assert (mail.text, mail.subject) == (text, subject)
    assert not any("could not be read" in defect for defect in mail.defects)
