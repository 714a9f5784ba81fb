"""A mail in an agent's name, and what is asked of it before anything of it is read as a command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ticketd.core.addresses import Agent
from ticketd.core.commands import Mistake
from ticketd.core.permits import QUESTIONS_AN_HOUR, Token, agent_tokens
from ticketd.core.plan import BadCommand
from ticketd.core.sentences import say
from ticketd.desk.arrive import Read
from ticketd.desk.work import Work
from ticketd.store import spent, tickets, waiting
from ticketd.store.inbox import Claimed

SHOWN = 60
"""Of a line that may be a forger's, so many signs."""


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


def tokens_of(mail: AgentMail) -> dict[int, list[Token]]:
    """By the number of the ticket that they lead to: that of a merged one is another than stands in them."""
    found: dict[int, list[Token]] = {}
    keys = mail.work.settings.keys
    for number, token in agent_tokens(mail.read.target.tokens, keys, mail.agent):
        ticket = tickets.by_number(mail.work.session, number)
        if ticket is not None:
            found.setdefault(ticket.number, []).append(token)
    return found


def may_ask(mail: AgentMail) -> bool:
    """Whether the agent was asked less than so often in this hour: a forger could go on for ever."""
    work, agent = mail.work, mail.agent.key
    since = work.now - timedelta(hours=1)
    before = spent.spent_since(work.session, "question", agent, since)
    if work.settings.budgets.enabled and before >= QUESTIONS_AN_HOUR:
        return False
    spent.spend(work.session, "question", agent, work.now)
    return True


def is_first_unproven(mail: AgentMail) -> bool:
    """Whether the agent has not been told in this hour that a mail in their name proved nothing; now they are."""
    work, agent = mail.work, mail.agent.key
    since = work.now - timedelta(hours=1)
    if spent.spent_since(work.session, "unproven", agent, since):
        return False
    spent.spend(work.session, "unproven", agent, work.now)
    return True


def mistakes_of_all(mail: AgentMail, numbers: Sequence[int]) -> list[Mistake]:
    """Why nothing of a mail is done, whatever it says."""
    if mail.failed is not None:
        return [mistake_of(mail.failed)]
    if len(numbers) > 1:
        which = tuple(f"#{number}" for number in numbers)
        return [
            Mistake(
                "",
                say(
                    "it answers several tickets at once ({which}); answer each by a mail of its own",
                    which=which,
                ),
            )
        ]
    return too_old(mail)


def too_old(mail: AgentMail) -> list[Mistake]:
    """Longer ago than we know what we have done: it may be done already, and somebody brings it again."""
    date = mail.read.mail.date
    if date is None or mail.work.now - date <= waiting.SAME_WITHIN:
        return []
    return [
        Mistake(
            "",
            say(
                "it is dated {date}, too long ago to be done now; write it again",
                date=f"{date:%Y-%m-%d}",
            ),
        )
    ]


def acted_before(mail: AgentMail) -> bool:
    return bool(mail.message_id) and waiting.acted_before(
        mail.work.session, mail.read.mail.author.address, mail.message_id, mail.read.text,
        mail.work.now, but=mail.item.id,
    )  # fmt: skip


def mistake_of(error: BadCommand) -> Mistake:
    return Mistake(error.line, error.sentence, error.nearest)
