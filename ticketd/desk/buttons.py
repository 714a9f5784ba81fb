"""Links in mails to customers: each opens a prefilled mail with a token of its own, so no link scanner can press it."""

from ticketd.core.customer_words import (
    PRESS_SEND,
    RATINGS,
    REOPEN,
    SOLVED,
    STATUS,
    STOP,
    purpose_of,
)
from ticketd.core.links import mailto
from ticketd.core.subjects import subject_tag
from ticketd.desk.work import Work
from ticketd.mail.markup import button
from ticketd.store.tables import Ticket

LABELS = {
    "en": {SOLVED: "This is solved", REOPEN: "Open it again", STATUS: "How does it stand?", STOP: "Stop these mails"},
    "th": {
        SOLVED: "แก้ไขเรียบร้อยแล้ว", REOPEN: "เปิดเรื่องอีกครั้ง", STATUS: "ดูสถานะ", STOP: "หยุดรับอีเมลเรื่องนี้",
    },
    "vi": {
        SOLVED: "Đã được giải quyết", REOPEN: "Mở lại yêu cầu", STATUS: "Xem tình trạng", STOP: "Ngừng nhận thư này",
    },
}  # fmt: skip
"""docs/customers.md tells them; a test compares."""


def row(work: Work, ticket: Ticket, address: str, *words: str) -> str:
    """A line of buttons for one person; in the plain form of the mail it is absent."""
    labels = LABELS.get(ticket.language, LABELS["en"])
    return " · ".join(
        _one(work, ticket, address, word, labels.get(word, word[-1])) for word in words
    )


def ratings(work: Work, ticket: Ticket, address: str) -> str:
    """The five ratings, where the desk asks for them."""
    return row(work, ticket, address, *RATINGS) if work.settings.asks_ratings else ""


def _one(work: Work, ticket: Ticket, address: str, word: str, label: str) -> str:
    domain = work.settings.domain
    to = work.settings.keys.word_address(domain, word, purpose_of(word), ticket.number, address)
    subject = f"{subject_tag(ticket.number, work.settings.name)} {label}"
    return button(label, mailto(to, subject, PRESS_SEND.get(ticket.language, PRESS_SEND["en"])))
