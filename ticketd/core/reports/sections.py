"""All sections by name: the reports of the command line, and the parts of a mail."""

from collections.abc import Callable

from ticketd.core.reports.lists import forgotten, severe
from ticketd.core.reports.people import agents, day, ratings
from ticketd.core.reports.shape import Section
from ticketd.core.reports.sla import sla
from ticketd.core.reports.sums import Facts
from ticketd.core.reports.usage import texts
from ticketd.core.reports.volume import (
    channels,
    departments,
    hours,
    response,
    summary,
    tags,
    trend,
)

SECTIONS: dict[str, Callable[[Facts, str], Section]] = {
    "summary": summary,
    "response": response,
    "sla": sla,
    "agents": agents,
    "departments": departments,
    "tags": tags,
    "channels": channels,
    "hours": hours,
    "ratings": ratings,
    "texts": texts,
    "severe": severe,
    "forgotten": forgotten,
    "trend": trend,
}
DAY = "day"
"""The section that is about its reader."""
MACHINES = "machines"
"""The section about storms and muted addresses: of the desk, not of tickets."""
NAMES = (*SECTIONS, MACHINES, DAY)
STEPS = ("day", "week", "month")
GROUPED = ("summary", "response", "sla", "departments", "tags", "channels")
"""Sections that can be grouped by something else."""
LAST = {"severe": "7d", DAY: "1d"}
"""What they are about where nobody says so; the others are about 30 days."""


def section(name: str, facts: Facts, by: str = "", agent: str = "") -> Section:
    """One of them; `day` is about an agent."""
    return day(facts, agent) if name == DAY else SECTIONS[name](facts, by)
