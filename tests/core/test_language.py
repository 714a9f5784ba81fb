"""The language of a text: sure where it is, undecided where it is not."""

import time

import pytest

from ticketd.core.language import choose, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("สวัสดีครับ", "th"), ("ขอใบเสนอราคา", "th"), ("Microsoft Office 365 ใช้ไม่ได้ครับ error code 0x80070005 contact administrator", "th"),
        ("Xin chào, tôi cần giúp đỡ", "vi"), ("Máy in bị hỏng rồi ạ", "vi"), ("may in cua toi khong hoat dong, giup minh voi", "vi"),
        ("MÁY IN KHÔNG HOẠT ĐỘNG", "vi"), ("da nhan duoc hang nhung bi vo, toi muon doi", "vi"),
        ("Please help me", "en"), ("It is broken", "en"), ("My name is สมชาย ใจดี and the printer of our office is broken", "en"),
        ("I spoke to Mr. Nguyễn Văn Đức about it, but the line is still down. Can you help?", "en"),
        ("Bonjour, la facture est dans votre boîte mais je ne la vois pas", "fr"), ("Der Drucker ist kaputt, bitte helfen Sie mir", "de"),
        ("La impresora no funciona, por favor ayuda", "es"), ("Printer saya tidak bisa mencetak, mohon bantuan", "id"),
        ("プリンターが動きません", "ja"), ("打印机坏了", "zh"), ("프린터가 고장났어요", "ko"), ("Принтер сломан", "ru"), ("ເຄື່ອງພິມບໍ່ເຮັດວຽກ", "lo"),
    ],
)  # fmt: skip
def test_what_a_text_tells(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("máy in hỏng", "vi"), ("Máy in hỏng", "vi"), ("máy tính treo", "vi"), ("MÁY IN HỎNG", "vi"), ("lỗi mạng", "vi"),
        ("Mạng chậm quá", "vi"), ("máy in HP hỏng", "vi"), ("sách rách", "vi"), ("Đèn đỏ nhấp nháy", "vi"), ("Hết mực đỏ", "vi"),
        ("mất điện", "vi"), ("Lỗi E05, máy dừng", "vi"), ("Loa rè, màn hình đen", "vi"),
        ("พัง", "th"), ("HP LaserJet พัง", "th"), ("printer canon พัง", "th"), ("จอดับ", "th"), ("เน็ตช้า", "th"),
        ("Microsoft Office ล่ม", "th"),
        # Of others, and names in them.
        ("imprimante cassée", ""), ("où là", ""), ("ça marche, très bien", ""), ("Drucker defekt", ""), ("Gerät läuft nicht", ""),
        ("não há", ""), ("não há mão", ""), ("olá, impressão parada", ""), ("más café", ""), ("Café à côté", ""),
        ("può più", ""), ("Nguyễn Văn Đức", ""), ("Đỗ Thị Lành", ""), ("hi Đức", ""), ("Invoice Đỗ Văn Lộc", ""),
        ("thank you Đỗ Văn Lộc", "en"), ("nová tiskárna", ""), ("łódź się zepsuła", ""), ("brød på bord", ""),
        ("see attached quote, regards สมชาย", ""), ("the invoice of สมชาย", "en"), ("ก", ""),
    ],
)  # fmt: skip
def test_what_a_few_words_tell(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "OK", "Invoice 4711", "???", "INV-2026-11 / PO 8", "ก", "x" * 50_000])  # fmt: skip
def test_what_tells_nothing(text: str) -> None:
    assert language_of(text) == ""


def test_which_language_is_written_in() -> None:
    offered = ("en", "th", "vi")
    assert choose(("ขอบคุณครับ", "Please help me"), "vi", "en", offered) == "th"
    assert choose(("4711", "Please help me"), "vi", "th", offered) == "en"
    assert choose(("4711", "Re: 4711"), "vi", "th", offered) == "vi"
    assert choose(("4711", ""), "", "th", offered) == "th"
    assert choose(("Принтер сломан", "Please help me"), "", "th", offered) == "th"
    assert choose(("Xin chào, tôi cần giúp đỡ",), "vi", "en", ("en", "th")) == "en"


@pytest.mark.parametrize("piece", ["không ", "ครับ", "a", "a ", "đ", "the ", "Ё"])
def test_any_text_is_told_at_once(piece: str) -> None:
    began = time.process_time()
    language_of(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 0.2
