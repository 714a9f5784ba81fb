"""Does what an agent asked for by mail: every command is one of the acts that the terminal has, too."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from ticketd.core.addresses import Agent
from ticketd.core.commands import Command
from ticketd.core.errors import Refused
from ticketd.core.inbound import Attachment
from ticketd.core.moments import moment_of
from ticketd.core.plan import TEXTS, BadCommand, Plan, Speech
from ticketd.core.redaction import wanted_of
from ticketd.desk import (
    absence,
    answers,
    handling,
    handover,
    mails,
    merging,
    redacting,
    replies,
    texts,
    tickets,
)
from ticketd.desk.replies import Reply, Source
from ticketd.desk.third_parties import Question, forward
from ticketd.desk.undo import last_act, undo_act
from ticketd.desk.work import Work
from ticketd.store import waiting
from ticketd.store.agent_tables import WaitingAct
from ticketd.store.tables import Message, Ticket


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


def do(doing: Doing, plan: Plan) -> None:
    """Everything that a mail asks for, in the caller's transaction. BadCommand where something cannot be done."""
    plan = _with_texts(doing, plan)
    for command in plan.others:
        _do(doing, command)
    match plan.speech:
        case Speech.REPLY:
            _reply(doing, plan)
            return
        case Speech.NOTE:
            work, ticket, agent = doing.work, doing.ticket, doing.agent
            replies.note(work, ticket, agent, plan.text, doing.files, doing.source)
        case Speech.FORWARD:
            _forward(doing, plan)
        case Speech.DRAFT | Speech.PREVIEW:
            _draft(doing, plan)
            return
        case Speech.NOTHING:
            pass
    if plan.status is not None:
        _status(doing, plan.status, plan.until)


def _with_texts(doing: Doing, plan: Plan) -> Plan:
    """Canned replies and articles become the text, above what the agent wrote."""
    commands = [c for c in plan.others if c.verb in TEXTS]
    if not commands:
        return plan
    speech = Speech.REPLY if plan.speech is Speech.NOTHING else plan.speech
    said = []
    for command in commands:
        try:
            is_outside = speech is not Speech.NOTE
            found = texts.use(doing.work, doing.ticket, doing.agent, command, is_outside=is_outside)
        except Refused as error:
            raise BadCommand(str(command), str(error)) from None
        said.append(found.text)
        doing.files += found.files
    text = "\n\n".join(filter(None, (*said, plan.text)))
    others = tuple(c for c in plan.others if c not in commands)
    return replace(plan, speech=speech, text=text, others=others)


def _do(doing: Doing, command: Command) -> None:
    try:
        _HANDLERS[command.verb](doing, command.words)
    except BadCommand:
        raise
    except Refused as error:
        raise BadCommand(str(command), str(error)) from None


def _reply(doing: Doing, plan: Plan) -> None:
    """The answer, with what becomes of the ticket: one mail to the customer, not two."""
    status, ticket = plan.status, doing.ticket
    verb = status.verb if status else ""
    if verb == "spam":
        raise BadCommand(str(status), "spam gets no answer: take the text away, or #spam")
    closing = verb == "close"
    stays = verb == "open" or (not verb and doing.work.settings.after_reply == "open")
    new = Reply(
        plan.text, closing, _reason(status) if closing and status else "solved", doing.files, plan.until,
        stays_open=stays, source=doing.source,
    )  # fmt: skip
    try:
        if verb == "reopen":
            replies.reopen(doing.work, ticket, doing.agent, tell=False)
        replies.reply(doing.work, ticket, doing.agent, new)
    except Refused as error:
        raise BadCommand(str(status or ""), str(error)) from None


def _forward(doing: Doing, plan: Plan) -> None:
    asked = Question(plan.to, plan.text, attachments=doing.files, source=doing.source)
    try:
        forward(doing.work, doing.ticket, doing.agent, asked)
    except Refused as error:
        raise BadCommand(f"#forward {plan.to}", str(error)) from None


def _draft(doing: Doing, plan: Plan) -> None:
    work, ticket, agent = doing.work, doing.ticket, doing.agent
    keep(doing, plan, "draft")
    if plan.speech is Speech.PREVIEW:
        closing = plan.status is not None and plan.status.verb == "close"
        doing.answers.append(mails.answer(work, ticket, agent, plan.text, closing=closing).text)


def keep(doing: Doing, plan: Plan, why: str) -> WaitingAct:
    """Keep what was asked for until `#send`, or until it is confirmed."""
    work, ticket = doing.work, doing.ticket
    message: Message | None = None
    if plan.text:
        write = replies.unconfirmed if why == "confirm" else replies.draft
        message = write(work, ticket, doing.agent, plan.text, doing.files, doing.source)
    asks = (Command("forward", plan.to),) if plan.to else ()
    commands = [[c.verb, c.words] for c in (*asks, *plan.others, *filter(None, (plan.status,)))]
    speech = Speech.REPLY if plan.speech in {Speech.DRAFT, Speech.PREVIEW} else plan.speech
    row = WaitingAct(
        agent=doing.agent.key, ticket=ticket.number, message=message.id if message else None,
        speech=speech, commands=commands, why=why, at=work.now, done_at=None,
    )  # fmt: skip
    return waiting.keep(work.session, row)


def _status(doing: Doing, command: Command, until: datetime | None) -> None:
    work, ticket, agent = doing.work, doing.ticket, doing.agent
    try:
        match command.verb:
            case "close":
                replies.close(work, ticket, agent, _reason(command), tell=True)
            case "spam":
                replies.close(work, ticket, agent, "spam", tell=False)
            case "pending" | "snooze":
                handling.pending(work, ticket, agent, until)
            case "open":
                replies.reopen(work, ticket, agent, tell=False)
            case _:
                replies.reopen(work, ticket, agent, tell=True)
    except Refused as error:
        raise BadCommand(str(command), str(error)) from None


def _reason(command: Command) -> str:
    reason = command.words.lower() or "solved"
    if reason not in replies.CLOSE_REASONS:
        known = ", ".join(replies.CLOSE_REASONS)
        raise BadCommand(str(command), f"'{command.words}' is no reason; use one of {known}")
    return reason


_SPLIT = re.compile(
    r"(?P<message>[0-9]{1,10})?(?:\s*into #?(?P<into>[0-9]{1,10})(?P<yes>\s+yes)?)?"
)


def _cc(doing: Doing, words: str) -> None:
    for word in words.replace(",", " ").split():
        if word[:1] == "-":
            handling.remove_person(doing.work, doing.ticket, word[1:], doing.agent)
        else:
            address = word.removeprefix("+")
            handling.add_person(doing.work, doing.ticket, address, doing.agent)


def _set(doing: Doing, words: str) -> None:
    name, sign, value = words.partition("=")
    if not sign:
        raise Refused("write field=value: #set severity=high")
    handling.set_field(doing.work, doing.ticket, name.strip().lower(), value.strip(), doing.agent)


def _field(name: str) -> "Handler":
    def handler(doing: Doing, words: str) -> None:
        if not words:
            raise Refused(f"#{name} needs a value")
        handling.set_field(doing.work, doing.ticket, name, words, doing.agent)

    return handler


def _link(doing: Doing, words: str) -> None:
    if ":" in words:
        handling.refer(doing.work, doing.ticket, words, doing.agent)
        return
    number = words.lstrip("#")
    if not (number.isascii() and number.isdigit()) or len(number) > 10:
        raise Refused(f"'{words}' is no ticket's number")
    handling.link(doing.work, doing.ticket, int(number), doing.agent)


def _merge(doing: Doing, words: str) -> None:
    number, _, yes = words.lstrip("#").partition(" ")
    if (
        not (number.isascii() and number.isdigit())
        or len(number) > 10
        or yes.lower() not in {"", "yes", "same"}
    ):
        raise Refused(
            f"'{words}' is not understood; write the other ticket's number: #merge 45, #merge 45 yes or #merge 45 same"
        )
    into = tickets.existing(doing.work, int(number))
    absence.check_permit(doing.work, into, doing.agent)
    same = yes.lower() == "same"
    merging.merge(
        doing.work, doing.ticket, into, doing.agent, confirmed=bool(yes), same_person=same
    )
    doing.ticket = into


def _split(doing: Doing, words: str) -> None:
    found = _SPLIT.fullmatch(words.strip().lower())
    if found is None:
        raise Refused(
            f"'{words}' is not understood; write #split, #split 881 or #split 881 into 45"
        )
    number = int(found["message"]) if found["message"] else None
    if not found["into"]:
        merging.split(doing.work, doing.ticket, number, doing.agent)
        return
    into = tickets.existing(doing.work, int(found["into"]))
    absence.check_permit(doing.work, into, doing.agent)
    yes = bool(found["yes"])
    merging.move_message(doing.work, doing.ticket, number, into, doing.agent, confirmed=yes)


def _redact(doing: Doing, words: str) -> None:
    source = doing.source.inbox_id if doing.source else None
    gone = redacting.redact(doing.work, doing.ticket, wanted_of(words), doing.agent, source)
    doing.answers += redacting.told(gone)


def _remind(doing: Doing, words: str) -> None:
    at = moment_of(words, doing.work.now, doing.agent.timezone)
    handling.remind(doing.work, doing.ticket, at, doing.agent)


def _asks(verb: str) -> "Handler":
    def handler(doing: Doing, words: str) -> None:
        words = words or (str(doing.ticket.number) if verb == "show" else "")
        doing.answers.append(answers.about_nothing(doing.work, doing.agent, Command(verb, words)))

    return handler


def _undo(doing: Doing, _: str) -> None:
    act = last_act(doing.work, doing.agent, doing.ticket.number)
    back = undo_act(doing.work, act, doing.agent)
    # The text exists nowhere else now.
    doing.answers += [message.text for message in back.texts]


def _send(doing: Doing, _: str) -> None:
    row = waiting.newest(doing.work.session, doing.agent.key, doing.ticket.number)
    if row is None:
        raise Refused(f"no text of yours waits on #{doing.ticket.number}")
    resume(doing, row)


def resume(doing: Doing, row: WaitingAct) -> None:
    """Do what waited. Refused where it was done already."""
    work = doing.work
    if row.done_at is not None:
        raise Refused("that was done already")
    waiting.finish(work.session, row, work.now)
    plan, doing.files = answers.waiting_plan(work, row, doing.agent)
    do(doing, plan)


def _tell(doing: Doing, _: str) -> None:
    replies.tell_status(doing.work, doing.ticket)


def _take(doing: Doing, _: str) -> None:
    if doing.ticket.assignee:
        held = doing.work.settings.agent(doing.ticket.assignee)
        taken = doing.ticket.assignee if held is None else held.name
        if doing.ticket.assignee != doing.agent.key:
            raise Refused(
                f"{taken} holds #{doing.ticket.number}; #assign {doing.agent.key} takes it over"
            )
    handling.assign(doing.work, doing.ticket, doing.agent.key, doing.agent)


Handler = Callable[[Doing, str], None]
_HANDLERS: dict[str, Handler] = {
    "send": _send,
    "release": lambda d, _: handling.release(d.work, d.ticket, d.agent),
    "undo": _undo,
    "remind": _remind,
    "take": _take,
    "assign": lambda d, w: handling.assign(d.work, d.ticket, w, d.agent),
    "accept": lambda d, _: handover.accept(d.work, d.ticket, d.agent),
    "decline": lambda d, _: handover.decline(d.work, d.ticket, d.agent),
    "handback": lambda d, _: handover.hand_back(d.work, d.ticket, d.agent),
    "dept": _field("department"),
    "cc": _cc,
    "follow": lambda d, w: handling.follow(d.work, d.ticket, w or d.agent.key, d.agent),
    "unfollow": lambda d, w: handling.unfollow(d.work, d.ticket, w or d.agent.key, d.agent),
    "customer": lambda d, w: handling.set_customer(d.work, d.ticket, w, d.agent),
    "priority": _field("priority"),
    "severity": _field("severity"),
    "due": _field("due"),
    "time": lambda d, w: handling.spend(d.work, d.ticket, w, d.agent),
    "tag": lambda d, w: handling.tag(d.work, d.ticket, tuple(w.split()), d.agent),
    "title": _field("title"),
    "summary": _field("summary"),
    "lang": _field("language"),
    "set": _set,
    "link": _link,
    "merge": _merge,
    "split": _split,
    "redact": _redact,
    **{verb: _asks(verb) for verb in ("show", "list", "find", "help", "away", "back")},
    "status": _tell,
    "history": lambda d, _: d.answers.append(answers.history(d.work, d.agent, d.ticket)),
}
