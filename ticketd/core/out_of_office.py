"""How the subjects of out-of-office notes begin: what mail programs write by themselves, language by language."""

import re

from ticketd.core.text import fold

OPENINGS: dict[str, tuple[str, ...]] = {
    "en": (
        "auto:", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse",
        "autoresponder", "automatic reply", "automatic response", "automatic answer", "automated reply",
        "automated response", "automated answer", "out of office", "out of the office", "out-of-office",
        "ooo:", "ooo -", "vacation", "away from", "on vacation", "on leave", "on annual leave", "annual leave",
        "on maternity leave", "on parental leave", "i am away", "i'm away", "i am out", "i'm out",
        "i am currently away", "i am currently out", "i am on leave", "i am on vacation",
        "absence notification",
    ),
    "th": (
        "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "ข้อความตอบกลับอัตโนมัติ", "อีเมลตอบกลับอัตโนมัติ",
        "เมลตอบกลับอัตโนมัติ", "ข้อความอัตโนมัติ", "อีเมลอัตโนมัติ", "ตอบรับอัตโนมัติ", "การตอบรับอัตโนมัติ",
        "ข้อความตอบรับอัตโนมัติ", "ระบบตอบกลับอัตโนมัติ", "ระบบตอบรับอัตโนมัติ", "ตอบอัตโนมัติ",
        "ไม่อยู่ที่สำนักงาน", "ไม่อยู่สำนักงาน", "ไม่อยู่ในสำนักงาน", "ไม่อยู่ที่ทำงาน", "ไม่อยู่ออฟฟิศ",
        "ไม่อยู่ที่ออฟฟิศ", "ไม่ได้อยู่ที่สำนักงาน", "ไม่ได้อยู่ในสำนักงาน", "อยู่นอกสำนักงาน", "นอกสำนักงาน",
        "ออกนอกสำนักงาน", "ลาพักร้อน", "ลาพักผ่อน", "ลางาน", "ลาป่วย", "ลากิจ", "ลาคลอด", "หยุดพักร้อน",
        "อยู่ระหว่างลา", "อยู่ระหว่างการลา", "อยู่ในช่วงลา", "แจ้งลา", "ขณะนี้ไม่อยู่", "ไปราชการ",
        "ติดราชการ",
    ),
    "vi": (
        "trả lời tự động", "tự động trả lời", "thư trả lời tự động", "thư tự động", "email tự động",
        "tin nhắn tự động", "phản hồi tự động", "tự động phản hồi", "thư phản hồi tự động",
        "email trả lời tự động", "email phản hồi tự động", "hồi đáp tự động", "hồi âm tự động", "vắng mặt",
        "thông báo vắng mặt", "tôi vắng mặt", "tạm vắng", "nghỉ phép", "đang nghỉ phép", "thông báo nghỉ phép",
        "tôi đang nghỉ", "tôi nghỉ phép", "nghỉ lễ", "nghỉ thai sản", "đang nghỉ thai sản",
        "không có mặt tại văn phòng", "không ở văn phòng", "không có ở văn phòng", "hiện không ở văn phòng",
        "ngoài văn phòng", "đi vắng", "đi công tác", "đang đi công tác",
    ),
    "de": (
        "abwesenheit", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheitsmeldung",
        "abwesenheitsassistent", "automatische antwort", "automatische abwesenheit",
        "automatisch generierte antwort", "autom. antwort", "nicht im büro", "außer haus",
        "ich bin nicht im büro", "urlaubsabwesenheit", "im urlaub",
    ),
    "fr": (
        "réponse automatique", "message automatique", "absence", "absent du bureau", "absente du bureau",
        "je suis absent", "hors du bureau", "absence du bureau", "en congé", "en congés", "congés annuels",
        "message d'absence",
    ),
    "es": (
        "respuesta automática", "contestación automática", "mensaje automático", "fuera de la oficina",
        "fuera de oficina", "ausente de la oficina", "ausencia", "de vacaciones", "estoy de vacaciones",
        "ausente",
    ),
    "it": (
        "risposta automatica", "messaggio automatico", "risposta automatizzata", "fuori ufficio", "fuori sede",
        "assenza", "assente", "in ferie", "sono in ferie", "avviso di assenza",
    ),
    "pt": (
        "resposta automática", "mensagem automática", "fora do escritório", "fora da empresa", "ausência",
        "ausente", "ausência temporária", "de férias", "estou de férias", "aviso de férias",
        "aviso de ausência",
    ),
    "nl": (
        "automatisch antwoord", "automatische reactie", "automatisch bericht", "automatische beantwoording",
        "afwezig", "afwezigheid", "afwezigheidsbericht", "afwezigheidsmelding", "niet op kantoor",
        "buiten kantoor", "met vakantie", "op vakantie",
    ),
    "pl": (
        "odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "poza biurem", "nieobecność",
        "nieobecny", "nieobecna", "jestem na urlopie", "na urlopie", "urlop",
    ),
    "sv": (
        "autosvar", "automatiskt svar", "automatsvar", "frånvaro", "frånvaromeddelande", "frånvarande",
        "inte på kontoret", "ej på kontoret", "på semester", "semester",
    ),
    "da": (
        "automatisk svar", "autosvar", "fravær", "fraværsmeddelelse", "ikke til stede", "ikke på kontoret",
        "ferie", "fraværende", "på ferie",
    ),
    "no": (
        "automatisk svar", "autosvar", "fravær", "fraværsmelding", "fraværsassistent", "ikke til stede",
        "ute av kontoret", "ikke på kontoret", "på ferie",
    ),
    "fi": (
        "automaattinen vastaus", "automaattivastaus", "poissaolo", "poissaoloviesti", "poissa toimistosta",
        "poissaoloilmoitus", "lomalla", "olen lomalla", "vuosilomalla",
    ),
    "ru": (
        "автоответ", "автоматический ответ", "автоматическое уведомление", "автоматическое сообщение",
        "нет на месте", "вне офиса", "отсутствую", "я в отпуске", "в отпуске", "отпуск", "нахожусь в отпуске",
        "отсутствие на рабочем месте",
    ),
    "ja": (
        "自動応答", "自動返信", "自動回答", "不在通知", "不在のお知らせ", "不在連絡", "外出中", "休暇中",
        "休暇のお知らせ", "休業のお知らせ", "夏季休業", "年末年始休業", "(自動返信)", "【自動返信】",
        "[自動返信]", "【自動応答】",
    ),
    "zh": (
        "自动回复", "自动答复", "自動回覆", "自動回復", "自动回覆", "不在办公室", "不在辦公室", "外出", "休假",
        "请假", "請假", "外出通知", "休假通知", "【自动回复】", "暂时不在", "[自动回复]",
    ),
    "ko": (
        "자동 회신", "자동회신", "자동 응답", "자동응답", "자동 답장", "자동답장", "부재 중", "부재중",
        "부재 알림", "부재", "휴가", "외근", "[자동 회신]", "[자동응답]",
    ),
}  # fmt: skip
"""By language, in its own spelling; they are compared folded, so that lost accents and tones do not matter."""

_TAGS = re.compile(
    r"\s*(?:\[(?:external|extern|ext|spam|suspected spam)\]\s*|\*{1,5}spam\*{1,5}\s*)?"
)
"""What gateways put in front of a subject."""
_FOLDED = tuple(dict.fromkeys(fold(opening) for rows in OPENINGS.values() for opening in rows))
_BY_FIRST = {sign: tuple(o for o in _FOLDED if o[0] == sign) for sign in {o[0] for o in _FOLDED}}
"""Every mail is asked: only a few openings begin like it."""


def is_out_of_office(subject: str) -> bool:
    """Whether a subject begins like an out-of-office note; `Re: Automatic reply` is somebody's answer to one."""
    said = fold(subject[:300])
    tags = _TAGS.match(said)
    said = said[tags.end() :] if tags else said
    return any(said.startswith(o) and _ends_there(said, o) for o in _BY_FIRST.get(said[:1], ()))


def _ends_there(said: str, opening: str) -> bool:
    """Whether the last word is a whole one. Thai, Chinese, Japanese and Korean write on without a blank."""
    last, after = opening[-1], said[len(opening) : len(opening) + 1]
    return not after.isalnum() or not last.isalnum() or last > "\u0dff"
