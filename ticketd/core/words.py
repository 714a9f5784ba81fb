"""The words for tickets, statuses, fields and messages, in three languages; some an installation may choose."""

import re
import unicodedata
from dataclasses import dataclass

_WORDS = {
    "th": {
        "new": "ใหม่", "open": "เปิดอยู่", "pending": "รอลูกค้า", "closed": "ปิดแล้ว",
        "low": "ต่ำ", "normal": "ปกติ", "high": "สูง", "urgent": "ด่วน",
        "medium": "ปานกลาง", "critical": "วิกฤต",
        "none": "ไม่มี", "nobody": "ไม่มีใคร", "empty": "ว่าง",
        "priority": "ความสำคัญ", "severity": "ความรุนแรง", "department": "แผนก", "subject": "ชื่อเรื่อง",
        "summary": "สรุป", "language": "ภาษา", "channel": "ช่องทาง", "customer": "ลูกค้า", "pending_until": "รอถึง",
        "system": "ระบบ", "reply": "คำตอบ", "note": "บันทึก", "draft": "ร่าง", "ack": "การตอบรับ", "notice": "อีเมลแจ้ง",
        "unverified": "ยังไม่ยืนยัน", "held": "ถูกกักไว้", "third-party": "บุคคลที่สาม", "automatic": "อัตโนมัติ",
        "canned": "ข้อความสำเร็จรูป", "kb": "บทความ", "suggested": "บทความที่แนะนำ", "solved": "แก้ไขแล้ว",
    },
    "vi": {
        "new": "mới", "open": "đang mở", "pending": "chờ khách", "closed": "đã đóng",
        "low": "thấp", "normal": "bình thường", "high": "cao", "urgent": "khẩn cấp",
        "medium": "vừa", "critical": "nghiêm trọng",
        "none": "không có", "nobody": "chưa ai", "empty": "trống",
        "priority": "mức ưu tiên", "severity": "mức nghiêm trọng", "department": "bộ phận", "subject": "tiêu đề",
        "summary": "tóm tắt", "language": "ngôn ngữ", "channel": "kênh", "customer": "khách",
        "pending_until": "chờ đến", "system": "hệ thống",
        "reply": "trả lời", "note": "ghi chú", "draft": "bản nháp", "ack": "xác nhận",
        "notice": "thư báo", "unverified": "chưa xác minh", "held": "bị giữ", "third-party": "bên thứ ba",
        "automatic": "tự động", "canned": "mẫu trả lời", "kb": "bài viết", "suggested": "bài gợi ý",
        "solved": "đã giải quyết",
    },
}  # fmt: skip


_FOR_CUSTOMERS = {
    "en": {
        "new": "received",
        "open": "in progress",
        "pending": "waiting for your answer",
        "closed": "closed",
    },
    "th": {
        "new": "ได้รับเรื่องแล้ว",
        "open": "กำลังดำเนินการ",
        "pending": "รอคำตอบจากท่าน",
        "closed": "ปิดแล้ว",
    },
    "vi": {
        "new": "đã tiếp nhận",
        "open": "đang xử lý",
        "pending": "chờ quý khách trả lời",
        "closed": "đã đóng",
    },
}


LABELLED = (
    "ticket", "tickets", "new", "open", "pending", "closed", "low", "normal", "high", "urgent",
    "medium", "critical",
)  # fmt: skip
"""What an installation may call otherwise (`labels`)."""


@dataclass(frozen=True, slots=True)
class Labels:
    """(name, language, text), sorted: hashable, so that templates are made for them once."""

    given: tuple[tuple[str, str, str], ...] = ()

    def get(self, name: str, language: str) -> str:
        """What it is called; empty where the installation says nothing."""
        return next((text for *key, text in self.given if key == [name, language]), "")


NO_LABELS = Labels()


def customer_word(status: str, language: str, labels: Labels = NO_LABELS) -> str:
    """How a ticket stands, in words for the person who waits."""
    own = labels.get(status, language)
    return own or _FOR_CUSTOMERS.get(language, _FOR_CUSTOMERS["en"]).get(status, status)


def word(name: str, language: str, labels: Labels = NO_LABELS) -> str:
    """A status or a priority in this language; itself where there is no other word."""
    return labels.get(name, language) or _WORDS.get(language, {}).get(name, name)


_CODE = re.compile(r"({[{%#].*?[}%#]})", re.DOTALL)
_TICKET = {
    "en": re.compile(r"\b(T|t)icket(s?)\b(: +)?"),
    "th": re.compile("()เรื่อง()(: +)?"),
    "vi": re.compile(r"\b(Y|y)êu cầu()\b(: +)?"),
}


def _width(text: str) -> int:
    return sum(unicodedata.category(sign) != "Mn" for sign in text)


def relabelled(template: str, language: str, labels: Labels) -> str:
    """A shipped template with the installation's word for tickets in its sentences; its code stays."""
    one = labels.get("ticket", language)
    if not one or language not in _TICKET:
        return template
    many = labels.get("tickets", language) or (f"{one}s" if language == "en" else one)

    def told(match: re.Match[str]) -> str:
        text = many if match[2] else one
        # In the middle of a sentence `Case` is a case.
        if not match[1].isupper() and language != "th":
            text = text[:1].lower() + text[1:]
        if not match[3]:
            return text
        # At the head of a list of facts: the column stays where it is.
        return f"{text}:{' ' * max(1, _width(match[0]) - _width(text) - 1)}"

    parts = _CODE.split(template)
    return "".join(
        part if at % 2 else _TICKET[language].sub(told, part) for at, part in enumerate(parts)
    )
