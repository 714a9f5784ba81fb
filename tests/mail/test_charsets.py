"""The ladder: what is declared, else UTF-8, else what is spelt best; a guess is marked, and no text is garbled."""

import unicodedata

import pytest

from ticketd.mail.charsets import codec_of, decode

THAI = "เรียน เจ้าหน้าที่ เครื่องพิมพ์ในห้องประชุมไม่ทำงานตั้งแต่เช้าวันนี้ค่ะ"
VIETNAMESE = "Kính gửi quý công ty, đường truyền của văn phòng tôi bị ngắt từ hôm qua, mong được hỗ trợ sớm ạ."
FRENCH = "Bonjour, la clé USB n'a jamais été livrée ; voilà déjà trois semaines. À bientôt, Hélène"
GERMAN = "Schöne Grüße aus Köln, der Schlüssel fehlt. – „Müller“"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_charset(text: str, charset: str) -> bytes:
    """windows-1258 has tones as signs of their own, behind letters that have all other marks."""
    if charset != "cp1258":
        return text.encode(charset)
    out = b""
    for sign in text:
        parts = unicodedata.normalize("NFD", sign)
        tone = "".join(part for part in parts if part in _TONES)
        letter = unicodedata.normalize("NFC", "".join(p for p in parts if p not in _TONES))
        out += (letter + tone).encode("cp1258")
    return out


@pytest.mark.parametrize(
    ("declared", "codec", "text"),
    [
        ("windows-874", "cp874", THAI), ("TIS-620", "cp874", THAI), ("x-windows-874", "cp874", THAI), ("ISO-8859-11", "cp874", THAI),
        ("viscii", "viscii", VIETNAMESE), ("VISCII1.1-1", "viscii", VIETNAMESE), ("TCVN-5712", "tcvn", VIETNAMESE),
        ("TCVN5712-1:1993", "tcvn", VIETNAMESE), ("x-viet-tcvn5712", "tcvn", VIETNAMESE), ("windows-1258", "cp1258", VIETNAMESE),
        ("gb2312", "gb18030", "打印机坏了,镕"), ("GBK", "gbk", "打印機壞了"), ("big5", "cp950", "印表機壞了"), ("koi8-r", "koi8-r", "Принтер сломан"),
        ("iso-2022-jp", "iso2022_jp", "プリンターが壊れました"), ("shift_jis", "cp932", "①プリンター"), ("ks_c_5601-1987", "cp949", "프린터 뷁"),
        ("iso-8859-1", "cp1252", GERMAN), ("hz-gb-2312", "hz", "打印机"), ("utf-16", "utf-16", "Zug"), ('"utf-8"', "utf-8", THAI),
    ],
)  # fmt: skip
def test_what_is_declared_is_taken(declared: str, codec: str, text: str) -> None:
    assert decode(in_charset(text, codec), declared) == (text, False)


@pytest.mark.parametrize("declared", ["", "us-ascii", "x-unknown", "utf-8", "x-user-defined"])
@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp874", THAI), ("cp1258", VIETNAMESE), ("tcvn", VIETNAMESE), ("viscii", VIETNAMESE), ("cp1252", FRENCH), ("cp1252", GERMAN),
        ("cp1252", "naïve"), ("cp874", "ราคา 50 บาท"), ("cp1258", "Re: Hỏi về giá"),
    ],
)  # fmt: skip
def test_what_is_declared_wrongly_or_not_at_all_is_guessed(
    declared: str, codec: str, text: str
) -> None:
    for hint in ("", "th", "vi", "en", "vi,th,en"):
        assert decode(in_charset(text, codec), declared, hint) == (text, True), hint


@pytest.mark.parametrize("declared", ["", "us-ascii", "windows-874-x", "utf-7"])
def test_utf_8_needs_no_name(declared: str) -> None:
    assert decode(THAI.encode(), declared) == (THAI, False)


@pytest.mark.parametrize(("codec", "text"), [("cp874", THAI), ("cp1258", VIETNAMESE), ("tcvn", VIETNAMESE), ("utf-8", FRENCH)])  # fmt: skip
def test_western_letters_declared_by_habit(codec: str, text: str) -> None:
    assert decode(in_charset(text, codec), "iso-8859-1") == (text, True)
    assert decode(in_charset(FRENCH, "cp1252"), "iso-8859-1") == (FRENCH, False)


def test_the_department_breaks_ties() -> None:
    assert decode(b"\xa1\xd2", "", "th")[0] == "กา"
    assert decode(b"m\xd0i", "", "vi")[0] == "mĐi"
    assert decode(b"m\xe9i", "", "en")[0] == "méi"


def test_only_the_languages_of_the_desk_are_guessed() -> None:
    raw = in_charset(THAI, "cp874")
    assert decode(raw, "", "en,th")[0] == THAI
    assert decode(raw, "", "en,vi")[0] != THAI


def test_a_broken_sign_does_not_spoil_the_others() -> None:
    assert decode(THAI.encode() + b"\xe0\xb8", "utf-8") == (f"{THAI}\ufffd", True)
    assert decode("打印机坏了".encode("gb18030") * 5 + b"\xff", "gb2312")[0].startswith("打印机")


@pytest.mark.parametrize("name", ["x" * 100_000, "utf-7", "punycode", "zip", "../x", "\0", "é", "", "rot13"])  # fmt: skip
def test_no_charset_for_text(name: str) -> None:
    assert codec_of(name) is None
    assert decode(b"abc", name) == ("abc", False)
