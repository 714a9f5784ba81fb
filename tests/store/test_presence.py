"""Several desk processes: who leads, and who takes up what a dead one was at work on."""

from datetime import UTC, datetime

from tests.store.test_store import queued
from ticketd.store import outbox
from ticketd.store.database import Database
from ticketd.store.presence import Presence

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def under_way(database: Database, owner: str) -> None:
    with database.transaction() as session:
        outbox.put(session, queued(1, state="sending", owner=owner))
        outbox.put(session, queued(2, state="dot", owner=owner))


def waiting(database: Database) -> tuple[int, int]:
    with database.reading() as session:
        rows = outbox.by_ids(session, range(1, 10))
    return sum(r.state == "waiting" for r in rows), sum(r.state == "in-doubt" for r in rows)


def test_what_a_process_that_is_gone_was_sending_is_taken_up(database: Database) -> None:
    under_way(database, "0123abcd")
    peer = Presence(database, outbox, may_lead=True)
    assert peer.renew() == 2
    assert waiting(database) == (1, 1), "the sender says what becomes of the doubtful one"
    assert not peer.renew()
    peer.leave()


def test_the_work_of_a_living_peer_is_left_alone_and_one_leads(database: Database) -> None:
    if database.is_sqlite:
        return  # One daemon for each file: `store.lock`.
    one, two = Presence(database, outbox, may_lead=True), Presence(database, outbox, may_lead=True)
    one.renew()
    two.renew()
    under_way(database, one.owner)
    assert not two.renew()
    assert waiting(database) == (0, 0)
    assert (one.leads, two.leads) == (True, False)
    one.leave()
    assert two.renew() == 2
    assert waiting(database) == (1, 1)
    assert two.leads
    two.leave()
