"""Rows of an act that is taken back."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.store.tables import (
    Activity,
    Message,
    MessageAttachment,
    Outbox,
    Participant,
    SearchText,
)


def last_act(session: Session, agent: str, number: int | None) -> str | None:
    """The newest act of an agent that has not been taken back."""
    statement = select(Activity).where(Activity.by == agent, Activity.act != "")
    if number is not None:
        statement = statement.where(Activity.ticket == number)
    newest_first = statement.order_by(Activity.id.desc()).limit(200)
    gone: set[str] = set()
    for row in session.execute(newest_first).scalars():
        if row.event == "undone":
            # The act that did the undoing is no act to undo either.
            gone |= {row.data["act"], row.act}
        elif row.act not in gone:
            return row.act
    return None


def activities(session: Session, act: str) -> list[Activity]:
    """What an act did, in order."""
    statement = select(Activity).where(Activity.act == act).order_by(Activity.id)
    return list(session.execute(statement).scalars())


def last_closing(session: Session, number: int) -> tuple[datetime, str] | None:
    """When and why a ticket was closed the last time."""
    statement = select(Activity).where(
        Activity.ticket == number, Activity.event == "status_changed"
    )
    for row in session.execute(statement.order_by(Activity.id.desc())).scalars():
        if row.data["new"] == "closed":
            return row.at, row.data["reason"] or "solved"
    return None


def remove_message(session: Session, message_id: int) -> list[tuple[int, str]]:
    """Remove a message with its files; its ticket and its text."""
    message = session.get(Message, message_id)
    if message is None:
        return []
    found = [(message.ticket, message.text)]
    session.execute(delete(MessageAttachment).where(MessageAttachment.message == message_id))
    session.execute(delete(SearchText).where(SearchText.message == message_id))
    session.execute(delete(Message).where(Message.id == message_id))
    return found


def remove_mails(session: Session, act: str) -> None:
    """Remove what an act would have sent."""
    session.execute(delete(Outbox).where(Outbox.act == act))


def remove_person(session: Session, number: int, address: str) -> None:
    """Remove somebody outside from a ticket."""
    session.execute(
        delete(Participant).where(Participant.ticket == number, Participant.address == address)
    )
