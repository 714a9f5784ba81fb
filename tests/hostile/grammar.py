"""What hostile input is made of: fragments for each kind, and the mutations that join them."""

import random
from pathlib import Path

MOST = 256 * 1024
"""The largest input that has to be read within a second."""

BASES = sorted((Path(__file__).parents[1] / "mail" / "golden").glob("*.eml"))

_ANY = [
    b"\x00", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\xff\xfe", b"\xed\xa0\x80", b"\xe0\xb8\x81", b"\xe2\x80\xae", b"\xe2\x80\xa8",
    b"\xcc\x80\xcc\x96", b"\xef\xbb\xbf", b" ", b"\t", b'"', b"\\", b"<", b">", b"(", b")", b"@", b";", b":", b",", b"=", b"%s",
    b"{{7*7}}", b"${x}", b"\xc2\x85", b"\xe1\xba\xbf", b"\xcd\xb5", b"9" * 30, b"a@b.example", b"=?utf-8?q?a=0D=0ABcc:_x?=",
]  # fmt: skip
_HEADER = [
    b"From: a@b.example\r\n", b"From: ", b"To: c@d.example\r\n", b"Cc: ", b"Subject: ", b"Date: Mon, 2 Nov 2026 09:00:00 +0000\r\n",
    b"Date: Fri, 31 Dec 9999 23:59:59 -9959\r\n", b"Message-ID: <1@x>\r\n", b"References: ", b"<1@x> ", b"In-Reply-To: ", b"\r\n ",
    b"Content-Type: text/plain; ", b"Content-Type: text/html; charset=utf-8\r\n", b"charset=utf-7; ", b"charset*0=a; charset*1=b; ",
    b"Content-Type: multipart/mixed; boundary=B\r\n", b"Content-Type: multipart/alternative; boundary=C\r\n", b"--B\r\n", b"--C\r\n",
    b"--B--\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n", b"name*0*=utf-8''%e0; ",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 a\r\nM\r\n",
    b"Content-Disposition: attachment; filename=", b'"../../x"; ', b"a=b; ", b"=\r\n", b"Return-Path: <>\r\n", b"X: y\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\n", b"Reply-To: ", b"Received: x\r\n",
    b"Content-ID: <x>\r\n", b"From \r\n", b"Content-Type: multipart/digest; boundary=B\r\n", b"Content-Type: x\r\n",
]  # fmt: skip
_BOXES = [b"Ann <a@b.example>", b'"Doe, J." <', b"Group: ", b"; ", b"(c(d)) ", b"=?utf-8?q?a=40b?=", b"<@r,@s:a@b>", b'\\"', b"a@b ",
          b'"' , b"<>", b"agent@corp.example", b"@@", b"=?utf-8?b?4LiB?="]  # fmt: skip
_WORDS = [b"=?utf-8?q?", b"=?utf-8?b?", b"?=", b"=?utf-16?b?", b"=?x?q?y?=", b"=?utf-7?q?+AGA-?=", b"=?utf-8*th?q?a?=", b"=C3", b"4LiB",
          b"=?idna?q?xn--a?=", b"=?", b"?", b"_", b"=?utf-8?q?=?=", b"=?iso-2022-jp?b?GyRC?=", b"=?hz?q?~{?=", b"\r\n "]  # fmt: skip
_RESULTS = [b"mx.example; ", b"dkim=pass ", b"header.d=b.example ", b"header.i=@b.example ", b"spf=pass smtp.mailfrom=", b"dmarc=pass ",
            b'a.a=\\"', b'"x; dkim=pass" ', b"(c", b"=", b"dmarc=fail ", b"auth=pass smtp.auth=ann ", b'reason="', b"1; "]  # fmt: skip
_QUOTES = [
    b"> x\n", b">> y\n", b"\n", b"On Mon, 2 Nov 2026 x@y.example wrote:\n", b"On 2026\n", b"wrote:", b"-----Original Message-----\n",
    b"-- original ", b"-- ", b"From: a@b\n", b"Sent: 1.1.2026\n", b"To: c\n", b"Subject: d\n", b"From", b"*", b"__\n", b"Sent from my ",
    b"## reply above this line\n", b"---------- Forwarded message\n", b"<", b"12:30", b"  ", b"hello\n", b"-", b"\xc2\xa0", b"2026-11-01 ",
    b"message-id: <1@x>\n", b"received: x\n", b"a@b.example\n", b"5.1.1 ",
]  # fmt: skip
_HTML = [
    b"<div>", b"</div>", b"<p>x", b"<br>x", b"<b a=1>", b"<font b=2>", b"<i>", b"<blockquote>", b"<table><tr><td>", b"</table>", b"<!--",
    b"<a href=http://x/>", b"</a>", b"<marquee>", b"<svg><math>", b"<template>", b"<script>", b"<style>", b"</", b"&amp;", b"&#0;", b"<pre>\n",
    b"<p style='display:none'>", b"<img src=cid:x alt=y>", b"<select>", b"<frameset>", b"display  ", b"<li>", b"<plaintext>", b"<![CDATA[",
    b"x<b>y</b>", b"&#x110000;", b"<textarea>", b"<title>", b"<noscript>", b"<button>", b"<nobr>", b"<h1>", b"</p>",
]  # fmt: skip
_QUERY = [
    b"status:", b"open", b"dept:sales ", b"-tag:", b"priority:>=high ", b"updated:<3d ", b"opened:2026-11-01 ", b"closed:>99999w ",
    b"sort:-updated ", b'"a phrase" ', b"has:attachment ", b"me ", b"assignee:", b"number:#", b"' OR 1=1 -- ", b"%_", b"x:", b"!", b"-",
    b"*", b"NEAR(", b"AND ", b"sla:x ", b"opened:2026-11-01T09:00:00+99:99 ", b"opened:0001-01-01 ", b"updated:today ", b"aaaa",
]  # fmt: skip
_REPORT = [
    b"--B\r\n", b"--B--\r\n", b"Content-Type: message/delivery-status\r\n\r\n", b"Final-Recipient: rfc822; a@b.example\r\n",
    b"Action: failed\r\n", b"Status: 5.1.1\r\n", b"Diagnostic-Code: smtp; 550 no\r\n", b"\r\n", b"Content-Type: message/rfc822\r\n\r\n",
    b"Message-ID: <1@x>\r\n", b"Original-Recipient: ", b"Content-Type: text/rfc822-headers\r\n\r\n", b"Reporting-MTA: dns; x\r\n",
    b"X-Failed-Recipients: a@b.example\r\n", b"Content-Transfer-Encoding: base64\r\n", b"-", b"will be retried ",
]  # fmt: skip
_DATA = [
    b".",
    b"\r\n.\r\n",
    b"\r\n..",
    b"\n.\n",
    b"\r.\r",
    b"\r\n",
    b"x",
    b"Received: x\r\n",
    b"QUIT\r\n",
]
_PATH = [b"FROM:<", b"TO:<", b"a@b.example", b"> ", b"SIZE=1 ", b"BODY=8BITMIME ", b"SMTPUTF8 ", b'"a b"', b'\\"', b"@r:", b"ORCPT=rfc822;",
         b"+41", b"utf-8;\\x{110000}", b"NOTIFY=NEVER ", b"from: <>", b"postmaster", b"=", b"<", b'"']  # fmt: skip
_DRAFT = [b"\x1f", b"Ann", b"[#1] ", b"Bcc: x@y", b"=?utf-8?q?", b"?=", b"<1@x> ", b"\r\nX-Evil: 1", b"hello", b"x.txt", b"x" * 80,
          b"\xe0\xb8\x81" * 30, b"[a #9]", b"support@desk.example", b"<\xe0\xb8\x81@x>", b"=_", b"--=_"]  # fmt: skip

_REPORT_HEAD = (
    b"From: MAILER-DAEMON@x.example\r\nContent-Type: multipart/report; report-type=delivery-status;"
    b" boundary=B\r\n\r\n"
)
FRAGMENTS: dict[str, tuple[bytes, list[bytes]]] = {
    "mail": (b"", [*_HEADER, *_QUOTES, *_HTML]),
    "header": (b"", _HEADER),
    "boxes": (b"", _BOXES),
    "words": (b"", _WORDS),
    "results": (b"mx.example; dkim=pass ", _RESULTS),
    "quotes": (b"Subject: x\r\n\r\n", _QUOTES),
    "html": (b"Subject: x\r\nContent-Type: text/html\r\n\r\n", _HTML),
    "query": (b"", _QUERY),
    "report": (_REPORT_HEAD, _REPORT),
    "data": (b"", _DATA),
    "path": (b"FROM:", _PATH),
    "draft": (b"", _DRAFT),
}
KINDS = tuple(FRAGMENTS)
BOMBS_IN_1000 = 4


def make(seed: int) -> tuple[str, bytes]:
    """The kind and the bytes of one input: the same ones for the same seed."""
    rng = random.Random(seed)
    kind = rng.choice(KINDS)
    head, fragments = FRAGMENTS[kind]
    if rng.randrange(1000) < BOMBS_IN_1000:
        return kind, head + _bomb(rng, fragments)
    if kind == "mail" and rng.random() < 0.8:
        data = rng.choice(BASES).read_bytes()[: 64 * 1024]
    else:
        data = head + _soup(rng, fragments, rng.randrange(1, 40))
    for _ in range(rng.randrange(4)):
        data = _mutated(rng, data, fragments)
    return kind, data[:MOST]


def _soup(rng: random.Random, fragments: list[bytes], count: int) -> bytes:
    return b"".join(rng.choice(fragments if rng.random() < 0.85 else _ANY) for _ in range(count))


def _bomb(rng: random.Random, fragments: list[bytes]) -> bytes:
    """A few fragments, again and again, up to the largest size; numbered now and then."""
    piece = _soup(rng, fragments, rng.randrange(1, 4))
    size = rng.choice((8, 64, 250)) * 1024
    first, last = _soup(rng, fragments, 3), _soup(rng, fragments, 2)
    if rng.random() < 0.2:
        count = size // (len(piece) + 6)
        return first + b"".join(b"%s%d" % (piece, at) for at in range(count)) + last
    return first + piece * (size // len(piece)) + last


def _mutated(rng: random.Random, data: bytes, fragments: list[bytes]) -> bytes:
    at = rng.randrange(len(data) + 1)
    end = min(len(data), at + rng.choice((1, 3, 20, 200)))
    kind = rng.randrange(5)
    if kind == 0:
        return data[:at] + data[end:]
    if kind == 1:
        return data[:at] + data[at:end] * rng.choice((2, 3, 50)) + data[end:]
    if kind == 2:
        return data[:at] + rng.randbytes(rng.randrange(1, 8)) + data[at:]
    if kind == 3:
        return data[:at] + rng.choice((*_ANY, *fragments)) + data[end:]
    return data[:at]
