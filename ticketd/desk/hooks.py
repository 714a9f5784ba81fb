"""Other systems that are told of an act: what they get is written in its transaction, and leaves by the outbox."""

import json
import secrets
from typing import Any

from ticketd.core import hooks
from ticketd.core.desk_events import HookFailed
from ticketd.core.events import SYSTEM, words
from ticketd.core.hooks import Hook
from ticketd.core.notices import Cause
from ticketd.desk.record import enter
from ticketd.desk.rule_facts import TicketFacts
from ticketd.desk.work import Work
from ticketd.store import customers, hook_calls, listing, shapes
from ticketd.store import tickets as stored
from ticketd.store.tables import Message, Outbox, Ticket

SCHEMA = 1


def owe_hooks(work: Work) -> None:
    """At the end of an act: one call for each hook and each event that it waits for."""
    if not work.settings.hooks:
        return
    for number, causes in work.happened.items():
        ticket = work.tickets[number]
        for hook in work.settings.hooks:
            found = hooks.called(hook, [one.event for one in causes])
            if found and (not hook.query or TicketFacts(work, ticket).asks(hook.query)):
                for name, event in found:
                    cause = next(one for one in causes if one.event is event)
                    put_call(work, ticket, hook, name, cause)


def put_call(work: Work, ticket: Ticket, hook: Hook, name: str, cause: Cause) -> Outbox:
    """One finished call; like the mails of its act it waits as long as that may be taken back."""
    key = f"{hook.name}.{secrets.token_hex(12)}"
    body = json.dumps(told(work, ticket, hook, name, cause) | {"id": key}, ensure_ascii=False)
    call = Outbox(
        kind=hook_calls.KIND, ticket=ticket.number, message=None, act=work.act, mail_from="",
        rcpt_to=hook.name, message_id=key, content=body.encode(), first_at=work.now,
        next_at=work.now + work.wait,
    )  # fmt: skip
    hook_calls.put(work.session, call)
    work.mails.append(call)
    return call


def told(work: Work, ticket: Ticket, hook: Hook, name: str, cause: Cause) -> dict[str, Any]:
    """What a hook is told: the event, the ticket as `show --json` has it, its customer, and the message at hand."""
    session, zone = work.session, work.settings.timezone
    session.flush()
    beside = listing.about(session, [ticket.number])[ticket.number]
    person = customers.by_address(session, ticket.customer_address)
    message = session.get(Message, getattr(cause.event, "message", 0))
    return {
        "schema": SCHEMA,
        "hook": hook.name,
        "event": name,
        "at": work.now.isoformat(),
        "by": cause.by,
        "data": words(cause.event)[1],
        "ticket": shapes.ticket_shape(ticket, beside, zone, work.now),
        "customer": {
            "address": ticket.customer_address,
            "name": ticket.customer_name or (person.name if person else ""),
            "phone": person.phone if person else "",
            "organisation": person.organisation if person else "",
            "addresses": customers.addresses(session, ticket.customer_address),
        },
        "message": shapes.message_shape(message, [], zone) if message else None,
    }


def hook_failed(work: Work, call: Outbox, answer: str) -> None:
    """It is given up: its ticket says so; `status` and the operator's alert count it."""
    call.state, call.answer, call.owner = "failed", answer, ""
    ticket = stored.by_number(work.session, call.ticket or 0)
    if ticket is not None:
        enter(work, ticket, HookFailed(call.rcpt_to, answer), SYSTEM)
