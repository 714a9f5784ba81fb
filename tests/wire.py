"""A desk behind a real daemon: mail comes by LMTP, leaves by SMTP, and time is real."""

import email
import email.policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.desk import Desk, Mail, merged
from tests.fakes import Lmtp, MovableClock, Smarthost
from tests.process import Daemon, eventually
from ticketd.core.addresses import normalise
from ticketd.core.clock import system_clock


class _RealTime(MovableClock):
    """Nobody can move the time that a daemon of its own reads."""

    def passes(self, **spans: float) -> None:
        pytest.skip(f"needs a clock that moves ({spans})")


class WireDesk(Desk):
    """The same vocabulary; every word of it goes over the wire."""

    def __init__(self, folder: Path, database: str, **more: Any) -> None:
        self.smarthost = Smarthost()
        outgoing = {"smtp": self.smarthost.place}
        self.process = Daemon(
            folder / "wire",
            database,
            **merged({"outgoing": outgoing, "budgets": {"enabled": True}}, more),
        )
        values = yaml.safe_load(self.process.config.read_text())
        del values["outgoing"]["capture"]
        self.process.config.write_text(yaml.safe_dump(values))
        super().__init__(folder, database, **more)
        self.clock = _RealTime(system_clock())
        self.config_path = self.process.config
        self.process.start()

    def close(self) -> None:
        self.process.stop()
        self.smarthost.close()
        super().close()

    def takes(
        self,
        raw: bytes,
        mail_from: str,
        *to: str,
        original: str = "",
        via: str = "lmtp",
        rest: bool = True,
    ) -> None:
        addresses = [normalise(a) for _, a in getaddresses(list(to))]
        ours = [a for a in addresses if self.settings.own.is_ours(a) or original]
        if not ours:
            return
        client = Lmtp(self.process.lmtp)
        orcpt = f" ORCPT=rfc822;{original}" if original else ""
        answers = client.send(mail_from, [f"<{a}>{orcpt}" for a in ours], raw)
        assert all(answer.startswith("250") for answer in answers), answers
        client.close()
        if rest:
            self.rests()

    def rests(self) -> None:
        eventually(self._is_idle, 30)

    def _is_idle(self) -> bool:
        from ticketd.store import inbox_counts, outbox

        # The inbox first: what has left it is in the outbox by then (two questions, two moments).
        with self.database.reading() as session:
            if inbox_counts.totals(session).waiting:
                return False
            rows = outbox.unfinished(session)
        now = system_clock()
        return not [
            r
            for r in rows
            if r.state in {"sending", "dot"} or (r.state == "waiting" and r.next_at <= now)
        ]

    def all_captured(self) -> list[Mail]:
        found = []
        for taken in self.smarthost.taken:
            message = email.message_from_bytes(taken.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            found.append(Mail(message, taken.rcpt_to[0], taken.mail_from))
        return found
