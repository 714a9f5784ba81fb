"""What customers may do besides writing: press a link, ask for the status or an article, answer a digit (mail.md 8)."""

import re

from ticketd.core.addresses import domain_of, local_of, normalise
from ticketd.core.subjects import plain_subject
from ticketd.core.tokens import Claim, Purpose, claim_in_address

SOLVED, REOPEN, STOP, STATUS = "solved", "reopen", "stop", "status"
UNSUBSCRIBE = "unsubscribe"
"""From a scheduled report; its number is that of the schedule, and no ticket's."""
RATINGS = tuple(f"rate-{score}" for score in range(1, 6))
WORDS = (SOLVED, REOPEN, STOP, STATUS, UNSUBSCRIBE, *RATINGS)
"""Each is the local part of an address with a token of its own; a prefilled mail to it does what it says."""

PRESS_SEND = {
    "en": "Just send this mail.",
    "th": "กดส่งอีเมลฉบับนี้ได้เลย",
    "vi": "Quý khách chỉ cần gửi thư này.",
}
"""The text of those prefilled mails: says nothing by itself."""

_STATUS = re.compile(
    r"(?:status|สถานะ|tình trạng|tinh trang|trạng thái|trang thai)\s*[:#]?\s*#?([0-9]{1,10})?",
    re.IGNORECASE,
)
ARTICLES = {"en": "kb", "th": "ความรู้", "vi": "hướng dẫn"}
"""What a subject begins with that asks for articles of the knowledge base."""
_ARTICLE = re.compile(
    r"(?:kb|ความรู้|คู่มือ|hướng dẫn|huong dan)(?:\s*:\s*|\s+)(\S.{0,199})", re.IGNORECASE
)
_DIGIT = re.compile(r"\W{0,5}([1-5๑-๕])\s*(?:/\s*5)?\W{0,5}")
_STARS = re.compile(r"\s*((?:⭐️?|★){1,5})\s*")


def purpose_of(word: str) -> Purpose:
    """What the token of such an address is signed for."""
    return "rate" if word in RATINGS else "word"


def word_in_address(address: str, domain: str) -> tuple[str, Claim] | None:
    """The word and the unchecked token of `solved+1042.<v><mac>@domain`."""
    address = normalise(address)
    word = local_of(address).partition("+")[0]
    claim = claim_in_address(address)
    if claim is None or word not in WORDS or domain_of(address) != domain:
        return None
    return word, claim


def asked_status(subject: str, name: str) -> int | None:
    """The ticket whose status a subject asks for, 0 for all of them, None where it asks for none."""
    match = _STATUS.fullmatch(plain_subject(subject, name).strip(" .!?"))
    return int(match[1] or 0) if match else None


def asked_article(subject: str) -> str:
    """The words behind `kb` in a subject that is no answer to anything; empty where it asks for no article."""
    match = _ARTICLE.fullmatch(" ".join(subject.split()))
    return match[1] if match else ""


def rating_of(text: str) -> int:
    """The rating that a text is, if it is nothing else; 0 where it is none."""
    stars = _STARS.fullmatch(text)
    if stars:
        return len(stars[1].replace("\ufe0f", ""))
    match = _DIGIT.fullmatch(text.strip())
    return int(match[1]) if match else 0


def comment_in(text: str) -> str:
    """What a customer wrote into a prefilled mail, beyond what stood there."""
    for words in PRESS_SEND.values():
        text = text.replace(words, "")
    return text.strip()
