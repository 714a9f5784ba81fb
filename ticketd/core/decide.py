"""Everything known about a mail -> the one step to take. Total: every mail gets a step."""

import re
from dataclasses import dataclass, replace

from ticketd.core.classify import Kind
from ticketd.core.inbound import InboundMail
from ticketd.core.threads import Found, Place


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A new ticket in a department; `claims` is the ticket that it names without a right to it."""

    departments: tuple[str, ...]
    with_ack: bool
    claims: int = 0
    follows: int = 0
    """The ticket that was closed too long ago to be opened again."""
    kind: str = "customer"


@dataclass(frozen=True, slots=True)
class AddMessage:
    """A customer's mail on its ticket."""

    number: int
    moves: bool
    """Whether it may change the status (a thank-you and an unverified mail may not)."""
    kind: str = "customer"
    with_ack: bool = False
    """Whether it may be acked, where acks of further mails are switched on."""


@dataclass(frozen=True, slots=True)
class TakeBounce:
    """A delivery failure of a mail of ours."""


@dataclass(frozen=True, slots=True)
class FileOnly:
    """Kept in the inbox list, on no ticket; nothing is ever dropped."""

    why: str


Step = OpenTicket | AddMessage | TakeBounce | FileOnly


def name_of(step: Step) -> str:
    """The word for a step in logs and JSON."""
    match step:
        case OpenTicket():
            return "open-ticket"
        case AddMessage():
            return "add-message"
        case TakeBounce():
            return "take-bounce"
        case FileOnly():
            return "file-only"


def why_of(step: Step, ticket: int | None) -> list[str]:
    """What has to be said about a step that touches no ticket."""
    if isinstance(step, FileOnly):
        return [step.why]
    return ["about no mail of ours"] if isinstance(step, TakeBounce) and ticket is None else []


_KIND_ON_TICKET = {
    Place.ON_TICKET: "customer",
    Place.UNVERIFIED: "unverified",
    Place.HELD: "held",
    Place.THIRD_PARTY: "third-party",
}
_THANKS = re.compile(
    r"(?:ok(?:ay)?|great|perfect|awesome|cool|nice|super|got it|works|it works now|all good|solved|fixed"
    r"|(?:many |a lot of )?thanks?(?: you)?(?: (?:very|so) much| a lot| again)?|thx|ty|cheers|much appreciated"
    r"|โอเค(?:ครับ|ค่ะ|คะ)?|ขอบคุณ(?:มาก)*(?:ๆ)?(?:นะ)?(?:ครับ|ค่ะ|คะ|จ้า)?|ได้แล้ว(?:ครับ|ค่ะ)?|เรียบร้อย(?:แล้ว)?(?:ครับ|ค่ะ)?"
    r"|(?:em |mình |tôi |anh |chị |xin )?(?:cảm|cám) ơn(?: (?:bạn|anh|chị|em|nhiều|rất nhiều|các bạn|ạ|nha|nhé))*"
    r"|cam on(?: nhieu)?|tuyệt vời|được rồi(?: ạ)?|vâng|ok ạ)",
    re.IGNORECASE,
)


def is_thank_you(text: str) -> bool:
    """Whether a text says nothing but thanks (en, th, vi): filed without reopening."""
    if len(text) > 160 or "?" in text:
        return False
    sentences = [s.strip(" \t.!,~:)(-–—😊🙏👍") for s in re.split(r"[\n.!,]+", text)]
    said = [s for s in sentences if s]
    return bool(said) and len(said) <= 4 and all(_THANKS.fullmatch(s) for s in said)


def decide(
    mail: InboundMail, kind: Kind, departments: tuple[str, ...], found: Found | None, where: Place,
    *, is_agent: bool = False,
) -> Step:  # fmt: skip
    """The one step for a mail of this kind, for these departments, with this claim."""
    if kind is Kind.OWN:
        return FileOnly("our own mail came back")
    if kind is Kind.BOUNCE:
        return TakeBounce()
    if kind is Kind.REPORT:
        return FileOnly("a report of a mail system")
    if kind is Kind.AUTOMATIC:
        if is_agent:
            return FileOnly("an agent's automatic mail")
        return _automatic(mail, departments, found, where)
    if found is not None and where in _KIND_ON_TICKET:
        if is_agent and where is Place.ON_TICKET and not found.takes_part:
            # An agent's answer to a notice stays inside, whatever it says.
            return AddMessage(found.number, moves=False, kind="note")
        step = _on_ticket(mail, departments, found, where)
        # A suspect mail gets the one ack of a new ticket and no other (mail.md 3).
        if isinstance(step, AddMessage) and step.moves and kind is Kind.HUMAN and not is_agent:
            return replace(step, with_ack=True)
        return step
    claims = found.number if found is not None and where is Place.NEW_WITH_CLAIM else 0
    return OpenTicket(departments, with_ack=True, claims=claims)


def _automatic(
    mail: InboundMail, departments: tuple[str, ...], found: Found | None, where: Place
) -> Step:
    # With another address of a participant: the note answers a mail of ours all the same.
    if found is not None and where in {Place.ON_TICKET, Place.UNVERIFIED, Place.THIRD_PARTY}:
        return AddMessage(found.number, moves=False, kind="automatic")
    # Monitoring writes so; newsletters and vacation notes do not (RFC 3834, 5.1).
    if mail.first("auto-submitted").lower().startswith("auto-generated"):
        return OpenTicket(departments, with_ack=False, kind="automatic")
    return FileOnly("automatic mail without a ticket")


def _on_ticket(mail: InboundMail, departments: tuple[str, ...], found: Found, where: Place) -> Step:
    thanks = is_thank_you(mail.text)
    if found.is_closed and not found.reopens and where is Place.ON_TICKET and not thanks:
        return OpenTicket(departments, with_ack=True, follows=found.number)
    return AddMessage(
        found.number, moves=where is Place.ON_TICKET and not thanks, kind=_KIND_ON_TICKET[where]
    )
