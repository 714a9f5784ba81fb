"""Who may read what: a model beside the desk, read from the bare rows, that looks at every mail that leaves."""

import html
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from sqlalchemy import text as sql

from tests.canaries import Canary, History
from tests.desk import Mail
from ticketd.core.customer_words import purpose_of, word_in_address
from ticketd.core.threads import made_for
from ticketd.core.tokens import claim_in_address, claim_in_message_id

_WORD = re.compile(r"canary[0-9]{12}")
_ADDRESS = re.compile(r"[a-z0-9._+-]+@(?:desk|agents)\.example")
_ID = re.compile(r"<td\.[^<>\s]+>")


@dataclass
class Rows:
    """What the database says at one moment."""

    root: dict[int, int] = field(default_factory=dict)
    people: dict[int, set[str]] = field(default_factory=dict)
    agents: dict[int, set[str]] = field(default_factory=dict)
    """By ticket, the keys of those who may see it."""
    said: dict[str, set[int]] = field(default_factory=dict)
    """By canary, the tickets on which it stands."""
    returns: dict[int, str] = field(default_factory=dict)
    """Whose mail comes back to which bounce address."""


def _ask(session: Any, statement: str) -> list[Any]:
    return list(session.execute(sql(statement)).all())


def rows_of(history: History) -> Rows:
    """Read them."""
    rows, settings = Rows(), history.desk.settings
    with history.desk.database.reading() as session:
        tickets = _ask(
            session, "SELECT number, merged_into, subject, summary, assignee, followers FROM ticket"
        )
        into = {t[0]: t[1] for t in tickets}
        for number in into:
            rows.root[number] = _end(into, number)
        for number, address in _ask(session, "SELECT ticket, address FROM participant"):
            rows.people.setdefault(number, set()).add(address)
        homes: dict[int, set[str]] = {}
        for number, department in _ask(session, "SELECT ticket, department FROM ticket_department"):
            homes.setdefault(number, set()).add(department)
        for number, _, subject, summary, assignee, followers in tickets:
            held = {assignee, *re.findall(r"\w+", str(followers))}
            rows.agents[number] = {
                a.key
                for a in settings.agents
                if a.key in held or homes.get(number, set()) & set(a.departments)
            }
            _note(rows, number, f"{subject} {summary}")
        deputies = _ask(session, "SELECT agent, deputy FROM agent_state WHERE deputy <> ''")
        for _ in deputies:
            for agents in rows.agents.values():
                agents |= {deputy for agent, deputy in deputies if agent in agents}
        for number, said, full in _ask(session, "SELECT ticket, text, full_text FROM message"):
            _note(rows, number, f"{said} {full}")
        files = "SELECT ticket, name FROM attachment a JOIN message m ON m.id = a.message"
        for number, name in _ask(session, files):
            _note(rows, number, name)
        rows.returns = dict(_ask(session, "SELECT id, rcpt_to FROM outbox"))
    return rows


def _end(into: dict[int, int | None], number: int) -> int:
    for _ in range(20):
        number = into[number] or number
    return number


def _note(rows: Rows, number: int, said: str) -> None:
    for word in _WORD.findall(said):
        rows.said.setdefault(word, set()).add(number)


@dataclass
class Watch:
    """Looks at all mails that an act of a history has caused."""

    history: History
    seen: int = 0
    before: Rows = field(default_factory=Rows)

    def leaks(self) -> list[str]:
        """What somebody got without a right to it, since the last look."""
        now, mails = rows_of(self.history), self.history.desk.all_captured()
        found = [leak for mail in mails[self.seen :] for leak in self._in(mail, now)]
        self.before, self.seen = now, len(mails)
        return found

    def _in(self, mail: Mail, now: Rows) -> list[str]:
        shown = _all_of(mail)
        agent = self.history.desk.settings.agent_by_address(mail.rcpt_to)
        number = self._number(mail, now)
        wrong = []
        for word in sorted(set(_WORD.findall(shown))):
            one = self.history.canaries[word]
            may = (
                self._agent_may(agent.key, mail.rcpt_to, one, now)
                if agent and number is None
                else self._person_may(mail, one, now)
                or bool(agent and self._agent_may(agent.key, mail.rcpt_to, one, now))
            )
            if not may:
                wrong.append(f"{one.kind} {word} of {one.author}")
        wrong += [f"token {t}" for t in self._foreign_tokens(mail, shown, now)]
        wrong += self._agents_addresses(mail, shown, now) if agent is None else []
        label = f"{mail.rcpt_to}: {mail.subject} ({mail.message['x-ticketd-event'] or mail.message['auto-submitted']})"
        return [f"{label}: {what}" for what in wrong]

    def _number(self, mail: Mail, now: Rows) -> int | None:
        found = claim_in_address(mail.reply_to)
        return now.root.get(found.number) if found else None

    def _agent_may(self, key: str, address: str, one: Canary, now: Rows) -> bool:
        """Agents read what they may see, what they wrote, and colleagues' signatures."""
        places = {n for rows in (self.before, now) for n in rows.said.get(one.word, set())}
        return (
            one.kind == "private"
            or address in {one.author, one.sent_on_by}
            or any(
                key in rows.agents.get(rows.root.get(n, n), set())
                or key in rows.agents.get(n, set())
                for rows in (self.before, now)
                for n in places
            )
        )

    def _person_may(self, mail: Mail, one: Canary, now: Rows) -> bool:
        """Their own words, answers to tickets in which they take part, and those tickets' subjects."""
        address = mail.rcpt_to
        if one.kind == "private":
            return False
        if str(mail.message["auto-submitted"]) == "auto-replied" and not self.history.is_proving:
            return False
        if one.kind == "words":
            return one.author == address
        places = {
            rows.root.get(n, n)
            for rows in (self.before, now)
            for n in rows.said.get(one.word, set())
        }
        people = {p for n in places for p in now.people.get(n, set())}
        if one.kind == "subject":
            # Of a ticket that went into another one the subject stays behind.
            stands = {n for rows in (self.before, now) for n in rows.said.get(one.word, set())}
            takes_part = {
                p for n in stands for rows in (self.before, now) for p in rows.people.get(n, set())
            }
            return address in takes_part | {one.author}
        if mail.is_automatic:
            return False
        one.readers = frozenset(people) if one.readers is None else one.readers
        return address in one.readers

    def _foreign_tokens(self, mail: Mail, shown: str, now: Rows) -> list[str]:
        """Whatever proves that somebody got a mail of ours has to prove that this one did."""
        keys, domain = self.history.desk.settings.keys, self.history.desk.settings.domain
        agent = self.history.desk.settings.agent_by_address(mail.rcpt_to)
        mine = agent.addresses if agent else (mail.rcpt_to,)
        wrong = []
        for address in set(_ADDRESS.findall(f"{shown} {mail.mail_from}".lower())):
            claim, word = claim_in_address(address), word_in_address(address, domain)
            if claim is None:
                continue
            if address.startswith("b+"):
                fits = keys.verifies(claim, "bounce") and now.returns[claim.number] == mail.rcpt_to
            elif word is not None:
                fits = any(keys.verifies(claim, purpose_of(word[0]), word[0], a) for a in mine)
            elif address.startswith("c+"):
                fits = any(keys.verifies(claim, "confirm", "agent", a) for a in mine)
            else:
                fits = any(made_for(keys, claim, a, is_agent=agent is not None) for a in mine)
            wrong += [] if fits else [address]
        for message_id in set(_ID.findall(shown)):
            one = claim_in_message_id(message_id, domain)
            roles = ("agent", "customer", "follower")
            if one is None or not any(
                keys.verifies(one.claim, "message-id", one.serial, role, a)
                for role in roles
                for a in mine
            ):
                wrong.append(message_id)
        return wrong

    def _agents_addresses(self, mail: Mail, shown: str, now: Rows) -> list[str]:
        """No agent's own, unless the agent takes part like anybody outside."""
        number = self._number(mail, now)
        people = now.people.get(number or 0, set())
        found = {a for a in _ADDRESS.findall(shown.lower()) if a.endswith("@agents.example")}
        return [f"address {a}" for a in sorted(found - people)]


def _all_of(mail: Mail) -> str:
    """Everything that somebody could read in a mail, links and header fields too."""
    fields = " ".join(
        str(body)
        for name, body in mail.message.items()
        if name.lower() not in {"delivered-to", "return-path"}
    )
    parts = [
        str(part.get_content())
        for part in mail.message.walk()
        if part.get_content_maintype() == "text"
    ]
    return f"{fields} {unquote(html.unescape(' '.join(parts)))}"
