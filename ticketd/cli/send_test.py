"""`ticketd doctor --send-test ADDRESS`: one real mail, followed from the mail server to its ack."""

import re
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from ticketd.cli.app import App, Failure
from ticketd.cli.findings import command
from ticketd.cli.postfix import Postfix
from ticketd.core.addresses import is_address, normalise
from ticketd.core.inbound import Mailbox
from ticketd.mail.compose import Draft, compose
from ticketd.mail.markup import text_html
from ticketd.mail.render import Rendered
from ticketd.send.smarthost import Away, Smarthost, Smtp
from ticketd.store import inbox, outbox
from ticketd.store.tables import Inbox, Outbox

Found = TypeVar("Found")
_TEXT = "This is a test mail of `ticketd doctor`. The ticket may be closed.\n"
_PAUSE = threading.Event()


def follow(app: App, address: str, seconds: int) -> int:
    """Send it and say where it is, step by step; 1 where it gets stuck."""
    sender, config = normalise(address), app.config
    if not is_address(sender):
        raise Failure(f"'{address}' is no mail address; write one as name@example.com", 2)
    if config.outgoing.capture is not None:
        raise Failure(
            "outgoing mail is captured here: nothing can be sent through a mail server", 1
        )
    department = next(iter(config.departments.values()), None)
    if department is None:
        raise Failure(f"{app.config_path}: departments: there must be at least one", 78)
    message_id = f"<doctor.{secrets.token_hex(8)}@{socket.gethostname() or 'localhost'}>"
    began, ends = app.now(), time.monotonic() + seconds
    answer = _submit(app, sender, department.address, message_id)
    print(f"ok    submitted  to {config.outgoing.smtp} for {department.address}: {answer}")
    queue_id = _queued_as(answer)
    came = _wait(lambda: _came(app, sender, message_id, began), ends)
    if came is None:
        return _stuck(f"it has not come in within {seconds} s", _in_postfix(queue_id))
    print(f"ok    came in    by {came.via}, inbox={came.id}, {_since(came.received_at - began)}")
    done = _wait(lambda: _worked(app, came.id), ends)
    if done is None:
        return _stuck("it waits in the inbox", command(app, "status"))
    if done.ticket is None or done.state == "quarantined":
        why = "; ".join(done.reasons) or done.error
        return _stuck(
            f"it became no ticket: {done.kind} {done.step}: {why}", command(app, "explain", "FILE")
        )
    print(f"ok    decided    ticket #{done.ticket}, {done.kind}, trust {done.trust or '-'}")
    ticket = done.ticket
    ack = _wait(lambda: _ack(app, ticket, sender), ends)
    if ack is None:
        return _stuck("it got no ack", command(app, "log", str(ticket)))
    left = _wait(lambda: _left(app, ack.id), ends)
    if left is None or left.state != "sent":
        said = left.answer if left else ack.answer
        return _stuck(f"the ack has not left: {said or 'it waits'}", command(app, "queue", "list"))
    print(f"ok    answered   outbox={left.id} to {sender}: {left.answer}")
    print(
        f"Look into the mailbox of {sender}. Close the ticket: {command(app, 'close', str(ticket), '--no-mail')}"
    )
    return 0


def _submit(app: App, sender: str, to: str, message_id: str) -> str:
    """The last answer of the outgoing mail server; it is the one in front, too, where both are one Postfix."""
    outgoing = app.config.outgoing
    host, _, port = outgoing.smtp.rpartition(":")
    # In nobody's name: a mail from outside has no login either.
    way = Smtp(
        Smarthost(
            host or outgoing.smtp,
            int(port or 25),
            "none",
            "",
            "",
            socket.gethostname() or "localhost",
        )
    )
    draft = Draft(
        author=Mailbox("", sender), to=(Mailbox("", to),), subject="test mail of ticketd doctor",
        body=Rendered(_TEXT, text_html(_TEXT)), message_id=message_id, date=app.now(),
    )  # fmt: skip
    try:
        outcome = way.send("doctor", sender, to, compose(draft), lambda: None)
    except Away as error:
        raise Failure(f"{outgoing.smtp} does not answer: {error}; see `ticketd doctor`") from None
    finally:
        way.close()
    if outcome.state != "sent":
        raise Failure(f"{outgoing.smtp} does not take it: {outcome.answer}; see `ticketd doctor`")
    return outcome.answer


def _queued_as(answer: str) -> str:
    found = re.search(r"(?:queued as|id=)\s*([A-Za-z0-9-]+)", answer)
    return found[1] if found else ""


def _wait(look: Callable[[], Found | None], ends: float) -> Found | None:
    """The first answer, asked again and again until then."""
    while True:
        found = look()
        if found is not None or time.monotonic() > ends:
            return found
        _PAUSE.wait(0.2)


def _came(app: App, sender: str, message_id: str, since: datetime) -> Inbox | None:
    with app.database.reading() as session:
        return inbox.arrived(session, sender, message_id, since)


def _worked(app: App, mail: int) -> Inbox | None:
    with app.database.reading() as session:
        row = inbox.by_id(session, mail)
        return row if row is not None and row.state in {"done", "quarantined"} else None


def _ack(app: App, ticket: int, to: str) -> Outbox | None:
    with app.database.reading() as session:
        return next((r for r in outbox.of_ticket(session, ticket) if r.rcpt_to == to), None)


def _left(app: App, mail: int) -> Outbox | None:
    with app.database.reading() as session:
        row = outbox.by_id(session, mail)
        return row if row is not None and row.state in {"sent", "failed"} else None


def _since(span: timedelta) -> str:
    return f"after {max(0.0, span.total_seconds()):.1f} s"


def _in_postfix(queue_id: str) -> str:
    """What Postfix says of it, where there is one."""
    look = f"grep {queue_id or 'doctor'} /var/log/mail.log, or journalctl -u 'postfix*'"
    waiting = Postfix.queue()
    entry = (
        re.search(rf"(?ms)^{re.escape(queue_id)}\b.*?^\s*\((.*?)\)$", waiting) if queue_id else None
    )
    return f"Postfix keeps it as {queue_id}: {entry[1]}; see `ticketd doctor`" if entry else look


def _stuck(what: str, look: str) -> int:
    print(f"fail  stuck      {what}\n{'':17}fix: {look}")
    return 1
