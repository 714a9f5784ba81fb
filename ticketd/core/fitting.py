"""Which articles fit a mail: by the words of their titles and keywords, over a floor; none where that is not sure.

Titles and keywords are what the author of an article promises; a text of a thousand words has a bit of everything.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ticketd.core.text import fold
from ticketd.core.texts import Article

MOST = 2
TITLE_FLOOR, KEYWORD_FLOOR = 0.7, 0.9
"""So much of a title's weight, or of a keyword's, has to stand in the mail."""
_LONGEST = 4000
_PIECES = re.compile(r"[\u0e00-\u0e7f]+|[^\W_\u0e00-\u0e7f]{2,40}")
_GRAM = 4
"""Thai is written without blanks: so many signs in a row stand for a word."""
_ENGLISH = """
the a an and or of to in on at is are be was were it its this that for with from by as not no do does did how what when
where why who which can could should would will may my your our their his her me you we they he she them us have has had
if but so about into out up get got use using make please hi hello dear thanks thank re fwd need want help problem
question
"""
_VIETNAMESE = """
toi ban anh chi em minh la va cua cho voi mot cac nhung nay do thi ma de khong co duoc bi nhu the nao lam sao gi vi khi
den tu ra xin chao cam on giup hoi cach
"""
_COMMON = frozenset((_ENGLISH + _VIETNAMESE).split())


def terms(text: str, longest: int = _LONGEST) -> list[str]:
    """The words of a text that say something, each once; of Thai every four signs in a row."""
    found: list[str] = []
    for piece in _PIECES.findall(fold(text[:longest])):
        if piece[0] < "\u0e00" or piece[0] > "\u0e7f":
            found += [piece] if piece not in _COMMON else []
        else:
            found += [piece[i : i + _GRAM] for i in range(max(1, len(piece) - _GRAM + 1))]
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A title or a keyword of an article."""

    article: Article
    terms: tuple[str, ...]
    floor: float


@lru_cache(maxsize=4)
def _index(articles: tuple[Article, ...]) -> tuple[tuple[_Phrase, ...], dict[str, float]]:
    phrases: list[_Phrase] = []
    for article in articles:
        phrases.append(_Phrase(article, tuple(terms(article.title)), TITLE_FLOOR))
        phrases += [_Phrase(article, tuple(terms(k)), KEYWORD_FLOOR) for k in article.keywords]
    holders: dict[str, set[str]] = {}
    for phrase in phrases:
        for term in phrase.terms:
            holders.setdefault(term, set()).add(phrase.article.name)
    count = len({article.name for article in articles})
    return tuple(phrases), {t: math.log(1 + count / len(names)) for t, names in holders.items()}


def fitting(
    articles: tuple[Article, ...], text: str, language: str, department: str
) -> list[Article]:
    """At most two public articles that a text asks for, the best first."""
    phrases, weights = _index(articles)
    said = frozenset(terms(text))
    best: dict[str, tuple[float, Article]] = {}
    for phrase in phrases:
        article = phrase.article
        if not article.public or article.language not in {"", language}:
            continue
        if article.departments and department not in article.departments:
            continue
        score = _covered(phrase, said, weights)
        if score > best.get(article.name, (0.0, article))[0]:
            best[article.name] = (score, article)
    ranked = sorted(best.values(), key=lambda found: (-found[0], found[1].name))
    return [article for _, article in ranked[:MOST]]


def _covered(phrase: _Phrase, said: frozenset[str], weights: dict[str, float]) -> float:
    """How much of a phrase stands in what was said; 0 below its floor. One word of a title alone says nothing."""
    met = [term for term in phrase.terms if term in said]
    if not met or (phrase.floor == TITLE_FLOOR and len(met) < 2):
        return 0.0
    share = sum(weights[t] for t in met) / sum(weights[t] for t in phrase.terms)
    # Of two that are whole, the one that says more.
    return share * (1 + math.log(len(met)) / 100) if share >= phrase.floor else 0.0


def answering(
    articles: Iterable[Article], words: str, language: str, department: str, most: int
) -> list[Article]:
    """Public articles that hold, by weight, so much of what was asked as a title needs; the best first.

    Whoever asks for articles has chosen the words: they are looked for in the whole text. One version of each
    article, in whichever language holds more of them; of equal ones that of `language`.
    """
    asked = terms(words)
    found = [a for a in articles if a.public and (not a.departments or department in a.departments)]
    heads = {id(a): _joined("\n".join((a.title, *a.keywords))) for a in found}
    wholes = {id(a): f"{heads[id(a)]}{_joined(a.text)}" for a in found}
    holders = {t: len({a.name for a in found if f" {t}" in wholes[id(a)]}) for t in asked}
    count = len({a.name for a in found})
    weights = {t: math.log(1 + count / max(1, n)) for t, n in holders.items()}
    best: dict[str, tuple[tuple[float, float, float, bool], Article]] = {}
    for article in found:
        whole = _share(weights, wholes[id(article)])
        if whole < TITLE_FLOOR:
            continue
        title = terms(article.title)
        said = sum(t in weights for t in title) / len(title) if title else 0.0
        rank = (_share(weights, heads[id(article)]), said, whole, article.language == language)
        if article.name not in best or rank > best[article.name][0]:
            best[article.name] = (rank, article)
    ranked = sorted(best.values(), key=lambda one: one[1].name)
    return [a for _, a in sorted(ranked, key=lambda one: one[0], reverse=True)[:most]]


@lru_cache(maxsize=4096)
def _joined(text: str) -> str:
    """Its words with a blank in front of each: `" printer"` stands in it where a word begins so."""
    return "".join(f" {term}" for term in terms(text, len(text)))


def _share(weights: Mapping[str, float], joined: str) -> float:
    """How much of what was asked, by weight, stands there."""
    whole = sum(weights.values())
    return sum(w for t, w in weights.items() if f" {t}" in joined) / whole if whole else 0.0


def searched(articles: Iterable[Article], words: Sequence[str]) -> list[Article]:
    """Articles that hold every word somewhere, those with a word in the title first."""
    wanted = [fold(word) for word in words]

    def whole(article: Article) -> str:
        return fold("\n".join((article.name, article.title, *article.keywords, article.text)))

    found = [a for a in articles if all(word in whole(a) for word in wanted)]
    return sorted(found, key=lambda a: (not any(w in fold(a.title) for w in wanted), a.name))


def excerpt(article: Article, most: int = 300) -> str:
    """The first paragraph of an article, not longer than people read in an ack."""
    body = [p for p in re.split(r"\n{2,}", article.text.strip()) if not p.startswith("#")]
    flat = " ".join(body[0].split()) if body else ""
    return flat if len(flat) <= most else f"{flat[:most].rsplit(' ', 1)[0]} …"
