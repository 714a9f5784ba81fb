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


def word(name: str, language: str) -> str:
    """A status or a priority in this language; itself where there is no other word."""
    return _WORDS.get(language, {}).get(name, name)
