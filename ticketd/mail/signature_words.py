"""What stands below a mail: the footers of phones and the notices of lawyers, by language; lower case."""

_DEVICE = (
    r"(?:iphone|ipad|ipod|apple|ios|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|realme|nokia|htc|lg|sony|xperia|"
    r"pixel|google|motorola|lenovo|blackberry|windows|mobile|phone|smartphone|cell|tablet|handy|wireless|verizon|t-mobile|"
    r"at&t|outlook|yahoo|gmail|mail|proton|zoho|spark|airmail|bluemail|k-9|fairemail|aquamail|aol|hotmail|thunderbird|"
    r"ไอโฟน|ไอแพด|โทรศัพท์|อุปกรณ์|มือถือ|แท็บเล็ต|điện thoại|thiết bị|máy tính bảng|di động)"
)
_MY = r"(?:my|a|an|the|new|tôi|của|mein(?:em|er)?|mon|ma|mi|mio|meu|minha|mijn|mojego|moj|min|мо(?:его|ей)|เครื่อง|สมาร์ท)"

FOOTERS = (
    rf"sent (?:from|with|via|using|by) (?:{_MY} ){{0,2}}{_DEVICE}",
    r"sent from my \S+(?: \S+){0,4}$",
    r"sent from \S+ for (?:ios|android|windows|mobile)",
    r"sent with (?:proton|shift|superhuman|airmail|spark|mailspring|missive)",
    r"(?:get|download) (?:outlook|bluemail|typeapp|spark) for ",
    r"ดาวน์โหลด outlook ",
    r"รับ outlook ",
    rf"(?:ถูก)?ส่ง(?:ข้อความ|อีเมล)?(?:จาก|โดย|ผ่าน|ด้วย)\s?(?:{_MY}\s?)?{_DEVICE}",
    r"(?:tải|nhận|tải về|tải xuống) outlook ",
    rf"(?:được |đã |đã được |thư được |tin được )?gửi (?:từ|bằng|qua|trên) (?:chiếc |{_MY} |máy |ứng dụng |một )?{_DEVICE}",
    rf"von meine[mr] .{{2,40}}(?:gesendet|geschickt)$|(?:gesendet|versendet|verschickt) (?:von|mit|über) (?:{_MY} |der )?{_DEVICE}",
    r"outlook für (?:ios|android) (?:beziehen|herunterladen)|holen sie sich outlook",
    rf"envoy(?:é|e) (?:de|depuis|à partir de|avec|via) (?:{_MY} |l'application )?{_DEVICE}|t(?:é|e)l(?:é|e)charge[rz] outlook|obtenir outlook",
    rf"enviad[oa] (?:desde|de|do|da|a partir do|via|com|con|através) (?:{_MY} |o )?{_DEVICE}|(?:obtener|obter|baixar|descargar) (?:o )?outlook",
    rf"inviato (?:da|dal|con) (?:{_MY} |il )?{_DEVICE}|(?:ottieni|scarica) outlook",
    rf"(?:verzonden|verstuurd) (?:vanaf|vanuit|via|met|van) (?:{_MY} )?{_DEVICE}|(?:outlook voor|download outlook)",
    rf"wysłan[eoya]* z (?:{_MY} |aplikacji |telefonu )?{_DEVICE}|pobierz outlook|uzyskaj outlook",
    rf"(?:skickat|sendt) (?:från|fra|med) (?:{_MY} )?{_DEVICE}|(?:hämta|hent|skaff deg|få) outlook",
    rf"lähetetty {_DEVICE}|hanki outlook|lähetetty (?:puhelimesta|.{{2,30}}puhelimestani)",
    rf"отправлено (?:с|из|от) (?:{_MY} )?(?:{_DEVICE}|мобильн|телефона|почты|приложения)|скачать outlook|получить outlook",
    r"(?:iphone|ipad|android|outlook|私の.{2,20}|スマートフォン)(?: for \w+)?(?:から|より)送信",
    r"outlook for .{2,20}を入手|(?:发自|來自|发送自|發自|傳送自|從|从)(?: ?我的)? ?(?:iphone|ipad|android|手机|手機|outlook|小米|华为|huawei|三星)",
    r"(?:获取|下載|下载|取得) ?outlook",
    r"(?:나의 |내 )?(?:iphone|ipad|android|갤럭시|삼성|galaxy|스마트폰)에서 (?:보냄|보낸)",
)
"""What a phone's program puts below a mail; each begins a line of its own."""

LAWYERS = (
    r"(?:this|the information (?:contained |transmitted )?in this|the contents? of this|any views) "
    r"(?:e-?mail|message|communication|transmission|document|electronic)",
    r"(?:confidentiality|privacy|legal|important)(?: (?:note|notice|disclaimer|statement))?\b.{0,3}[:：]|disclaimer\b|confidentiality notice",
    r"(?:the|all) (?:information|contents?) (?:contained |transmitted )?(?:in|of) this",
    r"if you (?:are not the intended|have received this)",
    r"(?:อีเมล|อีเมล์|จดหมายอิเล็กทรอนิกส์|ข้อความ|ข้อมูล|เอกสาร)(?:ฉบับ|อิเล็กทรอนิกส์|ใน|และ|ที่)?.{0,40}(?:นี้)|คำเตือน|ข้อจำกัดความรับผิด|ประกาศการรักษาความลับ",
    r"(?:email|e-mail|thư điện tử|thư|bức thư|tin nhắn|thông điệp|thông tin) (?:này|trong|và|chứa)|lưu ý|tuyên bố|cảnh báo bảo mật|miễn trừ trách nhiệm",
    r"diese (?:e-?mail|nachricht|information)|der inhalt dieser|die(?:se)? information|vertraulichkeit|haftungsausschluss|wichtiger hinweis",
    r"ce(?:t|tte)? (?:message|courriel|e-?mail|mail|communication)|les informations contenues|avis de confidentialité|avertissement",
    r"est[ea] (?:mensaje|correo|comunicaci|e-?mail|mensagem)|la información contenida|a informação contida|as informações|aviso",
    r"(?:il presente|questo|questa|la presente) (?:messaggio|e-?mail|comunicazione)|le informazioni contenute|avviso|ai sensi",
    r"dit (?:bericht|e-?mail)|deze (?:e-?mail|boodschap)|de informatie|de inhoud van",
    r"ta wiadomość|niniejsz[ay]|treść tej|informacje zawarte|informacja zawarta",
    r"de(?:t|n)(?:ta|ne|te|na) (?:e-?post|e-?mail|mail|meddelande|meddelelse|melding|mejl)|denne e-?post|informationen i",
    r"tämä (?:viesti|sähköposti)|tämän (?:viestin|sähköpostin)",
    r"(?:это|данное|настоящее) (?:сообщение|письмо|электронное)|информация, содержащаяся|содержание данного",
    r"(?:本|この)(?:電子)?(?:メール|電子メール)|本(?:邮件|電郵|郵件|电子邮件|電子郵件|信)|此(?:邮件|電郵|郵件|电子邮件)|이 (?:메일|전자우편|이메일)|본 (?:메일|전자우편|이메일)",
)
"""How a legal notice begins."""

LEGAL = (
    "confidential", "privileged", "intended", "recipient", "unauthori", "disclos", "dissemin", "prohibited", "delete",
    "ความลับ", "เป็นความลับ", "ผู้รับ", "เปิดเผย", "เผยแพร่", "ลบ", "ไม่ได้รับอนุญาต", "ห้าม",
    "bảo mật", "bí mật", "mật", "người nhận", "tiết lộ", "xóa", "xoá", "nghiêm cấm", "phát tán", "sao chép",
    "vertraulich", "empfänger", "unbefugt", "löschen", "vernichten", "confidentiel", "destinataire", "détruire",
    "interdit", "divulg", "confidencial", "destinatari", "prohib", "elimin", "riservat", "vietat", "cancell",
    "destinatári", "proibid", "apagu", "vertrouwelijk", "geadresseerde", "verwijder", "openbaar", "poufn", "adresat",
    "usun", "zabronion", "konfidentiell", "mottagare", "radera", "fortrolig", "modtager", "mottaker", "slett",
    "slette", "luottamuksel", "vastaanottaja", "poista", "конфиденциальн", "получател", "адресат", "удалит",
    "запрещ", "機密", "秘密", "受信者", "削除", "禁", "机密", "保密", "收件人", "删除", "刪除", "기밀", "수신인", "삭제", "금지",
)  # fmt: skip
"""Stems of which a legal notice has at least two."""
