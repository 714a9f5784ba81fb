"""The kind of a mail, with what only the database knows of it."""

from datetime import timedelta

from ticketd.core.classify import Kind, Verdict, classify
from ticketd.core.settings import Settings
from ticketd.core.tokens import claim_in_message_id
from ticketd.desk.arrive import Read
from ticketd.store import Session, inbox, outbox
from ticketd.store.inbox import Claimed

REPEATED_WITHIN = timedelta(hours=24)


def verdict_of(session: Session, settings: Settings, item: Claimed, read: Read) -> Verdict:
    """What wrote a mail, and by which signs that was told."""
    if read.is_form:
        return Verdict(Kind.HUMAN, ("a web form wrote it for a person",))
    since = item.envelope.received_at - REPEATED_WITHIN
    repeated = bool(read.mail.text.strip()) and inbox.is_repeated_text(
        session, read.mail.author.address, read.text, since, but=item.id
    )
    own, message_id = settings.own, read.mail.message_id
    # A forwarder may have written another address into To: then only the outbox knows it.
    claims = claim_in_message_id(message_id, own.domain) is not None
    sent = claims and bool(outbox.by_message_ids(session, [message_id]))
    return classify(read.mail, item.envelope, own, settings.keys, repeated=repeated, sent=sent)
