"""The mail log: one function for each fact, so that its wording lives in one place.

Ids in every line, so that one grep follows a mail through all rooms. No bodies, no subjects, no tokens.
"""

import logging
from datetime import datetime

from ticketd import meters
from ticketd.core.inbound import Envelope, InboundMail
from ticketd.core.text import log_text

log = logging.getLogger("ticketd.mail")


def received(
    inbox_id: int, envelope: Envelope, size: int, ids: tuple[str, str], *, is_repeat: bool
) -> None:
    """A mail is durable; the next line at the client is 250. `ids` are the mail server's own one and its Message-ID."""
    meters.measure("message_size_bytes", size, channel=envelope.via)
    if is_repeat:
        meters.count("messages_received", channel=envelope.via, result="duplicate")
    log.info(
        "inbox=%d %s via=%s queue-id=%s message-id=%s from=<%s> to=%s bytes=%d",
        inbox_id,
        "received again" if is_repeat else "received",
        envelope.via,
        log_text(ids[0]) or "-",
        log_text(ids[1]) or "-",
        log_text(envelope.mail_from),
        log_text(",".join(r.address.partition("+")[0] for r in envelope.rcpt_to)),
        size,
    )


def worked_in(envelope: Envelope, kind: str, step: str, now: datetime) -> None:
    """What became of a mail, for the counts."""
    result = _RESULTS.get(kind) or _RESULTS.get(step, step)
    meters.count("messages_received", channel=envelope.via, result=result)
    seconds = max(0.0, (now - envelope.received_at).total_seconds())
    meters.measure("message_processing_seconds", seconds, channel=envelope.via)


_RESULTS = {
    "own": "own", "bounce": "bounce", "report": "bounce", "automatic": "autoreply",
    "open-ticket": "new", "add-message": "reply", "same-mail": "duplicate",
}  # fmt: skip


def decided(inbox_id: int, mail: InboundMail, kind: str, step: str, ticket: int | None) -> None:
    """What became of a mail."""
    log.info(
        "inbox=%d decided kind=%s step=%s ticket=%s message-id=%s from=%s",
        inbox_id, kind, step, ticket or "-", log_text(mail.message_id) or "-", log_text(mail.author.address) or "-",
    )  # fmt: skip


def repeated(inbox_id: int, ticket: int, message_id: str) -> None:
    """The same mail came by a second way."""
    log.info(
        "inbox=%d same mail as before ticket=%d message-id=%s",
        inbox_id,
        ticket,
        log_text(message_id),
    )


def failed(inbox_id: int, attempts: int, error: str) -> None:
    """A mail could not be worked in this time."""
    log.warning("inbox=%d attempt=%d failed: %s", inbox_id, attempts, log_text(error))


def quarantined(inbox_id: int, ticket: int | None, error: str) -> None:
    """A mail waits for a person; its raw bytes are kept."""
    log.error("inbox=%d quarantined ticket=%s: %s", inbox_id, ticket or "-", log_text(error))


def owed(
    outbox_id: int, ticket: int | None, kind: str, to: str, message_id: str, cause: str
) -> None:
    """A mail of ours waits to leave; `cause` is the mail that it comes of, or the act."""
    log.info(
        "outbox=%d owed ticket=%s kind=%s to=%s message-id=%s by %s",
        outbox_id, ticket or "-", kind, log_text(to), log_text(message_id), cause,
    )  # fmt: skip


def sent(
    outbox_id: int, ticket: int | None, kind: str, to: str, answer: str, message_id: str
) -> None:
    """The smarthost took a mail of ours."""
    meters.count("outbox_sent", kind=kind)
    log.info(
        "outbox=%d sent ticket=%s to=%s message-id=%s answer=%s",
        outbox_id, ticket or "-", log_text(to), log_text(message_id), log_text(answer),
    )  # fmt: skip


def deferred(outbox_id: int, ticket: int | None, kind: str, to: str, answer: str) -> None:
    """A mail of ours is tried again later."""
    meters.count("outbox_failures", kind=kind, reason="deferred")
    log.warning(
        "outbox=%d deferred ticket=%s to=%s: %s",
        outbox_id,
        ticket or "-",
        log_text(to),
        log_text(answer),
    )


def in_doubt(outbox_id: int, ticket: int | None, kind: str, to: str, answer: str) -> None:
    """Nobody can know whether a mail of ours was taken; it waits for the operator."""
    meters.count("outbox_failures", kind=kind, reason="in-doubt")
    log.error(
        "outbox=%d in doubt ticket=%s to=%s: %s",
        outbox_id, ticket or "-", log_text(to), log_text(answer),
    )  # fmt: skip


def came_back(outbox_id: int, ticket: int | None, to: str, action: str, answer: str) -> None:
    """Another mail system sent a notice about a mail of ours."""
    log.warning(
        "outbox=%d came back ticket=%s to=%s action=%s: %s",
        outbox_id, ticket or "-", log_text(to), log_text(action), log_text(answer),
    )  # fmt: skip


def gave_up(outbox_id: int, ticket: int | None, kind: str, to: str, answer: str) -> None:
    """A mail of ours did not reach its recipient."""
    meters.count("outbox_failures", kind=kind, reason="failed")
    log.error(
        "outbox=%d failed ticket=%s to=%s: %s",
        outbox_id,
        ticket or "-",
        log_text(to),
        log_text(answer),
    )


def muted(address: str, ticket: int, until: datetime) -> None:
    """Somebody answers our automatic mail at once, again and again."""
    log.warning(
        "ticket=%d muted=%s until=%s: it answers our automatic mail at once",
        ticket, log_text(address), until.isoformat(),
    )  # fmt: skip


def trouble(kind: str, what: str) -> None:
    """The desk itself needs somebody to look."""
    log.error("trouble=%s: %s", kind, log_text(what))


def storm(who: str, ticket: int, tickets: int) -> None:
    """Very many new tickets, of one address or of one department."""
    log.warning("ticket=%d storm=%s: more than %d new tickets", ticket, log_text(who), tickets)
