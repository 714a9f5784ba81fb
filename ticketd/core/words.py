"""The words for statuses, priorities, fields and kinds of messages in the languages of agents."""

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


def customer_word(status: str, language: str) -> str:
    """How a ticket stands, in words for the person who waits."""
    return _FOR_CUSTOMERS.get(language, _FOR_CUSTOMERS["en"]).get(status, status)


def word(name: str, language: str) -> str:
    """A status or a priority in this language; itself where there is no other word."""
    return _WORDS.get(language, {}).get(name, name)
