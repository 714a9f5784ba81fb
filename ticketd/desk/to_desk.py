"""Agents' mails that are about no one ticket: done where they are proven, asked about where they may be the agent's."""

from ticketd.core.commands import Said
from ticketd.core.desk_lines import MOST_LINES
from ticketd.core.permits import Standing, standing
from ticketd.core.plan import Speech
from ticketd.core.redaction import masked
from ticketd.core.sentences import Sentence, say
from ticketd.core.text import header_text
from ticketd.desk import letters
from ticketd.desk.agent_checks import (
    SHOWN,
    AgentMail,
    Taken,
    acted_before,
    is_first_unproven,
    may_ask,
    too_old,
)
from ticketd.desk.desk_mail import work_lines
from ticketd.desk.replies import Source
from ticketd.store import inbox, waiting
from ticketd.store.agent_tables import WaitingAct

_LONGEST = 20_000
"""Characters that are kept for a confirmation."""


def take_to_desk(mail: AgentMail) -> Taken:
    """Commands about any tickets (agent-by-mail.md 5 and 6)."""
    if acted_before(mail):
        return Taken(None, "same-mail", "the same mail of an agent came before")
    may = _standing(mail)
    if may is Standing.ASKED and not may_ask(mail):
        may = Standing.UNPROVEN
    if may is Standing.UNPROVEN:
        if is_first_unproven(mail):
            letters.unproven_to_desk(mail.work, mail.agent)
        return Taken(None, "agent-unproven", "not proven to be the agent's")
    old = [mistake.why for mistake in too_old(mail)]
    if old:
        _tell(mail, old[0])
    elif may is Standing.ASKED:
        _ask(mail)
    else:
        _work(mail, mail.read.mail.text, mail.item.id)
    return Taken(None)


def _standing(mail: AgentMail) -> Standing:
    return standing(
        has_token=False, trust=mail.read.trust, minimum=mail.work.settings.agents_minimum,
        is_ambiguous=mail.read.mail.author_is_ambiguous,
    )  # fmt: skip


def confirmed(mail: AgentMail, row: WaitingAct, why: Sentence | None) -> Taken:
    """The agent says that it was meant; or `why` it is not done any more."""
    if why is not None:
        _tell(mail, why)
    else:
        waiting.finish(mail.work.session, row, mail.work.now)
        kind, what, *first = row.commands[0]
        if kind == "fresh":
            inbox.work_again(mail.work.session, int(what), mail.work.now)
        else:
            # It is in the mail that came first; nobody needs it twice.
            row.commands = [[kind, "", *first]]
            _work(mail, str(what), int(first[0]) if first else mail.item.id)
    return Taken(None)


def _work(mail: AgentMail, text: str, said_in: int) -> None:
    """Do what the mail of this id in the inbox says: this one, or the one that it confirms."""
    mail.work.wait = mail.work.settings.undo_window
    source = Source(said_in, "", mail.read.trust.word)
    told = work_lines(mail.work, mail.agent, text, source)
    _transcript(mail, [(one.line, one.ok, one.what) for one in told])


def _tell(mail: AgentMail, why: Sentence) -> None:
    _transcript(mail, [("", False, why.told(mail.agent.language))])


def _transcript(mail: AgentMail, lines: list[tuple[str, bool, str]]) -> None:
    subject = masked(mail.read.mail.subject)
    letters.transcript(mail.work, mail.agent, mail.message_id, subject, lines)


def ask_fresh(mail: AgentMail, said: Said, address: str) -> Taken | None:
    """A fresh mail that would begin a ticket in a customer's name: asked about; None where nobody may be asked.

    Once it is confirmed it is worked in again, as a whole.
    """
    if acted_before(mail):
        return Taken(None, "same-mail", "the same mail of an agent came before")
    if _standing(mail) is not Standing.ASKED or not may_ask(mail):
        return None
    forwarded = mail.read.mail.forwarded
    whose = header_text(forwarded.author.address, SHOWN) if forwarded else ""
    sent_on = say("a customer's mail, sent on: {address}", address=whose).told(mail.agent.language)
    lines = [header_text(masked(command.shown), SHOWN) for command in said.commands] or [sent_on]
    _keep(mail, ["fresh", str(mail.item.id)], lines, address)
    return Taken(None)


def _ask(mail: AgentMail) -> None:
    text = mail.read.mail.text[:_LONGEST]
    lines = [header_text(masked(line), SHOWN) for line in text.split("\n") if line.strip()]
    _keep(mail, [waiting.DESK, text, str(mail.item.id)], lines[:MOST_LINES], "")


def _keep(mail: AgentMail, act: list[str], lines: list[str], address: str) -> None:
    row = WaitingAct(
        agent=mail.agent.key, ticket=waiting.NO_TICKET, message=None, speech=Speech.NOTHING, commands=[act],
        why="confirm", at=mail.work.now, done_at=None,
    )  # fmt: skip
    waiting.keep(mail.work.session, row)
    letters.confirm_to_desk(mail.work, mail.agent, mail.message_id, lines, row.id, address)
