"""What an agent gets back for a mail: a receipt, the own text with its mistakes, a question whether it was meant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ticketd.core.addresses import Agent
from ticketd.core.commands import Mistake
from ticketd.core.due_words import away, target_word
from ticketd.core.effects import effect
from ticketd.core.events import SYSTEM, NoticeWithheld
from ticketd.core.inbound import InboundMail, Mailbox
from ticketd.core.links import mailto
from ticketd.core.sentences import in_language
from ticketd.core.subjects import plain_subject, subject_tag
from ticketd.core.tokens import Purpose
from ticketd.desk import absence, post
from ticketd.desk.mails import author_of, quote, subject_of, values_of
from ticketd.desk.record import enter
from ticketd.desk.work import Work
from ticketd.mail.dates import moment, soon
from ticketd.mail.markup import button, link
from ticketd.store import spent, tickets
from ticketd.store.tables import Message, Ticket

_LONGEST_LINK = 1500
"""Mail programs cut longer `mailto:` links (RFC 6068 names no limit)."""


def agents_reader(agent: Agent, purpose: Purpose, answers: str = "") -> post.Reader:
    """An agent as the reader of a mail; `answers` is the Message-ID of theirs that it answers."""
    box = Mailbox(agent.name, agent.addresses[0])
    return post.Reader(box, "agent", answers, purpose=purpose)


def actions(
    work: Work, ticket: Ticket, agent: Agent, reader: post.Reader, claims: int = 0
) -> list[str]:
    """One link for each thing that is done without a word: prefilled mails, in the agent's language."""
    address = post.answer_to(work, ticket, reader)
    verbs = _ACTIONS_CLOSED if ticket.status == "closed" else _ACTIONS
    if work.settings.texts.canned and ticket.status != "closed":
        # Its name is written behind it.
        verbs = (*verbs, ("canned", " "))
    if claims:
        verbs = (*verbs, ("merge", f"{claims} same"))
    found = []
    for verb, words in verbs:
        command = f"{spoken(verb, agent.language)} {words}".strip()
        found.append(
            _command(work, ticket, address, f"{command}{words if not words.strip() else ''}")
        )
    return found


_ACTIONS = (("take", ""), ("note", ""), ("close", ""), ("snooze", "1d"), ("spam", ""))
_ACTIONS_CLOSED = (("reopen", ""), ("note", ""), ("show", ""))


def spoken(verb: str, language: str) -> str:
    """A command as an agent of this language writes it."""
    return in_language(f"#{verb}", language)


def due_line(ticket: Ticket, now: datetime, zone: str, language: str) -> str:
    """What is due first, and when: `first reply 14:00 (in 2 h)`."""
    by_target = {
        "first_reply": ticket.first_reply_due,
        "next_reply": ticket.next_reply_due,
        "resolution": ticket.resolution_due,
        "own": ticket.agent_due,
    }
    for target, at in by_target.items():
        if at is not None and at == ticket.sla_due_at:
            return f"{target_word(target, language)} {due_moment(at, now, zone, language)}"
    return ""


def due_moment(at: datetime, now: datetime, zone: str, language: str) -> str:
    """A moment, and how far away it is."""
    return f"{soon(at, now, zone, language)} ({away(at - now, language)})"


def few_fields(ticket: Ticket, event: str) -> tuple[tuple[str, str], ...]:
    """For agents' filters, where a mail is about nothing that stands on the ticket."""
    return (("X-Ticketd-Ticket", str(ticket.number)), ("X-Ticketd-Event", event))


def _subject(work: Work, ticket: Ticket, agent: Agent) -> str:
    """A mail may name any ticket: of one that the agent may not see, the number alone."""
    if absence.may_read(work, ticket, agent):
        return subject_of(work, ticket)
    return subject_tag(ticket.number, work.settings.name)


_EMPTY = "the agent got as many of these as the budget of an hour allows"


def _within_budget(work: Work, agent: Agent) -> bool:
    """Each mail in an agent's name causes one of these: what answers them by itself has to come to an end."""
    budgets, session, hour = work.settings.budgets, work.session, work.now - timedelta(hours=1)
    most = budgets.notices_per_hour
    if budgets.enabled and spent.spent_since(session, "letter", agent.key, hour) >= most:
        return False
    spent.spend(session, "letter", agent.key, work.now)
    return True


def _command(work: Work, ticket: Ticket, address: str, command: str) -> str:
    """A link to a mail that says nothing else."""
    return link(command, mailto(address, f"Re: {subject_of(work, ticket)}", f"{command}\n"))


def receipt(work: Work, ticket: Ticket, agent: Agent, answers: str, found: Sequence[str]) -> None:
    """What was done, one line each, with a way to take it back; `found` is what was asked for."""
    recipients = ", ".join(p.address for p in tickets.participants(work.session, ticket.number))
    happened = [one.event for one in work.happened.get(ticket.number, []) if one.by == agent.key]
    lines = [
        line
        for e in happened
        if (line := effect(e, agent.language, recipients, agent.timezone, work.settings.labels))
    ]
    reader = agents_reader(agent, "command", answers)
    address = post.answer_to(work, ticket, reader)
    undo = _command(work, ticket, address, spoken("undo", agent.language))
    values = {
        "lines": lines, "found": [text.strip() for text in found], "undo": undo if lines else "",
        "seconds": int(work.settings.undo_window.total_seconds()),
    }  # fmt: skip
    _send(work, ticket, agent, "receipt", values, reader)


def held(
    work: Work, ticket: Ticket, agent: Agent, answers: str, text: str,
    mistakes: Sequence[Mistake], purpose: Purpose,
) -> None:  # fmt: skip
    """Nothing was done: the agent's own text, what was not understood, and a mail that mends it."""
    reader = agents_reader(agent, purpose, answers)
    address = post.answer_to(work, ticket, reader)
    url = mailto(address, f"Re: {_subject(work, ticket, agent)}", _mended(agent, text, mistakes))
    if len(url) > _LONGEST_LINK:
        url = mailto(address, f"Re: {_subject(work, ticket, agent)}", "")
    _send(work, ticket, agent, "held", _held_values(agent, text, mistakes, url), reader)


def held_fresh(
    work: Work,
    agent: Agent,
    department: str,
    answers: str,
    mail: InboundMail,
    mistakes: Sequence[Mistake],
) -> None:
    """The same for a fresh mail, which is about no ticket yet: it is mended by another fresh mail."""
    home = work.settings.department(department)
    subject, text = mail.subject, mail.text
    url = mailto(home.address, subject, _mended(agent, text, mistakes))
    if len(url) > _LONGEST_LINK:
        url = mailto(home.address, subject, "")
    values = _held_values(agent, text, mistakes, url) | {"agent": agent.name}
    letter = post.Mail(
        kind="notice",
        subject=f"Re: {plain_subject(subject) or home.name}",
        body=work.desk.renderer.render("held", agent.language, values),
        author=Mailbox(home.name, home.address),
        fields=(("X-Ticketd-Event", "held"),),
        reply_to=home.address,
    )
    if _within_budget(work, agent):
        post.put_bare(work, letter, agents_reader(agent, "command", answers))


def _mended(agent: Agent, text: str, mistakes: Sequence[Mistake]) -> str:
    """The text with what was probably meant."""
    for mistake in mistakes:
        if mistake.nearest and mistake.line:
            meant = _in_own_words(mistake, agent)[0].partition(" ")[0] + _rest(mistake)
            text = text.replace(mistake.line, meant, 1)
    return text


def _held_values(
    agent: Agent, text: str, mistakes: Sequence[Mistake], repair: str
) -> dict[str, Any]:
    return {
        "mistakes": [
            {
                "line": m.line,
                "why": m.why.told(agent.language),
                "nearest": ", ".join(_in_own_words(m, agent)),
            }
            for m in mistakes
        ],
        "quoted": quote(text, 300) if text.strip() else "",
        "repair": repair,
        "button": button,
    }


def _in_own_words(mistake: Mistake, agent: Agent) -> list[str]:
    """The commands that may have been meant, as this agent calls them."""
    found = []
    for command in mistake.nearest:
        verb, blank, words = command.partition(" ")
        found.append(in_language(verb, agent.language) + blank + words)
    return found


def _rest(mistake: Mistake) -> str:
    """The words behind the verb, where they were not the mistake."""
    if not mistake.is_unknown:
        return ""
    _, blank, words = mistake.line.partition(" ")
    return blank + words


def stale(
    work: Work, ticket: Ticket, agent: Agent, answers: str, text: str, since: Sequence[Message]
) -> None:
    """The reply waits: somebody was quicker. What was said meanwhile, and how to send it all the same."""
    reader = agents_reader(agent, "command", answers)
    address = post.answer_to(work, ticket, reader)
    send = _command(work, ticket, address, spoken("send", agent.language))
    told = [
        {
            "by": author_of(work, ticket, message),
            "at": moment(message.at, agent.timezone, agent.language),
            "quoted": quote(message.text or message.full_text),
        }
        for message in since
    ]
    values = {"since": told, "quoted": quote(text, 300), "send": send}
    _send(work, ticket, agent, "stale", values, reader)


def confirm(
    work: Work, ticket: Ticket, agent: Agent, answers: str, lines: Sequence[str], waiting: int
) -> None:
    """A question to the registered address whether an act was meant; it names the act and nothing of the ticket."""
    address = work.settings.keys.confirm_address(work.settings.domain, waiting, agent.addresses[0])
    reader = agents_reader(agent, "command", answers)
    number = values_of(work, ticket, work.settings.department(ticket.department))["tag"]
    yes = link("OK", mailto(address, f"Re: {number}", "OK\n"))
    _send(work, ticket, agent, "confirm", {"lines": list(lines), "yes": yes}, reader, address)


def transcript(
    work: Work, agent: Agent, answers: str, subject: str, told: Sequence[tuple[str, bool, str]]
) -> None:
    """What became of each line of a mail to the desk address."""
    address = f"desk@{work.settings.domain}"
    changed = any(ok for _, ok, _ in told)
    undo = spoken("undo", agent.language).removeprefix("#")
    values = {
        "rows": [
            {"line": line, "ok": ok, "what": quote(what, 400) if "\n" in what else what}
            for line, ok, what in told
        ],
        "undo": link(undo, mailto(address, undo, f"{undo}\n")) if changed else "",
        "seconds": int(work.settings.undo_window.total_seconds()),
    }
    _put_from_desk(work, agent, answers, "transcript", plain_subject(subject), values)


def confirm_to_desk(
    work: Work, agent: Agent, answers: str, lines: Sequence[str], waiting: int, written_to: str
) -> None:
    """The question of `confirm` for a mail to the desk address, or for a fresh mail to a department."""
    address = work.settings.keys.confirm_address(work.settings.domain, waiting, agent.addresses[0])
    yes = link("OK", mailto(address, "Re: desk", "OK\n"))
    values = {"lines": list(lines), "yes": yes} | ({"tag": written_to} if written_to else {})
    _put_from_desk(work, agent, answers, "confirm", "", values, address)


def unproven_to_desk(work: Work, agent: Agent) -> None:
    """A mail to the desk address in the agent's name proved nothing: fixed words, the caller counts them."""
    _put_from_desk(work, agent, "", "unproven", "", {})


def _put_from_desk(
    work: Work, agent: Agent, answers: str, template: str, subject: str, values: dict[str, Any], reply_to: str = "",
) -> None:  # fmt: skip
    """A letter that is about no one ticket."""
    if not _within_budget(work, agent):
        return
    address = f"desk@{work.settings.domain}"
    known = {"agent": agent.name, "tag": address}
    mail = post.Mail(
        kind="notice",
        subject=f"Re: {subject or 'desk'}",
        body=work.desk.renderer.render(template, agent.language, known | values),
        author=Mailbox(work.settings.name or "ticketd", address),
        fields=(("X-Ticketd-Event", template),),
        reply_to=reply_to or address,
    )
    post.put_bare(work, mail, agents_reader(agent, "command", answers))


def _send(
    work: Work, ticket: Ticket, agent: Agent, template: str, values: dict[str, Any],
    reader: post.Reader, reply_to: str = "",
) -> None:  # fmt: skip
    """At once, whatever else waits: it is how an act can be taken back."""
    department = work.settings.department(ticket.department)
    if not _within_budget(work, agent):
        enter(work, ticket, NoticeWithheld(agent.key, f"{template}: {_EMPTY}"), SYSTEM)
        return
    known = values_of(work, ticket, department) | {"agent": agent.name, "number": ticket.number}
    subject, root = _subject(work, ticket, agent), post.thread_root(work, ticket)
    if template == "confirm" or subject == known["tag"]:
        # Whoever forged the mail may read along: no ticket content leaves.
        subject, root = known["tag"], ""
        known.pop("subject")
    mail = post.Mail(
        kind="notice",
        subject=subject,
        body=work.desk.renderer.render(template, agent.language, known | values),
        author=Mailbox(department.name, department.address),
        fields=few_fields(ticket, template),
        root=root,
        reply_to=reply_to,
    )
    waits, work.wait = work.wait, work.wait - work.wait
    act, work.act = work.act, ""
    try:
        post.put(work, ticket, mail, [replace(reader)])
    finally:
        work.wait, work.act = waits, act
