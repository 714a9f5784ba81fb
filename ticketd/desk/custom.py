"""Fields and tags of the installation's own, on tickets."""

from ticketd.core.addresses import Agent
from ticketd.core.custom import CustomField, checked, missing_on_close, replaced_by, unknown_tags
from ticketd.core.errors import Refused
from ticketd.core.events import Changed
from ticketd.desk.record import record
from ticketd.desk.work import Work
from ticketd.store.tables import Ticket

_WITHOUT_QUESTIONS = frozenset({"spam", "duplicate", "no-answer"})


def field_of(work: Work, name: str) -> CustomField | None:
    """The field of this name, if the installation has it."""
    return next((f for f in work.settings.custom_fields if f.name == name), None)


def set_custom(work: Work, ticket: Ticket, field: CustomField, value: str, agent: Agent) -> None:
    """Give such a field another value; an empty one takes it away. Refused where it cannot hold that."""
    new, old = checked(field, value), str(ticket.fields.get(field.name) or "")
    if new == old:
        return
    put_value(ticket, field.name, new)
    record(work, ticket, Changed(field.name, old, new), agent.key)


def put_value(ticket: Ticket, name: str, value: str) -> None:
    """Store a value; empty ones are not stored."""
    ticket.fields = {k: v for k, v in ticket.fields.items() if k != name} | (
        {name: value} if value else {}
    )


def settle_tags(work: Work, added: tuple[str, ...], kept: list[str]) -> list[str]:
    """The tags that stay beside new ones. Refused where a new one may not be used."""
    groups = work.settings.tag_groups
    if work.settings.only_known_tags:
        unknown_tags(groups, added)
    gone = replaced_by(groups, added, kept)
    return [tag for tag in kept if tag not in gone]


def check_ready_to_close(work: Work, ticket: Ticket, reason: str) -> None:
    """Refused, naming what is missing, where a ticket may not be closed yet."""
    if reason in _WITHOUT_QUESTIONS:
        return
    settings = work.settings
    missing = missing_on_close(
        settings.custom_fields, settings.tag_groups, ticket.department, ticket.fields, ticket.tags
    )
    if missing:
        raise Refused(
            "#{number} needs this before it is closed: {known}",
            number=ticket.number,
            known=tuple(missing),
        )
