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
    peer = Presence(database)
    assert peer.renew(holds_doubts=True)
    assert waiting(database) == (1, 1), "the doubtful one waits for the operator"
    assert peer.renew(holds_doubts=False)
    assert waiting(database) == (2, 0)
    peer.leave()


def test_the_work_of_a_living_peer_is_left_alone_and_one_leads(database: Database) -> None:
    if database.is_sqlite:
        return  # One daemon for each file: `store.lock`.
    one, two = Presence(database), Presence(database)
    one.renew(holds_doubts=False)
    two.renew(holds_doubts=False)
    under_way(database, one.owner)
    assert not two.renew(holds_doubts=False)
    assert waiting(database) == (0, 0)
    assert (one.leads, two.leads) == (True, False)
    one.leave()
    assert two.renew(holds_doubts=False)
    assert waiting(database) == (2, 0)
    assert two.leads
    two.leave()
