"""What a proven agent's fresh mail begins: a customer's mail sent on, a first word to a customer, what one said."""

from collections.abc import Sequence
from dataclasses import replace

from ticketd.core.addresses import Agent, is_address, normalise
from ticketd.core.commands import Command, Said
from ticketd.core.errors import Refused
from ticketd.core.events import CustomerWrote
from ticketd.core.inbound import Attachment, Forwarded, InboundMail, Mailbox
from ticketd.core.plan import BadCommand, Speech, plan
from ticketd.core.sentences import say
from ticketd.core.subjects import plain_subject
from ticketd.core.text import header_text
from ticketd.core.trust import Trust
from ticketd.desk.acks import acknowledge_call
from ticketd.desk.arrive import Read
from ticketd.desk.commands import do
from ticketd.desk.language import language_for
from ticketd.desk.record import record
from ticketd.desk.replies import Call, Source, open_for
from ticketd.desk.ticket_commands import Doing
from ticketd.desk.tickets import NewTicket, add_department, open_ticket, put_message
from ticketd.desk.work import Work
from ticketd.mail.pictures import passed_on
from ticketd.store.tables import Message, Ticket

_NAMES = frozenset({"to", "customer", "new"})


def named_customer(said: Said) -> str:
    """Whom `#to`, `#customer` or `#new` names."""
    words = [c.words for c in said.commands if c.verb in _NAMES]
    return normalise(words[0].removeprefix("+")) if words else ""


def open_for_customer(
    work: Work, agent: Agent, departments: Sequence[str], read: Read, said: Said, source: Source
) -> Doing:
    """Open the ticket that an agent's fresh mail is about, and do its commands. BadCommand where it cannot be."""
    mail = read.mail
    customer = _customer(work, mail, said)
    text, files = passed_on(mail, said.text) if mail.forwarded is None else (said.text, ())
    rest = replace(
        said, text=text, commands=tuple(c for c in said.commands if c.verb not in _NAMES)
    )
    if mail.forwarded is None and any(c.verb == "new" for c in said.commands):
        ticket = _open_call(work, agent, departments[0], read, customer, text, files)
        rest, files = replace(rest, text=""), ()
    else:
        ticket = _open(work, agent, departments[0], mail, customer)
    for another in departments[1:]:
        add_department(work, ticket, another, agent.key)
    doing = Doing(work, ticket, agent, files, source)
    if mail.forwarded is not None:
        _put_original(work, ticket, mail, mail.forwarded, source)
        acknowledge_call(work, ticket, _vouched(read))
        above = mail.forwarded.above.lstrip("\n").split("\n")
        rest = replace(rest, text="\n".join(above[said.taken :]).strip())
    plain = Speech.NOTE if mail.forwarded is not None else Speech.REPLY
    if rest.text.strip() or rest.commands:
        do(doing, plan(rest, plain, work.now, agent.timezone))
    return doing


def _customer(work: Work, mail: InboundMail, said: Said) -> Mailbox:
    named = named_customer(said)
    found = (
        Mailbox("", named)
        if named
        else mail.forwarded.author
        if mail.forwarded
        else Mailbox("", "")
    )
    line = str(Command("to", named)) if named else ""
    address = normalise(found.address)
    if not is_address(address):
        raise BadCommand(
            line, say("'{address}' is no mail address", address=found.address), ("#customer a@b",)
        )
    if work.settings.own.is_ours(address) or work.settings.agent_by_address(address):
        raise BadCommand(
            line,
            say("{address} is one of us; name the customer", address=address),
            ("#customer a@b",),
        )
    return Mailbox(found.name, address)


def _vouched(read: Read) -> Trust:
    """How far the words of a mail are the agent's: one that was only confirmed may be a forger's in all but its act."""
    return Trust.LOCAL if read.trust >= Trust.DKIM else read.trust


def _open_call(
    work: Work, agent: Agent, department: str, read: Read, customer: Mailbox, text: str,
    files: tuple[Attachment, ...],
) -> Ticket:  # fmt: skip
    """What a customer said, as the agent wrote it down: the same as `ticketd new`."""
    subject = plain_subject(read.mail.subject, work.settings.name)
    call = Call(customer.address, customer.name, department, subject, text)
    try:
        return open_for(work, call, agent, tell=True, files=files, trust=_vouched(read))
    except Refused as error:
        raise BadCommand("", error.sentence) from None


def _open(
    work: Work, agent: Agent, department: str, mail: InboundMail, customer: Mailbox
) -> Ticket:
    subject = (mail.forwarded.subject if mail.forwarded else "") or mail.subject
    text = mail.forwarded.text if mail.forwarded else mail.text
    new = NewTicket(
        department=department,
        subject=plain_subject(subject, work.settings.name),
        address=customer.address,
        name=header_text(customer.name),
        language=language_for(work, department, customer.address, text, subject),
        message_id=mail.forwarded.message_id if mail.forwarded else "",
    )
    return open_ticket(work, new, by=agent.key)


def _put_original(
    work: Work, ticket: Ticket, mail: InboundMail, forwarded: Forwarded, source: Source
) -> None:
    """The customer's words, as an agent says they were."""
    text = forwarded.text or mail.full_text
    message = Message(
        ticket=ticket.number, kind="customer", author_address=ticket.customer_address,
        author_name=ticket.customer_name, by="customer", at=work.now, text=text, full_text=text,
        trust="none", message_id=forwarded.message_id, soft_key=source.soft_key, inbox_id=source.inbox_id,
    )  # fmt: skip
    put_message(work, message, mail.attachments)
    record(work, ticket, CustomerWrote(message.id, "customer", ticket.customer_address), "customer")
