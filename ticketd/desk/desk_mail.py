"""Mail to the desk address: each line is done or refused by itself, and one transcript comes back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ticketd.core.addresses import Agent
from ticketd.core.commands import Command
from ticketd.core.desk_lines import DeskLine, DeskMail, read_lines
from ticketd.core.effects import effect
from ticketd.core.errors import Refused
from ticketd.core.plan import BadCommand, Plan, Speech, plan_of
from ticketd.core.redaction import masked
from ticketd.core.sentences import say
from ticketd.core.words import word
from ticketd.desk import answers
from ticketd.desk.absence import check_permit
from ticketd.desk.asking import about_nothing
from ticketd.desk.commands import do
from ticketd.desk.replies import Source
from ticketd.desk.ticket_commands import Doing
from ticketd.desk.tickets import existing
from ticketd.desk.undo import last_act, undo_act
from ticketd.desk.work import Work
from ticketd.store.rows import forget_but, known_rows

_SPEECH = {
    "reply": Speech.REPLY, "note": Speech.NOTE, "draft": Speech.DRAFT, "preview": Speech.PREVIEW,
}  # fmt: skip


class _DryRun(Exception):
    """Ends a part of the transaction that nobody wanted to keep."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the transcript."""

    line: str
    ok: bool
    what: str


def work_lines(work: Work, agent: Agent, text: str, source: Source) -> list[Told]:
    """Do the lines of a mail to the desk address; what became of each."""
    mail = read_lines(text)
    if mail.undoes:
        return [_undone(work, agent)]
    work.merges = True
    told: list[Told] = []
    try:
        with _part(work):
            told = [_told(work, agent, line, mail, source) for line in _limited(work, agent, mail)]
            failed = mail.is_all_or_nothing and not all(one.ok for one in told)
            if failed or mail.is_dry_run:
                raise _DryRun  # noqa: TRY301 - the part is taken back as a whole
    except _DryRun:
        if not mail.is_dry_run:
            back = say("taken back").told(agent.language)
            told = [Told(t.line, ok=False, what=t.what if not t.ok else back) for t in told]
    return told or [
        Told("", ok=False, what=say("there is no line of yours in this mail").told(agent.language))
    ]


def _limited(work: Work, agent: Agent, mail: DeskMail) -> Iterator[DeskLine]:
    """The lines, with an error on those that a `limit` above them leaves out."""
    allowed: set[int] | None = None
    for line in mail.lines:
        if line.limit:
            try:
                allowed = answers.numbers_of(work, agent, line.limit)
            except Refused as error:
                yield DeskLine(line.line, error=error.sentence)
                return
        elif allowed is not None and not set(line.numbers) <= allowed:
            out = tuple(f"#{n}" for n in line.numbers if n not in allowed)
            yield DeskLine(line.line, error=say("{out}: outside of the limit", out=out))
        else:
            yield line


def _told(work: Work, agent: Agent, line: DeskLine, mail: DeskMail, source: Source) -> Told:
    # What is to go must not come back in the transcript.
    shown = masked(line.line)
    if line.error is not None:
        return Told(shown, ok=False, what=line.error.told(agent.language))
    if line.command is None:
        return Told(shown, ok=False, what="")
    try:
        with _part(work):
            what = _do(work, agent, line.numbers, line.command, source)
    except (BadCommand, Refused) as error:
        return Told(shown, ok=False, what=error.sentence.told(agent.language))
    return Told(
        shown,
        ok=True,
        what=say("{what} (dry run)", what=what).told(agent.language) if mail.is_dry_run else what,
    )


def _do(
    work: Work, agent: Agent, numbers: tuple[int, ...], command: Command, source: Source
) -> str:
    """One line on each of its tickets: all of them or none."""
    if not numbers:
        return about_nothing(work, agent, command)
    said = []
    for number in numbers:
        ticket = existing(work, number)
        check_permit(work, ticket, agent, command.verb)
        before = len(work.happened.get(ticket.number, []))
        doing = Doing(work, ticket, agent, source=Source(source.inbox_id, "", source.trust))
        do(doing, _plan(command, work, agent))
        happened = work.happened.get(ticket.number, [])[before:]
        labels = work.settings.labels
        lines = [
            effect(one.event, agent.language, ticket.customer_address, agent.timezone, labels)
            for one in happened
        ]
        state = (
            f"{word(ticket.status, agent.language, work.settings.labels)}, {ticket.assignee or '-'}"
        )
        found = "; ".join([*filter(None, lines), *doing.answers])
        said.append(f"#{ticket.number} {found or '='} [{state}]")
    return "\n".join(said)


def _plan(command: Command, work: Work, agent: Agent) -> Plan:
    if command.verb == "forward":
        to, _, text = command.words.partition(" ")
        return Plan(Speech.FORWARD, text, to=to)
    if command.verb in _SPEECH:
        if not command.words:
            raise Refused("write the text behind it: 123 {verb} Hello …", verb=command.verb)
        return Plan(_SPEECH[command.verb], command.words)
    return plan_of((command,), Speech.NOTHING, "", work.now, agent.timezone)


def _undone(work: Work, agent: Agent) -> Told:
    try:
        back = undo_act(work, last_act(work, agent, None), agent)
    except Refused as error:
        return Told("undo", ok=False, what=error.sentence.told(agent.language))
    return Told(
        "undo",
        ok=True,
        what="\n".join(f"#{number} {line.told(agent.language)}" for number, line in back.lines),
    )


@contextmanager
def _part(work: Work) -> Iterator[None]:
    """What fails within is taken back, with what it would have told; the rest of the mail stays."""
    happened = {number: list(causes) for number, causes in work.happened.items()}
    touched, mails = dict(work.tickets), list(work.mails)
    known = known_rows(work.session)
    work.session.flush()
    try:
        with work.session.begin_nested():
            yield
            work.session.flush()
    except BaseException:
        work.happened, work.tickets, work.mails = happened, touched, mails
        forget_but(work.session, known)
        work.session.info.pop("tickets", None)
        work.session.expire_all()
        raise
