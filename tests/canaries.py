"""A generator of histories in which every text carries a word of its own: whose mails may hold it is told by `tests.entitled`."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from random import Random

from tests.desk import Desk, Mail, Person

SERVER = "mx.desk.example"
Step = Callable[[], None]
OUTSIDE = ("anna@example.org", "carl@example.net", "dora@third.example", "eve@evil.example")
AGENTS = {
    "bob": {"name": "Bob", "address": "bob@agents.example", "departments": ["support", "sales"]},
    "lan": {"name": "Lan", "address": "lan@agents.example", "departments": ["sales"]},
    "kim": {"name": "Kim", "address": "kim@agents.example", "departments": ["law"]},
    "joe": {"name": "Joe", "address": "joe@agents.example", "departments": ["support"], "role": "viewer"},
}  # fmt: skip
DEPARTMENTS = {"law": {"name": "Law", "address": "law@desk.example"}}
_PUBLIC = ("support@desk.example", "sales@desk.example", "law@desk.example")
_COMMANDS = (
    "#take", "#close", "#close not-solved", "#pending", "#open", "#reopen", "#spam", "#release", "#show", "#history",
    "#list open", "#undo", "#send", "#follow", "#unfollow", "#preview", "#draft", "#note", "#reply", "#priority high",
    "#clsoe", "#remind 2d", "##x",
)  # fmt: skip


@dataclass
class Canary:
    """A word that nobody could guess, what it stands in, and who wrote it."""

    word: str
    kind: str
    """words (of somebody outside), answer (an agent's; it may also stay inside), subject, or private (an agent's)."""
    author: str
    sent_on_by: str = ""
    """The agent who had it from the author."""
    readers: frozenset[str] | None = None
    """Of an answer: who took part when it left."""


@dataclass
class History:
    """People who write to each other by way of one desk; the same history for the same seed."""

    desk: Desk
    seed: int
    is_proving: bool
    """Whether a mail server tells who is who."""
    canaries: dict[str, Canary] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.people = [self.desk.customer(address, address[:4].title()) for address in OUTSIDE]
        self.agents = [self.desk.agent(key) for key in AGENTS]
        self._phones = {a.address: self._canary("private", a.address) for a in self.agents}
        self._steps: tuple[tuple[int, Step], ...] = (
            (5, self.opens), (5, self.answers), (2, self.is_sent_on), (1, self.presses), (1, self.asks_status),
            (2, self.steals), (12, self.agent_answers), (4, self.agent_commands), (4, self.changes_people),
            (2, self.moves), (2, self.works_a_list), (2, self.forwards_in), (1, self.writes_first),
            (1, self.is_a_customer), (3, self.confirms), (4, self.forges), (2, self.bounces), (2, self.is_on_vacation),
            (3, self.merges), (1, self.goes_away), (1, self.waits),
        )  # fmt: skip

    def step(self) -> None:
        """Whatever happens next."""
        weights, steps = zip(*self._steps, strict=True)
        one: Step = self.random.choices(steps, weights)[0] if self.done else self.opens
        self.done.append(one.__name__)
        one()

    # -- people outside ----------------------------------------------------------------------

    def opens(self) -> None:
        who = self.random.choice(self.people)
        to = self.random.sample(_PUBLIC, self.random.choice((1, 1, 1, 2)))
        cc = [p.address for p in self.random.sample(self.people, self.random.choice((0, 0, 1)))]
        subject = f"About {self._canary('subject', who.address)}"
        text = f"Please help {self._canary('words', who.address)}."
        who.writes(*to, subject=subject, text=text, cc=cc, headers=self._proof(who))

    def answers(self) -> None:
        who, mail = self._got(self.people)
        if mail:
            lost = self.random.random
            text = f"More of it {self._canary('words', who.address)}."
            tag, references = lost() < 0.8, lost() < 0.8
            who.replies(
                mail,
                text,
                tag=tag,
                references=references,
                token=lost() < 0.7,
                headers=self._proof(who),
            )

    def is_sent_on(self) -> None:
        """Whoever got a mail of ours gives it to somebody else, who answers it, or writes to its reverse-path."""
        _, mail = self._got([*self.people, *self.agents])
        who = self.random.choice(self.people)
        if mail:
            text = f"I was told {self._canary('words', who.address)}.\n#close"
            if mail.mail_from and self.random.random() < 0.4:
                who.writes(mail.mail_from, subject="Hello", text=text, headers=self._proof(who))
            else:
                who.replies(mail, text, headers=self._proof(who))

    def presses(self) -> None:
        who, mail = self._got(self.people)
        links = re.findall(r"mailto:([^?\"]+)", html.unescape(mail.html)) if mail else []
        if links:
            who.writes(self.random.choice(links), subject="x", text="ok", headers=self._proof(who))

    def asks_status(self) -> None:
        who = self.random.choice(self.people)
        number = self.random.choice(("", "1", "2", "3"))
        who.writes(self.random.choice(_PUBLIC), subject=f"status {number}", text="")

    def steals(self) -> None:
        """Somebody writes in a customer's name, with whatever of our mails fell into their hands."""
        victim = self.random.choice(self.people)
        _, mail = self._got([*self.people, *self.agents])
        if mail:
            text = f"It is me {self._canary('words', victim.address)}."
            victim.replies(mail, text, token=self.random.random() < 0.5)

    # -- agents ------------------------------------------------------------------------------

    def agent_answers(self) -> None:
        agent, mail = self._got(self.agents)
        if mail:
            first = self.random.choice(
                ("", "", "", "#note\n", "#close\n\n", "#draft\n", "#preview\n", "#reply\n")
            )
            agent.replies(mail, first + self._speech(agent), headers=self._proof(agent))

    def agent_commands(self) -> None:
        agent, mail = self._got(self.agents)
        if mail:
            lines = self.random.sample(_COMMANDS, self.random.choice((1, 1, 2)))
            text = "\n".join(lines) + self.random.choice(("", "", f"\n\n{self._speech(agent)}"))
            agent.replies(mail, text, headers=self._proof(agent))

    def changes_people(self) -> None:
        agent, mail = self._got(self.agents)
        if mail:
            who = self.random.choice(OUTSIDE)
            line = self.random.choice(
                (f"#cc +{who}", f"#cc +{who}", f"#cc -{who}", f"#customer {who}")
            )
            text = self.random.choice(("", f"\n\n{self._speech(agent)}"))
            agent.replies(mail, line + text, headers=self._proof(agent))

    def moves(self) -> None:
        agent, mail = self._got(self.agents)
        if mail:
            line = self.random.choice(
                (
                    "#dept law",
                    "#dept sales",
                    "#assign kim",
                    "#assign lan",
                    "#follow kim",
                    "#link 1",
                    "#assign none",
                )
            )
            agent.replies(mail, line, headers=self._proof(agent))

    def works_a_list(self) -> None:
        agent = self.random.choice(self.agents)
        word = self._canary("answer", agent.address)
        lines = [f"1 2 reply Hello {word}", "2 note x", "show 1", "1 history", "list open", "3 close", "1 link 2",
                 "find canary", "undo"]  # fmt: skip
        text = "\n".join(self.random.sample(lines, 3))
        agent.writes("desk@desk.example", subject="work", text=text, headers=self._proof(agent))

    def forwards_in(self) -> None:
        agent, who = self.random.choice(self.agents), self.random.choice(self.people)
        subject, words = self._canary("subject", who.address), self._canary("words", who.address)
        for word in (subject, words):
            self.canaries[word].sent_on_by = agent.address
        inner = EmailMessage()
        inner["From"], inner["To"], inner["Subject"] = (
            who.address,
            agent.address,
            f"About {subject}",
        )
        inner["Message-ID"] = f"<{self.desk.serial()}@{who.address.partition('@')[2]}>"
        inner.set_content(f"Please {words}.")
        outer = EmailMessage()
        for name, value in (self._proof(agent) or {}).items():
            outer[name] = value
        to = self.random.choice(_PUBLIC)
        outer["From"], outer["To"], outer["Subject"] = agent.address, to, "Fwd: look"
        outer["Message-ID"] = f"<{self.desk.serial()}@agents.example>"
        outer.set_content(self._speech(agent))
        outer.add_attachment(inner)
        agent.sends(outer, to)

    def writes_first(self) -> None:
        agent, who = self.random.choice(self.agents), self.random.choice(OUTSIDE)
        # Unproven, it is a mail like anybody's, and its subject the agent's as a customer.
        subject = f"Offer {self._canary('subject', agent.address)}"
        text = f"#to {who}\n\n{self._speech(agent)}"
        agent.writes(
            self.random.choice(_PUBLIC), subject=subject, text=text, headers=self._proof(agent)
        )

    def is_a_customer(self) -> None:
        agent = self.random.choice(self.agents)
        subject, words = (
            self._canary("subject", agent.address),
            self._canary("words", agent.address),
        )
        agent.writes(
            self.random.choice(_PUBLIC), subject=subject, text=words, headers=self._proof(agent)
        )

    def confirms(self) -> None:
        asked = [
            (agent, mail)
            for agent in self.agents
            for mail in agent.mails
            if mail.message["x-ticketd-event"] == "confirm"
        ]
        if asked:
            agent, mail = self.random.choice(asked)
            agent.replies(mail, "OK", headers=self._proof(agent))

    def goes_away(self) -> None:
        agent, deputy = self.random.sample(list(AGENTS), 2)
        text = f"away until 2030-01-01 deputy {deputy}"
        one = self.desk.agent(agent)
        one.writes("desk@desk.example", subject="x", text=text, headers=self._proof(one))

    # -- neither -----------------------------------------------------------------------------

    def forges(self) -> None:
        """In an agent's name, with an address that was made for any agent, and no proof."""
        agent, (_, mail) = self.random.choice(self.agents), self._got(self.agents)
        if mail:
            who = self.random.choice(OUTSIDE)
            line = self.random.choice(
                ("", "#reply\n", f"#cc +{who}\n", f"#customer {who}\n", "#show 1\n", "#close\n")
            )
            text = f"{line}Pay me {self._canary('answer', agent.address)}."
            agent.replies(mail, text, token=self.random.random() < 0.7)

    def bounces(self) -> None:
        sent = [mail for mail in self.desk.all_captured() if mail.mail_from]
        if sent:
            mail = self.random.choice(sent)
            action = self.random.choice(("failed", "delayed"))
            self.desk.customer(mail.rcpt_to).bounces(mail, action=action)

    def is_on_vacation(self) -> None:
        who, mail = self._got([*self.people, *self.agents])
        if mail:
            to = self.random.choice((mail.reply_to, mail.mail_from or mail.reply_to))
            marks = self.random.choice(
                (
                    {"Auto-Submitted": "auto-replied"},
                    {"In-Reply-To": str(mail.message["message-id"])},
                )
            )
            word = self._canary("words", who.address)
            who.writes(
                to, subject=f"Out of office: {mail.subject}", text=f"Away {word}", headers=marks
            )

    def merges(self) -> None:
        """One ticket goes on as another, or a message of it becomes a ticket of its own; asked whether it was meant, yes."""
        agent, mail = self._got(self.agents)
        number = self.random.randrange(1, 5)
        text = self.random.choice(
            (f"#merge {number} yes", f"#merge {number} yes", f"#merge {number}", "#split")
        )
        if mail:
            agent.replies(mail, text, headers=self._proof(agent))
            if agent.last_mail.message["x-ticketd-event"] == "confirm":
                agent.replies(agent.last_mail, "OK", headers=self._proof(agent))

    def waits(self) -> None:
        self.desk.clock.passes(hours=self.random.choice((1, 50)))
        self.desk.rests()

    # -- words -------------------------------------------------------------------------------

    def _canary(self, kind: str, author: str) -> str:
        word = f"canary{self.random.randrange(10**12):012d}"
        self.canaries[word] = Canary(word, kind, author)
        return word

    def _speech(self, agent: Person) -> str:
        """What an agent says, with the signature that the mail program adds."""
        word = self._canary("answer", agent.address)
        return f"We look at it {word}.\n\n-- \n{agent.name}\nTel. {self._phones[agent.address]}\n{agent.address}"

    def _got(self, people: list[Person]) -> tuple[Person, Mail | None]:
        """Somebody, and one of the mails that they got."""
        who = self.random.choice(people)
        mails = who.mails
        return who, self.random.choice(mails) if mails else None

    def _proof(self, who: Person) -> dict[str, str] | None:
        """What the mail server says of a true author, mostly."""
        if not self.is_proving or self.random.random() < 0.2:
            return None
        domain = who.address.partition("@")[2]
        return {"Authentication-Results": f"{SERVER}; dkim=pass header.d={domain}"}
