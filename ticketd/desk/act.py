"""Where every act begins and ends: one transaction, with the mails that it owes to agents."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from ticketd.desk.notices import tell_agents
from ticketd.desk.work import Desk, Work


@contextmanager
def act(
    desk: Desk, now: datetime, *, wait: timedelta = timedelta(0), dry_run: bool = False
) -> Iterator[Work]:
    """Do something to tickets; all of it is committed together, or nothing has happened.

    With `wait` its mails stay for so long, so that the whole act can be taken back. A dry run commits nothing.
    """
    with desk.database.transaction() as session:
        work = Work(desk, session, now, wait)
        yield work
        tell_agents(work)
        if dry_run:
            session.rollback()
