"""The rows of one act: found, and removed where it is taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.store.agent_tables import DigestLine
from ticketd.store.tables import (
    Activity,
    Message,
    MessageAttachment,
    Outbox,
    Participant,
    SearchText,
)
from ticketd.store.text_tables import BlockedSender, TextUse


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


def others_acted(session: Session, number: int, act: str) -> bool:
    """Whether anything happened to a ticket outside of this act."""
    statement = select(Activity.id).where(Activity.ticket == number, Activity.act != act)
    return session.execute(statement.limit(1)).first() is not None


def remove_message(session: Session, message_id: int) -> list[Message]:
    """Remove a message with its files; what it was."""
    message = session.get(Message, message_id)
    if message is None:
        return []
    session.expunge(message)
    found = [message]
    session.execute(delete(MessageAttachment).where(MessageAttachment.message == message_id))
    session.execute(delete(SearchText).where(SearchText.message == message_id))
    session.execute(delete(Message).where(Message.id == message_id))
    return found


def move_messages(session: Session, ids: Sequence[int], number: int) -> None:
    """Put messages on another ticket, with what is searched of them."""
    for message in session.execute(select(Message).where(Message.id.in_(ids))).scalars():
        message.ticket = number
    searched = select(SearchText).where(SearchText.message.in_(ids))
    for row in session.execute(searched).scalars():
        row.ticket = number
    session.flush()


def remove_mails(session: Session, act: str) -> None:
    """Remove what an act would have sent."""
    unsent = Outbox.state.in_(("waiting", "held"))
    session.execute(delete(Outbox).where(Outbox.act == act, unsent, Outbox.attempts == 0))
    session.execute(delete(DigestLine).where(DigestLine.act == act))
    # What was blocked or counted by the act is no longer.
    session.execute(delete(TextUse).where(TextUse.act == act))
    session.execute(delete(BlockedSender).where(BlockedSender.act == act))


def remove_person(session: Session, number: int, address: str) -> None:
    """Remove somebody outside from a ticket."""
    session.execute(
        delete(Participant).where(Participant.ticket == number, Participant.address == address)
    )
