"""Does what an agent asked for by mail: every command is one of the acts that the terminal has, too."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ticketd.core.commands import Command
from ticketd.core.errors import Refused
from ticketd.core.fields import minutes_of
from ticketd.core.plan import TEXTS, BadCommand, Plan, Speech
from ticketd.core.sentences import say
from ticketd.desk import (
    answers,
    handling,
    handover,
    mails,
    replies,
    texts,
)
from ticketd.desk.asking import ASKED, about_nothing
from ticketd.desk.replies import Reply
from ticketd.desk.third_parties import Question, forward
from ticketd.desk.ticket_commands import (
    Doing,
    Handler,
    cc,
    dept,
    do_field,
    do_link,
    do_merge,
    do_set,
    do_split,
    fresh,
    redact,
    remind,
    take,
)
from ticketd.desk.undo import last_act, undo_act
from ticketd.store import waiting
from ticketd.store.agent_tables import WaitingAct

if TYPE_CHECKING:
    from ticketd.store.tables import Message


def do(doing: Doing, plan: Plan) -> None:
    """Everything that a mail asks for, in the caller's transaction. BadCommand where something cannot be done."""
    plan = _with_texts(doing, plan)
    if plan.speech in {Speech.DRAFT, Speech.PREVIEW}:
        # What came with it waits, too.
        _draft(doing, plan)
        return
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
        case _:
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
            raise BadCommand(command.shown, error.sentence) from None
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
        raise BadCommand(command.shown, error.sentence) from None


def _reply(doing: Doing, plan: Plan) -> None:
    """The answer, with what becomes of the ticket: one mail to the customer, not two."""
    status, ticket = plan.status, doing.ticket
    verb = status.verb if status else ""
    if status and verb == "spam":
        raise BadCommand(status.shown, say("spam gets no answer: take the text away, or #spam"))
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
        raise BadCommand(status.shown if status else "", error.sentence) from None


def _forward(doing: Doing, plan: Plan) -> None:
    asked = Question(plan.to, plan.text, attachments=doing.files, source=doing.source)
    try:
        forward(doing.work, doing.ticket, doing.agent, asked)
    except Refused as error:
        raise BadCommand(f"#forward {plan.to}", error.sentence) from None


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
        raise BadCommand(command.shown, error.sentence) from None


def _reason(command: Command) -> str:
    reason = command.words.lower() or "solved"
    if reason not in replies.CLOSE_REASONS:
        known = replies.CLOSE_REASONS
        why = say("'{reason}' is no reason; use one of {known}", reason=command.words, known=known)
        raise BadCommand(command.shown, why)
    return reason


def _asks(verb: str) -> "Handler":
    def handler(doing: Doing, words: str) -> None:
        words = words or (str(doing.ticket.number) if verb == "show" else "")
        doing.answers.append(about_nothing(doing.work, doing.agent, Command(verb, words)))

    return handler


def _undo(doing: Doing, _: str) -> None:
    act = last_act(doing.work, doing.agent, doing.ticket.number)
    back = undo_act(doing.work, act, doing.agent)
    # The text exists nowhere else now.
    doing.answers += [message.text for message in back.texts]


def send_waiting(doing: Doing) -> None:
    """The agent's newest text that waits on the ticket, with what came with it. Refused where none does."""
    row = waiting.newest(doing.work.session, doing.agent.key, doing.ticket.number)
    if row is None:
        raise Refused("no text of yours waits on #{number}", number=doing.ticket.number)
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


_HANDLERS: dict[str, Handler] = {
    "send": lambda d, _: send_waiting(d),
    "release": lambda d, _: handling.release(d.work, d.ticket, d.agent),
    "undo": _undo,
    "remind": remind,
    "take": take,
    "assign": lambda d, w: handling.assign(d.work, d.ticket, w, d.agent),
    "accept": lambda d, _: handover.accept(d.work, d.ticket, d.agent),
    "decline": lambda d, _: handover.decline(d.work, d.ticket, d.agent),
    "handback": lambda d, _: handover.hand_back(d.work, d.ticket, d.agent),
    "dept": dept,
    "cc": cc,
    "follow": lambda d, w: handling.follow(d.work, d.ticket, w or d.agent.key, d.agent),
    "unfollow": lambda d, w: handling.unfollow(d.work, d.ticket, w or d.agent.key, d.agent),
    "customer": lambda d, w: handling.set_customer(d.work, d.ticket, w, d.agent),
    "priority": do_field("priority"),
    "severity": do_field("severity"),
    "due": do_field("due"),
    "time": lambda d, w: handling.spend(d.work, d.ticket, minutes_of(w), d.agent),
    "tag": lambda d, w: handling.tag(d.work, d.ticket, tuple(w.split()), d.agent),
    "title": do_field("title"),
    "summary": do_field("summary"),
    "lang": do_field("lang"),
    "set": do_set,
    "new": fresh("new"),
    "to": fresh("to"),
    "link": do_link,
    "merge": do_merge,
    "split": do_split,
    "redact": redact,
    **{verb: _asks(verb) for verb in ASKED},
    "status": _tell,
    "history": lambda d, _: d.answers.append(answers.history(d.work, d.agent, d.ticket)),
}
