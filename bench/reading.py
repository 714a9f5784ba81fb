"""How long a mail takes to be read: against mail-parser's own time for the same bytes, and the slowest of hostile ones.

    python bench/reading.py [--rounds 7] [--mails 60]

Mails of about 5 kB and about 100 kB come from the generator; each is read by both in turns, the best of all rounds
counts. mail-parser alone gives decoded fields, texts and attachments; ours adds the new words of the author, HTML as
text, charsets that were not named, and bounds. Hostile inputs are of one megabyte each; CPU time, the best of two.
"""

import argparse
import base64
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import mailparser

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.generator import SEED, Generator
from ticketd.mail.parse import parse

SIZES = {"5 kB": (4_000, 6_500, 4.0), "100 kB": (70_000, 130_000, 3.0)}
"""From, to, and how many times mail-parser's own time ours may take."""
MEGABYTE = 1_000_000


def mails(low: int, high: int, count: int) -> list[bytes]:
    """The first mails of the generator between two sizes."""
    made, found = Generator(SEED), []
    for _ in range(200_000):
        raw = made.new().raw
        if low <= len(raw) <= high:
            found.append(raw)
            if len(found) == count:
                break
    return found


def best(read: Callable[[bytes], object], raw: bytes) -> float:
    began = time.process_time()
    read(raw)
    return time.process_time() - began


def ratio(name: str, raws: list[bytes], rounds: int, most: float) -> bool:
    ours, theirs = [9.0] * len(raws), [9.0] * len(raws)
    for _ in range(rounds):
        for at, raw in enumerate(raws):
            ours[at] = min(ours[at], best(parse, raw))
            theirs[at] = min(theirs[at], best(mailparser.parse_from_bytes, raw))
    times = sum(ours) / sum(theirs)
    mean, size = statistics.mean(ours) * 1000, statistics.mean(map(len, raws)) / 1000
    print(
        f"{name}: {len(raws)} mails of {size:.1f} kB, {mean:.2f} ms each,"
        f" {times:.2f} of mail-parser's time (at most {most:.0f}){'' if times <= most else '  TOO SLOW'}"
    )
    return times <= most


def fill(head: bytes, piece: bytes, tail: bytes = b"") -> bytes:
    return head + piece * ((MEGABYTE - len(head) - len(tail)) // len(piece)) + tail


def nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(depth)
    )


def packed(pieces: bytes) -> bytes:
    """winmail.dat whose rich text unpacks to many times its size."""
    rtf = b"\0" * 8 + b"LZFu" + b"\0" * 4 + pieces
    value = b"\1\0\0\0\x02\x01\x09\x10\1\0\0\0" + len(rtf).to_bytes(4, "little") + rtf
    head = b"\x78\x9f\x3e\x22\1\0\1\x03\x90\x06\0" + len(value).to_bytes(4, "little")
    return base64.encodebytes(head + value + b"\0\0")


HTML = b"Content-Type: text/html\n\n"
PART = b"--b0\n\nn\xe9e \xd0\xfd\xf5 caf\xe9 \xca\xc7\xd1\xca\n"
HOSTILE = {
    "fields": fill(b"", b"X: y\n"),
    "8-bit fields": fill(b"", b"X: \xe9\xca\xc7 \xd0\xfd\xf5\n"),
    "parameters": fill(b"Content-Type: text/plain; ", b"a=b; ", b"\n\nx"),
    "References": fill(b"References: ", b"<a@b> ", b"\n\nx"),
    "addresses": fill(b"Cc: ", b"a@b.example, ", b"\n\nx"),
    "quotes in addresses": fill(b"To: ", b'"', b"\n\nx"),
    "encoded words": fill(b"Subject: ", b"=?utf-8?q?a?= =?x?b?6Q==?= ", b"\n\nx"),
    "encoded words in addresses": fill(b"To: ", b"=?x?q?=E9,_a?= <a@b.example>, ", b"\n\nx"),
    "depth and lines": fill(nested(90), b"\n"),
    "more depth": fill(nested(1000), b"\n"),
    "mails in mails": fill(b"", b"Content-Type: message/rfc822\n\n"),
    "parts": fill(nested(1), b"--b0\n\nx\n"),
    "8-bit parts": fill(nested(1), PART),
    "report blocks": fill(b"Content-Type: message/delivery-status\n\n", b"A: b\n\n"),
    "lines": fill(b"Subject: x\n\nx", b"\n", b"x"),
    "one line": fill(b"Subject: x\n\n", b"x"),
    "8-bit text": fill(b"Subject: x\n\n", b"\xca\xc7\xd1\xca\xb4\xd5 \xd0i\n"),
    "marks": fill(b"Subject: x\n\n", b"\xcc\x80\xcc\x96"),
    "quoted-printable": fill(b"Content-Transfer-Encoding: quoted-printable\n\n", b"=\n"),
    "broken base64": fill(b"Content-Transfer-Encoding: base64\n\n", b"QUJD!\n", b"Q=="),
    "uuencode, never ending": fill(b"Subject: x\n\n", b"begin 644 a\n#0V%T\n"),
    "uuencode": fill(b"Subject: x\n\n", b"begin 644 a\n#0V%T\n`\nend\n"),
    "flowed": fill(b"Content-Type: text/plain; format=flowed\n\n", b"> x \n"),
    "winmail.dat": b"Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n" + packed((b"\xff" + b"\x10\x0f" * 8) * 40_000),
    "quote marks": fill(b"Subject: x\n\n", b"> x\n"),
    "announcing lines": fill(b"Subject: x\n\n", b"On Mon, 2 Nov 2026 x@y.example wrote:\n> x\n"),
    "openers": fill(b"Subject: x\n\n", b"On x 2026\n"),
    "header blocks": fill(b"Subject: x\n\n", b"From: a\nSent: 1.1.2026\n"),
    "signatures": fill(b"Subject: x\n\n", b"-- \nx\n"),
    "angles": fill(b"Subject: x\n\n", b"<"),
    "tags": fill(HTML, b"<div>x"),
    "formats": fill(HTML, b"<b><p>x"),
    "quotes in quotes": fill(HTML, b"<blockquote>x"),
    "links": fill(HTML, b"<a href=http://x/>"),
    "entities": fill(HTML, b"&amp;<!--"),
    "attributes": fill(HTML + b"<p ", b"a=1 "),
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--mails", type=int, default=60)
    given = parser.parse_args()
    good = True
    for name, (low, high, most) in SIZES.items():
        good &= ratio(name, mails(low, high, given.mails), given.rounds, most)
    took = {name: min(best(parse, raw), best(parse, raw)) for name, raw in HOSTILE.items()}
    slowest = sorted(took, key=lambda name: -took[name])
    told = ", ".join(f"{name} {took[name]:.2f} s" for name in slowest[:5])
    print(f"hostile: {len(HOSTILE)} inputs of 1 MB; the slowest: {told}")
    sys.exit(0 if good and took[slowest[0]] <= 1 else 1)


if __name__ == "__main__":
    main()
