"""Asks a mail server what it would say to a mail, without sending one."""

import smtplib
from dataclasses import dataclass

from ticketd.core.text import header_text

_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Probe:
    """What it said."""

    banner: str
    to_recipient: str
    """`250 …` where it would take mail for this recipient."""
    max_size: int
    """Of one mail, by its SIZE; 0 where it names none."""


class NoAnswer(Exception):
    """Nobody speaks SMTP or LMTP there."""


def ask(place: str, recipient: str, sender: str = "", *, is_lmtp: bool = False) -> Probe:
    """Greet, MAIL, RCPT, and go. NoAnswer where that is not possible."""
    client = (smtplib.LMTP if is_lmtp else smtplib.SMTP)()
    client.timeout = _SECONDS
    host, _, port = place.rpartition(":")
    try:
        with client:
            at = (
                (place, 0)
                if place.startswith("/")
                else (host.strip("[]") or "127.0.0.1", int(port))
            )
            code, banner = client.connect(*at)
            if code != 220:
                raise smtplib.SMTPConnectError(code, banner)
            client.ehlo_or_helo_if_needed()
            code, text = client.mail(sender)
            if code < 400:
                code, text = client.rcpt(recipient)
            size = client.esmtp_features.get("size", "")
            said = header_text(f"{code} {text.decode('utf-8', 'replace')}", 200)
            return Probe(
                header_text(banner.decode("utf-8", "replace"), 100),
                said,
                int(size) if size.isdigit() else 0,
            )
    except (OSError, smtplib.SMTPException) as error:
        # smtplib's own errors are OSErrors without that.
        reason = getattr(error, "strerror", None) or str(error)
        raise NoAnswer(header_text(reason or type(error).__name__, 200)) from error
