"""Questions about tickets, and the numbers that they get."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, union_all, update
from sqlalchemy.orm import Session, joinedload

from ticketd.store.prepared import Prepared
from ticketd.store.rows import append
from ticketd.store.tables import (
    Activity,
    Counter,
    Message,
    MessageAttachment,
    Outbox,
    Participant,
    Ticket,
    TicketDepartment,
    table_of,
)

_MESSAGE = table_of(Message)
_OUTBOX = table_of(Outbox)
_TICKET = table_of(Ticket)
_COUNTER = table_of(Counter)


_NEXT = Prepared(
    update(_COUNTER)
    .where(_COUNTER.c.name == "ticket")
    .values(value=_COUNTER.c.value + 1)
    .returning(_COUNTER.c.value)
)


def next_number(session: Session, first: int) -> int:
    """Hand out the next ticket number; the row lock makes it safe with several writers."""
    number = _NEXT.value(session)
    if number is None:
        append(session, Counter, {"name": "ticket", "value": first})
        return first
    return int(number)


def next_turn(session: Session, name: str) -> int:
    """0, 1, 2, …: whose turn it is; several daemons share it."""
    turn = update(_COUNTER).where(_COUNTER.c.name == name).values(value=_COUNTER.c.value + 1)
    found = session.execute(turn.returning(_COUNTER.c.value)).scalar()
    if found is None:
        append(session, Counter, {"name": name, "value": 0})
    return int(found or 0)


def held_by(session: Session, agents: Sequence[str]) -> dict[str, int]:
    """How many new and open tickets each of these agents holds; one who holds none is absent."""
    statement = select(Ticket.assignee, func.count()).where(
        Ticket.assignee.in_(agents), Ticket.status.in_(("new", "open"))
    )
    return {str(who): int(n) for who, n in session.execute(statement.group_by(Ticket.assignee))}


_WITH_PEOPLE = (joinedload(Ticket.people), joinedload(Ticket.departments))


def by_number(session: Session, number: int) -> Ticket | None:
    """The ticket of this number with its people and departments; a merged one leads to where it went."""
    ticket = session.get(Ticket, number, options=_WITH_PEOPLE)
    hops = 0
    while ticket is not None and ticket.merged_into is not None and hops < 20:
        ticket = session.get(Ticket, ticket.merged_into, options=_WITH_PEOPLE)
        hops += 1
    # The session itself forgets what nobody holds, and would ask again.
    session.info.setdefault("tickets", {})[number] = ticket
    return ticket


def several(session: Session, numbers: Sequence[int]) -> list[Ticket]:
    """Tickets with their people and departments, in one question."""
    statement = select(Ticket).options(*_WITH_PEOPLE).where(Ticket.number.in_(numbers))
    return list(session.execute(statement.order_by(Ticket.number)).unique().scalars())


def merged_into(session: Session, number: int) -> list[Ticket]:
    """The tickets that were merged into this one, and into these in turn."""
    found: dict[int, Ticket] = {}
    into = [number]
    while into:
        rows = session.execute(select(Ticket).where(Ticket.merged_into.in_(into))).scalars().all()
        into = [row.number for row in rows if row.number not in found]
        found |= {row.number: row for row in rows}
    return [found[one] for one in sorted(found)]


_LOCK = Prepared(
    select(_TICKET.c.number).where(_TICKET.c.number == bindparam("number")).with_for_update()
)


def locked(session: Session, number: int, *, itself: bool = False) -> Ticket | None:
    """The same, locked for this transaction (PostgreSQL; SQLite has one writer anyway).

    `itself`: the ticket that has this number, also where it was merged into another one.
    """
    ticket = session.get(Ticket, number) if itself else by_number(session, number)
    if ticket is not None and session.get_bind().dialect.name != "sqlite":
        _LOCK.value(session, number=ticket.number)
        session.refresh(ticket)
    return ticket


_OF_MESSAGE_ID = Prepared(
    union_all(
        select(_MESSAGE.c.ticket).where(_MESSAGE.c.message_id == bindparam("id")),
        select(_OUTBOX.c.ticket).where(
            _OUTBOX.c.message_id == bindparam("id"), _OUTBOX.c.ticket.is_not(None)
        ),
    )
)


def numbers_of(session: Session, message_id: str) -> list[int]:
    """Tickets that a stored Message-ID belongs to, be it a mail that came or one that went."""
    return list(dict.fromkeys(row[0] for row in _OF_MESSAGE_ID.rows(session, id=message_id)))


def newest(session: Session) -> int:
    """The highest number; 0 where there is no ticket."""
    return int(session.execute(select(func.coalesce(func.max(Ticket.number), 0))).scalar_one())


_PEOPLE = (
    select(Participant).where(Participant.ticket == bindparam("number")).order_by(Participant.id)
)


def participants(session: Session, number: int) -> list[Participant]:
    """Who outside takes part, the customer first."""
    return list(session.execute(_PEOPLE, {"number": number}).scalars())


_SAME = Prepared(
    select(_MESSAGE.c.id)
    .where(
        _MESSAGE.c.soft_key == bindparam("key"),
        _MESSAGE.c.at >= bindparam("since"),
    )
    .order_by(_MESSAGE.c.id)
    .limit(1)
)


def by_soft_key(session: Session, soft_key: str, since: datetime) -> Message | None:
    """A message of the same Message-ID, From, Date, Subject and body."""
    found = _SAME.value(session, key=soft_key, since=since)
    return session.get(Message, found) if found is not None else None


_LANGUAGE = Prepared(
    select(_TICKET.c.language)
    .where(_TICKET.c.customer_address == bindparam("customer"))
    .order_by(_TICKET.c.number.desc())
    .limit(1)
)


def language_of_customer(session: Session, customer: str) -> str:
    """In which language this customer was last written to; empty where there was nothing yet."""
    return str(_LANGUAGE.value(session, customer=customer) or "")


_KNOWN = Prepared(
    select(_TICKET.c.number).where(_TICKET.c.customer_address == bindparam("customer")).limit(1)
)


def is_known(session: Session, customer: str) -> bool:
    """Whether this address had a ticket before."""
    return _KNOWN.value(session, customer=customer) is not None


def waking(session: Session, now: datetime) -> list[int]:
    """Tickets that have waited for their customer for as long as they should."""
    statement = select(Ticket.number).where(Ticket.pending_until <= now).order_by(Ticket.number)
    return list(session.execute(statement).scalars())


def quiet(session: Session, departments: Sequence[str], since: datetime) -> list[int]:
    """Pending tickets of these departments that nobody has touched since then."""
    statement = select(Ticket.number).where(
        Ticket.status == "pending",
        Ticket.pending_until.is_(None),
        Ticket.updated_at <= since,
        Ticket.department.in_(departments),
    )
    return list(session.execute(statement.order_by(Ticket.number).limit(500)).scalars())


def last_event(session: Session, number: int) -> str:
    """The name of what happened to a ticket last."""
    statement = select(Activity.event).where(Activity.ticket == number).order_by(Activity.id.desc())
    return str(session.execute(statement.limit(1)).scalar() or "")


def history(session: Session, number: int) -> list[Activity]:
    """What happened to a ticket, in order."""
    statement = select(Activity).where(Activity.ticket == number).order_by(Activity.id)
    return list(session.execute(statement).scalars())


def last_message(session: Session, number: int, address: str) -> Message | None:
    """The newest mail that this person wrote on the ticket."""
    statement = (
        select(Message)
        .where(
            Message.ticket == number,
            Message.author_address == address,
            Message.kind.in_(("customer", "unverified")),
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    )
    return session.execute(statement).scalar_one_or_none()


def messages(session: Session, number: int, limit: int | None = None) -> list[Message]:
    """The messages of a ticket, the oldest first."""
    statement = select(Message).where(Message.ticket == number).order_by(Message.at, Message.id)
    return list(session.execute(statement.limit(limit)).scalars())


def last_of(
    session: Session, number: int, kinds: Sequence[str], but_from: Sequence[str] = ()
) -> Message | None:
    """The newest message of these kinds, from anybody but these addresses."""
    statement = select(Message).where(
        Message.ticket == number,
        Message.kind.in_(kinds),
        Message.author_address.not_in(but_from),
    )
    newest_first = statement.order_by(Message.at.desc(), Message.id.desc()).limit(1)
    return session.execute(newest_first).scalar_one_or_none()


_SPEECH = ("customer", "unverified", "third-party", "reply", "note")


def said_besides(session: Session, message: Message, most: int = 2) -> list[Message]:
    """What people said last on the ticket of a message, itself left out; the newest first."""
    statement = select(Message).where(
        Message.ticket == message.ticket, Message.kind.in_(_SPEECH), Message.id != message.id
    )
    newest_first = statement.order_by(Message.at.desc(), Message.id.desc()).limit(most)
    return list(session.execute(newest_first).scalars())


def asked(session: Session, number: int) -> list[str]:
    """The addresses of those who take no part and were asked something about a ticket, or one that goes on as it."""
    numbers = [number, *(ticket.number for ticket in merged_into(session, number))]
    statement = select(Activity.data).where(
        Activity.ticket.in_(numbers), Activity.event == "forwarded"
    )
    return list(dict.fromkeys(data["to"] for data in session.execute(statement).scalars()))


def earlier(session: Session, ticket: Ticket) -> int:
    """How many tickets the same customer had before."""
    statement = select(func.count()).where(
        Ticket.customer_address == ticket.customer_address, Ticket.number < ticket.number
    )
    return int(session.execute(statement).scalar_one())


_THREAD = Prepared(
    union_all(
        select(_MESSAGE.c.at, _MESSAGE.c.message_id).where(
            _MESSAGE.c.ticket == bindparam("number"),
            _MESSAGE.c.author_address == bindparam("address"),
            _MESSAGE.c.message_id != "",
            # An agent's answer bears the Message-ID that was made for its reader.
            _MESSAGE.c.kind != "reply",
        ),
        select(_OUTBOX.c.first_at, _OUTBOX.c.message_id).where(
            _OUTBOX.c.ticket == bindparam("number"),
            _OUTBOX.c.rcpt_to == bindparam("address"),
            _OUTBOX.c.content != b"",
        ),
    )
)


def thread_ids(session: Session, number: int, address: str) -> list[str]:
    """Message-IDs of the thread as this person has it: what they wrote and what they were sent."""
    rows = _THREAD.rows(session, number=number, address=address)
    return list(dict.fromkeys(message_id for _, message_id in sorted(rows)))


def involved(session: Session, number: int) -> list[str]:
    """Keys of the agents who did anything on a ticket."""
    statement = (
        select(Activity.by).where(Activity.ticket == number).distinct().order_by(Activity.by)
    )
    return [by for by in session.execute(statement).scalars() if by not in {"customer", "system"}]


def of_customer(session: Session, address: str) -> list[Ticket]:
    """Tickets of this address, or of everybody at `@domain`, the newest first."""
    column = Ticket.customer_address
    wanted = (
        column.endswith(address, autoescape=True) if address.startswith("@") else column == address
    )
    return list(
        session.execute(select(Ticket).where(wanted).order_by(Ticket.number.desc())).scalars()
    )


def running(session: Session, customer: str, closed_since: datetime) -> list[Ticket]:
    """Tickets of this address that are not closed, or were closed since then."""
    mine = Ticket.customer_address == customer
    lives = (Ticket.status != "closed") | (Ticket.closed_at >= closed_since)
    return list(session.execute(select(Ticket).where(mine, lives)).scalars())


def files(session: Session, number: int) -> list[MessageAttachment]:
    """The files of a ticket, in order."""
    statement = (
        select(MessageAttachment)
        .join(Message, Message.id == MessageAttachment.message)
        .where(Message.ticket == number)
        .order_by(MessageAttachment.id)
    )
    return list(session.execute(statement).scalars())


def departments_with_mail(session: Session, soft_key: str) -> set[str]:
    """Departments that see a ticket which holds this mail."""
    statement = (
        select(TicketDepartment.department)
        .join(Message, Message.ticket == TicketDepartment.ticket)
        .where(Message.soft_key == soft_key)
    )
    return set(session.execute(statement).scalars())
