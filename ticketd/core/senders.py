"""Whose mail is taken: blocked senders and domains, and desks for known customers alone."""

from dataclasses import dataclass

from ticketd.core.addresses import domain_of


@dataclass(frozen=True, slots=True)
class Senders:
    """As configured; an entry is an address, or `@domain` with everything below it."""

    blocked: frozenset[str] = frozenset()
    customers: str = "all"
    """all, or known: those who had a ticket before, or stand in `known`."""
    known: frozenset[str] = frozenset()


def listed(address: str, entries: frozenset[str]) -> str:
    """The entry that an address falls under; empty where there is none. `@x.example` holds a@mail.x.example too."""
    if address in entries:
        return address
    domain = domain_of(address)
    while domain:
        if f"@{domain}" in entries:
            return f"@{domain}"
        domain = domain.partition(".")[2]
    return ""


def candidates(address: str) -> list[str]:
    """Every entry that would hold an address: for asking a table instead of a set."""
    found, domain = [address], domain_of(address)
    while domain:
        found.append(f"@{domain}")
        domain = domain.partition(".")[2]
    return found
