"""Where every act begins and ends: one transaction, its due moments, and the mails that it owes to agents."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from ticketd import maillog
from ticketd.desk.hooks import owe_hooks
from ticketd.desk.notices import tell_agents
from ticketd.desk.promises import settle_all
from ticketd.desk.rules import run_rules
from ticketd.desk.work import Desk, Work
from ticketd.store import blobs


@contextmanager
def act(
    desk: Desk, now: datetime, *, wait: timedelta = timedelta(0), dry_run: bool = False,
    part_of: str = "", may_be_forgotten: bool = False, cause: str = "",
) -> Iterator[Work]:  # fmt: skip
    """Do something to tickets; all of it is committed together, or nothing has happened.

    With `wait` its mails stay for so long, so that the whole act can be taken back. A dry run commits nothing.
    Several transactions that are `part_of` one act are taken back together. What `may_be_forgotten` by a power
    loss, as its cause is durable and acts again, does not wait for the disk. The
    mail log names the `cause` of what leaves.
    """
    with desk.database.transaction(may_be_forgotten=may_be_forgotten) as session:
        work = Work(desk, session, now, wait)
        work.act = part_of or work.act
        yield work
        run_rules(work)
        settle_all(work)
        tell_agents(work)
        owe_hooks(work)
        if dry_run:
            session.rollback()
            work.mails.clear()
            work.gone_files.clear()
        # A part of the act that was taken back has made rows of before be read again: only here they can be.
        owed = [
            (mail.id, mail.ticket, mail.kind, mail.rcpt_to, mail.message_id)
            for mail in work.mails
            if mail in session
        ]
    blobs.remove_files(desk.database.blobs, work.gone_files)
    if work.forgets and not dry_run:
        desk.database.forget_traces()
    for facts in owed:
        maillog.owed(*facts, cause or f"act={work.act}")
