"""Departments and agents of the configuration, with the defaults that they take from the whole."""

from ticketd.config.schema import Config
from ticketd.core.addresses import Agent, Department


def departments_of(config: Config) -> tuple[Department, ...]:
    """The parts of the company."""
    return tuple(
        Department(
            key=key,
            name=d.name,
            address=d.address,
            aliases=d.aliases,
            language=d.language or config.languages[0],
            timezone=d.timezone or config.timezone,
            handover=d.handover,
            auto_close=d.auto_close,
            auto_close_warning=d.auto_close_warning,
            reopen_within=d.reopen_within,
            signature=d.signature,
            triage=d.triage,
            answers=d.answers,
            closes=d.closes,
        )
        for key, d in config.departments.items()
    )


def agents_of(config: Config) -> tuple[Agent, ...]:
    """The people who answer."""
    return tuple(
        Agent(
            key=key,
            name=a.name,
            addresses=(a.address, *a.other_addresses),
            departments=a.departments,
            role=a.role,
            login=a.login or "",
            language=a.language or config.languages[0],
            timezone=a.timezone or config.timezone,
            signature=a.signature,
        )
        for key, a in config.agents.items()
        # Whoever has left is a stranger, by mail and at the terminal; the history knows the name.
        if a.active
    )
