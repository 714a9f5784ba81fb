"""The words for statuses and priorities in the languages of agents."""

_WORDS = {
    "th": {
        "new": "ใหม่", "open": "เปิดอยู่", "pending": "รอลูกค้า", "closed": "ปิดแล้ว",
        "low": "ต่ำ", "normal": "ปกติ", "high": "สูง", "urgent": "ด่วน",
    },
    "vi": {
        "new": "mới", "open": "đang mở", "pending": "chờ khách", "closed": "đã đóng",
        "low": "thấp", "normal": "bình thường", "high": "cao", "urgent": "khẩn cấp",
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


def customer_word(status: str, language: str) -> str:
    """How a ticket stands, in words for the person who waits."""
    return _FOR_CUSTOMERS.get(language, _FOR_CUSTOMERS["en"]).get(status, status)


def word(name: str, language: str) -> str:
    """A status or a priority in this language; itself where there is no other word."""
    return _WORDS.get(language, {}).get(name, name)
