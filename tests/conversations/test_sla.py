"""Promises: what a customer is told in the ack, when agents are warned, and what lists say of it."""

import json
from typing import Any

import pytest
import yaml

from tests.conftest import DeskMaker
from tests.desk import Desk, Person
from ticketd.config.load import load

OFFICE: dict[str, Any] = {
    "timezone": "Asia/Bangkok",
    "calendars": {
        "office": {
            "hours": {"mon-fri": ["08:30-12:00", "13:00-17:30"], "sat": "08:30-12:00"},
            "holidays": ["2026-11-03"],
        }
    },
    "sla": [
        {"name": "gold", "customers": ["@gold.example"], "first_reply": "30m", "warn": "10m"},
        {"name": "urgent", "priorities": ["urgent"], "first_reply": "1h", "escalate": ["lan"]},
        {
            "name": "everybody",
            "calendar": "office",
            "first_reply": "6h",
            "next_reply": "4h",
            "resolution": "16h",
        },
    ],
    "agents": {
        "bob": {"name": "Bob", "address": "bob@agents.example", "departments": ["support"]},
        "lan": {
            "name": "Lan",
            "address": "lan@agents.example",
            "departments": ["support"],
            "role": "lead",
            "language": "vi",
        },
    },
}


@pytest.fixture
def office(make_desk: DeskMaker) -> Desk:
    """A desk with business hours; it is Monday, 16:00 in Bangkok, and Tuesday is a holiday."""
    return make_desk(**OFFICE)


def opened(desk: Desk, address: str = "anna@example.org") -> Person:
    anna = desk.customer(address, "Anna")
    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.")
    return anna


def told(person: Person) -> list[str]:
    """What an agent was told of targets."""
    kinds = [str(mail.message["x-ticketd-event"]) for mail in person.mails]
    return [kind for kind in kinds if kind.startswith("sla-")]


def passes(desk: Desk, **span: float) -> None:
    desk.clock.passes(**span)
    desk.rests()


def due(desk: Desk, number: int = 1) -> dict[str, str | None]:
    found: dict[str, str | None] = desk.ticket(number)["due"]
    return found


def test_the_ack_says_by_when_the_customer_will_hear_from_us(office: Desk) -> None:
    anna = opened(office)
    # An hour and a half of Monday, nothing of Tuesday, four and a half of Wednesday.
    assert "You will hear from us by Wed 4 Nov 2026, 14:00." in anna.last_mail.text
    assert due(office) == {
        "first_reply": "2026-11-04T14:00:00+07:00",
        "next_reply": None,
        "resolution": "2026-11-05T16:00:00+07:00",
    }


def test_the_promise_is_in_the_customers_language(office: Desk) -> None:
    minh = office.customer("minh@khach.example", "Minh")
    minh.writes("support@desk.example", subject="Máy in hỏng", text="Xin chào, máy in của tôi không hoạt động.")  # fmt: skip
    assert "Chúng tôi sẽ phản hồi quý khách trước 14:00, Thứ Tư, ngày 4/11/2026." in minh.last_mail.text  # fmt: skip
    somchai = office.customer("somchai@lukkha.example")
    somchai.writes("support@desk.example", subject="เครื่องพิมพ์เสีย", text="สวัสดีครับ เครื่องพิมพ์ไม่ทำงานครับ")
    assert "เราจะติดต่อกลับท่านภายใน พ. 4 พ.ย. 2569, 14:00 น." in somchai.last_mail.text


def test_nothing_is_promised_where_no_policy_fits(make_desk: DeskMaker) -> None:
    desk = make_desk(**OFFICE | {"sla": OFFICE["sla"][:1]})
    anna = opened(desk)
    assert "hear from us by" not in anna.last_mail.text
    assert due(desk) == {"first_reply": None, "next_reply": None, "resolution": None}
    assert "no: customer is anna@example.org" in desk.runs("sla", "test", "1")
    assert "nothing is promised" in desk.runs("sla", "test", "1")


def test_notices_say_what_is_due(office: Desk) -> None:
    opened(office)
    mail = office.agent("bob").last_mail
    assert "Due:         first reply Wed 4 Nov 2026, 14:00 (in 46 h)\n" in mail.text
    assert mail.message["x-ticketd-due"] == "2026-11-04T07:00:00+00:00"
    vietnamese = office.agent("lan").last_mail
    assert "Hạn:         trả lời lần đầu 14:00, Thứ Tư, ngày 4/11/2026 (còn 46 giờ)" in vietnamese.text  # fmt: skip


def test_a_warning_and_a_breach_are_each_told_once(office: Desk) -> None:
    opened(office, "eve@gold.example")
    bob, lan = office.agent("bob"), office.agent("lan")
    office.runs("take", "1")
    passes(office, minutes=19)
    assert told(bob) == []
    passes(office, minutes=2)
    assert told(bob) == ["sla-warning"]
    assert told(lan) == [], "bob holds it"
    assert "The first reply is due 16:30 (in 9 min)." in bob.last_mail.text
    assert "> The speaker is silent." in bob.last_mail.text

    passes(office, minutes=10)
    assert told(bob) == ["sla-warning", "sla-breach"]
    assert "The first reply was due 16:30 (1 min ago)" in bob.last_mail.text
    assert told(lan) == ["sla-breach"], "she leads the department"
    for _ in range(3):
        office.reloads()
        passes(office, hours=1)
    assert len(told(bob)) == 2
    assert office.events(1).count("sla_breached") == office.events(1).count("sla_warned") == 1


def test_a_desk_that_was_down_tells_of_the_breach_alone(office: Desk) -> None:
    opened(office, "eve@gold.example")
    passes(office, days=1)
    assert told(office.agent("bob")) == told(office.agent("lan")) == ["sla-breach"]


def test_a_plain_answer_to_a_breach_goes_to_the_customer(office: Desk) -> None:
    eve, bob = opened(office, "eve@gold.example"), office.agent("bob")
    passes(office, hours=1)
    bob.replies(bob.last_mail, "On my way.")
    assert "On my way." in eve.last_mail.text
    assert due(office)["first_reply"] is None


def test_the_policy_names_who_is_told_of_a_breach(office: Desk) -> None:
    opened(office)
    office.runs("take", "1")
    office.runs("set", "1", "priority=urgent")
    passes(office, hours=1, minutes=1)
    assert told(office.agent("lan")) == ["sla-breach"]


def test_an_answer_in_time_is_told_to_nobody(office: Desk) -> None:
    anna = opened(office)
    office.runs("reply", "1", "-m", "Is it on?")
    assert due(office) == {"first_reply": None, "next_reply": None, "resolution": None}, "it is pending"  # fmt: skip
    passes(office, days=20)
    assert told(office.agent("bob")) == []

    anna.replies(anna.last_mail, "It is.")
    # Sunday 22 November, 16:00: the first four hours of Monday; nothing of the sixteen had gone.
    assert due(office) == {
        "first_reply": None,
        "next_reply": "2026-11-23T13:30:00+07:00",
        "resolution": "2026-11-24T17:30:00+07:00",
    }
    office.runs("close", "1")
    assert set(due(office).values()) == {None}
    assert "sla_breached" not in office.events(1)


def test_a_late_answer_stands_in_the_history_and_is_told_to_nobody(office: Desk) -> None:
    opened(office, "eve@gold.example")
    office.clock.passes(hours=1)
    with_the_timers_asleep = office.timers.step
    office.timers.step = lambda: False  # type: ignore[method-assign]
    office.runs("reply", "1", "-m", "Sorry.")
    office.timers.step = with_the_timers_asleep  # type: ignore[method-assign]
    office.rests()
    assert office.events(1).count("sla_breached") == 1
    assert told(office.agent("lan")) == []
    said = office.runs("sla", "test", "1")
    assert "MISSED, was due Mon 02 Nov 2026 16:30, done Mon 02 Nov 17:00" in said


def test_an_undone_reply_never_was(make_desk: DeskMaker) -> None:
    desk = make_desk(**OFFICE | {"undo_window": "60s"})
    opened(desk)
    before = due(desk)
    desk.runs("reply", "1", "-m", "Wrong ticket.")
    assert due(desk) != before
    desk.runs("undo", "1")
    assert due(desk) == before


def test_lists_find_and_sort_what_is_due(office: Desk) -> None:
    opened(office)
    opened(office, "eve@gold.example")
    office.customer("carl@example.org").writes("support@desk.example", subject="x", text="Hello.")
    office.runs("reply", "3", "-m", "Is it on?")
    assert office.runs("list", "sort:due", "-q", "-n", "9") == "2\n1\n3\n"
    assert office.runs("list", "sla:late", "-q") == ""
    passes(office, hours=1)
    assert office.runs("list", "sla:late", "-q") == "2\n"
    assert office.runs("list", "sla:running", "-q") == "1\n"
    assert office.runs("list", "-sla:late", "sort:number", "-q") == "1\n3\n"
    rows = {r.split("\t")[0]: r.split("\t")[-1] for r in office.runs("list").splitlines()}
    assert rows == {"#1": "2026-11-04T14:00:00+07:00", "#2": "2026-11-02T16:30:00+07:00", "#3": "-"}
    assert "did you mean late?" in office.runs("list", "sla:lat", code=2)
    shown = office.runs("show", "2")
    assert "due        first reply Mon 02 Nov 16:30 (LATE, 30 min ago)" in shown
    assert "solution Thu 05 Nov 16:00 (in " in office.runs("show", "1")


def test_the_command_says_which_policy_applies_and_why(office: Desk) -> None:
    anna = opened(office)
    office.clock.passes(minutes=30)
    said = office.runs("sla", "test", "1")
    assert "gold         no: customer is anna@example.org, not @gold.example\n" in said
    assert "urgent       no: priority is normal, not urgent\n" in said
    assert "everybody    applies: every ticket; calendar office (Asia/Bangkok)\n" in said
    assert "first reply  due Wed 04 Nov 2026 14:00 (in 46 h); 30 min of 6 h have gone\n" in said
    office.runs("reply", "1", "-m", "Is it on?")
    said = office.runs("sla", "test", "1")
    assert "first reply  kept Mon 02 Nov 2026 16:30; 30 min of 6 h have gone\n" in said
    assert "solution     its clock stands; 30 min of 16 h have gone\n" in said
    office.clock.passes(days=1)
    anna.replies(anna.last_mail, "It is.")
    office.clock.passes(days=1)
    found = json.loads(office.runs("sla", "test", "1", "--json"))
    assert found["policy"] == "everybody"
    # Half an hour of Monday, nothing of the holiday, Wednesday until 16:30.
    assert found["waiting_business_seconds"] == (0.5 + 7) * 3600
    assert office.ticket(1)["waiting_seconds"] == 24.5 * 3600
    assert [p["target"] for p in found["promises"]] == ["first_reply", "resolution", "next_reply"]
    assert "no ticket #9" in office.runs("sla", "test", "9", code=1)
    listed = office.runs("sla", "list").splitlines()
    assert listed[0] == "gold\t30 min\t-\t-\talways\tcustomer @gold.example"
    assert len(json.loads(office.runs("sla", "list", "--json"))["policies"]) == 3


def test_new_policies_count_for_open_tickets_too(make_desk: DeskMaker) -> None:
    desk = make_desk(**OFFICE | {"sla": []})
    opened(desk)
    opened(desk, "eve@gold.example")
    desk.runs("close", "1")
    changed(desk, sla=OFFICE["sla"])
    assert due(desk, 1)["first_reply"] is None
    assert due(desk, 2)["first_reply"] == "2026-11-02T16:30:00+07:00"
    changed(desk, sla=[])
    assert due(desk, 2)["first_reply"] is None


def changed(desk: Desk, **keys: Any) -> None:
    """The operator edits the configuration; the daemon takes it up."""
    values = yaml.safe_load(desk.config_path.read_text("utf-8")) | keys
    desk.config_path.write_text(yaml.safe_dump(values, allow_unicode=True), "utf-8")
    desk.config = load(desk.config_path)
    desk.reloads()
    passes(desk, seconds=6)


def test_a_storm_is_not_a_storm_of_breaches(make_desk: DeskMaker) -> None:
    desk = make_desk(**OFFICE | {"budgets": {"storm_tickets": 3}})
    eve = desk.customer("eve@gold.example")
    for number in range(6):
        eve.writes("support@desk.example", subject=f"Alarm {number}", text="It rings.")
    passes(desk, hours=2)
    assert told(desk.agent("bob")).count("sla-breach") < 6
    assert desk.runs("list", "sla:late", "-q").count("\n") == 6


def test_a_report_says_which_promises_were_kept(office: Desk) -> None:
    anna, gold = opened(office), opened(office, "eve@gold.example")
    # Monday 16:00 to 17:00 in Bangkok, then a holiday, then Wednesday 8:30 to 9:00.
    office.clock.passes(hours=41)
    for number in ("1", "2"):
        office.runs("reply", number, "-m", "Is it plugged in?")
    assert (len(anna.mails), len(gold.mails)) == (2, 2)
    found = json.loads(office.runs("report", "sla", "--json"))
    values = {key: one["value"] for key, one in found["figures"].items()}
    assert (values["sla_first_reply"], values["sla_missed"]) == (0.5, 1)
    assert values["first_reply_business_median_seconds"] == (2 * 3600 + 41 * 3600) // 2
    assert [(row["ticket"], row["target"]) for row in found["missed"]] == [(2, "first_reply")]
    history = office.runs("log", "2")
    assert history.count("sla_breached") == 1
    assert "promises kept" in office.runs("report", "summary", "--chart")


def test_without_promises_the_report_says_how_to_make_them(desk: Desk) -> None:
    assert "write policies under `sla:`" in desk.runs("report", "sla", code=1)
