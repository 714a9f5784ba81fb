"""Which language a text is written in: by its script, by the letters of Vietnamese, by small words. No model."""

import re
from collections import Counter
from collections.abc import Iterable

from ticketd.core.scripts import is_vietnamese

_LOOKED_AT = 20_000
_SCRIPTS = {
    "th": "\u0e01-\u0e4f", "lo": "\u0e81-\u0edf", "km": "\u1780-\u17ff", "my": "\u1000-\u109f",
    "ja": "\u3041-\u30ff", "ko": "\uac00-\ud7a3", "zh": "\u4e00-\u9fff", "hi": "\u0904-\u097f",
    "ru": "\u0400-\u04ff", "el": "\u0370-\u03ff", "he": "\u05d0-\u05ea", "ar": "\u0620-\u06d3",
}  # fmt: skip
_SIGN_OF = {name: re.compile(f"[{signs}]") for name, signs in _SCRIPTS.items()}
_OWN_LETTER = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_OWN_END = re.compile("[^\x00-\x7f][a-z]?(?:ng|nh|ch)$")
"""A vowel with a mark, and an end that Latin languages with such vowels do not have: `tính`, `sách`."""
_FEW, _BRANDS = 12, 2
"""Words of a short note; plain words in small letters, as brands and things are written, that a Thai one may have."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
# What stands in nearly every Thai mail and in no name of a person or a place.
_THAI_WORDS = re.compile("ครับ|ค่ะ|คะ|ไม่|ได้|ที่|และ|ของ|ให้|ว่า|เป็น|มี|แล้ว")
_SMALL_WORDS = {
    "en": "the and is are was were you your please my not with for can have has this that it we i'm i don't"
          " doesn't help hello hi thanks thank what when how do does of from would could an been there any but",
    "vi": "không khong được duoc của cua tôi toi và những nhung với voi cho giúp giup chào chao bạn ban anh chị"
          " em ạ là bị này nay cảm cám ơn hỏi hoi mình minh vui lòng long rồi roi nhé nhe nha vẫn van chưa chua"
          " xin gửi gui hàng nhận nhan đã",
    "fr": "le la les des est et je vous nous mon une pas pour bonjour merci avec dans votre mais sur ce ne du au",
    "de": "der die das und ist ich nicht ein eine mit für bitte wir sie mein hallo danke aber auf den dem zu haben",
    "es": "el los las una es no por favor que con para mi hola gracias pero está tengo del se mis puedo como",
    "id": "yang dan tidak saya untuk dengan ini itu terima kasih mohon bisa ada dari kami anda tolong sudah belum",
}  # fmt: skip
_OF_WORD = {
    word: tuple(name for name, more in _SMALL_WORDS.items() if word in more.split())
    for words in _SMALL_WORDS.values()
    for word in words.split()
}


def language_of(text: str) -> str:
    """`th`, `vi`, `en` or the code of another language (ISO 639-1); empty where the text does not tell."""
    said = text[:_LOOKED_AT]
    text = said.lower()
    words = _WORD.findall(text)
    return (
        _by_script(text, words)
        or _by_words(words, _WORD.findall(said))
        or _by_few_words(said, words)
    )


def _by_script(text: str, words: list[str]) -> str:
    """A script of its own. A name or two in it do not make an English mail Thai."""
    if text.isascii():
        return ""
    found = {name: len(pattern.findall(text)) for name, pattern in _SIGN_OF.items()}
    if found["ja"] >= 2:
        found["ja"] += found.pop("zh")
    name, most = max(found.items(), key=lambda item: item[1])
    enough = 3 if name == "th" else 2
    if most < enough:
        return ""
    letters = sum(map(len, words))
    if most * 3 >= letters or (name == "th" and len(set(_THAI_WORDS.findall(text))) >= 2):
        return name
    return ""


def _by_words(words: list[str], as_written: list[str]) -> str:
    """The language with clearly more small words than any other; Vietnamese spelling counts, but for names."""
    count: Counter[str] = Counter()
    for word in words:
        for language in _OF_WORD.get(word, ()):
            count[language] += 1
    own = (word for word in as_written if not word.isascii() and _OWN_LETTER.search(word.lower()))
    count["vi"] += sum(not word.istitle() and is_vietnamese(word) for word in own)
    (first, most), (_, second) = [*count.most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= 2 and most > second and most * 12 >= len(words) else ""


def _by_few_words(said: str, words: list[str]) -> str:
    """What a few words tell by how they are spelt, where no word says that it is of another language."""
    if (
        said.isascii()
        or len(words) > _FEW
        or any("vi" not in _OF_WORD.get(w, ("vi",)) for w in words)
    ):
        return ""
    as_written = _WORD.findall(said)
    plain = sum(word.isascii() and word.islower() for word in as_written)
    if len(_SIGN_OF["th"].findall(said)) >= 2 and plain <= _BRANDS:
        return "th"
    return "vi" if _is_vietnamese_note(as_written) else ""


def _is_vietnamese_note(words: list[str]) -> bool:
    """`máy in hỏng`: syllables, at least two with marks, one of them as no other language writes. A name is none."""
    spelt = [word for word in words if is_vietnamese(word)]
    marked = [word for word in spelt if not word.isascii()]
    if len(spelt) * 3 < len(words) * 2 or len(marked) < 2 or all(w.istitle() for w in marked):
        return False
    return any(_OWN_LETTER.search(word.lower()) or _OWN_END.search(word.lower()) for word in marked)


def choose(texts: Iterable[str], known: str, home: str, offered: tuple[str, ...]) -> str:
    """The language to write in: that of the first text which tells, if we have it; else the known one, else home's."""
    told = next(filter(None, map(language_of, texts)), "")
    return next((name for name in (told, known) if name in offered), home)
