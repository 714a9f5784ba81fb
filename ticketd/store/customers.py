"""Customers as people: several addresses and handles, an organisation, a note."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from ticketd.store.rows import append, insert
from ticketd.store.tables import Base, Id, Ticket


class Customer(Base):
    """A person outside of whom more is known than one address; most customers have no row."""

    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class CustomerAddress(Base):
    """One address (or handle) of a customer."""

    __tablename__ = "customer_address"
    address: Mapped[str] = mapped_column(primary_key=True)
    customer: Mapped[int] = mapped_column(index=True)


def by_address(session: Session, address: str) -> Customer | None:
    """The customer of this address, if anything is known beyond it."""
    statement = (
        select(Customer)
        .join(CustomerAddress, CustomerAddress.customer == Customer.id)
        .where(CustomerAddress.address == address)
    )
    return session.execute(statement).scalar_one_or_none()


def ensure(session: Session, address: str, name: str = "") -> Customer:
    """The customer of this address; begins one where there is none."""
    found = by_address(session, address)
    if found is None:
        found = insert(session, Customer(name=name))
        append(session, CustomerAddress, {"address": address, "customer": found.id})
    return found


def addresses(session: Session, address: str) -> list[str]:
    """All addresses of the person who has this one, this one first."""
    found = by_address(session, address)
    if found is None:
        return [address]
    statement = select(CustomerAddress.address).where(CustomerAddress.customer == found.id)
    rest = sorted(session.execute(statement).scalars())
    return [address, *(other for other in rest if other != address)]


def add_address(session: Session, customer: Customer, address: str) -> None:
    """Another address of the same person."""
    append(session, CustomerAddress, {"address": address, "customer": customer.id})


def remove_address(session: Session, address: str) -> None:
    """An address that is nobody's any more."""
    session.execute(delete(CustomerAddress).where(CustomerAddress.address == address))


def merge(session: Session, other: Customer, into: Customer) -> None:
    """Two customers are one person: the first one's addresses go over, and what the second one lacks."""
    move = update(CustomerAddress).where(CustomerAddress.customer == other.id)
    session.execute(move.values(customer=into.id))
    into.name = into.name or other.name
    into.organisation = into.organisation or other.organisation
    into.phone = into.phone or other.phone
    into.note = "\n".join(filter(None, (into.note, other.note)))
    session.delete(other)
    session.flush()


def forget(session: Session, customer: Customer) -> None:
    """Nothing is known of this person any more."""
    session.execute(delete(CustomerAddress).where(CustomerAddress.customer == customer.id))
    session.delete(customer)
    session.flush()


def listed(session: Session, words: str, most: int) -> list[tuple[str, str, int, datetime]]:
    """Address, name, tickets and last change of the customers who were in touch last."""
    last = func.max(Ticket.updated_at)
    statement = select(
        Ticket.customer_address, func.max(Ticket.customer_name), func.count(), last
    ).group_by(Ticket.customer_address)
    if words:
        pattern = f"%{words.lower()}%"
        statement = statement.where(
            func.lower(Ticket.customer_address).like(pattern)
            | func.lower(Ticket.customer_name).like(pattern)
        )
    rows = session.execute(statement.order_by(last.desc()).limit(most)).all()
    return [(address, name, int(count), at) for address, name, count, at in rows]
