"""Two tickets that are one, and one that is two: what was said moves, and numbers lead on.

Nobody reads what was not theirs: nothing that was said before a merge leaves to who joins by it, as our mails quote a
person's own words, and none at all where several take part.
"""

from ticketd.core.addresses import Agent
from ticketd.core.desk_events import Merged, MergedInto, SplitOff
from ticketd.core.errors import Refused
from ticketd.core.events import CustomerWrote, Followed, PersonAdded
from ticketd.core.lifecycle import Happening, Status
from ticketd.core.sentences import say
from ticketd.core.text import header_text
from ticketd.core.trust import Trust
from ticketd.desk import handling
from ticketd.desk.acks import acknowledge_call
from ticketd.desk.customers import one_person
from ticketd.desk.record import record
from ticketd.desk.rules import ask_rules
from ticketd.desk.tickets import NewTicket, add_department, move, open_ticket
from ticketd.desk.work import Work
from ticketd.store import acts, customers, tickets
from ticketd.store.rows import insert
from ticketd.store.tables import Message, Participant, Ticket

_LONGEST_SUBJECT = 80


def merge(
    work: Work, source: Ticket, into: Ticket, agent: Agent, *,
    confirmed: bool, same_person: bool = False,
) -> None:  # fmt: skip
    """Let `source` go on as `into`. Refused where people would newly take part and nobody has confirmed that (E8).

    With `same_person` both customers are one from now on: each address may write about the tickets of both.
    """
    if same_person:
        one_person(work, source.customer_address, into.customer_address)
        confirmed = True
    if source.number == into.number:
        raise Refused(
            "#{number} is this ticket itself, or was merged into it already", number=source.number
        )
    if into.status == Status.CLOSED:
        raise Refused("#{number} is closed; reopen it first", number=into.number)
    known = {person.address for person in into.people}
    new = [person for person in source.people if person.address not in known]
    if new and not confirmed:
        who = tuple(person.address for person in new)
        raise Refused(
            "{who} would take part in #{number} from now on, and get its answers (nothing of what was said "
            "before); say yes to mean that: --yes, or #merge {number} yes",
            who=who,
            number=into.number,
        )
    waits = source.status in {Status.NEW, Status.OPEN}
    _join(work, source, into, agent, new)
    ids = [message.id for message in tickets.messages(work.session, source.number)]
    acts.move_messages(work.session, ids, into.number)
    record(work, into, Merged(source.number, tuple(ids), same_person), agent.key)
    if source.status != Status.CLOSED:
        move(work, source, Happening.AGENT_CLOSED, agent.key, reason="merged")
    source.merged_into = into.number
    record(work, source, MergedInto(into.number), agent.key)
    if waits and into.status == Status.PENDING:
        move(work, into, Happening.CUSTOMER_WROTE, agent.key)


def _join(work: Work, source: Ticket, into: Ticket, agent: Agent, new: list[Participant]) -> None:
    """Who took part, who sees it and who follows it does so there."""
    for person in new:
        row = Participant(
            ticket=into.number, address=person.address, name=person.name, role="follower",
            last_message_id=person.last_message_id,
        )  # fmt: skip
        insert(work.session, row)
        record(work, into, PersonAdded(person.address), agent.key)
    for department in source.departments:
        add_department(work, into, department.department, agent.key)
    for key in source.followers:
        if key not in into.followers:
            into.followers = [*into.followers, key]
            record(work, into, Followed(key), agent.key)
    if source.minutes:
        handling.spend(work, into, source.minutes, agent)
    due = source.agent_due if source.status != Status.CLOSED else None
    if due and (into.agent_due is None or due < into.agent_due):
        # What was to be done sooner still is; what is closed is done.
        handling.change_due(work, into, due, agent)
    for ref in source.refs:
        if ref not in into.refs:
            handling.refer(work, into, ref, agent)
    more = tuple(f"+{tag}" for tag in source.tags if tag not in into.tags)
    if more:
        handling.tag(work, into, more, agent)
    work.session.flush()
    work.session.expire(into, ["people", "messages"])


def move_message(
    work: Work, ticket: Ticket, number: int | None, into: Ticket, agent: Agent, *, confirmed: bool
) -> Message:
    """Put one message on another ticket. Refused where its author would newly take part, unless that is confirmed."""
    if ticket.number == into.number:
        raise Refused("#{number} is this ticket itself", number=ticket.number)
    if into.status == Status.CLOSED:
        raise Refused("#{number} is closed; reopen it first", number=into.number)
    message = _to_split(work, ticket, number)
    author = message.author_address
    persons = set(customers.addresses(work.session, author))
    if not persons & {person.address for person in into.people}:
        if not confirmed:
            raise Refused(
                "{author} would take part in #{number} from now on; say yes to mean that: --yes, or #split {id} into "
                "{number} yes",
                author=author,
                number=into.number,
                id=message.id,
            )
        handling.add_person(work, into, author, agent)
    acts.move_messages(work.session, [message.id], into.number)
    work.session.expire(ticket, ["messages"])
    work.session.expire(into, ["messages"])
    record(work, ticket, SplitOff(message.id, into.number, joins=True), agent.key)
    # Nobody who takes part in the other one has read it: its agents are told as of any mail.
    record(work, into, CustomerWrote(message.id, message.kind, author), agent.key)
    handling.link(work, into, ticket.number, agent)
    if message.kind == "customer":
        move(work, into, Happening.CUSTOMER_WROTE, agent.key)
    return message


def split(
    work: Work, ticket: Ticket, number: int | None, agent: Agent, subject: str = ""
) -> Ticket:
    """Make a ticket of its own of a message; its author hears the number. Refused where nothing would be left."""
    message = _to_split(work, ticket, number)
    first_line = next((line for line in message.text.split("\n") if line.strip()), ticket.subject)
    new = open_ticket(
        work,
        NewTicket(
            department=ticket.department,
            subject=header_text(subject) or header_text(first_line)[:_LONGEST_SUBJECT],
            address=message.author_address,
            name=message.author_name,
            language=ticket.language,
            channel=ticket.channel,
            message_id=message.message_id,
        ),
        by=agent.key,
    )
    acts.move_messages(work.session, [message.id], new.number)
    work.session.expire(ticket, ["messages"])
    work.session.expire(new, ["messages"])
    record(work, ticket, SplitOff(message.id, new.number), agent.key)
    record(work, new, CustomerWrote(message.id, message.kind, message.author_address), agent.key)
    handling.link(work, new, ticket.number, agent)
    ask_rules(work, new, None)
    acknowledge_call(work, new, Trust[message.trust.upper()])
    return new


def _to_split(work: Work, ticket: Ticket, number: int | None) -> Message:
    """The message that is meant; without a number the newest one of a customer."""
    kinds = ("customer", "unverified", "third-party", "held")
    said = [m for m in tickets.messages(work.session, ticket.number) if m.kind in kinds]
    known = tuple(str(message.id) for message in said)
    found = said[-1] if said and number is None else next((m for m in said if m.id == number), None)
    if found is None:
        raise Refused(
            "#{number} has no such message of a customer; there are {known}",
            number=ticket.number,
            known=known or say("none"),
        )
    if len(said) == 1:
        raise Refused(
            "message {id} is all that #{number} holds; nothing would be left of it",
            id=found.id,
            number=ticket.number,
        )
    return found
