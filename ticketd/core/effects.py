"""What happened to a ticket, as one line for a person, in the languages of agents."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ticketd.core.desk_events import (
    DueCame,
    HookFailed,
    Merged,
    MergedInto,
    Redacted,
    Referred,
    RuleActed,
    SplitOff,
    TextUsed,
    TimeSpent,
)
from ticketd.core.events import (
    AckWithheld,
    AgentReplied,
    Assigned,
    Changed,
    CustomerWrote,
    DeliveryFailed,
    Event,
    Followed,
    Forwarded,
    Linked,
    Noted,
    PersonAdded,
    PersonRemoved,
    Released,
    Reminded,
    StatusChanged,
    Tagged,
    Undone,
    Unfollowed,
)
from ticketd.core.sentences import in_language, sentence_of
from ticketd.core.words import NO_LABELS, Labels, word

_EN = {
    "reply": "your answer goes to {}",
    "note": "kept as a note",
    "forward": "{} is asked; the answer stays inside",
    "status": "status: {} → {}",
    "until": " until {}",
    "assignee": "assignee: {}",
    "nobody": "nobody",
    "changed": "{}: {} → {}",
    "tags": "tags: {}",
    "added": "{} takes part from now on",
    "removed": "{} takes part no longer",
    "followed": "{} is told of everything",
    "unfollowed": "{} is told no longer",
    "linked": "linked with #{}",
    "released": "the held mail counts as the customer's",
    "reminded": "a reminder at {}",
    "empty": "nothing",
    "wrote": "{} wrote",
    "failed": "not delivered to {}: {}",
    "no-ack": "no ack: {}",
    "rule": "rule “{}”: {}",
    "notify": "notify {}",
    "used": "used: {} {}",
    "merged": "#{} goes on here",
    "merged-into": "it goes on as #{}",
    "split": "a message of it is #{} now",
    "due": "it is due",
    "time": "time: {} min, {} in all",
    "referred": "refers to {}",
    "unreferred": "refers to {} no longer",
    "redacted": "redacted ({}): {} messages, {} files, {} mails, {} that had not left",
    "hook": "{} was not told: {}",
}
_TH = {
    "reply": "คำตอบของคุณส่งถึง {}",
    "note": "เก็บเป็นบันทึกภายใน",
    "forward": "ถามไปยัง {} แล้ว คำตอบจะเก็บไว้ภายใน",
    "status": "สถานะ: {} → {}",
    "until": " ถึง {}",
    "assignee": "ผู้รับผิดชอบ: {}",
    "nobody": "ไม่มี",
    "changed": "{}: {} → {}",
    "tags": "แท็ก: {}",
    "added": "{} มีส่วนร่วมตั้งแต่นี้",
    "removed": "{} ไม่มีส่วนร่วมแล้ว",
    "followed": "{} จะได้รับแจ้งทุกอย่าง",
    "unfollowed": "{} จะไม่ได้รับแจ้งอีก",
    "linked": "เชื่อมกับ #{}",
    "released": "รับอีเมลที่ถูกกักไว้เป็นของลูกค้าแล้ว",
    "reminded": "เตือนเมื่อ {}",
    "empty": "ว่าง",
    "wrote": "{} เขียนมา",
    "failed": "ส่งไม่ถึง {}: {}",
    "no-ack": "ไม่ส่งการตอบรับ: {}",
    "rule": "กฎ “{}”: {}",
    "notify": "แจ้ง {}",
    "used": "ใช้: {} {}",
    "merged": "#{} รวมเข้าที่นี่",
    "merged-into": "รวมเข้ากับ #{}",
    "split": "แยกข้อความหนึ่งเป็น #{}",
    "due": "ครบกำหนดแล้ว",
    "time": "เวลา: {} นาที รวม {}",
    "referred": "อ้างถึง {}",
    "unreferred": "ไม่อ้างถึง {} แล้ว",
    "redacted": "ลบข้อมูลลับ ({}): ข้อความ {} ไฟล์ {} อีเมล {} ที่ยังไม่ได้ส่ง {}",
    "hook": "แจ้ง {} ไม่สำเร็จ: {}",
}
_VI = {
    "reply": "thư trả lời được gửi cho {}",
    "note": "đã lưu thành ghi chú",
    "forward": "đã hỏi {}; câu trả lời chỉ lưu nội bộ",
    "status": "trạng thái: {} → {}",
    "until": " đến {}",
    "assignee": "người phụ trách: {}",
    "nobody": "chưa có",
    "changed": "{}: {} → {}",
    "tags": "nhãn: {}",
    "added": "{} tham gia từ bây giờ",
    "removed": "{} không còn tham gia",
    "followed": "{} nhận mọi thông báo",
    "unfollowed": "{} thôi nhận thông báo",
    "linked": "liên kết với #{}",
    "released": "thư bị giữ đã được tính là của khách",
    "reminded": "nhắc lúc {}",
    "empty": "trống",
    "wrote": "{} đã viết",
    "failed": "không gửi được tới {}: {}",
    "no-ack": "không gửi xác nhận: {}",
    "rule": "quy tắc “{}”: {}",
    "notify": "báo {}",
    "used": "đã dùng: {} {}",
    "merged": "#{} đã gộp vào đây",
    "merged-into": "đã gộp vào #{}",
    "split": "một thư đã tách thành #{}",
    "due": "đã đến hạn",
    "time": "thời gian: {} phút, tổng {}",
    "referred": "liên quan đến {}",
    "unreferred": "không còn liên quan đến {}",
    "redacted": "đã xóa thông tin mật ({}): {} tin nhắn, {} tệp, {} thư, {} chưa gửi",
    "hook": "không báo được cho {}: {}",
}
_WORDS = {"en": _EN, "th": _TH, "vi": _VI}


def effect(  # noqa: C901, PLR0911, PLR0912 - a table
    event: Event, language: str, recipients: str = "", zone: str = "UTC", labels: Labels = NO_LABELS
) -> str:
    """One line, or an empty text where nothing needs to be said. `recipients`: to whom a reply goes.

    `zone`: by whose clock moments are told.
    """
    say = _WORDS.get(language, _EN)
    match event:
        case AgentReplied():
            return say["reply"].format(recipients)
        case Noted():
            return say["note"]
        case Forwarded(to=to):
            return say["forward"].format(to)
        case StatusChanged(old=old, new=new, until=until):
            line = say["status"].format(word(old, language, labels), word(new, language, labels))
            return line + (say["until"].format(_short(until, zone)) if until else "")
        case Assigned(assignee=assignee):
            return say["assignee"].format(assignee or say["nobody"])
        case Changed(field=field, old=old, new=new):
            due = field == "due"
            told = (
                (_short(value, zone) if due and value else word(value, language, labels))
                or say["empty"]
                for value in (old, new)
            )
            return say["changed"].format(in_language(field, language), *told)
        case Tagged(added=added, removed=removed):
            return say["tags"].format(
                " ".join([*(f"+{t}" for t in added), *(f"-{t}" for t in removed)])
            )
        case PersonAdded(address=address):
            return say["added"].format(address)
        case PersonRemoved(address=address):
            return say["removed"].format(address)
        case Followed(agent=agent):
            return say["followed"].format(agent)
        case Unfollowed(agent=agent):
            return say["unfollowed"].format(agent)
        case Linked(number=number):
            return say["linked"].format(number)
        case Released():
            return say["released"]
        case Reminded(at=at):
            return say["reminded"].format(_short(at, zone))
        case Undone(what=what, said=said):
            return ", ".join(sentence_of(one).told(language) for one in said) or what
        case CustomerWrote(author=author):
            return say["wrote"].format(author)
        case DeliveryFailed(to=to, answer=answer):
            return say["failed"].format(to, in_language(answer, language))
        case Merged(number=number):
            return say["merged"].format(number)
        case MergedInto(number=number):
            return say["merged-into"].format(number)
        case SplitOff(number=number):
            return say["split"].format(number)
        case RuleActed(rule=rule, did=did, notified=notified):
            return say["rule"].format(
                rule, "; ".join([*did, *(say["notify"].format(n) for n in notified)])
            )
        case DueCame():
            return say["due"]
        case TimeSpent(minutes=minutes, total=total):
            return say["time"].format(minutes, total)
        case Referred(ref=ref, gone=gone):
            return say["unreferred" if gone else "referred"].format(ref)
        case TextUsed(kind=kind, name=name):
            return say["used"].format(word(kind, language), name)
        case Redacted(what=what, messages=messages, files=files, mails=mails, waiting=waiting):
            return say["redacted"].format(what, messages, files, mails, waiting)
        case HookFailed(hook=hook, answer=answer):
            return say["hook"].format(hook, answer)
        case AckWithheld(why=why):
            return say["no-ack"].format(in_language(why, language))
        case _:
            return ""


def _short(moment: str, zone: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m-%d %H:%M}{' UTC' if zone == 'UTC' else ''}"
