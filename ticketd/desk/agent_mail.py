"""The way of an agent's mail: who it is, what it says, whether that may be, and then all of it or nothing."""

from dataclasses import dataclass
from datetime import timedelta

from ticketd.core.addresses import Agent
from ticketd.core.commands import Mistake, Said, read
from ticketd.core.events import AgentUnproven
from ticketd.core.inbound import Attachment
from ticketd.core.permits import (
    Standing,
    Token,
    agent_token,
    needs,
    proof,
    standing,
)
from ticketd.core.plan import BadCommand, Plan, Speech, plan
from ticketd.core.threads import Found
from ticketd.core.trust import Trust
from ticketd.desk import absence, letters
from ticketd.desk.arrive import Read
from ticketd.desk.commands import Doing, do, keep, resume
from ticketd.desk.desk_mail import work_lines
from ticketd.desk.forwarding import named_customer, open_for_customer
from ticketd.desk.record import record
from ticketd.desk.replies import Source
from ticketd.desk.tickets import existing, put_message
from ticketd.desk.work import Work
from ticketd.store import spent, waiting
from ticketd.store import tickets as stored
from ticketd.store.inbox import Claimed
from ticketd.store.tables import Message, Ticket

_PLAIN = {"reply": Speech.REPLY, "note": Speech.NOTE, "command": Speech.NOTHING}


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an agent's mail."""

    ticket: int | None
    step: str = "agent-mail"
    why: str = ""


@dataclass(frozen=True, slots=True)
class AgentMail:
    """A mail in an agent's name, that no machine wrote."""

    work: Work
    item: Claimed
    read: Read
    agent: Agent
    failed: BadCommand | None = None
    """Why the first try took everything back."""

    @property
    def message_id(self) -> str:
        return self.read.mail.message_id


def take(mail: AgentMail, found: Found | None) -> Taken | None:
    """Do what the mail says. None where the agent writes as anybody could."""
    settings, agent = mail.work.settings, mail.agent
    if mail.read.target.confirms:
        return _confirmed(mail)
    if mail.read.target.to_desk:
        return _to_desk(mail)
    if found is None:
        return _opens(mail)
    tokens = mail.read.target.tokens
    numbers = stored.leading_to(mail.work.session, found.number, [c.number for c in tokens])
    token = agent_token(tokens, settings.keys, agent, numbers)
    if token is None and found.takes_part:
        # Agents have questions too: then they are customers.
        return None
    ticket = existing(mail.work, found.number)
    if _acted_before(mail):
        return Taken(ticket.number, "same-mail", "the same mail of an agent came before")
    may = standing(
        has_token=token is not None, trust=mail.read.trust, minimum=settings.agents_minimum,
        is_ambiguous=mail.read.mail.author_is_ambiguous,
    )  # fmt: skip
    if may is Standing.UNPROVEN:
        _unproven(mail, ticket)
        return Taken(ticket.number, "agent-unproven", "not proven to be the agent's")
    mail.work.wait = settings.undo_window
    _speak(mail, ticket, token, may)
    return Taken(ticket.number)


def _opens(mail: AgentMail) -> Taken | None:
    """A proven agent sends a customer's mail on, or writes to a customer first; else it is anybody's mail."""
    read_mail, departments = mail.read.mail, mail.read.target.departments
    said = read(read_mail.text)
    if mail.read.trust < Trust.DKIM or read_mail.author_is_ambiguous or not departments:
        return None
    if read_mail.forwarded is None and not named_customer(said):
        return None
    if _acted_before(mail):
        return Taken(None, "same-mail", "the same mail of an agent came before")
    mail.work.wait = mail.work.settings.undo_window
    mistakes = list(said.mistakes) or ([_mistake(mail.failed)] if mail.failed else [])
    if mistakes:
        letters.held_fresh(
            mail.work, mail.agent, departments[0], mail.message_id, read_mail, mistakes
        )
        return Taken(None)
    source = Source(mail.item.id, mail.read.key, mail.read.trust.word)
    doing = open_for_customer(mail.work, mail.agent, departments[0], mail.read, said, source)
    letters.receipt(
        mail.work, doing.ticket, mail.agent, mail.message_id, [doing.ticket.customer_address, *doing.answers]
    )  # fmt: skip
    return Taken(doing.ticket.number)


def _to_desk(mail: AgentMail) -> Taken:
    """Commands about any tickets: only of an agent who is proven."""
    if mail.read.trust < Trust.DKIM or mail.read.mail.author_is_ambiguous:
        return Taken(
            None, "agent-unproven", "the desk address needs a proven agent (dkim, sasl or local)"
        )
    if _acted_before(mail):
        return Taken(None, "same-mail", "the same mail of an agent came before")
    mail.work.wait = mail.work.settings.undo_window
    source = Source(mail.item.id, "", mail.read.trust.word)
    told = work_lines(mail.work, mail.agent, mail.read.mail.text, source)
    letters.transcript(
        mail.work, mail.agent, mail.message_id, mail.read.mail.subject, [(t.line, t.ok, t.what) for t in told]
    )  # fmt: skip
    return Taken(None)


def _acted_before(mail: AgentMail) -> bool:
    return bool(mail.message_id) and waiting.acted_before(
        mail.work.session, mail.read.mail.author.address, mail.message_id, mail.read.text,
        mail.work.now, but=mail.item.id,
    )  # fmt: skip


def _unproven(mail: AgentMail, ticket: Ticket) -> None:
    """Kept where agents see it; nothing runs and nothing leaves but one fixed word to the real agent an hour."""
    work, read_mail = mail.work, mail.read.mail
    message = Message(
        ticket=ticket.number, kind="unverified", author_address=read_mail.author.address,
        author_name=read_mail.author.name, by=read_mail.author.address, at=mail.item.envelope.received_at,
        text=read_mail.text, full_text=read_mail.full_text, has_html=read_mail.has_html,
        trust=mail.read.trust.word, message_id="", soft_key="", inbox_id=mail.item.id,
    )  # fmt: skip
    put_message(work, message, read_mail.attachments)
    since = work.now - timedelta(hours=1)
    told = spent.spent_since(work.session, "unproven", mail.agent.key, since)
    if not told:
        spent.spend(work.session, "unproven", mail.agent.key, work.now)
    event = AgentUnproven("" if told else mail.agent.key, message.id)
    record(work, ticket, event, read_mail.author.address)


def _speak(mail: AgentMail, ticket: Ticket, token: Token | None, may: Standing) -> None:
    """Read what the agent wrote, look whether it may be, and do it."""
    said = read(mail.read.mail.text)
    purpose = token.purpose if token else "note"
    if mail.failed is not None:
        _hold(mail, ticket, token, [_mistake(mail.failed)])
        return
    if said.mistakes:
        _hold(mail, ticket, token, list(said.mistakes))
        return
    wanted = plan(said, _PLAIN[purpose], mail.work.now, mail.agent.timezone)
    refused = _not_permitted(mail, ticket, said, wanted)
    if refused:
        _hold(mail, ticket, token, refused)
        return
    doing = _doing(mail, ticket, wanted)
    proven = proof(trust=mail.read.trust)
    if may is Standing.ASKED or any(
        needs(c.verb, c.words, ticket.number) > proven for c in said.commands
    ):
        _ask(mail, doing, wanted, said)
        return
    since = _since(mail, ticket, token) if wanted.speech is Speech.REPLY else []
    if since:
        keep(doing, wanted, "stale")
        letters.stale(mail.work, ticket, mail.agent, mail.message_id, wanted.text, since)
        return
    do(doing, wanted)
    _receipt(doing, mail, is_due=bool(said.commands) or token is None)


def _doing(mail: AgentMail, ticket: Ticket, wanted: Plan) -> Doing:
    source = Source(mail.item.id, mail.read.key, mail.read.trust.word)
    files = passed_on(mail.read.mail.attachments, wanted.text)
    return Doing(mail.work, ticket, mail.agent, files, source)


def passed_on(files: tuple[Attachment, ...], text: str) -> tuple[Attachment, ...]:
    """The files that go to the customer: pictures that only the signature shows stay here."""
    return tuple(
        file
        for file in files
        if not file.inline or f"[image: {file.name}" in text or f"cid:{file.content_id}" in text
    )


def _not_permitted(mail: AgentMail, ticket: Ticket, said: Said, wanted: Plan) -> list[Mistake]:
    verbs = [(str(c), c.verb) for c in said.commands]
    if wanted.speech is not Speech.NOTHING and not said.commands:
        verbs = [("", str(wanted.speech))]
    told = (
        (line, absence.why_not_here(mail.work, ticket, mail.agent, verb)) for line, verb in verbs
    )
    return [Mistake(line, why) for line, why in told if why][:1]


def _since(mail: AgentMail, ticket: Ticket, token: Token | None) -> list[Message]:
    """What others have said since the mail was made that the agent answers."""
    if token is None or not token.seen:
        return []
    rows = waiting.events_after(
        mail.work.session,
        ticket.number,
        token.seen,
        ("agent_replied", "customer_wrote"),
        mail.agent.key,
    )
    ids = [row.data["message"] for row in rows if row.data.get("kind") != "automatic"]
    found = (mail.work.session.get(Message, number) for number in ids)
    return [message for message in found if message is not None]


def _ask(mail: AgentMail, doing: Doing, wanted: Plan, said: Said) -> None:
    """Not sure enough for this: the registered address is asked first."""
    row = keep(doing, wanted, "confirm")
    lines = [str(command) for command in said.commands]
    if wanted.speech is not Speech.NOTHING and not any(
        c.verb == wanted.speech for c in said.commands
    ):
        lines.append(f"#{wanted.speech}")
    letters.confirm(mail.work, doing.ticket, mail.agent, mail.message_id, lines, row.id)


def _confirmed(mail: AgentMail) -> Taken | None:
    """The agent says that it was meant: once, within half an hour."""
    work, agent = mail.work, mail.agent
    if mail.read.trust is Trust.FAIL or mail.read.mail.author_is_ambiguous:
        return None
    for claim in mail.read.target.confirms:
        if not any(
            work.settings.keys.verifies(claim, "confirm", "agent", a) for a in agent.addresses
        ):
            continue
        row = waiting.by_id(work.session, claim.number)
        if row is None or row.agent != agent.key or row.why != "confirm":
            continue
        ticket = existing(work, row.ticket)
        work.wait = work.settings.undo_window
        doing = Doing(work, ticket, agent, source=Source(mail.item.id, "", mail.read.trust.word))
        why = mail.failed
        if why is None and work.now - row.at > waiting.CONFIRM_WITHIN:
            why = BadCommand("", "it waited for longer than 30 minutes; write it again")
        if why is None and row.done_at is not None:
            why = BadCommand("", "that was done already")
        if why is not None:
            letters.held(work, ticket, agent, mail.message_id, "", [_mistake(why)], "command")
            return Taken(ticket.number)
        resume(doing, row)
        _receipt(doing, mail, is_due=True)
        return Taken(ticket.number)
    return None


def _hold(mail: AgentMail, ticket: Ticket, token: Token | None, mistakes: list[Mistake]) -> None:
    purpose = token.purpose if token else "note"
    text = mail.read.mail.text
    letters.held(mail.work, ticket, mail.agent, mail.message_id, text, mistakes, purpose)


def _mistake(error: BadCommand) -> Mistake:
    return Mistake(error.line, str(error), error.nearest)


def _receipt(doing: Doing, mail: AgentMail, *, is_due: bool) -> None:
    wanted = mail.work.settings.receipts
    if doing.answers or wanted == "all" or (wanted == "changes" and is_due):
        letters.receipt(doing.work, doing.ticket, mail.agent, mail.message_id, doing.answers)
