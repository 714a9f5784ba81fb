""" "On ... wrote:" of many programs and languages, and sentences that only look like it."""

import pytest

from ticketd.mail.quotes import new_text

OWN = "The lamp is still red.\nPlease send somebody."

BOTH = [
    # English: Gmail, Gmail on phones, Apple Mail, Yahoo, Thunderbird, Zoho, Eudora, Outlook on phones, Proton, Notes
    "On Mon, 2 Nov 2026 at 10:00, Ann Lee <ann@desk.example> wrote:",
    "On Mon, Nov 2, 2026 at 10:00 AM Ann Lee <ann@desk.example> wrote:",
    "On Mon, Nov 2, 2026 at 10:00\u202fAM Ann Lee <ann@desk.example> wrote:",
    "On Mon, Nov 2, 2026, 10:00 Ann Lee <ann@desk.example> wrote:",
    "On Nov 2, 2026, at 10:00 AM, Ann Lee <ann@desk.example> wrote:",
    "On 2 Nov BE 2569, at 10:00, Ann Lee <ann@desk.example> wrote:",
    "    On Monday, November 2, 2026 at 10:00:23 AM GMT+7, Ann Lee <ann@desk.example> wrote:  ",
    "On 02/11/2026 10:00, Ann Lee wrote:",
    "On 11/2/26 10:00, ann@desk.example wrote:",
    "---- On Mon, 02 Nov 2026 10:00:23 +0700 Ann Lee <ann@desk.example> wrote ---",
    "---- On Mon, 02 Nov 2026 10:00:23 +0700 Ann Lee<ann@desk.example> wrote ----",
    'On Mon, Nov 2, 2026 at 10:00 AM +0700, "Ann Lee" <ann@desk.example> wrote:',
    "On Monday, November 2nd, 2026 at 10:00 AM, Ann Lee <ann@desk.example> wrote:",
    "2026-11-02 10:00 GMT+07:00 Ann Lee <ann@desk.example>:",
    "2026-11-02 10:00 GMT+07:00 Ann Lee <ann@desk.example> wrote:",
    "On Mon, 2 Nov 2026 at 10:00, Ann Lee\n<ann@desk.example> wrote:",
    "On Mon, 2 Nov 2026 at 10:00, Ann Lee <\nann@desk.example> wrote:",
    "On Mon, 2 Nov 2026\nat 10:00, Ann Lee of the Desk\n<ann@desk.example>\nwrote:",
    "On Mon, Nov 2,\n2026 at 10:00 AM Ann Lee <ann@desk.example> wrote:",
    "On Mon, Nov 2, 2026 at 10:00\nAM Ann Lee <ann@desk.example> wrote:",
    "On Mon, 2 Nov 2026, 10:00 Ann Lee, <ann@desk.example> wrote:",
    "On Mon, 2 Nov 2026 at 10:00, Ann Lee <ann@desk.example<mailto:ann@desk.example>> wrote:",
    "On Mon, 2 Nov 2026 at 10:00, Ann Lee [mailto:ann@desk.example] wrote:",
    "On 2 Nov 2026 10:00 am, Ann Lee <ann@desk.example> wrote:",
    "At 2026-11-02 10:00:23, \"Ann Lee\" <ann@desk.example> wrote:",
    # Thai
    "เมื่อ จ. 2 พ.ย. 2569 เวลา 10:00 น. ฝ่ายบริการ <ann@desk.example> เขียนว่า:",
    "ในวันที่ จ. 2 พ.ย. 2026 เวลา 10:00 ฝ่ายบริการ <ann@desk.example> เขียนว่า:",
    "เมื่อวันที่ จ. 2 พ.ย. 2026 เวลา 10:00 ฝ่ายบริการ <ann@desk.example> เขียนว่า:",
    "เมื่อ วันจันทร์ที่ 2 พฤศจิกายน พ.ศ. 2569 10:00:23 GMT+7, ฝ่ายบริการ <ann@desk.example> เขียน:",
    "    ในวันที่ วันจันทร์ที่ 2 พฤศจิกายน ค.ศ. 2026 10:00:23 GMT+7, ฝ่ายบริการ <ann@desk.example> เขียนว่า:  ",
    "เมื่อ 2 พ.ย. 2569 เวลา 10:00 ฝ่ายบริการ <ann@desk.example> เขียนว่า:",
    "วันที่ 2 พ.ย. 2569 เวลา 10:00, ฝ่ายบริการ <ann@desk.example> เขียนว่า:",
    "2026-11-02 10:00 GMT+07:00 ฝ่ายบริการ <ann@desk.example>:",
    "เมื่อ จ. 2 พ.ย. 2569 เวลา 10:00 น. ฝ่ายบริการลูกค้า\n<ann@desk.example> เขียนว่า:",
    "จ. 2 พ.ย. 2569 เวลา 10:00 น. ฝ่ายบริการลูกค้า\n<ann@desk.example> เขียนว่า:",
    "---- เมื่อ จ., 02 พ.ย. 2026 10:00:23 +0700 ฝ่ายบริการ <ann@desk.example> เขียน ----",
    # Vietnamese
    "Vào Th 2, 2 thg 11, 2026 vào lúc 10:00 Hỗ trợ <ann@desk.example> đã viết:",
    "Vào Th 2, 2 thg 11, 2026 vào lúc 10:00 Bộ phận Chăm sóc Khách hàng\n<ann@desk.example> đã viết:",
    "Vào Th 2, 2 thg 11, 2026\nvào lúc 10:00 Hỗ trợ <ann@desk.example>\nđã viết:",
    "Vào lúc 10:00 Th 2, 2 thg 11, 2026, Hỗ trợ <ann@desk.example> đã viết:",
    "Vào 10:00, 2 thg 11, 2026, Hỗ trợ <ann@desk.example> đã viết:",
    "    Vào Thứ Hai, 2 tháng 11, 2026 lúc 10:00:23 GMT+7, Hỗ trợ <ann@desk.example> đã viết:  ",
    "Vào 2 tháng 11, 2026 10:00, Nguyễn Hoàng Anh <ann@desk.example> đã viết:",
    "Vào 10:00 2/11/2026, Hỗ trợ viết:",
    "Vào ngày 02/11/2026 10:00, Hỗ trợ đã viết:",
    "Ngày 02/11/2026 10:00, Hỗ trợ <ann@desk.example> viết:",
    "Lúc 10:00 ngày 2 tháng 11 năm 2026, Hỗ trợ <ann@desk.example> đã viết:",
    "Th 2, 2 thg 11, 2026 lúc 10:00 Hỗ trợ <ann@desk.example> đã viết:",
    "---- Vào Th 2, 02 thg 11 2026 10:00:23 +0700 Hỗ trợ <ann@desk.example> đã viết ----",
    # German
    "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ann Lee <ann@desk.example>:",
    "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ann Lee <\nann@desk.example>:",
    "Am 02.11.2026 um 10:00 schrieb Ann Lee <ann@desk.example>:",
    "Ann Lee <ann@desk.example> schrieb am Mo., 2. Nov. 2026, 10:00:",
    "    Am Montag, 2. November 2026 um 10:00:23 MEZ hat Ann Lee <ann@desk.example> Folgendes geschrieben:  ",
    # French, Spanish, Italian, Portuguese
    "Le lun. 2 nov. 2026 à 10:00, Ann Lee <ann@desk.example> a écrit :",
    "Le lun. 2 nov. 2026 à 10:00, Ann Lee <ann@desk.example> a\nécrit :",
    "Le 2 nov. 2026 à 10:00, Ann Lee <ann@desk.example> a écrit :",
    "El lun, 2 nov 2026 a las 10:00, Ann Lee (<ann@desk.example>) escribió:",
    "El 2 nov 2026, a las 10:00, Ann Lee <ann@desk.example> escribió:",
    "Il giorno lun 2 nov 2026 alle ore 10:00 Ann Lee <ann@desk.example> ha scritto:",
    "Il 02/11/2026 10:00, Ann Lee ha scritto:",
    "Em seg., 2 de nov. de 2026 às 10:00, Ann Lee <ann@desk.example> escreveu:",
    "Em 2 de nov. de 2026, à(s) 10:00, Ann Lee <ann@desk.example> escreveu:",
    # Dutch, Polish, Nordic
    "Op ma 2 nov 2026 om 10:00 schreef Ann Lee <ann@desk.example>:",
    "Op 2 nov. 2026 om 10:00 heeft Ann Lee <ann@desk.example> het volgende geschreven:",
    "pon., 2 lis 2026 o 10:00 Ann Lee <ann@desk.example> napisał(a):",
    "W dniu 02.11.2026 o 10:00, Ann Lee pisze:",
    "Wiadomość napisana przez Ann Lee <ann@desk.example> w dniu 2 lis 2026, o godz. 10:00:",
    "Den mån 2 nov. 2026 kl 10:00 skrev Ann Lee <ann@desk.example>:",
    "2 nov. 2026 kl. 10:00 skrev Ann Lee <ann@desk.example>:",
    "Den man. 2. nov. 2026 kl. 10.00 skrev Ann Lee <ann@desk.example>:",
    "man. 2. nov. 2026 kl. 10:00 skrev Ann Lee <ann@desk.example>:",
    "ma 2. marrask. 2026 klo 10.00 Ann Lee (ann@desk.example) kirjoitti:",
    # Russian
    "пн, 2 нояб. 2026 г. в 10:00, Ann Lee <ann@desk.example>:",
    "пн, 2 нояб.\n2026 г. в 10:00, Ann Lee <ann@desk.example>:",
    "2 нояб. 2026 г., в 10:00, Ann Lee <ann@desk.example> написал(а):",
    "02.11.2026 10:00, Ann Lee пишет:",
    "Понедельник, 2 ноября 2026, 10:00 +03:00 от Ann Lee <ann@desk.example>:",
    "02.11.2026, 10:00, \"Ann Lee\" <ann@desk.example>:",
    # Japanese, Chinese, Korean
    "2026年11月2日(月) 10:00 Ann Lee <ann@desk.example>:",
    "2026年11月2日(月) 10:00、Ann Lee <ann@desk.example>のメール:",
    "2026/11/02 10:00、Ann Lee <ann@desk.example>のメール：",
    "Ann Lee <ann@desk.example> 于2026年11月2日周一 10:00写道：",
    "Ann Lee <ann@desk.example>\n于2026年11月2日周一 10:00写道：",
    "Ann Lee <ann@desk.example> 於 2026年11月2日 週一 上午10:00寫道：",
    "在 2026-11-02 10:00:23，\"Ann Lee\" <ann@desk.example> 写道：",
    "2026年11月2日 10:00，Ann Lee <ann@desk.example> 写道：",
    "2026년 11월 2일 (월) 오전 10:00, Ann Lee <ann@desk.example>님이 작성:",
    "2026. 11. 2. 오전 10:00, Ann Lee <ann@desk.example> 작성:",
]  # fmt: skip

MARKED_ONLY = [
    "On Oct 2, 2026, Ann Lee wrote:",
    "Ann Lee <ann@desk.example> writes:",
    "Ann Lee wrote:",
    "ฝ่ายบริการ เขียนว่า:",
    "Hỗ trợ đã viết:",
    "2026/11/2 Ann Lee <ann@desk.example>",
    "*On Nov 2, 2026, Ann Lee wrote:*",
    "Ann Lee wrote on 2 November 2026 10:00:",
    "Ann Lee <ann@desk.example> wrote:",
    "On Monday, 2 November 2026 10:00:00 CET you wrote:",
    "Am 02.11.26 um 10:00 schrieb Ann Lee:",
    "Op 02-11-2026 om 10:00 schreef Ann Lee:",
    "Den 2026-11-02 kl. 10:00, skrev Ann Lee:",
    # languages without a table
    "Στις Δευ 2 Νοε 2026 στις 10:00 π.μ., ο χρήστης Ann Lee <ann@desk.example> έγραψε:",
    "E hënë, 2 nëntor 2026, 10:00 Ann Lee <ann@desk.example> shkroi:",
    "ב-יום ב׳, 2 בנוב׳ 2026 ב-10:00 מאת Ann Lee <ann@desk.example>:",
]


@pytest.mark.parametrize("line", [*BOTH, *MARKED_ONLY])
def test_the_line_above_a_marked_quote_goes_with_it(line: str) -> None:
    for between in ("\n", "\n\n"):
        assert new_text(f"{OWN}\n\n{line}{between}> Have you tried\n> to turn it off?\n") == OWN


@pytest.mark.parametrize("line", BOTH)
def test_a_quote_without_marks_goes_too(line: str) -> None:
    quoted = f"{line}\n\nHello,\n\nHave you tried to turn it off?\nWe call at 9:00.\n\nAnn"
    assert new_text(f"{OWN}\n\n{quoted}") == OWN
    assert new_text(f"{OWN}\n{quoted}") == OWN
    assert new_text(f"{OWN}\n\n{quoted}".replace("\n", "\r\n")).split() == OWN.split()
    assert new_text(f"{OWN}\n\n{line}\n") == OWN


@pytest.mark.parametrize("line", BOTH)
def test_a_phone_quotes_its_line_as_well(line: str) -> None:
    quoted = "\n".join(f"> {part.strip()}" for part in f"{line}\n\nHave you?".split("\n"))
    assert new_text(f"{OWN}\n\nSent from my iPhone\n\n{quoted}") == OWN


SENTENCES = [
    "On Monday I wrote:\nThe lamp is red.",
    "On 2 November 2026 at 10:00 I wrote:\nThe lamp is red.",
    "On 2 November 2026 you wrote:\nWe send somebody.",
    "Ann wrote:\nWe send somebody.",
    "Your colleague ann@desk.example wrote:\nWe send somebody.",
    "On average, this printer works well.\nOn the other hand, it is slow:\nten pages a minute.",
    "At 10:00 it was still on:\nall lamps were red.",
    "The times are:\n10:00 and 11:00",
    "We sent this to ann@desk.example on 2 Nov 2026 at 10:00:\nthe invoice, and the papers.",
    "In 2026 we had 3 faults:\none, two and three.",
    "See what he wrote:\nhttps://x.example/",
    "เมื่อวานคุณวิภาเขียนว่า:\nจะส่งของมา",
    "เมื่อวันที่ 2 พ.ย. 2569 เวลา 10:00 ผมเขียนว่า:\nไฟแดงยังติดอยู่",
    "เมื่อได้รับของแล้ว จะเขียนว่า:\nได้รับแล้ว",
    "วันที่ 2 พ.ย. 2569 เวลา 10:00 น. มีอาการดังนี้:\nไฟแดงติด",
    "Hôm qua chị Hà đã viết:\nmai sẽ gửi hàng.",
    "Vào 10:00 ngày 2/11/2026 tôi đã viết:\nđèn vẫn đỏ.",
    "Vào lúc 10:00 ngày 2/11/2026 máy báo lỗi:\nE05",
    "Am 2.11.2026 um 10:00 schrieb ich an ann@desk.example:\nDie Lampe ist rot.",
    "Le 2 novembre 2026 à 10:00, j'ai écrit :\nLa lampe est rouge.",
    "El 2/11/2026 a las 10:00 yo escribí:\nLa luz es roja.",
    "Am 2.11.2026 um 10:00 gab es drei Fehler:\nE1, E2, E3",
    "W dniu 2.11.2026 o 10:00 zobaczyłem błąd:\nE05",
    "2026年11月2日 10:00 に次のエラーが出ました：\nE05",
    "2 Nov 2026 10:00: the lamp is red\n2 Nov 2026 11:00: the lamp is green",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences_that_only_look_like_it_stay(text: str) -> None:
    assert new_text(f"Hello,\n\n{text}\n\nPlease help.") == f"Hello,\n\n{text}\n\nPlease help."
    assert new_text(f"{text}\n\nPlease help.") == f"{text}\n\nPlease help."


def test_who_wrote_it_the_author_says_and_it_stays() -> None:
    for line in ("You wrote:", "See what he wrote:", "Hôm qua chị viết:", "เมื่อวานคุณเขียนว่า:"):
        assert new_text(f"{OWN}\n\n{line}\n> Have you?") == f"{OWN}\n\n{line}"


def test_the_line_above_the_announcement_stays_without_a_blank_one_between() -> None:
    line = "On Mon, 2 Nov 2026 at 10:00, Ann Lee <ann@desk.example> wrote:\n> Have you?"
    assert new_text(f"On Monday we tried it.\n{line}") == "On Monday we tried it."
    assert new_text(f"It is in room 5.\nYes.\n{line}") == "It is in room 5.\nYes."
