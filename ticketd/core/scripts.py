"""Whether signs in a row could be Thai, Vietnamese or another Latin script: how well a text is spelt, from 0 to 1.

Orthography, not words: a Thai vowel stands on a consonant, a Vietnamese word is one syllable with one tone.
"""

import re
import unicodedata
from itertools import islice

_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_ONSET = "(?:ngh?|gh|gi|g|kh|k|ch|c|nh|n|ph|th|tr|t|qu|b|d|đ|h|l|m|p|r|s|v|x)?"
_RHYME = (
    "(?:o?a(?:ch?|i|m|nh?|ng|o|p|t|u|y)?|[oa]?ă(?:c|m|ng?|p|t)|uâ(?:ng?|t|y)|â(?:c|m|ng?|p|t|u|y)|o?e(?:c|m|ng?|o|p|t)?"
    "|[uiy]?ê(?:ch?|m|nh?|ng|p|t|u)?|i(?:a|ch|m|nh?|p|t|u)?|oo?(?:c|i|m|ng?|p|t)?|u?ô(?:c|i|m|ng?|p|t)?"
    "|[uư]?ơ(?:c|i|m|ng?|p|t|u)?|u(?:a|c|i|m|ng?|p|t)?|uy(?:a|n|nh|p|t|u|ê(?:n|t))?|ư(?:a|c|i|m|ng?|t|u)?|y(?:t|nh|n|m)?)"
)
_SYLLABLE = re.compile(_ONSET + _RHYME)
_LATIN = re.compile("(?:[A-ZÀ-ÖØ-ÞŒŠŽŸ]?[a-zß-öø-ÿœšž]+|[A-ZÀ-ÖØ-ÞŒŠŽŸ]+)")
_SIGNS = re.compile("[\u00a2-\u00a9\u00ab-\u00b9\u00bb-\u00bf×÷€™]+")
# Everything between words that all the charsets have, or that no orthography speaks of.
_WORD = re.compile("[^\\s!-@\\[-`{-~\u00a0\u2010-\u2026«»•]+")
_THAI = re.compile("[\u0e01-\u0e4f]{2,}")
_CLUSTER = re.compile(
    "[\u0e40-\u0e44]?[\u0e01-\u0e2e][\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]{0,3}[\u0e30\u0e32\u0e33\u0e45]?[\u0e2f\u0e46]?"
)


_ENOUGH = 40


def odd_words(text: str) -> list[str]:
    """The first words of a text that are not plain ASCII: enough of them to tell."""
    odd = (match[0] for match in _WORD.finditer(text) if not match[0].isascii())
    return list(islice(odd, _ENOUGH))


def is_vietnamese(word: str) -> bool:
    """Whether this could be a Vietnamese word: one syllable, one tone at most, capitals in front or everywhere."""
    if len(word) > 12 or not (word.islower() or word[1:].islower() or word.isupper()):
        return False
    parts = unicodedata.normalize("NFD", word.lower())
    bare = unicodedata.normalize("NFC", parts.translate(_TONES))
    tones = len(parts) - len(parts.translate(_TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(bare) is not None


def vietnamese(words: list[str]) -> float:
    """How many of these words could be Vietnamese."""
    return sum(map(is_vietnamese, words)) / len(words) if words else 0.0


def latin(words: list[str]) -> float:
    """How many of these words could be of a language with accents here and there."""
    return sum(map(_is_latin, words)) / len(words) if words else 0.0


def _is_latin(word: str) -> bool:
    if _SIGNS.fullmatch(word):
        return True
    accents = sum(not sign.isascii() for sign in word)
    return _LATIN.fullmatch(word) is not None and (accents * 2 <= len(word) or len(word) <= 2)


def thai(text: str) -> float:
    """How much of what is not ASCII stands where Thai puts it. Digits say nothing: others have letters there."""
    words = "".join(odd_words(text))
    odd = sum(sign > "\x7f" and not "\u0e50" <= sign <= "\u0e59" for sign in words)
    runs = "".join(_THAI.findall(words))
    spelt = sum(map(len, _CLUSTER.findall(runs)))
    return spelt / odd if odd else 0.0
