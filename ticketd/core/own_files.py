"""Which files of an agent's mail are the agent's own, and go on to nobody."""

from ticketd.core.addresses import Agent
from ticketd.core.inbound import Attachment

_OF_THE_MAIL_PROGRAM = frozenset(
    {
        "application/pkcs7-signature", "application/x-pkcs7-signature",  # RFC 8551, 3.5
        "application/pgp-signature", "application/pgp-keys",  # RFC 3156, 5 and 7
    }
)  # fmt: skip
"""Added without being asked: they name the agent's own address, and fit no mail that is built anew."""
_CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})  # RFC 6350, 10.1


def without_own(files: tuple[Attachment, ...], agent: Agent) -> tuple[Attachment, ...]:
    """Without signatures of the mail program and the agent's own card."""
    return tuple(
        file
        for file in files
        if file.type not in _OF_THE_MAIL_PROGRAM and not _is_own_card(file, agent)
    )


def _is_own_card(file: Attachment, agent: Agent) -> bool:
    content = file.content[:100_000].lower()
    return file.type in _CARDS and any(address.encode() in content for address in agent.addresses)
