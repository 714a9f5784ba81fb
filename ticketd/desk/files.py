"""The files of a message, for mails that carry them on."""

from ticketd.core.inbound import Attachment
from ticketd.desk.work import Work
from ticketd.store import blobs
from ticketd.store.tables import Message


def of_message(work: Work, message: Message, room: int | None = None) -> tuple[Attachment, ...]:
    """Its files in their order; with `room`, those that together have no more bytes than that."""
    found = []
    for file in message.attachments:
        if room is not None:
            if file.size > room:
                continue
            room -= file.size
        content = blobs.get(work.session, work.desk.database.blobs, file.sha256)
        found.append(Attachment(file.name, file.type, content, file.content_id, file.inline))
    return tuple(found)


def of_customer(work: Work, message: Message | None) -> tuple[Attachment, ...]:
    """What a notice to an agent carries of a customer's files (`notify.attach`)."""
    room = work.settings.attach_up_to
    if message is None or message.kind != "customer" or not room:
        return ()
    return of_message(work, message, room)
