"""What the mail server's filter says of a mail, in the header fields of rspamd or SpamAssassin that are configured."""

from dataclasses import dataclass

from ticketd.core.inbound import InboundMail


@dataclass(frozen=True, slots=True)
class SpamRules:
    """Whose word is taken, and what it does."""

    fields: tuple[str, ...] = ("x-spam-flag",)
    then: str = "no-ack"
    """no-ack: a ticket like any other; close: one that is closed as spam; keep: no ticket, the mail is kept."""


def spam_sign(rules: SpamRules, mail: InboundMail) -> str:
    """The field that says so, as it stands in the mail; empty where none does.

    Of several of one name any counts: a spammer's own `No` above or below says nothing.
    """
    for name in rules.fields:
        for value in mail.all(name):
            if value.strip().lower().startswith(("yes", "true")):
                return f"{name}: {value.strip()[:80]}"
    return ""
