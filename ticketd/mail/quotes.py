"""What the author wrote now: a linear scanner that takes quoted mail off, and keeps when in doubt."""

import re
from collections.abc import Callable

MAX_LINES = 5000
_MAX_LINE = 2000

_WROTE = re.compile(
    r"(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|napisał\(?a?\)?|skrev|kirjoitti|пишет|написал[а]?"
    r"|のメール|写道|寫道|작성|เขียน(?:ว่า)?|đã viết|viết|da viet|wrote the following)$",
    re.IGNORECASE,
)
_AFTER_WROTE = " \t\r\xa0-:："
_OPENERS = re.compile(
    r"^\s*(?:-{2,} )?(?:on|am|le|el|il|em|op|w dniu|dnia|den|d\.|pe|в|во?|at|vào|vao|ngày|ngay|lúc|เมื่อ|ในวันที่|วันที่|ใน|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)\w*,?|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}年|(?:จ\.|อ\.|พ\.|พฤ\.|ศ\.|ส\.|อา\.))(?:\s|,|\d)",
    re.IGNORECASE,
)
_DATE_OR_ADDRESS = re.compile(r"\d{1,2}[:.]\d{2}|\d{4}|@|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|<[^<>]+>")
_RULE = re.compile(
    r"^\s*>?\s*[-_=*]{2,}\s*(?:original(?:e|nachricht)?\s*(?:message|appointment|e-?mail|mail)?|ursprüngliche nachricht"
    r"|message d'origine|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht"
    r"|opprinnelig melding|oprindelig meddelelse|ursprungligt meddelande|alkuperäinen viesti|исходное сообщение"
    r"|ข้อความ(?:ต้นฉบับ|เดิม)|ข้อความที่ส่งต้นฉบับ|thư gốc|tin nhắn gốc|thông báo gốc|reply message|antwort)"
    r".{0,40}?[-_=*]*\s*$",
    re.IGNORECASE,
)
_OWN_MARK = re.compile(
    r"^\s*>?\s*(?:##|--)\s*(?:reply above this line|ตอบเหนือบรรทัดนี้|trả lời phía trên dòng này)",
    re.IGNORECASE,
)
_FIELDS = {
    "from": "from|von|de|da|van|fra|från|lähettäjä|от|od|差出人|发件人|寄件者|보낸 사람|จาก|từ|người gửi",
    "date": "date|sent|datum|gesendet|envoyé|enviado|inviato|data|verzonden|sendt|skickat|lähetetty|отправлено|дата|wysłano"
    "|送信日時|发送时间|日期|보낸 날짜|วันที่|ส่ง|ส่งเมื่อ|ngày|đã gửi|ngày gửi|gửi|date sent",
    "to": "to|an|à|para|a|aan|til|till|vastaanottaja|кому|do|宛先|收件人|받는 사람|ถึง|đến|tới|người nhận",
    "subject": "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|emne|ämne|aihe|тема|temat|件名|主题|主旨|제목"
    "|เรื่อง|หัวเรื่อง|หัวข้อ|chủ đề|tiêu đề",
}
_FIELD_LINE = {
    name: re.compile(rf"^\s*\*{{0,2}}(?:{words})\s*\*{{0,2}}\s*[:：]", re.IGNORECASE)
    for name, words in _FIELDS.items()
}
_SIGNATURE = re.compile(r"^(?:-- ?|--\xa0|—|__+)$")
_MOBILE = re.compile(
    r"^\s*(?:sent (?:from|with|via) (?:my |the |yahoo|mail|outlook|proton|samsung|an? )|get outlook for|envoyé de mon"
    r"|von meinem .{2,40} gesendet|enviado (?:desde|do) mi?|inviato da|verstuurd vanaf|ส่งจาก\s?(?:ไอโฟน|iphone|ipad|อุปกรณ์|โทรศัพท์|samsung|android|outlook|my)"
    r"|(?:được |đã )?gửi từ (?:iphone|ipad|điện thoại|thiết bị|samsung|android|outlook|yahoo|zalo))",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"^\s*-{3,}\s*(?:forwarded message|weitergeleitete|message transféré|ข้อความที่ส่งต่อ|thư chuyển tiếp|"
                        r"forwarded by|begin forwarded)", re.IGNORECASE)  # fmt: skip


_BLANKS = re.compile(r"\s{2,}")


def new_text(text: str) -> str:
    """The text without quoted mail and closing signature; never empty where `text` is not."""
    lines = [line[:_MAX_LINE] for line in text.split("\n")]
    if len(lines) > MAX_LINES:
        return text
    # Patterns see one blank for many: what stands between two words has no second reading then.
    plain = [_BLANKS.sub(" ", line) for line in lines]
    end = _first_quote(plain)
    end = _without_trailing_quote(plain[:end], followed=end < len(lines))
    end = _without_signature(plain[:end])
    result = "\n".join(line.rstrip() for line in lines[:end]).strip("\n")
    if not result.strip():
        return text.strip("\n")
    return re.sub(r"\n{3,}", "\n\n", result).strip()


def _first_quote(lines: list[str]) -> int:
    """Where the quoted mail begins that goes to the end; len(lines) where there is none."""
    last_own = _last(lines, lambda line: not line.lstrip().startswith(">"))
    for at, line in enumerate(lines):
        if _FORWARDED.match(line):
            return len(lines)
        if _OWN_MARK.match(line) or _RULE.match(line) or _is_outlook_block(lines, at):
            return at
        span = _wrote_line(lines, at)
        if span and _is_quote_to_the_end(lines, at + span, last_own):
            return at
    return len(lines)


def _last(lines: list[str], is_one: Callable[[str], bool]) -> int:
    """The last line with words that is one, or -1."""
    found = (at for at in range(len(lines) - 1, -1, -1) if lines[at].strip() and is_one(lines[at]))
    return next(found, -1)


def _is_quote_to_the_end(lines: list[str], start: int, last_own: int) -> bool:
    """Whether what follows "On ... wrote:" is all quote; some programs quote without marks."""
    first = next((line for line in lines[start:] if line.strip()), "")
    if not first.lstrip().startswith(">") or last_own < start:
        return True
    own = next(line for line in lines[start:] if line.strip() and not line.lstrip().startswith(">"))
    return _only_signature([own])


def _only_signature(lines: list[str]) -> bool:
    return bool(_SIGNATURE.match(lines[0].rstrip("\r")) or _MOBILE.match(lines[0]))


def _wrote_line(lines: list[str], at: int) -> int:
    """How many lines (0-3) make up "On ... wrote:" from here: an opener, a date or address, a closer."""
    if not _OPENERS.match(lines[at]) and not _DATE_OR_ADDRESS.search(lines[at]):
        return 0
    joined = ""
    for span in (1, 2, 3):
        if at + span > len(lines) or (span > 1 and not lines[at + span - 1].strip()):
            return 0
        joined = f"{joined} {lines[at + span - 1].strip()}".strip()
        if len(joined) > 400:
            return 0
        if _WROTE.search(joined.rstrip(_AFTER_WROTE)):
            dated = _DATE_OR_ADDRESS.search(joined) is not None
            return span if dated and (_OPENERS.match(lines[at]) or "@" in joined) else 0
    return 0


def _is_outlook_block(lines: list[str], at: int) -> bool:
    """Three of From, Date, To and Subject in six lines: a header block of a quoted mail."""
    if not _FIELD_LINE["from"].match(lines[at]) and not _FIELD_LINE["date"].match(lines[at]):
        return False
    near = [line for line in lines[at : at + 8] if line.strip()][:6]
    seen = {name for line in near for name, pattern in _FIELD_LINE.items() if pattern.match(line)}
    dated = any(_DATE_OR_ADDRESS.search(line) for line in near)
    return len(seen) >= 3 and "from" in seen and dated


def _without_trailing_quote(lines: list[str], *, followed: bool) -> int:
    """Quoted lines at the very end go, with the line that announces them; those between stay."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    if end and end < len(lines) and not followed:
        for span in (3, 2, 1):
            if end >= span and _wrote_line(lines, end - span) == span:
                return end - span
    return end or len(lines)


def _without_signature(lines: list[str]) -> int:
    """A signature below `-- ` (RFC 3676, 4.3) or a phone's footer, if little follows it."""
    follow = sum(1 for line in lines if line.strip())
    for at, line in enumerate(lines):
        follow -= bool(line.strip())
        if at and follow <= 10 and _SIGNATURE.match(line.rstrip("\r\n")):
            return at
        if follow <= 1 and len(line) < 100 and _MOBILE.match(line):
            return at
    return len(lines)
