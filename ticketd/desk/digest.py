"""One list for all that an agent was not told of one by one."""

from ticketd.core.inbound import Mailbox
from ticketd.core.words import word
from ticketd.desk import letters, post
from ticketd.desk.mails import subject_of
from ticketd.desk.work import Work
from ticketd.store import digests, tickets


def send_digest(work: Work, key: str) -> None:
    """One mail for all that an agent was not told of one by one."""
    numbers = digests.take(work.session, key)
    agent = work.settings.agent(key)
    found = [t for n in numbers if (t := tickets.by_number(work.session, n)) is not None]
    if agent is None or not found:
        return
    ticket = found[-1]
    department = work.settings.department(ticket.department)
    lines = [
        f"{subject_of(work, t)} · {word(t.status, agent.language, work.settings.labels)} · {t.assignee or '-'}"
        for t in found
    ]
    values = {"agent": agent.name, "lines": lines, "number": ticket.number}
    mail = post.Mail(
        kind="notice",
        subject=_DIGEST.get(agent.language, _DIGEST["en"]).format(len(found)),
        body=work.desk.renderer.render("digest", agent.language, values),
        author=Mailbox(department.name, department.address),
    )
    post.put(work, ticket, mail, [letters.agents_reader(agent, "command")])


_DIGEST = {"en": "{} tickets", "th": "{} เรื่อง", "vi": "{} yêu cầu"}
