"""What of the configuration is in the query language: views, rules and reports, and who asks them."""

from datetime import UTC, datetime

from ticketd.config.document import Path_
from ticketd.config.people import agents_of, departments_of
from ticketd.config.rules import Known, rule_faults
from ticketd.config.schema import Config, ReportKeys
from ticketd.config.texts import read_texts
from ticketd.core.errors import Refused
from ticketd.core.query import parse_query, words_of
from ticketd.core.query_shape import Asker, BadQuery
from ticketd.core.reports.schedule import AGENTS, LEADS, Schedule, parse_every
from ticketd.core.reports.sections import DAY
from ticketd.core.views import View, check_name, columns_of, known_views

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When a query is read to see whether it can be."""
Found = list[tuple[Path_, str]]


def asker_of(config: Config, now: datetime, me: str = "", own: tuple[View, ...] = ()) -> Asker:
    """Who asks, with everything that a query may name; `own` are the views of that agent."""
    return Asker(
        me=me,
        now=now,
        zone=config.timezone,
        departments=tuple(config.departments),
        agents=tuple(config.agents),
        custom=tuple(config.custom_fields),
        has_targets=bool(config.sla),
        views=views_for(config, own),
    )


def views_for(config: Config, own: tuple[View, ...]) -> tuple[View, ...]:
    """Every view that somebody with these of their own can name."""
    triage = (key for key, department in config.departments.items() if department.triage)
    return known_views(own, views_of(config), triage)


def views_of(config: Config) -> tuple[View, ...]:
    """The views of the configuration, each with its order."""
    return tuple(
        View(name, f"{v.query} sort:{v.sort}".strip() if v.sort else v.query, v.columns)
        for name, v in config.views.items()
    )


def schedule_of(keys: ReportKeys) -> Schedule:
    """A report that leaves by itself; without a name it is known by what it says."""
    told = " ".join((*keys.sections, *keys.to, keys.query))
    return Schedule(
        name=keys.name or told,
        every=parse_every(keys.every),
        to=keys.to,
        sections=keys.sections,
        query=keys.query,
        language=keys.language or "",
        with_csv="csv" in keys.format,
        skip_empty=keys.skip_empty,
    )


def faults(config: Config) -> Found:
    """Everything that cannot be asked."""
    return [*_view_faults(config), *_rule_faults(config), *_report_faults(config)]


def _why_not(query: str, asker: Asker) -> list[str]:
    try:
        parse_query(words_of(query), asker)
    except (BadQuery, Refused) as error:
        return [str(error)]
    return []


def _view_faults(config: Config) -> Found:
    """A view names no other, and no agent reads another's `me`."""
    found: Found = []
    # `me` is whoever asks: here somebody, so that it can be read.
    asker = asker_of(config, EPOCH, me=next(iter(config.agents), "nobody"))
    for view in views_of(config):
        here = ("views", view.name)
        try:
            check_name(view.name)
            columns_of(view.columns)
        except Refused as error:
            found.append((here, str(error)))
            continue
        found += [((*here, "query"), why) for why in _why_not(f"view:{view.name}", asker)]
    return found


def _rule_faults(config: Config) -> Found:
    """Rules name departments, agents, canned replies, and fields of the query language."""
    canned = (
        frozenset(c.name for c in read_texts(config).texts.canned) if config.rules else frozenset()
    )
    known = Known(departments_of(config), agents_of(config), canned, frozenset(config.hooks))
    return rule_faults(config.rules, known, asker_of(config, EPOCH))


def _report_faults(config: Config) -> Found:
    """Two schedules of one name would each take the other's turn; a day needs somebody whose day it is."""
    found: Found = []
    names: dict[str, int] = {}
    for at, keys in enumerate(config.reports):
        here = ("reports", at)
        schedule = schedule_of(keys)
        if names.setdefault(schedule.name, at) != at:
            found.append(
                (here, f"there is another report '{schedule.name}'; give one of them a `name`")
            )
        if DAY in keys.sections and not {*keys.to} <= {AGENTS, LEADS}:
            found.append((here, f"`{DAY}` is about its reader; send it to `{AGENTS}` or `{LEADS}`"))
        found += [((*here, "query"), why) for why in _why_not(keys.query, asker_of(config, EPOCH))]
    return found
