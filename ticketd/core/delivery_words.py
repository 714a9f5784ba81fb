"""What mail systems say of a mail that did not arrive, language by language; they localise their notices."""

from ticketd.core.text import fold

FAILURE: dict[str, tuple[str, ...]] = {
    "en": (
        "undeliver", "nondeliver", "non-deliver", "not deliver", "returned mail", "returned to sender",
        "failure notice", "mail delivery", "mail failure", "mail transport error", "mail system error",
        "delivery fail", "delivery has fail", "delivery problem", "delivery status", "delivery notification",
        "delivery incomplete", "delivery delayed", "delivery error", "delivery to the following",
        "failed delivery", "fail to deliver", "failed to deliver", "unable to deliver",
        "unable to be delivered", "could not be deliver", "couldn't be deliver", "cannot be deliver",
        "can't be deliver", "wasn't deliver", "not be deliver", "able to deliver", "did not reach",
        "couldn't reach", "could not be reached", "error delivering", "error sending your mail",
        "rejected recipient", "recipient address rejected", "permanent fatal error", "permanent error",
        "delivery errors", "user unknown", "unknown user", "no such user", "message delayed", "could not send",
        "could not be sent", "couldn't be sent", "message blocked", "address not found", "bounced mail",
        "message not accepted", "mail could not be",
    ),
    "th": (
        "ไม่สามารถส่ง", "ไม่สามารถนำส่ง", "ไม่สามารถจัดส่ง", "ส่งไม่สำเร็จ", "ส่งไม่ได้", "ส่งไม่ถึง",
        "ไม่ถึงผู้รับ", "การส่งล้มเหลว", "การนำส่งล้มเหลว", "การจัดส่งล้มเหลว", "การส่งข้อความล้มเหลว",
        "ไม่ถูกส่ง", "ไม่ได้ถูกส่ง", "ไม่ได้รับการส่ง", "ตีกลับ", "การส่งล่าช้า", "การจัดส่งล่าช้า",
    ),
    "vi": (
        "không thể gửi", "không gửi được", "gửi không thành công", "gửi thất bại", "không được gửi",
        "chưa được gửi", "không thể chuyển", "không chuyển được", "chuyển phát không thành công",
        "không thể phân phối", "không phân phối được", "không thể giao", "không giao được", "thư bị trả lại",
        "thư trả lại", "không đến được", "lỗi gửi thư", "bị trì hoãn",
    ),
    "de": (
        "unzustellbar", "nicht zugestellt", "nicht zustellbar", "nicht zugeleitet",
        "zustellung fehlgeschlagen", "zustellungsfehler", "zustellfehler", "fehler bei der zustellung",
        "zustellung verzögert", "nicht übermittelt", "übermittlung fehlgeschlagen", "nicht gesendet werden",
        "nicht ausgeliefert",
    ),
    "fr": (
        "non remis", "pas pu être remis", "pas été remis", "peut pas être remis", "échec de la remise",
        "échec de remise", "impossible de remettre", "non distribuable", "pas pu être distribué",
        "non délivré", "pas pu être délivré", "échec d'envoi", "échec de l'envoi", "remise différée",
        "remise retardée", "état de remise", "non-remise", "non transmissible",
    ),
    "es": (
        "no se puede entregar", "no se pudo entregar", "no se ha podido entregar", "no pudo ser entregado",
        "no entregado", "no se entregó", "no se ha entregado", "no entregable", "error en la entrega",
        "error de entrega", "estado de entrega", "imposible entregar", "devuelto al remitente",
        "entrega retrasada",
    ),
    "it": (
        "non recapitabile", "impossibile recapitare", "mancato recapito", "stato recapitato",
        "possibile recapitare", "non consegnato", "non è stato consegnato", "impossibile consegnare",
        "recapito non riuscito", "recapito ritardato", "mancata consegna", "stato del recapito",
    ),
    "pt": (
        "não pôde ser entregue", "não pode ser entregue", "não foi possível entregar", "não foi entregue",
        "não entregue", "falha na entrega", "falha de entrega", "não é possível entregar", "não entregável",
        "devolvida ao remetente", "estado da entrega", "status de entrega", "entrega adiada",
    ),
    "nl": (
        "onbestelbaar", "niet worden bezorgd", "niet bezorgd", "niet afgeleverd", "niet worden afgeleverd",
        "bezorging mislukt", "bezorgen mislukt", "aflevering mislukt", "bezorging vertraagd",
    ),
    "pl": (
        "nie można dostarczyć", "nie dostarczono", "niedostarczon", "niedostarczaln", "została dostarczona",
        "udało się dostarczyć", "błąd dostarczania", "nie może zostać dostarczona", "niedoręczon",
    ),
    "sv": (
        "kunde inte levereras", "går inte att leverera", "inte levererats", "olevererbar", "ej levererat",
        "leveransfel", "leverans misslyckades", "leveransen misslyckades", "kan inte levereras",
    ),
    "da": (
        "kunne ikke leveres", "kan ikke leveres", "ikke leveret", "leveringsfejl", "levering mislykkedes",
        "leveringen mislykkedes", "ikke afleveres",
    ),
    "no": (
        "kunne ikke leveres", "kan ikke leveres", "ikke levert", "leveringsfeil", "levering mislyktes",
        "leveringen mislyktes", "ikke leverbar",
    ),
    "fi": (
        "ei voitu toimittaa", "ei voida toimittaa", "ei voi toimittaa", "toimitus epäonnistui",
        "ei toimitettu", "toimittaminen epäonnistui", "toimitusvirhe", "ei onnistuttu toimittamaan",
    ),
    "ru": (
        "не доставлен", "недоставлен", "не удалось доставить", "не было доставлено",
        "не может быть доставлено", "невозможно доставить", "ошибка доставки", "сбой доставки",
        "доставка задерж", "состоянии доставки",
    ),
    "ja": (
        "配信不能", "配信できません", "配信できなかった", "配信されませんでした", "配信に失敗", "配信が遅れ",
        "送信できませんでした", "送信に失敗", "送信エラー", "送信不能", "届きませんでした", "お届けできません",
        "届けることができません", "配達できません", "配達不能", "エラーメール", "未配信", "配送できません",
        "配送に失敗", "配信状態の通知",
    ),
    "zh": (
        "无法投递", "无法送达", "无法传递", "无法发送", "未送达", "未能送达", "投递失败", "传递失败",
        "发送失败", "退信", "邮件退回", "投递状态", "無法投遞", "無法送達", "無法傳遞", "無法遞送", "無法傳送",
        "未傳遞", "未能傳遞", "傳遞失敗", "傳送失敗", "發送失敗", "投遞失敗", "退回郵件", "传递延迟",
        "傳遞延遲",
    ),
    "ko": (
        "배달할 수 없", "전달할 수 없", "배달하지 못", "전달하지 못", "배달되지", "전달되지", "전송되지",
        "전송 실패", "배달 실패", "전달 실패", "발송 실패", "반송된", "반송되", "배달 지연", "배달 못",
    ),
}  # fmt: skip
DELAY: tuple[str, ...] = (
    "delayed", "will be retried", "will keep trying", "will continue", "will retry", "will try again",
    "still trying", "still being", "is still in the queue", "not yet been delivered",
    "could not be delivered yet", "not been delivered yet", "warning message only", "do not need to resend",
    "no action is required", "temporarily", "temporary", "ล่าช้า", "จะพยายามส่ง", "trì hoãn", "bị chậm",
    "sẽ tiếp tục", "verzögert", "weiterhin versucht", "noch nicht zugestellt", "retardé", "différé",
    "encore tenté", "retrasad", "seguirá intentando", "ritardat", "in ritardo", "atrasad", "adiad",
    "vertraagd", "opóźni", "fördröj", "försenad", "forsinke", "viivästy", "задерж", "отложен", "遅延",
    "遅れて", "再試行", "再送", "延迟", "延遲", "지연",
)  # fmt: skip
"""Words of a warning: the mail system has not given up."""
FINAL: tuple[str, ...] = (
    "not going to try again", "giving up", "given up", "gave up", "failed permanently", "permanent",
    "too long", "retry timeout exceeded", "retry time not reached", "retry limit", "has expired",
    "delivery expired", "time expired", "returned to sender", "no further attempts", "will not be retried",
    "stopped trying", "cannot be delivered", "failure notice",
)  # fmt: skip
"""Words of somebody who has."""


def _folded(rows: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, rows)))


_FAILURE = _folded(tuple(word for rows in FAILURE.values() for word in rows))
_DELAY, _FINAL = _folded(DELAY), _folded(FINAL)
_NEAR = 4000


def tells_of_failure(text: str) -> bool:
    """Whether a mail system would say that of a mail that did not arrive, or not yet."""
    said = fold(text[:_NEAR]).replace("\u2019", "'")
    return any(word in said for word in _FAILURE)


def is_only_late(text: str) -> bool:
    """Whether a notice says that the mail is tried again."""
    said = fold(text[:_NEAR])
    return any(word in said for word in _DELAY) and not any(word in said for word in _FINAL)
