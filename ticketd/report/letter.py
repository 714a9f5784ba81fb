"""Reports as mails: to one address, by hand or by a schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ticketd.core.addresses import Agent
from ticketd.core.customer_words import UNSUBSCRIBE, purpose_of
from ticketd.core.inbound import Attachment, Mailbox
from ticketd.core.links import mailto
from ticketd.core.reports.schedule import Schedule
from ticketd.core.reports.shape import Report
from ticketd.core.reports.words import called
from ticketd.desk import letters, post
from ticketd.desk.mails import subject_of
from ticketd.desk.work import Work
from ticketd.mail.render import Rendered
from ticketd.report.data import as_csv
from ticketd.report.letter_html import html
from ticketd.report.text import Look, lines
from ticketd.store import tickets
from ticketd.store.tables import Ticket

_WIDTH = 76
"""Columns of the plain part; mail programs wrap longer lines."""
_ACTS = ("take", "close", "snooze")
_WORDS = {"snooze": " 1d"}


@dataclass(frozen=True, slots=True)
class Letter:
    """How a report is to be sent."""

    address: str
    language: str
    with_csv: bool = True
    schedule: Schedule | None = None
    """By which schedule; None where somebody sent it by hand: nothing to unsubscribe from."""


def send(work: Work, report: Report, letter: Letter) -> None:
    """Put the mail into the outbox, in the transaction of its cause."""
    settings, language = work.settings, letter.language
    agent = settings.agent_by_address(letter.address)
    home = settings.own.departments[0]
    company = settings.name or home.name
    named = ", ".join(called(f"#{section.name}", language) for section in report.sections[:3])
    heading = f"{company}: {named}"
    stop = _stop_link(work, letter, heading)
    foot = [escape(called("attached", language))] if letter.with_csv else []
    foot += [f'<a href="{escape(stop)}">{escape(called("stop", language))}</a>'] if stop else []
    acts = _Acts(work, agent)
    page = html(report, heading, language, acts, foot)
    mail = post.Mail(
        kind="report",
        subject=f"{heading} · {report.period.first_day.isoformat()} – {report.period.last_day.isoformat()}",
        body=Rendered(
            _plain(report, heading, letter, [*_addresses(acts, report), *_stops(stop, language)]),
            page,
        ),
        author=Mailbox(company, home.address),
        attachments=_files(report) if letter.with_csv else (),
        reply_to=_answers(work, agent),
        fields=(("List-Unsubscribe", f"<{stop}>"),) if stop else (),
    )
    box = Mailbox(agent.name if agent else "", letter.address)
    post.put_bare(work, mail, post.Reader(box, "agent" if agent else "reader"))


def _answers(work: Work, agent: Agent | None) -> str:
    """An agent's answer to a report is commands alone; anybody else's is a question to the department."""
    desk = f"desk@{work.settings.domain}"
    return desk if agent is not None and work.settings.own.is_desk_address(desk) else ""


def _plain(report: Report, heading: str, letter: Letter, foot: Sequence[str]) -> str:
    """The text alternative: the same tables and bars, made of letters; what the other one links is named below."""
    body = "\n".join(lines(report, Look(_WIDTH, language=letter.language)))
    notes = [*foot, *([called("attached", letter.language)] if letter.with_csv else [])]
    return "\n\n".join((f"{heading}\n{body}", *notes)) + "\n"


def _addresses(acts: "_Acts", report: Report) -> list[str]:
    """Where commands about each ticket of the tables go; nothing where the reader has none to give."""
    numbers: dict[int, None] = {}
    for table in (table for section in report.sections for table in section.tables()):
        places = [at for at, column in enumerate(table.columns) if column.kind == "ticket"]
        numbers |= dict.fromkeys(row[at] for at in places for row in table.rows)
    found = [f"#{number}  {address}" for number in numbers if (address := acts.address(number))]
    if not found or acts.agent is None:
        return []
    language = acts.agent.language
    verbs = ", ".join(f"{letters.spoken(verb, language)}{_WORDS.get(verb, '')}" for verb in _ACTS)
    return [f"{called('write_to', language)} ({verbs}):\n" + "\n".join(found)]


def _stops(stop: str, language: str) -> list[str]:
    address = stop.removeprefix("mailto:").partition("?")[0]
    return [f"{called('stop', language)}: {address}"] if stop else []


def _files(report: Report) -> tuple[Attachment, ...]:
    """One CSV for each section; the mark in front tells spreadsheets that it is UTF-8."""
    day = report.period.last_day.isoformat()
    return tuple(
        Attachment(
            f"{section.name}-{day}.csv", "text/csv", f"\ufeff{as_csv(section, report.period.zone)}".encode()
        )
        for section in report.sections
    )  # fmt: skip


def _stop_link(work: Work, letter: Letter, heading: str) -> str:
    """A prefilled mail that ends the subscription (RFC 2369, 3.2)."""
    if letter.schedule is None:
        return ""
    settings = work.settings
    address = settings.keys.word_address(
        settings.domain, UNSUBSCRIBE, purpose_of(UNSUBSCRIBE), letter.schedule.number, letter.address
    )  # fmt: skip
    return mailto(address, f"{called('stop', letter.language)}: {heading}", "-")


@dataclass(frozen=True, slots=True)
class _Acts:
    """What an agent can do to a ticket right from the mail; for others there is nothing but its number."""

    work: Work
    agent: Agent | None

    def __call__(self, number: int) -> str:
        ticket, address = self._ticket(number), self.address(number)
        if ticket is None or self.agent is None:
            return ""
        subject = f"Re: {subject_of(self.work, ticket)}"
        found = []
        for verb in _ACTS:
            spoken = letters.spoken(verb, self.agent.language)
            url = mailto(address, subject, f"{spoken}{_WORDS.get(verb, '')}\n")
            found.append(f'<a href="{escape(url)}" style="font-size:12px">{escape(spoken)}</a>')
        return f"#{number}<br>{' '.join(found)}"

    def address(self, number: int) -> str:
        """Where the agent's commands about a ticket go; empty for others."""
        ticket = self._ticket(number)
        if ticket is None or self.agent is None:
            return ""
        return post.answer_to(self.work, ticket, letters.agents_reader(self.agent, "command"))

    def _ticket(self, number: int) -> Ticket | None:
        return tickets.by_number(self.work.session, number) if self.agent else None
