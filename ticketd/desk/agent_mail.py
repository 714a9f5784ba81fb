"""The way of an agent's mail: who it is, what it says, whether that may be, and then all of it or nothing."""

from collections.abc import Sequence
from dataclasses import replace

from ticketd.core.commands import Command, Mistake, Said, read
from ticketd.core.events import AgentUnproven
from ticketd.core.inbound import Attachment
from ticketd.core.out_of_office import is_out_of_office
from ticketd.core.own_files import without_own
from ticketd.core.permits import (
    Standing,
    Token,
    least_public,
    needs,
    proof,
    standing,
)
from ticketd.core.plan import BadCommand, Plan, Speech, plan
from ticketd.core.sentences import say
from ticketd.core.text import header_text
from ticketd.core.threads import Found
from ticketd.core.trust import Trust
from ticketd.desk import absence, letters
from ticketd.desk.agent_checks import (
    SHOWN,
    AgentMail,
    Taken,
    acted_before,
    is_first_unproven,
    may_ask,
    mistake_of,
    mistakes_of_all,
    tokens_of,
)
from ticketd.desk.commands import do, keep, resume
from ticketd.desk.forwarding import named_customer, open_for_customer
from ticketd.desk.record import record
from ticketd.desk.replies import Source
from ticketd.desk.ticket_commands import Doing
from ticketd.desk.tickets import existing, put_message
from ticketd.desk.to_desk import ask_fresh, confirmed, take_to_desk
from ticketd.desk.welcome import is_answer, welcomed
from ticketd.mail.pictures import passed_on
from ticketd.store import waiting
from ticketd.store.agent_tables import WaitingAct
from ticketd.store.tables import Message, Ticket

_PLAIN = {"reply": Speech.REPLY, "note": Speech.NOTE, "command": Speech.NOTHING}


def take(mail: AgentMail, found: Found | None) -> Taken | None:
    """Do what the mail says. None where the agent writes as anybody could."""
    target = mail.read.target
    if (found or target.confirms or target.to_desk) and is_out_of_office(mail.read.mail.subject):
        # Some programs mark theirs by nothing else (agent-by-mail.md 4.5).
        return Taken(None, "file-only", "reads like an agent's out-of-office note")
    if target.confirms:
        return _confirmed(mail)
    if is_answer(mail.work, mail.agent, mail.read):
        return _welcomed(mail)
    if target.to_desk:
        return take_to_desk(mail)
    return _on_ticket(mail, found) if found is not None else _opens(mail)


def _on_ticket(mail: AgentMail, found: Found) -> Taken | None:
    """An answer, or a mail that names a ticket."""
    settings = mail.work.settings
    tokens = tokens_of(mail)
    token = least_public(tokens.get(found.number, ()))
    if token is None and found.takes_part:
        # Agents have questions too: then they are customers.
        return None
    ticket = existing(mail.work, found.number)
    if acted_before(mail):
        return Taken(ticket.number, "same-mail", "the same mail of an agent came before")
    may = standing(
        has_token=token is not None, trust=mail.read.trust, minimum=settings.agents_minimum,
        is_ambiguous=mail.read.mail.author_is_ambiguous,
    )  # fmt: skip
    if may is Standing.ASKED and not may_ask(mail):
        may = Standing.UNPROVEN
    if may is Standing.UNPROVEN:
        _unproven(mail, ticket)
        return Taken(ticket.number, "agent-unproven", "not proven to be the agent's")
    mail.work.wait = settings.undo_window
    mistakes = mistakes_of_all(mail, sorted(tokens))
    if mistakes:
        _hold(mail, ticket, token, mistakes, may)
    else:
        _speak(mail, ticket, token, may)
    return Taken(ticket.number)


def _opens(mail: AgentMail) -> Taken | None:
    """A proven agent sends a customer's mail on, or writes to a customer first; else it is anybody's mail."""
    read_mail, departments = mail.read.mail, mail.read.target.departments
    said = read(read_mail.text)
    if not departments or (read_mail.forwarded is None and not named_customer(said)):
        return None
    is_proven = mail.read.trust >= Trust.DKIM and not read_mail.author_is_ambiguous
    if not is_proven and not waiting.is_confirmed(mail.work.session, mail.agent.key, mail.item.id):
        return ask_fresh(mail, said, mail.work.settings.department(departments[0]).address)
    if acted_before(mail):
        return Taken(None, "same-mail", "the same mail of an agent came before")
    mail.work.wait = mail.work.settings.undo_window
    mistakes = mistakes_of_all(mail, ()) or list(said.mistakes)
    if mistakes:
        letters.held_fresh(
            mail.work, mail.agent, departments[0], mail.message_id, read_mail, mistakes
        )
        return Taken(None)
    source = Source(mail.item.id, mail.read.key, mail.read.trust.word)
    doing = open_for_customer(mail.work, mail.agent, departments, mail.read, said, source)
    letters.receipt(
        mail.work, doing.ticket, mail.agent, mail.message_id, [doing.ticket.customer_address, *doing.answers]
    )  # fmt: skip
    return Taken(doing.ticket.number)


def _welcomed(mail: AgentMail) -> Taken:
    """The first answer of a new agent: any text, and nothing of it is done."""
    if acted_before(mail):
        return Taken(None, "same-mail", "the same mail of an agent came before")
    welcomed(mail.work, mail.agent, mail.read)
    return Taken(None, "welcomed", "answers the welcome mail")


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
    event = AgentUnproven(mail.agent.key if is_first_unproven(mail) else "", message.id)
    record(work, ticket, event, read_mail.author.address)


def _speak(mail: AgentMail, ticket: Ticket, token: Token | None, may: Standing) -> None:
    """Read what the agent wrote, look whether it may be, and do it."""
    said = read(mail.read.mail.text)
    purpose = token.purpose if token else "note"
    if said.mistakes:
        _hold(mail, ticket, token, list(said.mistakes), may)
        return
    wanted = plan(said, _PLAIN[purpose], mail.work.now, mail.agent.timezone)
    refused = _not_permitted(mail, ticket, said.commands, wanted.speech)
    if refused:
        _hold(mail, ticket, token, refused, may)
        return
    text, files = passed_on(mail.read.mail, wanted.text)
    wanted = replace(wanted, text=text)
    doing = _doing(mail, ticket, without_own(files, mail.agent))
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


def _doing(mail: AgentMail, ticket: Ticket, files: tuple[Attachment, ...]) -> Doing:
    source = Source(mail.item.id, mail.read.key, mail.read.trust.word)
    return Doing(mail.work, ticket, mail.agent, files, source)


def _not_permitted(
    mail: AgentMail, ticket: Ticket, commands: Sequence[Command], speech: Speech
) -> list[Mistake]:
    verbs = [(c.shown, c.verb) for c in commands]
    if speech is not Speech.NOTHING and not commands:
        verbs = [("", str(speech))]
    told = (
        (line, absence.why_not_here(mail.work, ticket, mail.agent, verb)) for line, verb in verbs
    )
    return [Mistake(line, why) for line, why in told if why is not None][:1]


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
    lines = [header_text(command.shown, SHOWN) for command in said.commands]
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
        why = mail.failed or _too_late(mail, row)
        if row.ticket == waiting.NO_TICKET:
            return confirmed(mail, row, why.sentence if why else None)
        ticket = existing(work, row.ticket)
        work.wait = work.settings.undo_window
        doing = Doing(work, ticket, agent, source=Source(mail.item.id, "", mail.read.trust.word))
        commands = [Command(verb, words) for verb, words in row.commands]
        # Rights may have been taken away since.
        refused = [mistake_of(why)] if why else _not_permitted(
            mail, ticket, commands, Speech(row.speech)
        )  # fmt: skip
        if refused:
            letters.held(work, ticket, agent, mail.message_id, "", refused, "command")
            return Taken(ticket.number)
        resume(doing, row)
        _receipt(doing, mail, is_due=True)
        return Taken(ticket.number)
    return None


def _too_late(mail: AgentMail, row: WaitingAct) -> BadCommand | None:
    if mail.work.now - row.at > waiting.CONFIRM_WITHIN:
        return BadCommand("", say("it waited for longer than 30 minutes; write it again"))
    return BadCommand("", say("that was done already")) if row.done_at is not None else None


def _hold(
    mail: AgentMail, ticket: Ticket, token: Token | None, mistakes: list[Mistake], may: Standing
) -> None:
    purpose = token.purpose if token else "note"
    text = mail.read.mail.text
    if may is Standing.ASKED:
        # It may be a forger's: no mail that is filled in with it, and no more of it than what is wrong.
        text, mistakes = "", [Mistake(header_text(m.line, SHOWN), m.why) for m in mistakes]
    letters.held(mail.work, ticket, mail.agent, mail.message_id, text, mistakes, purpose)


def _receipt(doing: Doing, mail: AgentMail, *, is_due: bool) -> None:
    wanted = mail.work.settings.receipts
    if doing.answers or wanted == "all" or (wanted == "changes" and is_due):
        letters.receipt(doing.work, doing.ticket, mail.agent, mail.message_id, doing.answers)
