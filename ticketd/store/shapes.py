"""Rows -> the JSON shapes that scripts rely on (T, M and A of the reference)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketd.core.figures import spans
from ticketd.store import listing, outbox, tickets
from ticketd.store.listing import About, TicketRow
from ticketd.store.tables import Activity, Message, Outbox, Ticket


def _at(moment: datetime | None, zone: str) -> str | None:
    return moment.astimezone(ZoneInfo(zone)).isoformat() if moment is not None else None


def ticket_shape(ticket: TicketRow, beside: About, zone: str, now: datetime) -> dict[str, Any]:
    """T: a ticket."""
    took = spans(beside.happened, ticket.opened_at, now)
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "close_reason": ticket.close_reason,
        "priority": ticket.priority,
        "severity": ticket.severity,
        "department": ticket.department,
        "departments": sorted(beside.departments),
        "assignee": ticket.assignee,
        "customer": {"address": ticket.customer_address, "name": ticket.customer_name},
        # People outside by address and name, agents by key.
        "followers": [
            *[{"address": address, "name": name} for address, name in beside.others],
            *ticket.followers,
        ],
        "involved": sorted(beside.involved),
        "tags": ticket.tags,
        "channel": ticket.channel,
        "language": ticket.language,
        "summary": ticket.summary,
        "opened_at": _at(ticket.opened_at, zone),
        "updated_at": _at(ticket.updated_at, zone),
        "first_reply_at": _at(ticket.first_reply_at, zone),
        "closed_at": _at(ticket.closed_at, zone),
        "pending_until": _at(ticket.pending_until, zone),
        "due": {
            "first_reply": _at(ticket.first_reply_due, zone),
            "next_reply": _at(ticket.next_reply_due, zone),
            "resolution": _at(ticket.resolution_due, zone),
        },
        "agent_due": _at(ticket.agent_due, zone),
        "waiting_seconds": took.waiting,
        "service_seconds": took.service,
        "rating": ticket.rating,
        "links": ticket.links,
        "refs": ticket.refs,
        "time_spent_seconds": ticket.minutes * 60,
        "fields": ticket.fields,
    }


def whole_ticket(session: Session, ticket: Ticket, zone: str, now: datetime) -> dict[str, Any]:
    """T with its messages and its history."""
    beside = listing.about(session, [ticket.number])[ticket.number]
    sent: dict[int, list[Outbox]] = {}
    for row in outbox.of_ticket(session, ticket.number):
        sent.setdefault(row.message or 0, []).append(row)
    return {
        **ticket_shape(ticket, beside, zone, now),
        "messages": [message_shape(m, sent.get(m.id, []), zone) for m in ticket.messages],
        "activity": [activity_shape(a, zone) for a in tickets.history(session, ticket.number)],
    }


def message_shape(message: Message, sent: list[Outbox], zone: str) -> dict[str, Any]:
    """M: a message."""
    return {
        "id": message.id,
        "kind": message.kind,
        "author": {"address": message.author_address, "name": message.author_name},
        "by": message.by,
        "at": _at(message.at, zone),
        "text": message.text,
        "full_text": message.full_text,
        "html": message.has_html,
        "attachments": [
            {"name": a.name, "type": a.type, "size": a.size, "sha256": a.sha256}
            for a in message.attachments
        ],
        "trust": message.trust,
        "message_id": message.message_id,
        "delivery": [
            {
                "to": r.rcpt_to,
                "state": shown_state(r),
                "answer": r.answer,
                "at": _at(r.sent_at, zone),
            }
            for r in sent
        ],
    }


def activity_shape(activity: Activity, zone: str) -> dict[str, Any]:
    """A: something that happened."""
    return {
        "at": activity.at.astimezone(ZoneInfo(zone)),
        "by": activity.by,
        "event": activity.event,
        "data": activity.data,
    }


def shown_state(row: Outbox) -> str:
    """At its final dot a mail is still being sent, for everybody but us; one that came back was not delivered."""
    if row.is_returned:
        return "failed"
    return "sending" if row.state == "dot" else row.state


def queued_shape(row: Outbox, zone: str) -> dict[str, Any]:
    """One outgoing mail."""
    return {
        "id": row.id,
        "state": shown_state(row),
        "kind": row.kind,
        "to": row.rcpt_to,
        "ticket": row.ticket,
        "attempts": row.attempts,
        "next_at": _at(row.next_at, zone),
        "sent_at": _at(row.sent_at, zone),
        "answer": row.answer,
        "message_id": row.message_id,
    }
