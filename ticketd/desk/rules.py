"""Rules at work: asked in their order, each acts at most once on a ticket in an act, and what it did is history.

What rules change asks the rules on `changed` once more, and that is all: there is no loop to fall into.
"""

from dataclasses import dataclass, replace

from ticketd.core.desk_events import RuleActed
from ticketd.core.errors import Refused
from ticketd.core.events import (
    SYSTEM,
    AgentReplied,
    Assigned,
    Changed,
    CustomerWrote,
    DepartmentAdded,
    Followed,
    Linked,
    Opened,
    PersonAdded,
    PersonRemoved,
    Rated,
    StatusChanged,
    Tagged,
    Unfollowed,
)
from ticketd.core.notices import Cause
from ticketd.core.rules import Act, Part, Rule, When, due, parts
from ticketd.desk.acks import NewMail
from ticketd.desk.record import record
from ticketd.desk.rule_acts import carry_out, notified
from ticketd.desk.rule_facts import TicketFacts
from ticketd.desk.work import Work
from ticketd.store.tables import Ticket

_CHANGES = (
    Changed, Assigned, Tagged, StatusChanged, DepartmentAdded, PersonAdded, PersonRemoved, Followed, Unfollowed,
    Linked, Rated,
)  # fmt: skip


def ask_rules(work: Work, ticket: Ticket, new: NewMail | None) -> None:
    """The rules on `opened`, before the ack: they may say whose ticket it is, and that nothing leaves."""
    if work.settings.rules:
        _ask(work, ticket, frozenset({When.OPENED}), new)


def run_rules(work: Work) -> None:
    """At the end of an act: the rules on what has happened, then once those on what the rules themselves changed."""
    if not work.settings.rules or work.takes_back:
        return
    for number in list(work.happened):
        ticket, causes = work.tickets[number], work.happened[number]
        happened = happenings(causes)
        if happened:
            _ask(work, ticket, happened, None)
        if any(isinstance(one.event, RuleActed) for one in causes):
            _ask(work, ticket, frozenset({When.CHANGED}), None)


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of one rule, with every condition as it turned out."""

    rule: Rule
    parts: tuple[Part, ...] = ()
    is_asked: bool = True
    did: tuple[str, ...] = ()
    notified: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it acts."""
        return self.is_asked and all(part.holds for part in self.parts)


def explain_rules(
    work: Work, ticket: Ticket, happened: frozenset[When], new: NewMail | None
) -> list[Explained]:
    """Ask every rule and do what it says, with reasons; for an act that is a dry run."""
    facts, found, ended = TicketFacts(work, ticket, new), [], False
    for rule in work.settings.rules:
        when = next((w for w in When if w in rule.when & happened), None)
        if when is None or ended:
            found.append(Explained(rule, is_asked=False))
            continue
        told = Explained(rule, tuple(parts(rule, facts, facts.asks)))
        if told.holds:
            done = _act(work, ticket, rule, when, new)
            told = replace(told, did=done.did, notified=done.notified)
            ended = rule.stop
        found.append(told)
    return found


def run_timed(work: Work, ticket: Ticket, rule: Rule) -> None:
    """A rule on time, on a ticket for which its moment may have come."""
    facts = TicketFacts(work, ticket)
    if all(part.holds for part in parts(rule, facts, facts.asks)):
        _act(work, ticket, rule, When.TIME, None)


def happenings(causes: list[Cause]) -> frozenset[When]:
    """What the people of an act have done to a ticket, as rules know it. Its first mail is part of its opening."""
    found: set[When] = set()
    for one in causes:
        match one.event:
            case Opened():
                return frozenset({When.OPENED})
            case CustomerWrote(kind="customer"):
                found.add(When.CUSTOMER_WROTE)
            case AgentReplied():
                found.add(When.AGENT_REPLIED)
            case event:
                found |= {When.CHANGED} if isinstance(event, _CHANGES) else set()
    return frozenset(found)


def _ask(work: Work, ticket: Ticket, happened: frozenset[When], new: NewMail | None) -> None:
    number = ticket.number
    # An opening is asked about once, with its mail and before its ack.
    if When.OPENED in happened:
        if (number, When.OPENED) in work.asked:
            return
        work.asked.add((number, When.OPENED))
    facts = TicketFacts(work, ticket, new, tuple(work.happened.get(number, ())))
    for rule in due(work.settings.rules, happened):
        if number in work.stopped or (number, f"rule {rule.name}") in work.asked:
            continue
        if all(part.holds for part in parts(rule, facts, facts.asks)):
            _act(work, ticket, rule, next(w for w in When if w in rule.when & happened), new)


def _act(work: Work, ticket: Ticket, rule: Rule, when: When, new: NewMail | None) -> RuleActed:
    """Do what a rule says. What cannot be done is said in the history; the rest is done all the same."""
    work.asked.add((ticket.number, f"rule {rule.name}"))
    told: list[str] = []
    did: list[str] = []
    for action in rule.actions:
        if action.act is Act.NOTIFY:
            told += notified(work, action)
            continue
        try:
            done = carry_out(work, ticket, action, new)
        except Refused as error:
            done = f"{action} refused: {error}"
        did += [done] if done else []
    # A rule on time is remembered whatever it did: else it would be tried again every minute.
    event = RuleActed(rule.name, when, tuple(did), tuple(dict.fromkeys(told)))
    if did or told or when is When.TIME:
        record(work, ticket, event, SYSTEM)
    if rule.stop:
        work.stopped.add(ticket.number)
    return event
