"""One ticket on a screen: its facts, its messages, what one can do next."""

from collections.abc import Sequence
from datetime import datetime

import click

from ticketd.cli import output
from ticketd.cli.app import App, Failure
from ticketd.cli.ids import remember, ticket_numbers
from ticketd.core.due_words import away, target_word
from ticketd.core.links import mailto as link_to
from ticketd.core.subjects import ticket_subject
from ticketd.core.text import file_size
from ticketd.store import Session, outbox, shapes, tickets
from ticketd.store.tables import Message, Outbox, Ticket

_SIGNS = {"note": "33", "reply": "36", "bounce": "31", "unverified": "31", "held": "31"}
_SENT = {"sent": "sent", "waiting": "waits to be sent", "held": "held", "failed": "NOT delivered"}


@click.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("--full", is_flag=True, help="Quoted mail too.")
@click.option("--mailto", is_flag=True, help="A link to write about it, to hand to colleagues.")
@click.pass_obj
def show(app: App, ids: Sequence[str], *, as_json: bool, full: bool, mailto: bool) -> None:
    """Show tickets with their messages, the newest last."""
    zone, now = app.config.timezone, app.now()
    missing = []
    with app.database.reading() as session, output.paged():
        for number in ticket_numbers(ids):
            ticket = tickets.by_number(session, number)
            if ticket is None:
                missing.append(f"#{number}")
                continue
            if mailto:
                print(_link(app, ticket))
            elif as_json:
                whole = shapes.whole_ticket(session, ticket, zone, now)
                output.print_json({"schema": 1, "ticket": whole})
            else:
                print_ticket(app, session, ticket, full=full)
            remember(ticket.number)
    if missing:
        raise Failure(f"there is no ticket {', '.join(missing)}")


def _link(app: App, ticket: Ticket) -> str:
    """Without anybody's token: who writes has to be proven, or take part."""
    subject = ticket_subject(ticket.number, ticket.subject, app.config.name)
    return link_to(app.settings.department(ticket.department).address, f"Re: {subject}", "")


def print_ticket(
    app: App, session: Session, ticket: Ticket, *, full: bool, offers: bool = True
) -> None:
    """A ticket on the screen; `offers`: with the commands that one would type next."""
    zone, now = app.config.timezone, app.now()
    for line in output.wrapped(f"#{ticket.number}  {output.safe(ticket.subject)}"):
        print(output.colour(line, "1"))
    for name, value in _facts(session, ticket, zone, now):
        first, *rest = output.wrapped(output.safe(value), 11)
        print(f"{output.colour(f'{name:<11}', '2')}{first.lstrip()}")
        print(*rest, sep="\n", end="\n" if rest else "")
    rule = output.colour("─" * min(output.width(), output.WIDEST), "2")
    print(rule)
    sent: dict[int, list[Outbox]] = {}
    for row in outbox.of_ticket(session, ticket.number):
        sent.setdefault(row.message or 0, []).append(row)
    for number, message in enumerate(ticket.messages, 1):
        _print_message(message, number, sent.get(message.id, []), zone, full=full)
    print(rule)
    if offers and output.is_terminal():
        for line in output.wrapped(_next(ticket)):
            print(output.colour(line.replace("\u00a0", " "), "2"))


def _facts(session: Session, ticket: Ticket, zone: str, now: datetime) -> list[tuple[str, str]]:
    """What stands above the messages."""
    status = ticket.status + (f" ({ticket.close_reason})" if ticket.close_reason else "")
    if ticket.pending_until is not None:
        status += f" until {output.in_zone(ticket.pending_until, zone):%a %d %b %H:%M}"
    severity = f"   severity {ticket.severity}" if ticket.severity else ""
    departments = sorted(
        d.department for d in ticket.departments if d.department != ticket.department
    )
    also = f" (also {', '.join(departments)})" if departments else ""
    before = tickets.earlier(session, ticket)
    history = f"   {before} earlier, ticketd history {ticket.customer_address}" if before else ""
    customer = f"{ticket.customer_name} <{ticket.customer_address}>".strip()
    opened = output.in_zone(ticket.opened_at, zone)
    people = [p.address for p in tickets.participants(session, ticket.number)][1:]
    found = [
        ("status", f"{status}   priority {ticket.priority}{severity}"),
        ("assignee", f"{ticket.assignee or 'nobody'}   department {ticket.department}{also}"),
        ("customer", f"{customer}   {ticket.language}{history}"),
        ("opened", f"{opened:%a %d %b %Y %H:%M} by {ticket.channel}, {output.age(ticket.opened_at, now)} ago"),
        ("due", _due(ticket, zone, now)),
        ("summary", ticket.summary),
        ("tags", ", ".join(ticket.tags)),
        ("followers", ", ".join([*people, *ticket.followers])),
        ("refers to", ", ".join(ticket.refs)),
        ("time", f"{ticket.minutes} min" if ticket.minutes else ""),
        ("links", ", ".join(f"#{n}" for n in ticket.links)),
    ]  # fmt: skip
    return [(name, value) for name, value in found if value]


def _due(ticket: Ticket, zone: str, now: datetime) -> str:
    """What is promised to the customer, and by when."""
    moments = {
        "first_reply": ticket.first_reply_due,
        "next_reply": ticket.next_reply_due,
        "resolution": ticket.resolution_due,
        "own": ticket.agent_due if ticket.status != "closed" else None,
    }
    return "   ".join(
        f"{target_word(name, 'en')} {output.in_zone(at, zone):%a %d %b %H:%M}"
        f" ({'LATE, ' if at <= now else ''}{away(at - now)})"
        for name, at in moments.items()
        if at is not None
    )


def _print_message(
    message: Message, number: int, sent: list[Outbox], zone: str, *, full: bool
) -> None:
    at = output.in_zone(message.at, zone)
    author = output.safe(message.author_name or message.author_address)
    head = f"{number}. {author}{_kind(message)}"
    right = f"{_proof(message, sent)}{at:%a %d %b %Y %H:%M}"
    sign = f"1;{_SIGNS[message.kind]}" if message.kind in _SIGNS else "1"
    print(output.colour(output.ends(head, right), sign))
    # What opens a ticket is shown whole; of an answer, the new text.
    text = message.full_text if full or number == 1 else message.text
    # Our own standard words are known.
    if full or message.kind not in {"ack", "notice"}:
        print(*output.wrapped(output.safe(text.strip()), 3), sep="\n")
    hidden = _quoted_lines(message, text)
    if hidden:
        print(output.colour(f"   [{hidden} quoted lines, --full shows them]", "2"))
    for file in message.attachments:
        print(f"   [{output.safe(file.name)}, {file_size(file.size)}]")
    if message.undelivered:
        print(output.colour(f"   not delivered: {output.safe(message.undelivered)}", "31"))
    if output.is_terminal():
        print()


def _kind(message: Message) -> str:
    """What sort of entry it is, where that is not plain."""
    if message.kind == "customer" and message.by not in {"customer", ""}:
        return f"  as {message.by} noted it"
    words = {"customer": "", "reply": " -> customer", "note": "  NOTE (internal)"}
    return words.get(message.kind, f"  {message.kind}")


def _proof(message: Message, sent: list[Outbox]) -> str:
    """How sure it is who wrote it, or what became of it."""
    if sent:
        # A mail at its final dot is under way, for everybody but us.
        return "".join(
            f"{_SENT.get(shapes.shown_state(row), shapes.shown_state(row))}  " for row in sent[:1]
        )
    if message.kind not in {"customer", "unverified", "third-party"}:
        return ""
    return "sender not proven  " if message.trust == "none" else f"{message.trust}  "


def _quoted_lines(message: Message, shown: str) -> int:
    if message.kind in {"ack", "notice"} or shown is message.full_text:
        return 0
    return max(0, len(message.full_text.split("\n")) - len(shown.split("\n")))


def _next(ticket: Ticket) -> str:
    number = ticket.number
    offers = [f"reply: ticketd reply {number}", f"note: ticketd note {number}"]
    if any(message.attachments for message in ticket.messages):
        offers.append(f"files: ticketd attach {number}")
    if ticket.status == "closed":
        offers.append(f"reopen: ticketd reopen {number}")
    else:
        offers.append(f"close: ticketd close {number}")
    # A command is never broken in two.
    return "   ".join(offer.replace(" ", "\u00a0") for offer in offers)
