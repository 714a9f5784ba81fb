"""The language that a customer is written to in: what they write themselves, kept on their tickets."""

from ticketd.core.events import CUSTOMER, SYSTEM, Changed, words
from ticketd.core.inbound import InboundMail
from ticketd.core.language import choose
from ticketd.desk.record import record
from ticketd.desk.work import Work
from ticketd.store import tickets
from ticketd.store.tables import Ticket


def language_for(work: Work, department: str, address: str, *texts: str) -> str:
    """Of a new ticket: that of the text, else that of this customer's last ticket, else the department's."""
    offered = work.settings.languages
    told = choose(texts, "", "", offered)
    if told:
        return told
    known = tickets.language_of_customer(work.session, address)
    return choose((), known, work.settings.department(department).language, offered)


def note_language(work: Work, ticket: Ticket, mail: InboundMail) -> None:
    """A customer who goes on in another language is answered in it, unless an agent has chosen one."""
    old = ticket.language
    if mail.author.address != ticket.customer_address:
        return
    new = choose((mail.text,), old, old, work.settings.languages)
    if new == old or _is_chosen(work, ticket):
        return
    ticket.language = new
    record(work, ticket, Changed("language", old, new), CUSTOMER)


def _is_chosen(work: Work, ticket: Ticket) -> bool:
    name, _ = words(Changed("language", "", ""))
    return any(
        entry.event == name
        and entry.data["field"] == "language"
        and entry.by not in {CUSTOMER, SYSTEM}
        for entry in tickets.history(work.session, ticket.number)
    )
