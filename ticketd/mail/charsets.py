"""Bytes -> text: declared charset, else UTF-8, else the most plausible of the desk's languages."""

import codecs
import encodings.aliases
import re

from ticketd.core.text import clean_text

encodings.aliases.aliases.update(
    dict.fromkeys(
        (
            "windows_874",
            "x_windows_874",
            "tis_620",
            "tis620",
            "tis_620_0",
            "iso_8859_11",
            "iso8859_11",
            "thai",
        ),
        "cp874",
    )
)
encodings.aliases.aliases.update(
    {
        "ks_c_5601_1987": "cp949",
        "x_gbk": "gb18030",
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "x_unknown": "ascii",
        "unicode_1_1_utf_8": "utf_8",
        "cp_850": "cp850",
        "iso_8859_8_i": "iso8859_8",
    }
)

# RFC 1456: six controls and all of 0x80-0xFF differ from ASCII.
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII = list(map(chr, range(128))) + list(_VISCII_HIGH)
for _at, _sign in {2: "Ẳ", 5: "Ẵ", 6: "Ẫ", 20: "Ỷ", 25: "Ỹ", 30: "Ỵ"}.items():
    _VISCII[_at] = _sign
_VISCII_TABLE = "".join(_VISCII)
_VISCII_BACK = codecs.charmap_build(_VISCII_TABLE)


def _viscii(name: str) -> codecs.CodecInfo | None:
    if name not in {"viscii", "csviscii", "viscii1_1_1"}:
        return None
    return codecs.CodecInfo(
        name="viscii",
        encode=lambda text, errors="strict": codecs.charmap_encode(text, errors, _VISCII_BACK),
        decode=lambda data, errors="strict": codecs.charmap_decode(data, errors, _VISCII_TABLE),
    )


codecs.register(_viscii)

_ALLOWED = re.compile(
    r"(?:utf[-_]?8|utf[-_]?16(?:le|be)?|utf[-_]?32(?:le|be)?|(?:us-)?ascii|iso[-_]?8859[-_]?\d{1,2}|iso8859-\d{1,2}"
    r"|windows-?125\d|cp\d{3,5}|ibm\d{3}|latin[-_]?\d|koi8[-_][rut]|mac[-_]?\w+|gb18030|gb2312|gbk|hz|big5(?:hkscs)?"
    r"|shift[-_]?jis\w*|euc[-_]?\w+|iso2022[-_]\w+|iso-2022-\w+|johab|viscii|ptcp154|tis-620)$",
    re.IGNORECASE,
)


def codec_of(charset: str) -> str | None:
    """The codec of a declared charset, or None where it is no charset for text (`utf-7`, `idna`)."""
    name = charset.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if _ALLOWED.match(found) or _ALLOWED.match(name) else None


def decode(data: bytes, charset: str = "", hint: str = "") -> tuple[str, bool]:
    """The text of `data`, and whether its charset had to be guessed. Never raises.

    `hint` is the language of the department, which breaks ties between plausible charsets.
    """
    codec = codec_of(charset) if charset else None
    if codec and codec != "ascii":
        try:
            return clean_text(data.decode(codec)), False
        except (UnicodeError, ValueError):
            pass
    try:
        return clean_text(data.decode("utf-8")), False
    except UnicodeDecodeError:
        pass
    if codec and codec not in {"ascii", "utf-8"}:
        text = data.decode(codec, "replace")
        if text.count("\ufffd") * 50 <= len(text):
            return clean_text(text), True
    return clean_text(_guess(data, hint)), True


_THAI_LIKE = re.compile(rb"[\xa1-\xda\xdf-\xfb]{3,}")


def _guess(data: bytes, hint: str) -> str:
    """Thai is written without blanks in long runs of high bytes; Vietnamese and Latin are not."""
    high = sum(1 for b in data[:20_000] if b >= 0x80)
    in_runs = sum(len(run) for run in _THAI_LIKE.findall(data[:20_000]))
    if high and in_runs * 10 >= high * 7 and (hint == "th" or in_runs >= 6):
        return data.decode("cp874", "replace")
    return data.decode("cp1258" if hint == "vi" else "cp1252", "replace")
