"""Commands of an agent's mail on one ticket, each by the act that the terminal has for it too."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ticketd.core.addresses import Agent
from ticketd.core.errors import Refused
from ticketd.core.inbound import Attachment
from ticketd.core.moments import moment_of
from ticketd.core.redaction import wanted_of
from ticketd.core.sentences import say
from ticketd.desk import absence, handling, merging, redacting, replies, tickets
from ticketd.desk.replies import Source
from ticketd.desk.work import Work
from ticketd.store.tables import Ticket


@dataclass(slots=True)
class Doing:
    """One mail of an agent while it is done."""

    work: Work
    ticket: Ticket
    agent: Agent
    files: tuple[Attachment, ...] = ()
    source: Source | None = None
    answers: list[str] = field(default_factory=list)
    """What was asked for, and stands in the receipt."""


Handler = Callable[[Doing, str], None]
_SPLIT = re.compile(
    r"(?P<message>[0-9]{1,10})?(?:\s*into #?(?P<into>[0-9]{1,10})(?P<yes>\s+yes)?)?"
)


def cc(doing: Doing, words: str) -> None:
    for word in words.replace(",", " ").split():
        if word[:1] == "-":
            handling.remove_person(doing.work, doing.ticket, word[1:], doing.agent)
        else:
            address = word.removeprefix("+")
            handling.add_person(doing.work, doing.ticket, address, doing.agent)


def do_set(doing: Doing, words: str) -> None:
    name, sign, value = words.partition("=")
    if not sign:
        raise Refused("write field=value: #set severity=high")
    handling.set_field(doing.work, doing.ticket, name.strip().lower(), value.strip(), doing.agent)


def do_field(name: str) -> "Handler":
    def handler(doing: Doing, words: str) -> None:
        if not words:
            raise Refused("{verb} needs a value", verb=say(f"#{name}"))
        handling.set_field(doing.work, doing.ticket, name, words, doing.agent)

    return handler


def dept(doing: Doing, words: str) -> None:
    department, _, text = words.partition(" ")
    do_field("dept")(doing, department)
    if text:
        replies.note(doing.work, doing.ticket, doing.agent, text, (), doing.source)


def fresh(verb: str) -> "Handler":
    def handler(_: Doing, __: str) -> None:
        raise Refused("{verb} begins a fresh mail to a department", verb=say(f"#{verb}"))

    return handler


def do_link(doing: Doing, words: str) -> None:
    if ":" in words:
        handling.refer(doing.work, doing.ticket, words, doing.agent)
        return
    number = words.lstrip("#")
    if not (number.isascii() and number.isdigit()) or len(number) > 10:
        raise Refused("'{words}' is no ticket's number", words=words)
    handling.link(doing.work, doing.ticket, int(number), doing.agent)


def do_merge(doing: Doing, words: str) -> None:
    number, _, yes = words.lstrip("#").partition(" ")
    if (
        not (number.isascii() and number.isdigit())
        or len(number) > 10
        or yes.lower() not in {"", "yes", "same"}
    ):
        raise Refused(
            "'{words}' is not understood; write the other ticket's number: #merge 45, #merge 45 yes or #merge 45 same",
            words=words,
        )
    into = tickets.existing(doing.work, int(number))
    absence.check_permit(doing.work, into, doing.agent)
    same = yes.lower() == "same"
    merging.merge(
        doing.work, doing.ticket, into, doing.agent, confirmed=bool(yes), same_person=same
    )
    doing.ticket = into


def do_split(doing: Doing, words: str) -> None:
    found = _SPLIT.fullmatch(words.strip().lower())
    if found is None:
        raise Refused(
            "'{words}' is not understood; write #split, #split 881 or #split 881 into 45",
            words=words,
        )
    number = int(found["message"]) if found["message"] else None
    if not found["into"]:
        merging.split(doing.work, doing.ticket, number, doing.agent)
        return
    into = tickets.existing(doing.work, int(found["into"]))
    absence.check_permit(doing.work, into, doing.agent)
    yes = bool(found["yes"])
    merging.move_message(doing.work, doing.ticket, number, into, doing.agent, confirmed=yes)


def redact(doing: Doing, words: str) -> None:
    source = doing.source.inbox_id if doing.source else None
    gone = redacting.redact(doing.work, doing.ticket, wanted_of(words), doing.agent, source)
    doing.answers += [line.told(doing.agent.language) for line in redacting.told(gone)]


def remind(doing: Doing, words: str) -> None:
    at = moment_of(words, doing.work.now, doing.agent.timezone)
    handling.remind(doing.work, doing.ticket, at, doing.agent)


def take(doing: Doing, _: str) -> None:
    if doing.ticket.assignee:
        held = doing.work.settings.agent(doing.ticket.assignee)
        taken = held.name if held else doing.ticket.assignee
        if doing.ticket.assignee != doing.agent.key:
            raise Refused(
                "{taken} holds #{number}; #assign {agent} takes it over",
                taken=taken,
                number=doing.ticket.number,
                agent=doing.agent.key,
            )
    handling.assign(doing.work, doing.ticket, doing.agent.key, doing.agent)
