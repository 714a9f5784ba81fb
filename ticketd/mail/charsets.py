"""Bytes -> text: declared charset, else UTF-8, else the most plausible of the desk's languages."""

import codecs
import encodings.aliases
import functools
import pkgutil
import re
from collections.abc import Callable

from ticketd.core import scripts
from ticketd.core.text import clean_text
from ticketd.mail import vietnamese

_THAI = (
    "windows_874", "x_windows_874", "ms874", "dos_874", "tis_620", "tis620", "tis620_2533", "tis_620_0", "tis_620_2533",
    "iso_8859_11", "iso8859_11", "iso_8859_11_2001", "iso_ir_166", "thai",
)  # fmt: skip
# For the library too, which decodes names of files.
encodings.aliases.aliases.update(dict.fromkeys(_THAI, "cp874"))
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
        "x_sjis": "cp932",
        "x_euc_jp": "euc_jp",
        "x_big5": "cp950",
        "cn_big5": "cp950",
        "x_cp1252": "cp1252",
        "x_cp1258": "cp1258",
        "x_mac_roman": "mac_roman",
    }
)
_WIDER = {
    "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "shift_jis": "cp932",
    "euc_kr": "cp949", "big5": "cp950", "gb2312": "gb18030", "gbk": "gb18030", "iso2022_jp": "iso2022_jp_ext",
}  # fmt: skip
"""What programs really write under a name: the vendor's charset that holds it (WHATWG Encoding, 4.2)."""

_ALLOWED = re.compile(
    r"(?:utf[-_]?8|utf[-_]?(?:16|32)(?:[-_]?[lb]e)?|(?:us-)?ascii|iso[-_]?8859[-_]?\d{1,2}|iso8859-\d{1,2}"
    r"|windows-?125\d|cp\d{3,5}|ibm\d{3}|latin[-_]?\d|koi8[-_][rut]|mac[-_]?\w+|gb18030|gb2312|gbk|hz|big5(?:hkscs)?"
    r"|shift[-_]?jis\w*|euc[-_]?\w+|iso2022[-_]\w+|iso-2022-\w+|johab|viscii|tcvn|ptcp154|tis-620)$",
    re.IGNORECASE,
)
_LONGEST_NAME = 40
_SAMPLE = 2000
_DECLARED_BY_HABIT = frozenset({"cp1252", "iso8859-15"})
"""Old programs in Thailand and Vietnam put these names below everything that they sent."""


@functools.cache
def _known() -> frozenset[str]:
    modules = (module.name for module in pkgutil.iter_modules(encodings.__path__))
    return frozenset({*encodings.aliases.aliases, *modules, *vietnamese.NAMES})


@functools.lru_cache(256)
def codec_of(charset: str) -> str | None:
    """The codec of a declared charset, or None where it is no charset for text (`utf-7`, `idna`)."""
    name = charset[: 2 * _LONGEST_NAME].strip().strip("\"'").lower()
    plain = encodings.normalize_encoding(name.replace(":", "_").encode("ascii", "ignore").decode())
    # An unknown name would be looked for among the library's files: a mail may hold thousands of them.
    if len(name) > _LONGEST_NAME or not {plain, plain.replace(".", "_")} & _known():
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if not (_ALLOWED.match(found) or _ALLOWED.match(name)):
        return None
    return _WIDER.get(found, found)


def decode(data: bytes, charset: str = "", hint: str = "") -> tuple[str, bool]:
    """The text of `data`, and whether its charset had to be guessed. Never raises.

    `hint` is the language of the department, then those of the desk (`th,en,vi`): they say between which charsets
    a guess is made, and the first one breaks ties.
    """
    if data.isascii() and b"\x1b" not in data and b"~{" not in data and b"\0" not in data:
        codec = codec_of(charset) if charset else None
        if codec is None or not codec.startswith(("utf-16", "utf-32")):
            return clean_text(data.decode("ascii")), False
    codec = codec_of(charset) if charset else None
    if codec and codec != "ascii":
        try:
            text = data.decode(codec)
        except (UnicodeError, ValueError):
            pass
        else:
            other = _misnamed(data) if codec in _DECLARED_BY_HABIT else None
            return clean_text(other or text), other is not None
    try:
        return clean_text(data.decode("utf-8")), False
    except UnicodeDecodeError:
        return clean_text(_mended(data, codec) or _guess(data, hint)), True


def _mended(data: bytes, codec: str | None) -> str | None:
    """A text with a few broken signs, in the charset that all the others are of."""
    for name in dict.fromkeys((codec or "utf-8", "utf-8")):
        if name == "ascii":
            continue
        text = data.decode(name, "replace")
        broken, odd = text.count("\ufffd"), sum(sign > "\x7f" for sign in text)
        # Whole signs of several bytes are no accident in UTF-8.
        if broken * (4 if name == "utf-8" else 11) <= odd:
            return text
    return None


def _sample(data: bytes) -> bytes:
    """The lines that say something about the charset."""
    if len(data) <= _SAMPLE:
        return data
    lines = [line for line in data[: 100 * _SAMPLE].split(b"\n") if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE]


def _vietnamese(text: str) -> float:
    return scripts.vietnamese(scripts.odd_words(text))


def _old_vietnamese(text: str) -> float:
    """One or two words are not enough for a charset that was never common."""
    words = scripts.odd_words(text)
    return scripts.vietnamese(words) if len(words) > 2 else 0.0


def _western(text: str) -> float:
    """Any spelling beats mere letters."""
    return scripts.latin(scripts.odd_words(text)) * 0.9


_Score = Callable[[str], float]
_CHARSETS: dict[str, tuple[tuple[str, _Score], ...]] = {
    "th": (("cp874", scripts.thai),),
    "vi": (("cp1258", _vietnamese), ("tcvn", _old_vietnamese), ("viscii", _old_vietnamese)),
    "en": (("cp1252", _western),),
}
"""The charsets of each language, and how well a text in one of them is spelt."""


def _guess(data: bytes, hint: str) -> str:
    """The most plausible reading in the charsets of these languages; Latin letters where none is."""
    wanted = [name for name in hint.split(",") if name in _CHARSETS]
    languages = dict.fromkeys((*wanted, "en") if len(wanted) > 1 else (*wanted, *_CHARSETS))
    sample = _sample(data)
    best, most = _CHARSETS[next(iter(wanted), "en")][0][0], 0.3
    for language in languages:
        for codec, score in _CHARSETS[language]:
            found = score(clean_text(sample.decode(codec, "replace")))
            if found > most:
                best, most = codec, found
    return data.decode(best, "replace")


def _misnamed(data: bytes) -> str | None:
    """What is declared as Western letters and is beyond doubt something else: UTF-8, Thai or Vietnamese."""
    if data.isascii():
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        sample = _sample(data)
    for language in ("th", "vi"):
        for codec, score in _CHARSETS[language]:
            text = clean_text(sample.decode(codec, "replace"))
            if len(scripts.odd_words(text)) >= _ENOUGH[language] and score(text) > 0.9:
                return data.decode(codec, "replace")
    return None


_ENOUGH = {"th": 1, "vi": 5}
"""So many words: a Thai one is a whole phrase, and a Vietnamese one may be French."""
