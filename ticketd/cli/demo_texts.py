"""What a demo can say by one word: a canned reply and an article, in three languages."""

from pathlib import Path

CANNED, ARTICLE = "try-again", "blank-pages"
_TEXTS = {
    f"canned/{CANNED}.md": """Dear {customer},

thank you for telling us. We have looked into it; please try again now.
""",
    f"canned/{CANNED}.th.md": """เรียนคุณ {customer}

ขอบคุณที่แจ้งมาค่ะ เราตรวจสอบแล้ว รบกวนลองใหม่อีกครั้งนะคะ
""",
    f"canned/{CANNED}.vi.md": """Kính gửi {customer},

Cảm ơn anh chị đã báo. Chúng tôi đã kiểm tra, mời anh chị thử lại.
""",
    f"kb/{ARTICLE}.md": """---
title: The printer prints blank pages
public: true
keywords: [printer blank pages]
---
Receipt paper prints on one side only: take the roll out and put it in the other way round.
""",
    f"kb/{ARTICLE}.th.md": """---
title: เครื่องพิมพ์พิมพ์กระดาษเปล่า
public: true
keywords: [เครื่องพิมพ์ กระดาษเปล่า]
---
กระดาษใบเสร็จพิมพ์ได้ด้านเดียว: ถอดม้วนกระดาษออกแล้วใส่กลับอีกด้านค่ะ
""",
    f"kb/{ARTICLE}.vi.md": """---
title: Máy in ra giấy trắng
public: true
keywords: [máy in giấy trắng]
---
Giấy in hóa đơn chỉ in được một mặt: hãy lấy cuộn giấy ra và lắp lại theo chiều ngược lại.
""",
}


def write(folder: Path) -> None:
    """Put them there, but for those that somebody has changed."""
    for name, text in _TEXTS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(text, "utf-8")
