"""Signatures, phones' footers and legal notices at the end; the same words elsewhere stay."""

import pytest

from ticketd.mail.quotes import new_text

OWN = "The lamp is still red.\nPlease send somebody."
QUOTE = "\n\nOn Mon, 2 Nov 2026 at 10:00, Ann <ann@desk.example> wrote:\n> Have you tried?"

FOOTERS = [
    "Sent from my iPhone", "Sent from my iPad", "Sent from my Galaxy", "Sent from my Samsung Galaxy smartphone.",
    "Sent from my Huawei phone", "Sent from my Verizon, Samsung Galaxy smartphone", "Sent from my T-Mobile 5G Device",
    "Sent from Outlook for iOS", "Sent from Outlook for Android", "Sent from Mail for Windows", "Sent from Mail for Windows 10",
    "Sent from Yahoo Mail on Android", "Sent from Yahoo Mail for iPhone", "Sent from Proton Mail for iOS",
    "Sent with Proton Mail secure email.", "Sent via Samsung Galaxy", "Sent using Zoho Mail", "Sent from Samsung Mobile.",
    "Sent from my Android device with K-9 Mail. Please excuse my brevity.", "Get Outlook for iOS", "Get Outlook for Android",
    "Get Outlook for iOS<https://aka.ms/o0ukef>", "Get Outlook for Android<https://aka.ms/AAb9ysg>", "[Get Outlook for iOS]",
    "Sent from Yahoo Mail on Android <https://go.onelink.me/107872968?pid=InProduct&c=Global_Internal_YGrowth_AndroidEmailSig__AndroidUsers>",
    "ส่งจาก iPhone ของฉัน", "ส่งจาก iPad ของฉัน", "ส่งจากไอโฟนของฉัน", "ส่งจาก Outlook สำหรับ iOS", "ส่งจาก Yahoo Mail บน Android",
    "ส่งจากสมาร์ทโฟน Samsung Galaxy ของฉัน", "ส่งจากอุปกรณ์ Samsung ของฉัน", "ส่งจากโทรศัพท์ Huawei ของฉัน", "ส่งจาก Samsung Galaxy",
    "ดาวน์โหลด Outlook สำหรับ Android", "ดาวน์โหลด Outlook สำหรับ iOS<https://aka.ms/o0ukef>", "รับ Outlook สำหรับ iOS",
    "Gửi từ iPhone của tôi", "Đã gửi từ iPhone của tôi", "Được gửi từ iPhone của tôi", "Đã gửi từ iPad của tôi", "Gửi từ Outlook cho iOS",
    "Được gửi từ điện thoại Samsung Galaxy của tôi", "Gửi từ thiết bị Samsung Galaxy của tôi", "Đã gửi từ Yahoo Mail trên Android",
    "Gửi từ điện thoại của tôi", "Gửi bằng Yahoo Mail cho iPhone", "Tải Outlook cho iOS", "Tải Outlook cho Android<https://aka.ms/AAb9ysg>",
    "Nhận Outlook cho iOS", "Đã gửi từ máy tính bảng của tôi", "Gửi từ máy Android của tôi",
    "Von meinem iPhone gesendet", "Von meinem Samsung Galaxy Smartphone gesendet.", "Gesendet von Outlook für iOS", "Outlook für iOS beziehen",
    "Gesendet von Mail für Windows", "Gesendet mit Yahoo Mail", "Von Samsung Mobile gesendet", "Envoyé de mon iPhone", "Envoyé depuis mon téléphone Samsung",
    "Envoyé à partir de Outlook pour iOS", "Télécharger Outlook pour iOS", "Obtenir Outlook pour Android", "Enviado desde mi iPhone",
    "Enviado desde Outlook para iOS", "Obtener Outlook para Android", "Inviato da iPhone", "Inviato dal mio Galaxy",
    "Ottieni Outlook per iOS", "Enviado do meu iPhone", "Enviado do Outlook para iOS", "Obter o Outlook para iOS", "Baixar o Outlook para iOS",
    "Verstuurd vanaf mijn iPhone", "Verzonden vanuit Outlook voor iOS", "Outlook voor iOS downloaden", "Wysłane z iPhone'a", "Wysłano z mojego iPada",
    "Wysłane z telefonu Samsung", "Pobierz program Outlook dla systemu iOS", "Skickat från min iPhone", "Hämta Outlook för iOS",
    "Sendt fra min iPhone", "Hent Outlook til iOS", "Skaff deg Outlook for iOS", "Lähetetty iPhonesta", "Hanki Outlook for iOS",
    "Отправлено с iPhone", "Отправлено с моего iPhone", "Отправлено из мобильной Почты Mail", "Скачать Outlook для iOS",
    "iPhoneから送信", "Outlook for iOSから送信", "私のiPhoneから送信", "Outlook for iOS を入手", "发自我的iPhone", "发自我的 iPhone", "從我的iPhone傳送",
    "获取 Outlook for iOS", "나의 iPhone에서 보냄", "내 갤럭시에서 보냄",
]  # fmt: skip


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_phones_footer_goes(footer: str) -> None:
    for below in ("", "\n", QUOTE):
        assert new_text(f"{OWN}\n\n{footer}{below}") == OWN


@pytest.mark.parametrize("line", [
    "Sent from our warehouse last Monday, it has not come.", "Sent from my new address to the old one, it came back after three weeks in the post.",
    "Sent it to you yesterday.", "Get Outlook to work, please.", "ส่งจากโกดังเมื่อวันจันทร์", "ส่งอีเมลแล้ว", "Gửi từ kho hôm thứ Hai.", "Gửi hàng giúp tôi nhé.",
    "Von meinem Konto wurden 20 Euro abgebucht.", "Envoyé hier par la poste.", "Enviado ayer desde el almacén.", "Отправлено вчера.",
    "Отправлено вчера со склада.", "Lähetetty eilen.", "Tải file này giúp tôi.", "Outlook voor Windows werkt niet.", "Download Outlook again?", "Få Outlook til at virke.",
])  # fmt: skip
def test_a_sentence_is_no_footer(line: str) -> None:
    assert new_text(f"{OWN}\n\n{line}") == f"{OWN}\n\n{line}"
    assert new_text(f"{OWN}\n\n{line}{QUOTE}") == f"{OWN}\n\n{line}"


@pytest.mark.parametrize("mark", ["-- ", "--", "--\xa0", "—", "__", "________________"])
def test_a_signature_goes(mark: str) -> None:
    below = "Bo Berg\nBerg & Sons\nTel. +46 8 123456\nhttps://x.example/"
    assert new_text(f"{OWN}\n\n{mark}\n{below}") == OWN
    assert new_text(f"{OWN}\n{mark}\n{below}{QUOTE}") == OWN
    assert new_text(f"{OWN}\n\n{mark}\n") == OWN


def test_what_stands_far_above_the_end_is_no_signature() -> None:
    text = "One:\n\n-- \n" + "\n".join(f"line {n}" for n in range(12))
    assert new_text(text).endswith("line 11")
    assert new_text(f"Sent from my iPhone\n{OWN}") == f"Sent from my iPhone\n{OWN}"


NOTICES = [
    "This e-mail and any attachments are confidential and intended solely for the addressee. If you are not the intended recipient, please delete it.",
    "CONFIDENTIALITY NOTICE: The contents of this email message and any attachments are intended solely for the addressee(s)\nand may contain confidential and/or privileged information.",
    "The information contained in this message is confidential and may be legally privileged.\nAny disclosure, copying or distribution by others than the recipient is prohibited.",
    "DISCLAIMER: This message contains confidential information and is intended only for the individual named.\nIf you are not the named recipient you should not disseminate it.",
    "อีเมลฉบับนี้และเอกสารแนบเป็นความลับและมีไว้สำหรับผู้รับที่ระบุไว้เท่านั้น หากท่านไม่ใช่ผู้รับ กรุณาแจ้งผู้ส่งและลบอีเมลนี้ทันที ห้ามเปิดเผยหรือทำสำเนา",
    "ข้อความในอีเมลนี้เป็นความลับ ใช้สำหรับผู้รับที่ระบุเท่านั้น ห้ามมิให้ผู้อื่นเปิดเผย ทำสำเนา หรือเผยแพร่ต่อโดยไม่ได้รับอนุญาตเป็นลายลักษณ์อักษร",
    "Email này và các tệp đính kèm là thông tin bảo mật và chỉ dành cho người nhận được nêu tên. Nếu bạn không phải là người nhận, vui lòng xóa email này.",
    "LƯU Ý: Thông tin trong thư điện tử này là bí mật và chỉ dành cho người nhận.\nNghiêm cấm sao chép, tiết lộ hay phát tán dưới mọi hình thức.",
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige Empfänger sind, löschen Sie bitte diese E-Mail.",
    "Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention exclusive de ses destinataires. Toute utilisation est interdite.",
    "Este mensaje y sus archivos adjuntos son confidenciales y van dirigidos exclusivamente a su destinatario. Queda prohibida su divulgación.",
    "Il presente messaggio è riservato ed è destinato esclusivamente al destinatario indicato. È vietata ogni diffusione da parte di terzi.",
    "Esta mensagem é confidencial e destina-se exclusivamente ao destinatário. Se a recebeu por engano, por favor apague-a de imediato.",
    "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. Als u dit bericht ten onrechte ontvangt, verwijder het dan.",
    "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymali ją Państwo przez pomyłkę, prosimy o jej usunięcie.",
    "Detta meddelande är konfidentiellt och endast avsett för mottagaren. Om du har fått det av misstag ber vi dig att radera det omgående.",
    "Denne e-mail er fortrolig og kun beregnet til modtageren. Hvis du har modtaget den ved en fejl, bedes du slette den og give os besked.",
    "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle. Jos olet saanut viestin vahingossa, poista se välittömästi.",
    "Это сообщение является конфиденциальным и предназначено только для адресата. Если вы получили его по ошибке, пожалуйста, удалите его.",
]  # fmt: skip


@pytest.mark.parametrize("notice", NOTICES)
def test_a_legal_notice_at_the_end_goes(notice: str) -> None:
    signature = "-- \nBo Berg\nTel. +46 8 123456\n\n"
    for above in ("", signature, "________________________________\n", "***************\n\n"):
        assert new_text(f"{OWN}\n\n{above}{notice}\n") == OWN
        assert new_text(f"{OWN}\n\n{above}{notice}{QUOTE}") == OWN
        assert new_text(f"{OWN}\n\n{above}{notice}\n\n{NOTICES[0]}") == OWN


@pytest.mark.parametrize("notice", NOTICES)
def test_a_legal_notice_that_is_followed_by_words_or_is_all_stays(notice: str) -> None:
    assert new_text(f"{OWN}\n\n{notice}\n\nWhat does that mean?").endswith("mean?")
    assert new_text(notice) == notice


@pytest.mark.parametrize("text", [
    "This email is confidential: please tell nobody.", "Thông tin này là bí mật.", "ข้อความนี้เป็นความลับ",
    "This message is shown since Monday whenever I print a page of more than two sheets, and then the lamp is red until I turn it off.",
])  # fmt: skip
def test_the_authors_own_words_are_no_legal_notice(text: str) -> None:
    assert new_text(f"{OWN}\n\n{text}") == f"{OWN}\n\n{text}"


def test_a_row_of_dashes_at_the_end_says_nothing() -> None:
    assert new_text(f"{OWN}\n\n----------\n\n==========\n") == OWN
    assert new_text(f"One\n----------\n{OWN}") == f"One\n----------\n{OWN}"
