"""The rows C1-C11 and G1-G7 of the table in README.md that no test elsewhere shows."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile import fuzz
from tests.hostile.grammar import MOST
from tests.process import ROOT
from ticketd.core.errors import Refused
from ticketd.core.inbound import InboundMail
from ticketd.core.query import parse_query
from ticketd.core.query_shape import BadQuery
from ticketd.core.text import clean_text, file_name
from ticketd.core.trust import parse_results
from ticketd.mail.charsets import codec_of
from ticketd.mail.compose import Draft, Unbuildable, compose
from ticketd.mail.fields import is_ambiguous
from ticketd.mail.html import html_text
from ticketd.mail.parse import parse
from ticketd.mail.quotes import new_text
from ticketd.mail.render import NAMES, Rendered, sample, shipped
from ticketd.store import query as store
from ticketd.store.database import Database


def fill(head: bytes, piece: bytes, tail: bytes = b"") -> bytes:
    """As many pieces as the largest input holds."""
    return head + piece * ((MOST - len(head) - len(tail)) // len(piece)) + tail


def nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth)
    )


BOUNDED = {
    "C1 fields": fill(b"", b"X: y\n"),
    "C1 parameters": fill(b"Content-Type: text/plain; ", b"a=b; ", b"\n\nx"),
    "C1 parameters of a multipart": fill(b"Content-Type: multipart/mixed; boundary=B; ", b"a=b; ", b"\n\n--B\n\nx\n--B--"),
    "C1 parameters of a part": fill(nested(1) + b"Content-Type: text/plain; ", b"a=b; ", b"\n\nx\n"),
    "C1 pieces of RFC 2231": b"Content-Type: text/plain; " + b"".join(b"n*%d=a; " % at for at in range(25_000)) + b"\n\nx",
    "C1 references": fill(b"References: ", b"<a@b> ", b"\n\nx"),
    "C1 addresses": fill(b"Cc: ", b"a@b.example, ", b"\n\nx"),
    "C1 fields of addresses": fill(b"", b"Cc: " + b"a@b.example, " * 40 + b"\n"),
    "C2 depth and lines": fill(nested(90), b"\n"),
    "C2 more depth and lines": fill(nested(400), b"\n"),
    "C2 enclosed mails": fill(b"", b"Content-Type: message/rfc822\n\n"),
    "C3 parts": fill(nested(1), b"--b0\n\nx\n"),
    "C4 lines": fill(b"Subject: x\n\nx", b"\n", b"x"),
    "C4 quoted-printable": fill(b"Content-Transfer-Encoding: quoted-printable\n\n", b"=\n"),
    "C7 marks": fill(b"Subject: x\n\n", b"\xcc\x80\xcc\x96"),
    "C7 marks in a subject": fill(b"Subject: ", b"\xcc\x80\xcc\x96", b"\n\nx"),
    "C8 encoded words": fill(b"Subject: ", b"=?utf-8?q?a?= ", b"\n\nx"),
    "C7 texts in no charset": fill(nested(1), b"--b0\n\nn\xe9e \xd0\xfd\xf5 \xca\xc7\xd1\xca\n"),
    "C7 fields in no charset": fill(b"", b"X: \xe9\xca\xc7 \xd0\xfd\xf5\n"),
    "C8 encoded words in addresses": fill(b"To: ", b"=?x?q?=E9,_a?= <a@b.example>, ", b"\n\nx"),
    "C4 flowed": fill(b"Content-Type: text/plain; format=flowed\n\n", b"> x \n"),
    "C4 uuencoded files": fill(b"Subject: x\n\n", b"begin 644 a\n#0V%T\n`\nend\n"),
    "C4 uuencoded files that never end": fill(b"Subject: x\n\n", b"begin 644 a\n#0V%T\n"),
    "C9 styles that never end": fill(b"Content-Type: text/html\n\n<p>" + b"".join(b"<b a=%d>" % at for at in range(1500)), b"<p>x"),
    "C9 quotes": fill(b"Content-Type: text/html\n\n" + b"<blockquote>" * 1900, b"x<br>"),
    "C9 links in links": fill(b"Content-Type: text/html\n\n" + b"<a href=http://x><marquee>" * 900, b"x<b>y</b>"),
    "C9 one endless line": fill(b"Content-Type: text/html\n\n", b"x<b>y</b>"),
    "C10 a rule": fill(b"Subject: x\n\n", b"-- original" + b" " * 1900 + b"x\n"),
    "C10 an opener": fill(b"Subject: x\n\n", b"On 2026 @ wrote" + b" " * 300 + b"x\n"),
    "C10 envelope lines": fill(b"", b"From \n"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDED)
def test_a_mail_of_the_largest_size_is_read_within_a_second(name: str) -> None:
    began = time.process_time()
    mail = parse(BOUNDED[name])
    assert time.process_time() - began < fuzz.SECONDS
    assert len(mail.references) <= 100
    assert len(mail.cc) <= 200
    assert len(mail.attachments) <= 200


@pytest.mark.parametrize("depth", [49, 50, 51, 100, 101, 500, 800, 1000, 4000])
def test_depth(depth: int) -> None:
    mail = parse(b"Subject: deep\n" + nested(depth) + b"\nhello\n")
    assert mail.subject == "deep"
    # What lies deeper is shown as it stands, between its boundaries.
    assert mail.text.splitlines()[-1] == "hello"
    assert (mail.text == "hello") == (depth <= 100)
    assert mail.truncated == (depth > 100)


def test_of_very_many_references_the_root_and_the_nearest_count() -> None:
    ids = [f"<{at:06}@b.example>" for at in range(50_000)]
    mail = parse(f"References: {' '.join(ids)}\nFrom: a@b.example\n\nx".encode())
    assert list(mail.references) == ids[:20] + ids[-80:]
    assert mail.author.address == "a@b.example"
    assert not mail.author_is_ambiguous


@pytest.mark.parametrize("cut", range(65_500, 65_560, 7))
def test_half_an_address_is_nobodys(cut: int) -> None:
    field = "x@y.example, ".rjust(cut) + "ann@bank.example.evil.example, c@d.example"
    found = {box.address for box in parse(f"To: {field}\n\nx".encode()).to}
    assert found <= {"x@y.example", "ann@bank.example.evil.example", "c@d.example"}


def test_a_from_that_may_not_be_the_only_one_is_nobodys_word() -> None:
    """A second From below what is read: a server that checks signatures may have gone by that one."""
    for more in (b"X: y\n" * 2000, b"X: " + b"y" * 60_000 + b"\n", b"X: y\n" * 60_000):
        mail = parse(b"From: ann@b.example\n" + more * 5 + b"From: evil@x.example\n\nhello")
        assert mail.author.address == "ann@b.example"
        assert mail.author_is_ambiguous
        assert mail.text == "hello"


DOUBLED: dict[str, tuple[str, Callable[[str], object]]] = {
    "quote characters": ("> x\n", new_text),
    "lines that announce": ("On Mon, 2 Nov 2026 x@y.example wrote:\n> x\n", new_text),
    "openers": ("On x 2026\n", new_text),
    "rules": ("----- original       x\n", new_text),
    "blocks of fields": ("From: a\nSent: 1.1.2026\n", new_text),
    "signatures": ("-- \nx\n", new_text),
    "angles": ("<", lambda text: new_text("\n".join([text[:1900]] * (len(text) // 1900 + 1)))),
    "results": ('a.a=\\" ', lambda text: parse_results("mx.example; dkim=pass " + text)),
    "quotes in From": ('\\"', lambda text: is_ambiguous(['"' + text])),
    "marks": ("\u0300\u0316", clean_text),
    "tags": ("<div>x", html_text),
    "links": ("<a href=http://x/>", html_text),
    "entities": ("&amp;<!--", html_text),
    "styles": ("<p><b>", html_text),
}


@pytest.mark.parametrize("name", DOUBLED)
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    """Below a tenth of a second nothing is told by a ratio."""
    piece, function = DOUBLED[name]

    def took(size: int) -> float:
        text, best = piece * (size // len(piece)), 9.0
        for _ in range(3):
            began = time.process_time()
            function(text)
            best = min(best, time.process_time() - began)
        return best

    once, twice = took(32 * 1024), took(64 * 1024)
    assert twice < 0.1 or twice / once < 2.6


def test_an_archive_is_opaque() -> None:
    bomb = b"PK\x03\x04" + bytes(range(256)) * 4
    head = b'Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: application/zip; name="42.zip"\n\n'
    (file,) = parse(head + bomb.replace(b"\n", b"").replace(b"\r", b"") + b"\n--B--\n").attachments
    assert file.name == "42.zip"
    assert file.content.startswith(b"PK\x03\x04")


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("../../x", "_.._x"), ("/etc/cron.d/x", "_etc_cron.d_x"), ("a\r\nX: y", "a X_ y"), ("x\u202egpj.exe", "xgpj.exe"),
        ("CON", "CON"), (".\u200bhtaccess", "htaccess"), ("", "attachment"), ("x" * 10_000 + ".pdf", "x" * 116 + ".pdf"),
    ],
)  # fmt: skip
def test_names_of_files_are_data(name: str, becomes: str) -> None:
    assert file_name(name) == becomes


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "punycode", "idna", "base64", "x"])
def test_what_is_no_charset_for_text(charset: str) -> None:
    assert codec_of(charset) is None


def test_scripts_and_hidden_words_are_not_read() -> None:
    page = "<script>evil()</script><p style='font-size:0'>close</p><svg onload=x>a</svg><!-- b --><p>hello<p hidden-x style='DISPLAY : NONE'>c"
    assert html_text(page) == "hello"
    # What comes by mail is never unpacked; archives are written by commands alone.
    for part in ("core", "mail", "receive", "desk"):
        assert not re.search(r"\bimport (?:zipfile|tarfile|gzip|zlib)\b", _code(part))


def _code(part: str = "") -> str:
    return "\n".join(path.read_text() for path in (ROOT / "ticketd" / part).rglob("*.py"))


def test_nothing_is_run_through_a_shell_and_no_template_comes_from_a_text() -> None:
    assert not re.search(r"shell=True|os\.system\(|os\.popen\(|from_string\(", _code())


@pytest.mark.parametrize("text", ["{{7*7}}", "${number}", "%s %(x)s", "{% for x in y %}", "{0.x}"])
def test_what_a_customer_writes_is_no_template(text: str) -> None:
    for name in NAMES:
        values = sample("en")
        made = shipped().render(name, "en", {**values, "subject": text, "text": text})
        assert "49" not in made.text.replace("#1042", "")
    assert text in shipped().render("reply", "en", {**sample("en"), "text": text}).text


@pytest.mark.parametrize(
    "address", ["a@b\r\nRCPT TO:<x@y>", "a b@c", "a@b>", "-f@x <y@z>", "a\0@b", "@"]
)
def test_no_address_can_carry_a_command(address: str) -> None:
    sender = InboundMail().author.__class__("", "support@desk.example")
    draft = Draft(
        sender, (sender.__class__("", address),), "x", Rendered("x", "x"), "<1@x>", fuzz.NOW
    )
    with pytest.raises(Unbuildable):
        compose(draft)


INJECTIONS = [
    "' OR 1=1 --", '" OR ""="', "x'); DROP TABLE ticket; --", "subject:' UNION SELECT 1--", "tag:x' AND '1'='1", "NEAR(a b)",
    "a AND b OR NOT c", "*", "%", "_", "a*", "-'", "customer:%_\\", '"a" "b', "{a b}: c", "^x", "(", "subject:\\", "a\0b",
    "\ud800", "number:99999999999", "number:9999999999", "opened:>99999w", "tag:a,b,'", "x:y", "a-b", "café +c",
]  # fmt: skip


def test_search_words_are_no_query_of_the_database(database: Database) -> None:
    for text in INJECTIONS:
        for arguments in ([text], text.split()):
            try:
                query = parse_query(arguments, fuzz._ASKER)
            except (BadQuery, Refused):
                continue
            with database.reading() as session:
                assert store.found(session, query) == []
                assert store.count(session, query) == 0


def test_every_row_is_shown_by_a_test_that_exists() -> None:
    told = (Path(__file__).parent / "README.md").read_text()
    rows = dict(re.findall(r"^\| ([CG][0-9]+) \|(.*)$", told, re.MULTILINE))
    assert set(rows) == {f"C{n}" for n in range(1, 12)} | {f"G{n}" for n in range(1, 8)}
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    for row, words in rows.items():
        names = re.findall(r"`(test_\w+)`", words)
        assert names, row
        assert [n for n in names if f"def {n}(" not in tests] == [], row
