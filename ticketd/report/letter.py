"""Reports as mails: to one address, by hand or by a schedule."""

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

_WIDTH = 76
"""Columns of the plain part; mail programs wrap longer lines."""
_ACTS = ("take", "close", "snooze")


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
    page = html(report, heading, language, _acts(work, agent), foot)
    mail = post.Mail(
        kind="report",
        subject=f"{heading} · {report.period.first_day.isoformat()} – {report.period.last_day.isoformat()}",
        body=Rendered(_plain(report, heading, letter), page),
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


def _plain(report: Report, heading: str, letter: Letter) -> str:
    """The text alternative: the same tables and bars, made of letters."""
    body = "\n".join(lines(report, Look(_WIDTH, language=letter.language)))
    note = f"\n\n{called('attached', letter.language)}" if letter.with_csv else ""
    return f"{heading}\n{body}{note}\n"


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


def _acts(work: Work, agent: Agent | None) -> "_Acts":
    return _Acts(work, agent)


@dataclass(frozen=True, slots=True)
class _Acts:
    """What an agent can do to a ticket right from the mail; for others there is nothing but its number."""

    work: Work
    agent: Agent | None

    def __call__(self, number: int) -> str:
        ticket = tickets.by_number(self.work.session, number) if self.agent else None
        if ticket is None or self.agent is None:
            return ""
        address = post.answer_to(self.work, ticket, letters.agents_reader(self.agent, "command"))
        subject = f"Re: {subject_of(self.work, ticket)}"
        found = []
        for verb in _ACTS:
            spoken = letters.spoken(verb, self.agent.language)
            body = f"{spoken} 1d\n" if verb == "snooze" else f"{spoken}\n"
            url = mailto(address, subject, body)
            found.append(f'<a href="{escape(url)}" style="font-size:12px">{escape(spoken)}</a>')
        return f"#{number}<br>{' '.join(found)}"
