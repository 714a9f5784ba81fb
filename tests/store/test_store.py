"""The store on both databases: schema, queues, texts that no database likes."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from ticketd.core.inbound import Envelope, Recipient
from ticketd.core.query import parse_query
from ticketd.core.query_shape import Asker
from ticketd.core.text import clean_text
from ticketd.store import blobs, inbox, outbox, query, schema, tickets
from ticketd.store.blobs import IN_DATABASE, Spool
from ticketd.store.database import Database
from ticketd.store.inbox import Delivery
from ticketd.store.tables import Base, Counter, Inbox, Outbox, Ticket

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def delivery(database: Database, raw: bytes, *to: str, at: datetime = NOW) -> Delivery:
    spool = Spool(database.blobs)
    spool.write(raw)
    return Delivery(Envelope("a@b", tuple(map(Recipient, to)), "lmtp", at), spool.finish())


def _is_ours(name: str | None, *_: object) -> bool:
    """The index of the search is no table of the ORM's."""
    return not (name or "").startswith("search_index")


def test_migrations_lead_to_the_tables(database: Database) -> None:
    """From nothing, step by step, to exactly what `tables.py` says."""
    with database.writing() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        if database.is_sqlite:
            connection.exec_driver_sql("DROP TABLE search_index")
    assert schema.version(database) is None
    schema.upgrade(database)
    assert schema.version(database) == schema.HEAD
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, Base.metadata) == []
        found = inspect(connection)
        for table in Base.metadata.sorted_tables:
            assert {c["name"] for c in found.get_columns(table.name)} == set(table.columns.keys())
            assert {i["name"] for i in found.get_indexes(table.name)} >= {
                i.name for i in table.indexes
            }
    schema.upgrade(database)


def _at_0001(database: Database) -> None:
    """The database as the first schema made it, with a ticket in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    at = "'2026-11-02 09:00:00'"
    with database.writing() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
        if database.is_sqlite:
            connection.exec_driver_sql("DROP TABLE search_index")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO ticket (number, subject, status, priority, department, customer_address, customer_name, channel,"
            " language, summary, tags, fields, is_flagged, links, opened_at, updated_at) VALUES (7, 'Máy in', 'open', 'normal',"
            f" 'support', 'hung@x.example', 'Hùng', 'email', 'vi', '', '[]', '{{}}', {'0' if database.is_sqlite else 'false'},"
            f" '[]', {at}, {at})"
        )
        connection.exec_driver_sql(
            "INSERT INTO message (ticket, kind, author_address, author_name, by, at, text, full_text, has_html, trust,"
            " message_id, soft_key, undelivered) VALUES (7, 'customer', 'hung@x.example', '', 'customer',"
            f" {at}, 'x', 'Giấy trắng', {'0' if database.is_sqlite else 'false'}, 'none', '', '', '')"
        )


def test_what_was_written_before_an_upgrade_is_found_after_it(database: Database) -> None:
    _at_0001(database)
    schema.upgrade(database)
    asker = Asker("", NOW, "UTC", (), ())
    with database.reading() as session:
        for words in (("giay",), ("customer:hung",), ("subject:may",)):
            assert [t.number for t in query.found(session, parse_query(words, asker))] == [7], words
        assert tickets.by_number(session, 7).followers == []  # type: ignore[union-attr]


def test_the_newest_migration_is_the_one_we_need() -> None:
    names = sorted(
        p.name for p in (Path(schema.__file__).parent / "migrations" / "versions").glob("v*.py")
    )
    assert names[-1].startswith(f"v{schema.HEAD}_")


def test_the_pragmas_that_durability_stands_on(database: Database) -> None:
    if not database.is_sqlite:
        with database.reading() as session:
            assert session.connection().exec_driver_sql("SHOW fsync").scalar() == "on"
            assert session.connection().exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        return
    with database.reading() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_exact_repeats_are_known_for_thirty_days(database: Database) -> None:
    (first,) = inbox.put(database, [delivery(database, b"x\r\n", "a@x", "b@x")], NOW)
    (again,) = inbox.put(database, [delivery(database, b"x\r\n", "a@x")], NOW + timedelta(days=29))
    assert (again.id, again.is_repeat) == (first.id, True)
    (other,) = inbox.put(
        database, [delivery(database, b"x\r\n", "a@x", "c@x")], NOW + timedelta(days=29)
    )
    assert not other.is_repeat
    with database.reading() as session:
        row = inbox.by_id(session, other.id)
        assert row is not None
        assert [address for address, _ in row.recipients] == ["c@x"], "only the new recipient"
    (later,) = inbox.put(database, [delivery(database, b"x\r\n", "b@x")], NOW + timedelta(days=31))
    assert not later.is_repeat


def test_the_same_mail_twice_in_one_commit_is_stored_once(database: Database) -> None:
    both = [
        delivery(database, b"x\r\n", "a@x"),
        delivery(database, b"x\r\n", "a@x"),
        delivery(database, b"y\r\n", "a@x"),
    ]
    results = inbox.put(database, both, NOW)
    assert [r.is_repeat for r in results] == [False, True, False]
    assert results[0].id == results[1].id < results[2].id


def test_two_writers_at_once_store_every_mail_once(database: Database) -> None:
    def write(number: int) -> None:
        for at in range(40):
            inbox.put(
                database,
                [delivery(database, b"mail %d" % at, "a@x")],
                NOW + timedelta(milliseconds=number),
            )

    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        for _ in range(20):
            try:
                return write(number)
            except Exception as error:  # noqa: BLE001 - a lost race is tried again, as the mail server does
                failed.append(error)
        raise AssertionError("never got through")

    threads = [threading.Thread(target=guarded, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert len(session.execute(select(Inbox.id)).all()) == 40


def test_large_blobs_are_files_and_small_ones_rows(database: Database) -> None:
    large = b"x" * (IN_DATABASE + 1)
    with database.transaction() as session:
        small_id, large_id = (
            blobs.put(session, database.blobs, b"small", NOW),
            blobs.put(session, database.blobs, large, NOW),
        )
        assert blobs.put(session, database.blobs, b"small", NOW) == small_id
    assert database.blobs is not None
    assert blobs.path_of(database.blobs, large_id).stat().st_size == len(large)
    with database.reading() as session:
        assert blobs.get(session, database.blobs, small_id) == b"small"
        assert blobs.get(session, database.blobs, large_id) == large
        with pytest.raises(KeyError):
            blobs.get(session, database.blobs, "0" * 64)
        with pytest.raises(KeyError):
            blobs.get(session, None, large_id)


def test_a_spool_that_is_thrown_away_leaves_nothing(database: Database) -> None:
    assert database.blobs is not None
    for finished in (False, True):
        spool = Spool(database.blobs)
        spool.write(b"y" * (IN_DATABASE * 2))
        if finished:
            spool.finish()
        spool.discard()
    assert list((database.blobs / "incoming").iterdir()) == []


def test_delivery_fields_are_no_part_of_the_exact_key(database: Database) -> None:
    big = b"Subject: x\r\n\r\n" + b"z" * IN_DATABASE
    for raw in (b"Subject: x\r\n\r\nhello", big):
        plain = delivery(database, raw, "a@x").mail.exact_digest()
        more = b"Return-Path: <a@b>\r\nDelivered-To: a@x,\r\n\tb@x\r\nX-Original-To: a@x\r\n"
        assert delivery(database, more + raw, "a@x").mail.exact_digest() == plain


def ticket(number: int, subject: str = "x") -> Ticket:
    return Ticket(
        number=number,
        subject=subject,
        status="new",
        department="support",
        customer_address="a@b",
        opened_at=NOW,
        updated_at=NOW,
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60))
def test_every_text_comes_back_as_it_was_cleaned(database: Database, text: str) -> None:
    with database.transaction() as session:
        number = tickets.next_number(session, 1)
        session.add(ticket(number, clean_text(text)))
    with database.reading() as session:
        found = tickets.by_number(session, number)
        assert found is not None
        assert found.subject == clean_text(text)
        assert found.opened_at == NOW


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    from sqlalchemy.exc import StatementError

    with database.transaction() as session:
        row = ticket(1)
        row.opened_at = datetime(2026, 1, 1)
        session.add(row)
        with pytest.raises(StatementError):
            session.flush()
        session.rollback()


def test_numbers_are_handed_out_once(database: Database) -> None:
    with database.transaction() as session:
        session.add(Counter(name="ticket", value=0))
    found: list[int] = []

    def take() -> None:
        for _ in range(20):
            with database.transaction() as session:
                found.append(tickets.next_number(session, 1))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 81))


def queued(number: int, **more: object) -> Outbox:
    values = {
        "kind": "ack", "mail_from": "", "rcpt_to": "a@b", "message_id": f"<{number}@x>", "content": b"x", "first_at": NOW,
        "next_at": NOW, **more,
    }  # fmt: skip
    return Outbox(**values)


def test_replies_leave_before_acks_and_acks_before_reports(database: Database) -> None:
    with database.transaction() as session:
        for number, kind in enumerate(("report", "ack", "reply", "notice")):
            outbox.put(session, queued(number, kind=kind))
        outbox.put(session, queued(9, kind="reply", next_at=NOW + timedelta(hours=1)))
    with database.transaction() as session:
        assert [r.kind for r in outbox.claim(session, NOW, "me", 10)] == [
            "reply",
            "ack",
            "notice",
            "report",
        ]
    with database.transaction() as session:
        assert outbox.claim(session, NOW, "other", 10) == []


def test_after_a_crash_what_was_under_way_goes_back(database: Database) -> None:
    with database.transaction() as session:
        for number, state in enumerate(("sending", "dot", "sent", "sending")):
            outbox.put(
                session, queued(number, state=state, owner="me" if number < 3 else "another")
            )
    with database.transaction() as session:
        assert outbox.recover(session, ["me"]) == 2
    with database.reading() as session:
        totals = outbox.totals(session)
        assert (totals.waiting, totals.in_doubt, totals.failed) == (2, 1, 0)


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    class Boom(Exception):
        pass

    def fail() -> None:
        with database.transaction() as session:
            session.add(ticket(1))
            session.flush()
            raise Boom

    with pytest.raises(Boom):
        fail()
    with database.reading() as session:
        assert tickets.by_number(session, 1) is None


def test_what_is_not_needed_any_more_is_removed(database: Database) -> None:
    import os

    from ticketd.store import cleaning, spent

    inbox.put(database, [delivery(database, b"x", "a@x")], NOW)
    with database.transaction() as session:
        spent.spend(session, "ack", "a@x", NOW)
    half = Spool(database.blobs)
    half.write(b"y" * (IN_DATABASE * 2))
    assert database.blobs is not None
    (path,) = (database.blobs / "incoming").iterdir()
    assert cleaning.clean(database, NOW + timedelta(days=7)) == 0
    os.utime(path, (0, 0))
    assert cleaning.clean(database, NOW + timedelta(days=31)) == 3
    half.discard()
