"""A new agent's first mail, and what its answer proves: that it arrives, and how far it is believed."""

from typing import Any

from ticketd.core.addresses import Agent
from ticketd.core.errors import Refused
from ticketd.core.inbound import Mailbox
from ticketd.core.links import mailto
from ticketd.core.permits import Standing, standing
from ticketd.core.trust import Trust
from ticketd.desk import letters, post
from ticketd.desk.arrive import Read
from ticketd.desk.work import Work
from ticketd.mail.markup import button
from ticketd.store.tables import Outbox

_SUBJECT = {
    "en": "Welcome to {}: please answer this mail",
    "th": "ยินดีต้อนรับสู่ {}: โปรดตอบกลับอีเมลฉบับนี้",
    "vi": "Chào mừng bạn đến với {}: vui lòng trả lời thư này",
}
_DESK = {"en": "the support desk", "th": "ระบบสนับสนุนลูกค้า", "vi": "bộ phận hỗ trợ"}
_TRY = {"en": "Try it now", "th": "ลองตอบตอนนี้", "vi": "Thử ngay"}
_WORKS = {"en": "It works.", "th": "ใช้งานได้", "vi": "Thử trả lời."}


def welcome(work: Work, agent: Agent) -> Outbox:
    """Send it. Refused where the desk has no department to write from."""
    author = _author(work)
    keys, settings = work.settings.keys, work.settings
    sent = int(work.now.timestamp())
    address = keys.welcome_address(settings.domain, sent, agent.addresses[0])
    subject = _subject(work, agent)
    homes = [settings.department(key) for key in agent.departments]
    values = _values(work, agent) | {
        "departments": ", ".join(home.name for home in homes),
        "public": (homes or settings.own.departments)[0].address,
        "seconds": int(settings.undo_window.total_seconds()),
        "try_it": button(_TRY[agent.language], mailto(address, f"Re: {subject}", _WORKS[agent.language])),
    }  # fmt: skip
    return _put(work, agent, "welcome", values, author, address)


def is_answer(work: Work, agent: Agent, read: Read) -> bool:
    """Whether an agent answers the own welcome mail."""
    keys = work.settings.keys
    return any(
        keys.verifies(claim, "welcome", "agent", address)
        for claim in read.target.welcomes
        for address in agent.addresses
    )


def welcomed(work: Work, agent: Agent, read: Read) -> Outbox:
    """What the answer has shown, to the registered address alone."""
    mail, minimum = read.mail, work.settings.agents_minimum
    may = standing(
        has_token=True, trust=read.trust, minimum=minimum, is_ambiguous=mail.author_is_ambiguous
    )
    values = _values(work, agent) | {
        "works": may is Standing.ACTS,
        "strong": read.trust >= Trust.DKIM,
        "trust": read.trust.word,
        "minimum": minimum,
        "address": mail.author.address,
    }
    author = _author(work)
    return _put(work, agent, "welcomed", values, author, author.address, mail.message_id)


def _author(work: Work) -> Mailbox:
    """The desk address, where agents write commands; where a department has that name, the first department."""
    own, desk = work.settings.own, f"desk@{work.settings.domain}"
    if not own.departments:
        raise Refused("there is no department to write from; add one to `departments`")
    first = own.departments[0]
    if own.is_desk_address(desk):
        return Mailbox(work.settings.name or "ticketd", desk)
    return Mailbox(first.name, first.address)


def _subject(work: Work, agent: Agent) -> str:
    language = agent.language
    return _SUBJECT[language].format(work.settings.name or _DESK[language])


def _values(work: Work, agent: Agent) -> dict[str, Any]:
    desk = f"desk@{work.settings.domain}"
    return {
        "agent": agent.name,
        "company": work.settings.name,
        "desk": desk if work.settings.own.is_desk_address(desk) else "",
    }


def _put(
    work: Work, agent: Agent, name: str, values: dict[str, Any], author: Mailbox, reply_to: str, answers: str = ""
) -> Outbox:  # fmt: skip
    subject = _subject(work, agent)
    mail = post.Mail(
        kind="notice",
        subject=f"Re: {subject}" if answers else subject,
        body=work.desk.renderer.render(name, agent.language, values),
        author=author,
        fields=(("X-Ticketd-Event", name),),
        reply_to=reply_to,
    )
    return post.put_bare(work, mail, letters.agents_reader(agent, "command", answers))
