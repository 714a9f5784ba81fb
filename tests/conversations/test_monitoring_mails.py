"""Machines: monitoring keeps one ticket for each trouble; the mail server's filter says what spam is."""

import pytest

from tests.conftest import DeskMaker
from ticketd.core.monitoring import Monitor, alert_of

NAGIOS = {"monitoring": {"nagios": {"senders": ["nagios@ops.example"]}}}
SUBJECTS = [
    ("** PROBLEM Service Alert: web1/HTTP is CRITICAL **", "web1/http", False),
    ("** RECOVERY Service Alert: web1/HTTP is OK **", "web1/http", True),
    ("** ACKNOWLEDGEMENT Service Alert: web1/HTTP is CRITICAL **", "web1/http", False),
    ("** FLAPPINGSTOP Service Alert: web1/HTTP is OK **", "web1/http", True),
    ("[PROBLEM] web1 is DOWN!", "web1", False),
    ("[RECOVERY] web1 is UP!", "web1", True),
    ("Problem: High CPU load on db 2", "high cpu load on db 2", False),
    ("Resolved in 5m 3s: High CPU load on db 2", "high cpu load on db 2", True),
    ("[FIRING:1] DiskFull db2 (critical)", "diskfull db2 (critical", False),
    ("[RESOLVED] DiskFull db2 (critical)", "diskfull db2 (critical", True),
    ("[shop] [🔴 Down] connect ECONNREFUSED", "[shop] connect econnrefused", False),
    ("Lookup of users: OK", "lookup of users", True),
    ("Set up failed on db2", "set up failed on db2", False),
]


@pytest.mark.parametrize(("subject", "key", "is_over"), SUBJECTS)
def test_the_trouble_of_a_subject(subject: str, key: str, is_over: bool) -> None:
    alert = alert_of((Monitor("m", frozenset({"a@x.example"})),), "a@x.example", subject)
    assert alert is not None
    assert (alert.key, alert.is_over) == (key, is_over)
    assert alert_of((), "a@x.example", subject) is None


def test_one_trouble_is_one_ticket_and_its_recovery_closes_it(make_desk: DeskMaker) -> None:
    desk = make_desk(**NAGIOS)
    nagios, bob = desk.customer("nagios@ops.example"), desk.agent("bob")

    def says(subject: str) -> None:
        nagios.writes("support@desk.example", subject=subject, text=f"{subject}\n{desk.serial()}")

    says("** PROBLEM Service Alert: web1/HTTP is CRITICAL **")
    assert bob.last_mail.subject.startswith("[#1]")
    says("** PROBLEM Service Alert: web1/HTTP is CRITICAL **")
    says("** PROBLEM Host Alert: db2 is DOWN **")
    assert [t["number"] for t in desk.tickets("status:open,new")] == [2, 1]
    assert desk.ticket(1)["fields"] == {"alert": "web1/http"}
    desk.runs("set", "1", "subject=The web server")
    desk.runs("take", "1")
    says("** RECOVERY Service Alert: web1/HTTP is OK **")
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"], len(ticket["messages"])) == (
        "closed",
        "solved",
        3,
    )
    assert "closed" in bob.last_mail.text, "who holds it is told"
    assert nagios.mails == []
    desk.clock.passes(minutes=30)
    says("** PROBLEM Service Alert: web1/HTTP is CRITICAL **")
    assert desk.ticket(1)["status"] == "open", "it came back at once"
    says("** RECOVERY Service Alert: web1/HTTP is OK **")
    desk.clock.passes(hours=3)
    says("** RECOVERY Service Alert: web1/HTTP is OK **")
    says("** PROBLEM Service Alert: web1/HTTP is CRITICAL **")
    assert [t["number"] for t in desk.tickets("status:all")] == [3, 1, 2]
    says("** RECOVERY Host Alert: db2 is UP **")
    assert desk.ticket(2)["status"] == "closed"


def test_a_forger_is_no_monitor(make_desk: DeskMaker) -> None:
    desk = make_desk(
        auth={"authserv_ids": ["mx.desk.example"]},
        monitoring={"zabbix": {"senders": ["z@ops.example"], "key": "on (\\S+)", "recovered": "^OK", "then": "note"}},
    )  # fmt: skip
    zabbix = desk.customer("z@ops.example")
    proven = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=ops.example"}
    zabbix.writes("support@desk.example", subject="CPU on db2", text="1", headers=proven)
    zabbix.writes("support@desk.example", subject="OK: memory on db2", text="2")
    assert len(desk.tickets()) == 2, "not proven: a mail like any other"
    zabbix.writes("support@desk.example", subject="OK: memory on db2", text="3", headers=proven)
    ticket = desk.ticket(1)
    assert (ticket["status"], len(ticket["messages"])) == ("new", 2), "noted, not closed"


@pytest.mark.parametrize(
    ("field", "value"),
    [("X-Spam", "Yes"), ("X-Spam-Status", "Yes, score=8.1 required=5.0 tests=X"), ("X-Spam-Flag", "YES")],
)  # fmt: skip
def test_the_verdict_of_the_mail_server(make_desk: DeskMaker, field: str, value: str) -> None:
    desk = make_desk(spam={"fields": ["X-Spam", "x-spam-status", "X-Spam-Flag"], "then": "close"})
    eve, anna = desk.customer("eve@x.example"), desk.customer("anna@example.org")
    eve.writes("support@desk.example", subject="Pills", text="Buy", headers={field: value})
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"]) == ("closed", "spam")
    assert eve.mails == []
    assert desk.agent("bob").mails == [], "nobody has to look at it"
    anna.writes("support@desk.example", subject="Lamp", text="Help", headers={field: "No, score=1"})
    assert anna.mails


def test_spam_that_is_only_kept(make_desk: DeskMaker) -> None:
    desk = make_desk(spam={"fields": ["X-Spam"], "then": "keep"})
    anna = desk.customer("anna@example.org")
    spam = {"X-Spam": "Yes"}
    anna.writes("support@desk.example", subject="Pills", text="Buy", headers=spam)
    assert desk.tickets() == []
    anna.writes("support@desk.example", subject="Lamp", text="Help")
    anna.replies(anna.last_mail, "More of it", headers=spam)
    assert len(desk.ticket(1)["messages"]) == 3, "on a running ticket it is read"


def test_storms_and_mutes_are_told_to_leads_in_their_digest(make_desk: DeskMaker) -> None:
    desk = make_desk(
        agents={"mia": {"name": "Mia", "address": "mia@agents.example", "role": "lead"}},
        reports=[{"every": "day 08:00", "to": "agents", "sections": "day", "format": ["html"]}],
        budgets={"storm_tickets": 3, "notices_per_hour": 1},
    )  # fmt: skip
    desk.rests()
    for number in range(5):
        desk.customer("robot@x.example").writes("support@desk.example", subject=f"Full {number}")
    desk.clock.now = desk.clock.now.replace(day=3, hour=8)
    desk.rests()
    days = {key: desk.agent(key).mails for key in ("mia", "bob")}
    (lead,) = [m for m in days["mia"] if "day" in m.subject]
    assert "Storms and muted addresses" in lead.text
    assert "robot@x.example" in lead.text
    (bob,) = [m for m in days["bob"] if "Your day" in m.subject]
    assert "Storms" not in bob.text
    assert "robot@x.example" in desk.runs("report", "machines", "--csv")


def test_a_monitor_that_is_blocked_is_silent_and_one_among_known_customers_is_not(
    make_desk: DeskMaker,
) -> None:
    desk = make_desk(**NAGIOS, customers="known")
    nagios = desk.customer("nagios@ops.example")
    nagios.writes("support@desk.example", subject="PROBLEM: web1 is DOWN", text="1")
    assert len(desk.tickets("status:all")) == 1
    desk.runs("rules", "block", "nagios@ops.example")
    nagios.writes("support@desk.example", subject="PROBLEM: db7 is DOWN", text="2")
    assert len(desk.tickets("status:all")) == 1
