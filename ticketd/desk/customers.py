"""The customers' file: who somebody is, which addresses are theirs, and the forgetting of them."""

from dataclasses import dataclass

from ticketd.core.addresses import Agent, is_address, is_handle, normalise
from ticketd.core.errors import Refused
from ticketd.core.events import Erased
from ticketd.core.text import clean_text, header_text
from ticketd.desk.record import enter
from ticketd.desk.work import Work
from ticketd.store import customers, erasing
from ticketd.store import tickets as stored
from ticketd.store.customers import Customer
from ticketd.store.database import overwrite
from ticketd.store.erasing import Forgotten


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to change; None leaves it."""

    name: str | None = None
    organisation: str | None = None
    phone: str | None = None
    note: str | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def known(work: Work, address: str) -> str:
    """An address that a customer has, as it is stored. Refused where nobody ever wrote from it."""
    address = normalise(address)
    there = stored.of_customer(work.session, address) or customers.by_address(work.session, address)
    if not there:
        raise Refused(
            "nobody is known by {address}; `ticketd customer list` shows who is", address=address
        )
    return address


def edit(work: Work, address: str, change: Edit) -> Customer:
    """Change what is known of a customer. Refused where an address is none, or somebody else's."""
    address = known(work, address)
    person = customers.ensure(work.session, address)
    for field in ("name", "organisation", "phone"):
        value = getattr(change, field)
        if value is not None:
            setattr(person, field, header_text(value))
    if change.note is not None:
        person.note = clean_text(change.note).strip()
    for other in map(normalise, change.add):
        _add(work, person, other)
    for other in map(normalise, change.remove):
        if other == address or other not in customers.addresses(work.session, address):
            raise Refused(
                "{other} is no further address of {address}", other=other, address=address
            )
        customers.remove_address(work.session, other)
    work.session.flush()
    return person


def _add(work: Work, person: Customer, address: str) -> None:
    if not (is_address(address) or is_handle(address)):
        raise Refused(
            "'{address}' is no mail address, and no handle such as line:U4af", address=address
        )
    if work.settings.own.is_ours(address) or work.settings.agent_by_address(address):
        raise Refused("{address} is one of us", address=address)
    there = customers.by_address(work.session, address)
    if there is not None and there.id != person.id:
        raise Refused(
            "{address} is somebody else's: merge the two, `ticketd customer merge {address} …`",
            address=address,
        )
    if there is None:
        customers.add_address(work.session, person, address)


def also_known_as(work: Work, address: str, others: tuple[str, ...], name: str) -> None:
    """These are one person, as long as nobody has said otherwise: two who have files of their own stay two."""
    for other in others:
        mine = customers.by_address(work.session, address)
        theirs = customers.by_address(work.session, other)
        if theirs is None:
            _add(work, mine or customers.ensure(work.session, address, name), other)
        elif mine is None:
            _add(work, theirs, address)
        work.session.flush()


def one_person(work: Work, address: str, other: str) -> None:
    """Both are one person's from now on, whatever was known of each."""
    mine, theirs = (customers.by_address(work.session, a) for a in (address, other))
    if mine is not None and theirs is not None and mine.id != theirs.id:
        customers.merge(work.session, mine, theirs)
    else:
        also_known_as(work, other, (address,), "")


def merge(work: Work, address: str, into: str) -> Customer:
    """Two customers are one person. Refused where they are already."""
    other = customers.ensure(work.session, known(work, address))
    person = customers.ensure(work.session, known(work, into))
    if other.id == person.id:
        raise Refused("{address} and {into} are one person already", address=address, into=into)
    customers.merge(work.session, other, person)
    return person


def erase(work: Work, address: str, agent: Agent) -> Forgotten:
    """Forget a person; their tickets stay, with nothing of them. It cannot be taken back."""
    address = known(work, address)
    agents = frozenset(a.key for a in work.settings.agents)
    overwrite(work.session)
    work.forgets = True
    gone = erasing.erase(work.session, address, agents)
    work.gone_files += gone.files
    for ticket in gone.tickets:
        enter(work, ticket, Erased(), agent.key)
    return gone
