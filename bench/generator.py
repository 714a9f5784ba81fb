"""Realistic mail from a seed: the standard mix of all benchmarks here.

New tickets: 35 % plain text, 35 % text with HTML, 15 % HTML with a picture or a document (8 to 60 kB), 15 % HTML alone.
A third each in English, Thai and Vietnamese; one Thai mail in five in windows-874, one Vietnamese in five as
base64. Header sections as they arrive behind two relays, with DKIM and Authentication-Results.
Replies (30 % of all mails in the whole way) quote the ack that they answer, as Gmail or as plain mail programs do.
"""

import base64
import quopri
import random
from dataclasses import dataclass
from email.header import Header
from email.utils import formataddr

SEED = 20261125

_WORDS = {
    "en": [
        "please",
        "the",
        "printer",
        "on",
        "our",
        "second",
        "floor",
        "has",
        "stopped",
        "working",
        "since",
        "yesterday",
        "and",
        "nobody",
        "can",
        "print",
        "invoices",
        "we",
        "tried",
        "to",
        "restart",
        "it",
        "twice",
        "but",
        "the",
        "red",
        "light",
        "stays",
        "on",
        "could",
        "you",
        "tell",
        "us",
        "what",
        "to",
        "do",
        "next",
        "thank",
        "you",
        "order",
        "number",
        "delivery",
        "arrived",
        "late",
        "with",
        "a",
        "broken",
        "box",
        "and",
        "two",
        "parts",
        "are",
        "missing",
        "I",
        "would",
        "like",
        "to",
        "have",
        "my",
        "money",
        "back",
    ],
    "th": [
        "สวัสดีครับ",
        "เครื่องพิมพ์",
        "ชั้นสอง",
        "ของเรา",
        "ใช้งานไม่ได้",
        "ตั้งแต่เมื่อวาน",
        "ลองเปิดปิด",
        "แล้วสองครั้ง",
        "ไฟแดงยังติดอยู่",
        "รบกวนช่วยตรวจสอบ",
        "ให้หน่อยนะครับ",
        "สินค้าที่สั่งซื้อ",
        "มาถึงช้า",
        "กล่องเสียหาย",
        "ขาดสองชิ้น",
        "อยากขอคืนเงิน",
        "ขอบคุณครับ",
    ],
    "vi": [
        "xin",
        "chào",
        "máy",
        "in",
        "ở",
        "tầng",
        "hai",
        "của",
        "chúng",
        "tôi",
        "không",
        "hoạt",
        "động",
        "từ",
        "hôm",
        "qua",
        "và",
        "không",
        "ai",
        "in",
        "được",
        "hóa",
        "đơn",
        "chúng",
        "tôi",
        "đã",
        "khởi",
        "động",
        "lại",
        "hai",
        "lần",
        "nhưng",
        "đèn",
        "đỏ",
        "vẫn",
        "sáng",
        "hàng",
        "giao",
        "trễ",
        "hộp",
        "bị",
        "hỏng",
        "thiếu",
        "hai",
        "món",
        "tôi",
        "muốn",
        "được",
        "hoàn",
        "tiền",
        "cảm",
        "ơn",
    ],
}
_NAMES = {
    "en": ("Anna Smith", "Jörg Müller", "Peter Hall", "Maria Lopez"),
    "th": ("สมชาย ใจดี", "นภา ศรีสุข", "อรุณ วงศ์ทอง", "มาลี แก้วใส"),
    "vi": ("Nguyễn Văn An", "Trần Thị Bích", "Lê Hoàng", "Phạm Thu Hà"),
}


@dataclass(frozen=True)
class Made:
    """One mail, with what its envelope needs."""

    sender: str
    recipient: str
    raw: bytes
    message_id: str
    name: str


class Generator:
    """Mails in the standard mix; the same ones for the same seed."""

    def __init__(self, seed: int = SEED, customers: int = 5000) -> None:
        self._random = random.Random(seed)
        self._customers = customers
        self._made = 0

    def new(self, recipient: str = "support@desk.example") -> Made:
        """A mail that opens a ticket."""
        pick = self._random
        language = pick.choice(("en", "th", "vi"))
        text = self._text(language, pick.randint(2, 5))
        subject = " ".join(pick.sample(_WORDS[language], 4))
        shape = pick.random()
        if shape < 0.35:
            body = self._plain(text, language)
        elif shape < 0.70:
            body = _multipart("alternative", self._plain(text, language), self._html(text))
        elif shape < 0.85:
            inner = _multipart("alternative", self._plain(text, language), self._html(text))
            body = _multipart("mixed", inner, self._attachment())
        else:
            body = self._html(text)
        return self._finish(language, recipient, subject, "", body)

    def reply(self, to: Made, ack: bytes) -> Made:
        """The customer's answer to an ack that we sent."""
        pick = self._random
        head, _, body = ack.replace(b"\r\n", b"\n").partition(b"\n\n")
        fields = _unfolded(head.decode("utf-8", "replace"))
        language = pick.choice(("en", "th", "vi"))
        text = self._text(language, pick.randint(1, 2))
        quoted = body.decode("utf-8", "replace").splitlines()[:25]
        said = "On Mon, 2 Nov 2026 at 10:00, Support <support@desk.example> wrote:"
        plain = text + "\n\n" + said + "\n" + "\n".join("> " + line for line in quoted)
        html = (
            f"<div dir='ltr'>{_paragraphs(text)}</div><br><div class='gmail_quote'><div dir='ltr' "
            f"class='gmail_attr'>{said}</div><blockquote class='gmail_quote'>"
            f"{_paragraphs(chr(10).join(quoted))}</blockquote></div>"
        )
        whole = self._plain(plain, language)
        if pick.random() < 0.6:
            whole = _multipart(
                "alternative", whole, _part("text/html; charset=utf-8", html.encode())
            )
        answered = fields.get("message-id", "")
        thread = f"In-Reply-To: {answered}\nReferences: {to.message_id} {answered}\n"
        recipient = fields.get("reply-to", "support@desk.example").rpartition("<")[2].rstrip(">")
        return self._finish(
            language, recipient, "Re: " + fields.get("subject", ""), thread, whole,
            sender=to.sender, name=to.name, is_encoded=True,
        )  # fmt: skip

    def _finish(
        self, language: str, recipient: str, subject: str, more: str, body: bytes,
        sender: str = "", name: str = "", *, is_encoded: bool = False,
    ) -> Made:  # fmt: skip
        pick = self._random
        self._made += 1
        sender = (
            sender
            or f"c{pick.randrange(self._customers)}.{self._made}@shop{pick.randrange(50)}.example"
        )
        name = name or pick.choice(_NAMES[language])
        domain = sender.partition("@")[2]
        message_id = f"<{pick.getrandbits(64):x}.{self._made}@mail.{domain}>"
        signature = base64.b64encode(pick.randbytes(256)).decode()
        folded = "\n".join("        " + signature[i : i + 68] for i in range(0, len(signature), 68))
        head = (
            f"Return-Path: <{sender}>\n"
            f"Received: from mx.desk.example (mx.desk.example [192.0.2.1])\n\tby inside.desk.example (Postfix) "
            f"with ESMTPS id {self._made:x}\n\tfor <{recipient}>; Mon,  2 Nov 2026 09:00:00 +0000 (UTC)\n"
            f"Authentication-Results: mx.desk.example; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={sender};\n"
            f"\tdmarc=pass (p=none) header.from={domain}\n"
            f"Received: by mail.{domain} with SMTP id {pick.getrandbits(48):x}; Mon, 02 Nov 2026 01:59:58 -0700 (PDT)\n"
            f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\n"
            f"        h=to:subject:message-id:date:from:mime-version; bh={signature[:44]};\n        b=\n{folded}\n"
            f"MIME-Version: 1.0\nFrom: {formataddr((name, sender), 'utf-8')}\n"
            f"Date: Mon, 2 Nov 2026 08:59:57 +0000\nMessage-ID: {message_id}\n{more}"
            f"Subject: {subject if is_encoded else Header(subject, 'utf-8', 60).encode()}\nTo: Support <{recipient}>\n"
        )
        raw = (head.encode() + body).replace(b"\n", b"\r\n")
        return Made(sender, recipient, raw, message_id, name)

    def _text(self, language: str, paragraphs: int) -> str:
        pick = self._random
        lines = []
        for _ in range(paragraphs):
            words = pick.choices(_WORDS[language], k=pick.randint(15, 60))
            lines.append(_wrapped(words) + ".")
        lines.append("-- \n" + pick.choice(_NAMES[language]))
        return "\n\n".join(lines)

    def _plain(self, text: str, language: str) -> bytes:
        if language == "th" and self._random.random() < 0.2:
            return _part("text/plain; charset=windows-874", text.encode("cp874", "replace"), "8bit")
        if language == "vi" and self._random.random() < 0.2:
            return _part("text/plain; charset=utf-8", text.encode(), "base64")
        return _part("text/plain; charset=utf-8", text.encode())

    def _html(self, text: str) -> bytes:
        page = (
            "<html><head><style>body{font-family:Arial;font-size:11pt} p.MsoNormal{margin:0}</style></head>"
            f"<body lang=EN-US link=blue><div class=WordSection1>{_paragraphs(text)}</div></body></html>"
        )
        return _part("text/html; charset=utf-8", page.encode())

    def _attachment(self) -> bytes:
        pick = self._random
        kind, name = pick.choice((("image/jpeg", "photo.jpg"), ("application/pdf", "invoice.pdf")))
        content = pick.randbytes(pick.randint(8_000, 60_000))
        named = f'{kind}; name="{name}"\nContent-Disposition: attachment; filename="{name}"'
        return _part(named, content, "base64")


def _part(kind: str, content: bytes, encoding: str = "quoted-printable") -> bytes:
    if encoding == "base64":
        coded = base64.encodebytes(content)
    else:
        coded = quopri.encodestring(content) if encoding == "quoted-printable" else content
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n"
    return head.encode() + coded.rstrip(b"\n") + b"\n"


def _multipart(kind: str, *parts: bytes) -> bytes:
    edge = f"=_{kind}_{len(parts[0]):x}"
    lines = b"".join(f"--{edge}\n".encode() + part for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{edge}"\n\n'
    return head.encode() + lines + f"--{edge}--\n".encode()


def _paragraphs(text: str) -> str:
    return "".join(
        f"<p class=MsoNormal><span style='color:#1F497D'>{line or '&nbsp;'}</span></p>\n"
        for line in text.split("\n")
    )


def _wrapped(words: list[str]) -> str:
    lines, width = [""], 0
    for word in words:
        if width + len(word) > 72:
            lines.append("")
            width = 0
        lines[-1] += (" " if lines[-1] else "") + word
        width += len(word) + 1
    return "\n".join(lines)


def _unfolded(head: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in head.replace("\n ", " ").replace("\n\t", " ").split("\n"):
        name, _, value = line.partition(":")
        fields.setdefault(name.lower(), value.strip())
    return fields
