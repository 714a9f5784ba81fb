"""Header blocks, forwarded mails, marks of desks, answers between quotes; what is never cut."""

import pytest

from ticketd.core.subjects import is_forward
from ticketd.mail.quotes import new_text

OWN = "The lamp is still red.\nPlease send somebody."
QUOTED = "\n\nHello,\n\nhave you tried to turn it off?\n\nAnn"

BLOCKS = {
    "en": "From: Ann Lee <ann@desk.example>\nSent: Monday, November 2, 2026 10:00 AM\nTo: Bo <bo@x.example>\nSubject: Lamp",
    "en, no address": "From: Ann Lee\nSent: Monday, November 2, 2026 10:00 AM\nTo: Bo\nSubject: Lamp",
    "en, no date": "From: Ann Lee\nSent: Monday\nTo: Bo\nSubject: Lamp",
    "en, bold": "*From:* Ann Lee <ann@desk.example>\n*Sent:* Monday, 2 November 2026 10:00\n*To:* Bo\n*Subject:* Lamp",
    "en, bold word": "**From**: Ann Lee <ann@desk.example>\n**Date**: 2 November 2026 10:00\n**To**: Bo\n**Subject**: Lamp",
    "en, date first": "Date: Mon, 2 Nov 2026 10:00:45 +0400\nSubject: Lamp\nFrom: ann@desk.example\nTo: bo@x.example",
    "en, Notes": "From:        Ann Lee/Desk/Example\nTo:        Bo/X@X, \nDate:        02/11/2026 10:00 AM\nSubject:        Lamp",
    "en, blank lines": "From: Ann Lee\n\nSent: Monday, 2 November 2026 10:00\n\nTo: Bo\n\nSubject: Lamp",
    "en, wrapped": "From: Ann Lee\n <ann@desk.example>\nSent: Monday, 2 November 2026\n 10:00\nTo: Bo <bo@x.example>;\n Cy <cy@x.example>; Di\n <di@x.example>\nSubject: Lamp",
    "en, value below": "From:\nAnn Lee <ann@desk.example>\nSent:\nMonday, 2 November 2026\nTo:\nBo\nSubject:\nLamp",
    "en, one line": "From: Ann Lee <ann@desk.example> Sent: Monday, 2 November 2026 10:00 To: Bo <bo@x.example> Subject: Lamp",
    "en, no-break spaces": "From:\xa0Ann Lee\nSent:\xa0Monday, 2 November 2026\nTo:\xa0Bo\nSubject:\xa0Lamp",
    "th": "จาก: ฝ่ายบริการ <ann@desk.example>\nส่ง: วันจันทร์ที่ 2 พฤศจิกายน 2569 10:00\nถึง: บี <bo@x.example>\nเรื่อง: ไฟแดง",
    "th, date": "จาก: ฝ่ายบริการ\nวันที่: 2 พ.ย. 2569 10:00\nถึง: บี\nหัวเรื่อง: ไฟแดง",
    "th, sent": "จาก: ฝ่ายบริการ\nส่งเมื่อ: 2 พฤศจิกายน 2569 10:00\nถึง: บี\nสำเนา: ซี\nชื่อเรื่อง: ไฟแดง",
    "vi": "Từ: Hỗ trợ <ann@desk.example>\nĐã gửi: Thứ Hai, 2 tháng 11, 2026 10:00\nTới: Bình <bo@x.example>\nChủ đề: Đèn đỏ",
    "vi, sender": "Người gửi: Hỗ trợ <ann@desk.example>\nNgày: 02/11/2026 10:00\nNgười nhận: Bình\nTiêu đề: Đèn đỏ",
    "vi, date": "Từ: Hỗ trợ\nNgày: Th 2, 2 thg 11, 2026 lúc 10:00\nĐến: Bình\nCc: Cúc\nChủ đề: Đèn đỏ",
    "de": "Von: Ann Lee <ann@desk.example>\nGesendet: Montag, 2. November 2026 10:00\nAn: Bo\nCc: Cy\nBetreff: Lampe",
    "fr": "De : Ann Lee <ann@desk.example>\nEnvoyé : lundi 2 novembre 2026 10:00\nÀ : Bo\nObjet : Lampe",
    "fr, no-break": "De\xa0: Ann Lee\nDate\xa0: lundi 2 novembre 2026 à 10:00\nÀ\xa0: Bo\nObjet\xa0: Lampe",
    "es": "De: Ann Lee <ann@desk.example>\nEnviado el: lunes, 2 de noviembre de 2026 10:00\nPara: Bo\nAsunto: Luz",
    "it": "Da: Ann Lee <ann@desk.example>\nInviato: lunedì 2 novembre 2026 10:00\nA: Bo\nOggetto: Luce",
    "pt": "De: Ann Lee <ann@desk.example>\nEnviada em: segunda-feira, 2 de novembro de 2026 10:00\nPara: Bo\nAssunto: Luz",
    "nl": "Van: Ann Lee <ann@desk.example>\nVerzonden: maandag 2 november 2026 10:00\nAan: Bo\nOnderwerp: Lamp",
    "pl": "Od: Ann Lee <ann@desk.example>\nWysłano: poniedziałek, 2 listopada 2026 10:00\nDo: Bo\nTemat: Lampa",
    "sv": "Från: Ann Lee <ann@desk.example>\nSkickat: den 2 november 2026 10:00\nTill: Bo\nÄmne: Lampa",
    "da": "Fra: Ann Lee <ann@desk.example>\nSendt: 2. november 2026 10:00\nTil: Bo\nEmne: Lampe",
    "fi": "Lähettäjä: Ann Lee <ann@desk.example>\nLähetetty: maanantai 2. marraskuuta 2026 10.00\nVastaanottaja: Bo\nAihe: Lamppu",
    "ru": "От: Ann Lee <ann@desk.example>\nОтправлено: 2 ноября 2026 г. 10:00\nКому: Bo\nТема: Лампа",
    "ja": "差出人: Ann Lee <ann@desk.example>\n送信日時: 2026年11月2日 10:00\n宛先: Bo\n件名: ランプ",
    "zh": "发件人：Ann Lee <ann@desk.example>\n发送时间：2026年11月2日 10:00\n收件人：Bo\n主题：灯",
    "zh, traditional": "寄件者: Ann Lee <ann@desk.example>\n寄件日期: 2026年11月2日 上午 10:00\n收件者: Bo\n主旨: 燈",
    "ko": "보낸 사람: Ann Lee <ann@desk.example>\n보낸 날짜: 2026년 11월 2일 월요일 오전 10:00\n받는 사람: Bo\n제목: 램프",
}  # fmt: skip
ABOVE = [
    "", "________________________________\n", "_____________________________________________\n\n", "-----Original Message-----\n",
    "-------- Original message --------\n", "----- Original Message ----- \n", "-----Ursprüngliche Nachricht-----\n",
    "-------- ข้อความต้นฉบับ --------\n", "-------- Tin nhắn gốc --------\n", "________________________________\xa0\n\n",
]  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS)
def test_a_header_block_and_all_below_it_go(block: str) -> None:
    for above in ABOVE:
        assert new_text(f"{OWN}\n\n{above}{BLOCKS[block]}{QUOTED}") == OWN
        crlf = f"{OWN}\n{above}{BLOCKS[block]}{QUOTED}".replace("\n", "\r\n")
        assert new_text(crlf).split() == OWN.split()


@pytest.mark.parametrize("block", BLOCKS)
def test_a_mail_that_is_sent_on_stays_whole(block: str) -> None:
    text = f"Can you see to this?\n\n{BLOCKS[block]}{QUOTED}"
    assert new_text(text, forwards=True).split() == text.split()
    for above in ABOVE:
        assert "have you tried" in new_text(f"Bo, see:\n\n{above}{text}", forwards=True)
    assert "have you tried" in new_text(f"{BLOCKS[block]}{QUOTED}"), "it is all there is"


ORIGINAL = [
    "-----Original Message-----", "------ Original Message ------", "--- Original message ---", "-------- Original message --------",
    "-----Original Appointment-----", "-----Ursprüngliche Nachricht-----", "-------- Originalnachricht --------",
    "-----Message d'origine-----", "-----Mensaje original-----", "-----Messaggio originale-----", "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----", "-----Wiadomość oryginalna-----", "-----Ursprungligt meddelande-----",
    "-----Oprindelig meddelelse-----", "-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----",
    "-----Исходное сообщение-----", "-----元のメッセージ-----", "-----邮件原件-----", "------------------ 原始邮件 ------------------",
    "-----원본 메시지-----", "-----ข้อความต้นฉบับ-----", "-------- ข้อความเดิม --------", "-----Thư gốc-----",
    "-------- Thông báo gốc --------", "==== Original Message ====", "***** Original Message *****",
    "##- Please type your reply above this line -##", "-- Reply above this line --", "=-=-= Reply above this line =-=-=",
    "## Bitte oberhalb dieser Linie antworten ##", "-- กรุณาตอบเหนือบรรทัดนี้ --", "-- Vui lòng trả lời phía trên dòng này --",
]  # fmt: skip


@pytest.mark.parametrize("line", ORIGINAL)
def test_below_a_rule_stands_the_quoted_mail(line: str) -> None:
    assert new_text(f"{OWN}\n\n{line}\nHello, have you tried?\nAnn") == OWN
    sure = f"{OWN}\n\nOn Mon, 2 Nov 2026 at 10:00, Ann <ann@desk.example> wrote:\n\n{line}\nHello"
    assert new_text(sure) == OWN


FORWARDED = [
    "---------- Forwarded message ---------", "---------- Forwarded message ----------", "-------- Forwarded Message --------",
    "Begin forwarded message:", "----- Forwarded by Ann Lee/Desk on 11/02/2026 10:00 AM -----", "-----Forwarded Message-----",
    "============ Forwarded message ============", "-------- Weitergeleitete Nachricht --------",
    "Anfang der weitergeleiteten Nachricht:", "---------- Message transféré ---------", "Début du message transféré :",
    "---------- Mensaje reenviado ---------", "---------- Messaggio inoltrato ---------", "---------- Mensagem encaminhada ---------",
    "---------- Doorgestuurd bericht ---------", "---------- Wiadomość przekazana ---------",
    "---------- Vidarebefordrat brev ---------", "---------- Videresendt besked ---------", "---------- Videresendt melding ---------",
    "---------- Välitetty viesti ---------", "---------- Пересылаемое сообщение ---------", "---------- 転送メッセージ ---------",
    "---------- 转发邮件 ---------", "---------- 전달된 메시지 ---------", "---------- ข้อความที่ส่งต่อ ---------",
    "---------- Thư chuyển tiếp ---------", "---------- Tin nhắn được chuyển tiếp ---------",
]  # fmt: skip


@pytest.mark.parametrize("line", FORWARDED)
def test_a_forwarded_mail_is_meant_to_be_read(line: str) -> None:
    inner = "On Sun, 1 Nov 2026 at 9:00, Cy <cy@x.example> wrote:\n> older"
    text = f"{line}\n{BLOCKS['en']}{QUOTED}\n\n{inner}"
    assert new_text(text) == text
    assert new_text(f"See below.\n\n{text}") == f"See below.\n\n{text}"


def test_a_forwarded_mail_below_a_quote_goes_with_the_quote() -> None:
    quote = "On Mon, 2 Nov 2026 at 10:00, Ann <ann@desk.example> wrote:\n"
    assert (
        new_text(f"{OWN}\n\n{quote}\n---------- Forwarded message ---------\n{BLOCKS['en']}") == OWN
    )


SENTENCES = [
    "From: Bangkok\nTo: Chiang Mai\nDate: 2 November 2026", "From: 10\nTo: 20\nDate: 2026", "จาก: กรุงเทพ\nถึง: เชียงใหม่\nวันที่: 2 พ.ย. 2569",
    "Từ: Hà Nội\nĐến: Huế\nNgày: 2/11/2026", "Von: Köln\nNach: Bonn\nDatum: 2.11.2026", "Subject: the lamp\nTo: everybody",
    "Name: Bo\nDate: 2 Nov 2026\nSubject: Lamp", "original message: what is that?", "- original message\n- a copy of it",
    "The mark is ---- original ----", "Begin forwarded messages with a greeting.", "Write above this line, please.",
    "> this is my command\nand this its result", "a > b\nc > d",
]  # fmt: skip


@pytest.mark.parametrize("text", SENTENCES)
def test_what_only_looks_like_a_header_block_or_a_rule_stays(text: str) -> None:
    assert new_text(f"Hello,\n\n{text}\n\nPlease help.") == f"Hello,\n\n{text}\n\nPlease help."


LINE = "On Mon, 2 Nov 2026 at 10:00, Ann <ann@desk.example> wrote:"


def test_answers_between_quotes_stay_with_what_they_answer() -> None:
    text = f"See below.\n\n{LINE}\n> Which printer?\n\nThe one on the first floor.\n\n> Since when?\n\nYesterday."
    assert new_text(text) == text
    assert new_text(f"{text}\n\n> Regards\n> Ann\n") == text
    assert new_text(f"{text}\n\n-- \nBo") == text


def test_an_answer_below_the_whole_quote_is_the_text() -> None:
    assert (
        new_text(f"{LINE}\n\n> Which printer?\n>\n> Ann\n\nThe one on the first floor.\n")
        == "The one on the first floor."
    )
    assert (
        new_text(f"Hello,\n\n{LINE}\n> Which?\n\nThe first.\n\n-- \nBo") == "Hello,\n\nThe first."
    )


def test_a_quote_that_nobody_announces_stays_between_the_lines() -> None:
    text = "The log says:\n> E05\nWhat is that?"
    assert new_text(text) == text


@pytest.mark.parametrize("text", [
    f"{LINE}\n> Have you?", "> Have you?", f"{BLOCKS['en']}{QUOTED}", "-----Original Message-----\nHello", "--\nBo",
    "Sent from my iPhone", f"{LINE}\n", ">\n>\n", "________\n", "##- reply above this line -##\nx",
])  # fmt: skip
def test_what_is_nothing_but_a_quote_stays(text: str) -> None:
    assert new_text(text) == text.strip("\n").strip()


def test_long_lines_stay_whole() -> None:
    line = "word " * 5000
    assert new_text(f"{line}\n\n{LINE}\n> x") == line.strip()


def test_more_lines_than_a_person_writes_stay() -> None:
    text = "x\n" * 6000 + LINE + "\n> y"
    assert new_text(text) == text


@pytest.mark.parametrize(("subject", "forwards"), [
    ("Fwd: Lamp", True), ("FW: RE: Lamp", True), ("WG: Lampe", True), ("TR : lampe", True), ("RV: luz", True), ("I: luce", True),
    ("ส่งต่อ: ไฟ", True), ("Chuyển tiếp: đèn", True), ("转发：灯", True), ("転送: ランプ", True),
    ("Re: Fwd: Lamp", False), ("[#7] FW: Lamp", False), ("Forward: a button", False), ("AW: Lampe", False), ("I have a lamp: red", False), ("", False),
])  # fmt: skip
def test_the_first_prefix_of_a_subject_says_whether_a_mail_is_sent_on(
    subject: str, forwards: bool
) -> None:
    assert is_forward(subject) is forwards
