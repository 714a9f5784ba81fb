"""When something is due, in the words of agents: what it is, and how far away."""

from datetime import timedelta

_TARGETS = {
    "en": {"first_reply": "first reply", "next_reply": "next reply",
           "resolution": "solution", "own": "to be done"},
    "th": {"first_reply": "ตอบครั้งแรก", "next_reply": "ตอบครั้งถัดไป",
           "resolution": "แก้ไขเสร็จ", "own": "ต้องเสร็จ"},
    "vi": {"first_reply": "trả lời lần đầu", "next_reply": "trả lời tiếp",
           "resolution": "giải quyết xong", "own": "phải xong"},
}  # fmt: skip
_AWAY = {
    "en": ("in {}", "{} ago", {"d": "{} d", "h": "{} h", "m": "{} min"}),
    "th": ("อีก {}", "เลยมาแล้ว {}", {"d": "{} วัน", "h": "{} ชม.", "m": "{} นาที"}),
    "vi": ("còn {}", "trễ {}", {"d": "{} ngày", "h": "{} giờ", "m": "{} phút"}),
}


def target_word(target: str, language: str) -> str:
    """What is promised."""
    return _TARGETS.get(language, _TARGETS["en"]).get(target, target)


def away(span: timedelta, language: str = "en") -> str:
    """How far a moment is away, in the one unit that matters: `in 2 h`, `15 min ago`."""
    ahead, ago, units = _AWAY.get(language, _AWAY["en"])
    minutes = round(abs(span.total_seconds()) / 60)
    if minutes >= 48 * 60:
        text = units["d"].format(minutes // (24 * 60))
    elif minutes >= 90:
        text = units["h"].format(round(minutes / 60))
    else:
        text = units["m"].format(minutes)
    return (ahead if span > timedelta(0) else ago).format(text)
