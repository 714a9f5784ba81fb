"""What mail programs write around a quoted mail, by language.

English, Thai and Vietnamese first; then de, fr, es, it, pt, nl, pl, sv, da, no, fi, ru, ja, zh, ko and some neighbours. All in lower case and NFC, blanks single. Names of mail systems and languages only, never words of one mail.
"""

WROTE = (
    "wrote", "writes", "has written", "wrote the following", "da viet", "viết", "đã viết", "viet",
    "schrieb", "schrieb folgendes", "geschrieben", "folgendes geschrieben", "a écrit", "a ecrit", "escribió", "escribio", "ha escrito",
    "ha scritto", "escreveu", "schreef", "heeft geschreven", "het volgende geschreven",
    "napisał", "napisała", "napisał(a)", "napisał/a", "pisze", "skrev", "skrev följande", "skrev følgende",
    "skreiv", "kirjoitti", "пишет", "написал", "написала", "написал(а)", "написал(-а)", "писал", "писал(а)",
    "пише", "написав", "napsal", "napsal(a)", "napísal", "napísal(a)", "írta", "ezt írta", "έγραψε", "yazdı",
    "şunu yazdı", "a scris", "menulis",
)  # fmt: skip
"""The word that ends "On ... wrote:" where words have blanks between them."""

WROTE_UNSPACED = (
    "เขียนว่า", "เขียน", "เขียนไว้ว่า", "ได้เขียนว่า", "เขียนข้อความ", "のメール", "のメッセージ", "が書きました", "は書きました",
    "のメール (引用)", "写道", "寫道", "写到", "寫到", "写了", "撰寫", "작성", "작성하였습니다", "님이 쓴 글", "님이 작성", "썼습니다",
)  # fmt: skip
"""The same where words have none."""

WROTE_WITHIN = (
    "schrieb", "schreef", "skrev", "wrote on", "wrote at", "schrieb am", "skrev den", "a écrit le", "escribió el",
    "ha scritto il", "escreveu em", "đã viết vào", "viết vào", "đã viết lúc", "เขียนเมื่อ", "napisał dnia", "napisana przez", "написал",
)  # fmt: skip
"""The same where the name or the date follows: "Am 2.11.2026 um 9:00 schrieb Ann <ann@x.example>:"."""

PRONOUNS = (
    "I", "i", "you", "we", "they", "he", "she", "ich", "du", "wir", "er", "sie", "Sie", "je", "j'ai", "tu", "il", "elle",
    "nous", "vous", "on", "yo", "él", "ella", "usted", "io", "lui", "lei", "eu", "ele", "ela", "ik", "jij", "wij", "hij",
    "zij", "ja", "jag", "jeg", "ni", "vi", "minä", "я", "вы", "мы", "он", "она", "tôi", "em", "mình", "anh", "chị", "bạn",
    "ông", "bà", "chúng tôi", "họ", "you have", "i have", "we have",
)  # fmt: skip
"""Before the word for "wrote" these make a sentence of it. In their own case: `Anh` is a name, `anh` is not."""

PRONOUNS_UNSPACED = (
    "ผม", "ฉัน", "ดิฉัน", "หนู", "เรา", "พวกเรา", "เขา", "ท่าน", "คุณ", "ผมได้", "ฉันได้", "เราได้", "我", "我们", "我們", "你",
    "您", "他", "她", "私は", "私が",
)  # fmt: skip

OPENERS = (
    "On", "At", "Am", "Den", "Le", "El", "Em", "Op", "Il", "Il giorno", "W dniu", "Wiadomość napisana przez", "Dnia", "Dne", "Dňa", "Pe", "În",
    "В", "Во", "Vào", "Vao", "Vào lúc", "Ngày", "Ngay", "Lúc", "Luc", "Thứ", "Στις", "Pada", "Tarihinde", "Um", "d.",
)  # fmt: skip
"""How "On ... wrote:" begins, with the capital that a line wrapped in the middle does not have."""

OPENERS_UNSPACED = ("เมื่อ", "ในวัน", "ใน ", "วันที่", "เวลา", "วัน", "在", "于", "於")

WEEKDAYS = (
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so", "lun", "mar", "mer", "jeu",
    "ven", "sam", "dim", "mié", "mie", "jue", "vie", "sáb", "sab", "dom", "gio", "seg", "ter", "qua", "qui", "sex", "ma",
    "wo", "vr", "za", "zo", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "mån", "tis", "ons", "tors", "tor", "fre",
    "lör", "sön", "man", "tirs", "tir", "lør", "søn", "ti", "ke", "to", "pe", "la", "su", "пн", "вт", "ср", "чт", "пт",
    "сб", "вс", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье", "th", "cn", "t2",
    "จ", "อ", "พ", "พฤ", "ศ", "ส", "อา",
)  # fmt: skip

FIELDS = {
    "from": (
        "from", "จาก", "ผู้ส่ง", "từ", "người gửi", "gửi từ", "von", "absender", "de", "expéditeur", "da", "mittente", "van",
        "od", "från", "fra", "lähettäjä", "от", "від", "от кого", "差出人", "送信者", "发件人", "寄件者", "寄件人", "發件人",
        "보낸 사람", "보낸사람", "발신", "odesílatel", "feladó", "από", "kimden", "gönderen",
    ),
    "date": (
        "date", "sent", "date sent", "sent on", "วันที่", "ส่ง", "ส่งเมื่อ", "วันที่ส่ง", "ส่งวันที่", "ngày", "đã gửi", "ngày gửi",
        "gửi", "gửi lúc", "thời gian", "gửi vào", "đã gửi vào", "datum", "gesendet", "envoyé", "envoyé le", "date d'envoi",
        "enviado", "enviado el", "enviada", "enviada em", "enviado em", "fecha", "data", "inviato", "data invio", "verzonden",
        "verzonden op", "wysłano", "data wysłania", "skickat", "sendt", "dato", "lähetetty", "päivämäärä", "päiväys",
        "отправлено", "дата", "надіслано", "送信日時", "日時", "日付", "送信", "发送时间", "发送日期", "日期", "时间", "寄件日期",
        "傳送時間", "時間", "보낸 날짜", "보낸날짜", "날짜", "보냄", "odesláno", "küldve", "dátum", "ημερομηνία", "tarih",
        "gönderildi",
    ),
    "to": (
        "to", "ถึง", "ผู้รับ", "ไปยัง", "đến", "tới", "người nhận", "gửi đến", "gửi tới", "an", "empfänger", "à", "destinataire",
        "para", "a", "aan", "do", "till", "til", "vastaanottaja", "кому", "宛先", "收件人", "收件者", "받는 사람", "받는사람",
        "수신", "komu", "címzett", "προς", "kime",
    ),
    "subject": (
        "subject", "เรื่อง", "หัวเรื่อง", "หัวข้อ", "ชื่อเรื่อง", "chủ đề", "tiêu đề", "betreff", "objet", "sujet", "asunto",
        "oggetto", "assunto", "onderwerp", "temat", "ämne", "emne", "aihe", "тема", "件名", "主题", "主旨", "主題", "标题",
        "제목", "předmět", "predmet", "tárgy", "θέμα", "konu",
    ),
    "cc": (
        "cc", "สำเนา", "สำเนาถึง", "đồng gửi", "kopie", "copie", "copie à", "copia", "kopia", "kopi", "kopio", "копия",
        "抄送", "副本", "참조",
    ),
}  # fmt: skip
"""The names of header fields as the programs translate them."""

ORIGINAL = (
    "original message", "original appointment", "original e-mail", "original email", "original mail", "reply message",
    "ข้อความต้นฉบับ", "ข้อความเดิม", "ข้อความดั้งเดิม", "ข้อความที่ส่งต้นฉบับ", "จดหมายต้นฉบับ", "อีเมลต้นฉบับ", "อีเมลเดิม",
    "thư gốc", "tin nhắn gốc", "thông báo gốc", "thông điệp gốc", "thư ban đầu", "nội dung gốc", "email gốc",
    "originalnachricht", "original-nachricht", "ursprüngliche nachricht", "originale nachricht", "originaltermin",
    "message d'origine", "message original", "message initial", "mensaje original", "messaggio originale",
    "mensagem original", "oorspronkelijk bericht", "origineel bericht", "wiadomość oryginalna", "oryginalna wiadomość",
    "ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "original meddelelse",
    "opprinnelig melding", "original melding", "alkuperäinen viesti", "исходное сообщение", "исходное письмо",
    "元のメッセージ", "元のメール", "原始邮件", "原始郵件", "原邮件", "邮件原件", "原始信件", "원본 메시지", "원본 메일", "원본메일",
    "původní zpráva", "eredeti üzenet", "orijinal mesaj", "αρχικό μήνυμα",
)  # fmt: skip

FORWARDED = (
    "forwarded message", "forwarded by", "forwarded mail", "forwarded email", "begin forwarded message",
    "start of forwarded message", "ข้อความที่ส่งต่อ", "ข้อความส่งต่อ", "เริ่มข้อความที่ส่งต่อ", "จดหมายที่ส่งต่อ", "อีเมลที่ส่งต่อ",
    "thư chuyển tiếp", "thư được chuyển tiếp", "thư đã chuyển tiếp", "tin nhắn chuyển tiếp", "tin nhắn được chuyển tiếp",
    "bắt đầu thư được chuyển tiếp", "bắt đầu tin nhắn chuyển tiếp", "email chuyển tiếp", "đã chuyển tiếp thư",
    "chuyển tiếp thư", "weitergeleitete nachricht", "weitergeleitet von", "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail", "message transféré", "message transmis", "transféré par",
    "début du message transféré", "début du message réexpédié", "mensaje reenviado", "inicio del mensaje reenviado",
    "reenviado por", "messaggio inoltrato", "inizio messaggio inoltrato", "inoltrato da", "mensagem encaminhada",
    "mensagem reencaminhada", "início da mensagem encaminhada", "encaminhado por", "doorgestuurd bericht",
    "begin doorgestuurd bericht", "doorgestuurd door", "przekazana wiadomość", "wiadomość przekazana",
    "treść przekazanej wiadomości", "początek przekazywanej wiadomości", "vidarebefordrat meddelande",
    "vidarebefordrat brev", "vidarebefordrat mejl", "videresendt meddelelse", "videresendt besked", "videresendt melding",
    "start på videresendt besked", "begin videresendt besked", "välitetty viesti", "edelleenlähetetty viesti",
    "välitetty viesti alkaa", "пересылаемое сообщение", "пересылаемое письмо", "пересланное сообщение",
    "переадресованное сообщение", "начало переадресованного сообщения", "начало пересылаемого сообщения",
    "転送メッセージ", "転送されたメッセージ", "転送されたメール", "转发的邮件", "转发邮件信息", "转发邮件", "轉寄的郵件", "轉寄郵件",
    "已轉寄的郵件", "已转发邮件", "전달된 메시지", "전달된 메일", "přeposlaná zpráva", "továbbított üzenet",
)  # fmt: skip

ABOVE = (
    "above this line", "above the line", "เหนือบรรทัดนี้", "trên dòng này", "phía trên dòng này", "oberhalb dieser linie",
    "oberhalb dieser zeile", "über dieser linie", "über dieser zeile", "au-dessus de cette ligne", "encima de esta línea",
    "por encima de esta linea", "sopra questa riga", "sopra questa linea", "acima desta linha", "boven deze lijn",
    "boven deze regel", "powyżej tej linii", "nad tą linią", "ovanför denna rad", "ovanför den här raden",
    "over denne linje", "over denne linjen", "tämän rivin yläpuolelle", "выше этой строки", "выше этой линии", "над этой строкой",
    "この行より上", "この行の上", "在此行上方", "在此行以上", "在這行上方", "이 줄 위",
)  # fmt: skip
"""The mark of a desk: what stands above is the answer."""
