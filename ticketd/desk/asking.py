"""Commands that need no ticket: what an agent asks for, and what an agent says about the own person."""

from ticketd.core.addresses import Agent
from ticketd.core.commands import Command
from ticketd.core.errors import Refused
from ticketd.core.moments import moment_of
from ticketd.desk import absence, answers, asked_reports, daily
from ticketd.desk.work import Work

ASKED = ("show", "list", "find", "help", "away", "back", "digest", "report")
"""Commands that are answered, with a ticket or without."""


def about_nothing(work: Work, agent: Agent, command: Command) -> str:
    """A command that needs no ticket; what it answers. Refused where it needs one."""
    match command.verb:
        case "show":
            return answers.show(work, agent, command.words)
        case "list":
            return answers.listing(work, agent, command.words)
        case "find":
            return answers.listing(work, agent, command.words, finds=True)
        case "help":
            return answers.help_text(agent.language, command.words)
        case "away":
            until, _, deputy = command.words.partition(" deputy ")
            at = moment_of(until, work.now, agent.timezone)
            return absence.go_away(work, agent, at, deputy.strip())
        case "back":
            return absence.come_back(work, agent)
        case "report":
            return asked_reports.ask(work, agent, command.words)
        case "digest":
            return daily.choose(work, agent, command.words)
        case _:
            raise Refused(
                "about which ticket? Write its number first: 123 {verb}", verb=command.verb
            )
