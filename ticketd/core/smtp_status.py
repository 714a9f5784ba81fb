"""Status codes of mail systems, out of what they say (RFC 3463; RFC 5321, 4.2)."""

import re

_ENHANCED = re.compile(r"(?<![\w.])([245])\.([0-9]{1,3})\.([0-9]{1,3})(?![\w]|\.[0-9])")
_REPLY = re.compile(r"(?:^|[\s:;(\[<\"'#=])([45])[0-57][0-9][ \-]")
_NEAR = 4000
_MEANS = (
    ("2.2", re.compile(
        r"mailbox (?:is |was )?full|over ?quota|quota exceeded|exceed\w{0,5} (?:\w{1,30} )?quota"
        r"|exceeds allowed size|mailbox has exceeded"
        r"|storage (?:limit|space)|容量|いっぱい|กล่องจดหมายเต็ม|hộp thư (?:đã )?đầy"
        r"|postfach (?:ist )?voll|boîte .{0,20}pleine", re.IGNORECASE)),
    ("1.2", re.compile(
        r"unknown host|host unknown|host or domain name not found|domain (?:name )?not found"
        r"|no such domain|unrouteable"
        r"|domain does ?n[o']?t exist|couldn't find any host|name (?:or )?service (?:error"
        r"|not known)", re.IGNORECASE)),
    ("1.1", re.compile(
        r"user unknown|unknown user|unknown recipient|no such (?:user|recipient|mailbox|person|address)"
        r"|no mailbox here"
        r"|(?:user|account|address|mailbox|recipient) (?:\S{1,80} )?(?:does ?n[o']?t exist|not found"
        r"|couldn't be found|unavailable)"
        r"|doesn't have an? \S{1,80} account|invalid (?:recipient|mailbox|address)|not listed in"
        r"|recipient rejected|is disabled"
        r"|宛先.{0,20}(?:不明|見つかり)|ユーザー?が(?:見つかり|存在し)|ไม่พบ(?:ที่อยู่|ผู้รับ|ผู้ใช้)"
        r"|không tìm thấy|không tồn tại", re.IGNORECASE)),
    ("3.4", re.compile(r"too (?:large|big)|maximum (?:message )?size|size limit", re.IGNORECASE)),
    ("7.1", re.compile(r"\bspam\b|blocked|blacklist|denied|policy|not permitted|prohibited"
        r"|relaying", re.IGNORECASE)),
    ("4.1", re.compile(r"timed out|connection refused|could not connect|no route to host"
        r"|unreachable", re.IGNORECASE)),
)  # fmt: skip
"""What the words of mail systems mean, as the last two numbers of a status."""


def status_of(text: str, *, failed: bool = True) -> str:
    """The status that a text tells: the enhanced code, else the reply code's class with what its words mean.

    Empty where it says nothing. `failed`: which class words without any code have.
    """
    text = text[:_NEAR].replace("\u2019", "'")
    codes = [".".join(found) for found in _ENHANCED.findall(text)]
    told = next((c for c in codes if c[0] in "45" and not is_vague(c)), "")
    if told:
        return told
    meaning = next((detail for detail, words in _MEANS if words.search(text)), "")
    vague = next((c for c in codes if c[0] in "45"), "")
    reply = _REPLY.search(text)
    if vague or reply:
        kind = vague[:1] or (reply[1] if reply else "5")
        return f"{kind}.{meaning or '0.0'}"
    return f"{5 if failed else 4}.{meaning}" if meaning else next(iter(codes), "")


def is_vague(status: str) -> bool:
    """Whether a status says no more than its class (`5.0.0`)."""
    return status.endswith(".0.0") or not status


def is_permanent(status: str) -> bool:
    """Whether trying again is of no use: class 5, or nothing said of a failure (RFC 3463, 3.1)."""
    return not status.startswith("4")
