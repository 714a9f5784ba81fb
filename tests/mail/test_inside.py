"""What stands inside other things: winmail.dat, rich text, uuencoded files; read as far as it goes, whatever it is."""

import binascii
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketd.mail.parse import parse
from ticketd.mail.rtf import MOST, rtf_text, unpacked
from ticketd.mail.tnef import read_tnef
from ticketd.mail.uuencode import take_files

GOLDEN = Path(__file__).parent / "golden"
# The example of MS-OXRTFCP, 4.1.1.
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def winmail(name: str) -> bytes:
    _, _, encoded = (GOLDEN / f"{name}.eml").read_bytes().rpartition(b"base64\n\n")
    return binascii.a2b_base64(encoded.partition(b"\n--")[0])


def test_rich_text_is_unpacked() -> None:
    assert unpacked(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert rtf_text(unpacked(HELLO)) == ("hello world", False)


@pytest.mark.parametrize(
    ("rtf", "text", "is_html"),
    [
        (rb"{\rtf1\ansi\ansicpg874\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 \'ca\'c7\'d1\'ca\'b4\'d5\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}", "<p>สวัสดี</p>", True),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator x;}\uc1 \u272?n {\b tho\u7841?i}\line b\~c}", "Đn thoại\nb c", False),
        (rb"{\rtf1 never closed {{{ \u-3? \'zz \x", "never closed  \ufffd 'zz ", False),
        (b"", "", False),
    ],
)  # fmt: skip
def test_rich_text_says(rtf: bytes, text: str, is_html: bool) -> None:
    assert rtf_text(rtf) == (text, is_html)


def test_what_is_cut_anywhere_gives_what_stands_before() -> None:
    for name in ("winmail_html_and_files", "winmail_rich_text", "winmail_beside_text"):
        whole = winmail(name)
        assert read_tnef(whole) is not None
        for end in range(0, len(whole), 3):
            opened = read_tnef(whole[:end])
            assert opened is None or len(opened.files) <= 2
    assert read_tnef(b"") is None


@given(st.binary(max_size=300))
def test_any_bytes_are_no_harm(data: bytes) -> None:
    read_tnef(b"\x78\x9f\x3e\x22\1\0\1\x03\x90\x06\0\xff\0\0\0" + data)
    read_tnef(b"\x78\x9f\x3e\x22\1\0" + data)
    assert len(unpacked(b"\0" * 8 + b"LZFu" + b"\0" * 4 + data)) <= MOST + 4096
    rtf_text(data)


def block(name: str, data: bytes) -> str:
    lines = [binascii.b2a_uu(data[at : at + 45]).decode() for at in range(0, len(data), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


@given(st.binary(min_size=1, max_size=500))
def test_a_uuencoded_file_comes_out_as_it_went_in(data: bytes) -> None:
    text, files = take_files(f"before\n{block('a b.txt', data)}after", 10)
    assert files == [("a b.txt", data)]
    assert text == "before\nafter"
    # Mail programs take blanks off the ends of lines.
    bare = "\n".join(line.rstrip(" ") for line in block("x", data).split("\n"))
    assert take_files(bare, 10)[1] == [("x", data)]


@pytest.mark.parametrize(
    "text",
    ["begin 644 x\nand so on\nend", "begin 644 x\n", "begin 644 x\nend", "begin 644 x\n\nend", "begin the work\n#0V%T\nend", "> begin 644 x\n> #0V%T\n> end"],
)  # fmt: skip
def test_words_that_look_like_a_file_stay(text: str) -> None:
    assert take_files(text, 10) == (text, [])


def test_no_more_files_than_there_is_room() -> None:
    text, files = take_files(block("x", b"cat") * 5, 3)
    assert len(files) == 3
    assert text.count("begin 644 x") == 2
    raw = "Subject: x\n\n" + block("x", b"cat") * 250
    mail = parse(raw.encode())
    assert (len(mail.attachments), mail.text.count("begin")) == (200, 50)


@pytest.mark.parametrize("piece", ["begin 644 a\n", "begin 644 a\n#0V%T\n", "begin 644 a\n`\n"])
def test_files_that_never_end_take_no_time(piece: str) -> None:
    began = time.process_time()
    take_files(piece * (500_000 // len(piece)), 200)
    assert time.process_time() - began < 1
