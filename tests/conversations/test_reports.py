"""Managers see figures: in the terminal, as a page, on Monday morning by mail."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.conftest import DeskMaker
from tests.desk import Desk, Mail
from ticketd.core.reports.sections import SECTIONS
from ticketd.report import scheduled
from ticketd.timers import Timers

NAMES = {
    "agents": {
        "bob": {"name": "Bob", "address": "bob@agents.example", "departments": ["support"], "role": "lead"},
        "lan": {"name": "Trần Thị Lan", "address": "lan@agents.example", "departments": ["sales"]},
        "somchai": {"name": "สมชาย ใจดี", "address": "somchai@agents.example", "departments": ["support"]},
    },
    "departments": {"support": {"name": "ฝ่ายสนับสนุน", "address": "support@desk.example"}},
}  # fmt: skip


def a_week(desk: Desk) -> None:
    """Eve is answered after one hour and rates; Tom waits; Nok's ticket is closed by Lan after three."""
    eve, tom, nok = (desk.customer(f"{name}@customer.example") for name in ("eve", "tom", "nok"))
    eve.writes("support@desk.example", subject="Printer", text="It is on fire.")
    desk.clock.passes(hours=1)
    desk.runs("reply", "1", "-m", "Try now.", "--close")
    eve.replies(eve.last_mail, "5")
    nok.writes("sales@desk.example", subject="Price", text="How much is it?")
    desk.runs("tag", "2", "+price")
    desk.clock.passes(hours=3)
    desk.runs("reply", "2", "-m", "Ten.", "--close", agent="lan")
    tom.writes("support@desk.example", subject='<b>"Login"</b>', text="It says no.")
    desk.runs("set", "3", "severity=critical")
    desk.clock.passes(hours=30)


def figures(desk: Desk, name: str, *more: str) -> Any:
    return json.loads(desk.runs("report", name, *more, "--json"))


def test_the_figures_are_those_of_the_history(desk: Desk) -> None:
    a_week(desk)
    found = figures(desk, "summary", "--last", "7d")["figures"]
    values = {key: one["value"] for key, one in found.items()}
    assert (values["opened"], values["closed"], values["backlog"]) == (3, 2, 1)
    assert values["first_reply_median_seconds"] == 2 * 3600
    assert values["resolution_p90_seconds"] == 3 * 3600
    assert (values["rating"], values["answered"], values["unanswered"]) == (5.0, 2, 1)
    agents = {row["agent"]: row for row in figures(desk, "agents")["agents"]}
    assert (agents["lan"]["closed"], agents["bob"]["closed"], agents["bob"]["rating"]) == (1, 1, 5.0)  # fmt: skip
    (tag,) = figures(desk, "tags")["tags"]
    assert (tag["tag"], tag["opened"], tag["growth"]) == ("price", 1, None)
    assert [row["ticket"] for row in figures(desk, "severe")["tickets"]] == [3]
    assert [row["why"] for row in figures(desk, "forgotten")["tickets"]] == ["unanswered"]


def test_a_query_and_a_period_choose(desk: Desk) -> None:
    a_week(desk)
    assert figures(desk, "summary", "dept:sales")["figures"]["opened"]["value"] == 1
    assert figures(desk, "summary", "-tag:price")["figures"]["opened"]["value"] == 2
    past = figures(desk, "summary", "--from", "2026-10-01", "--to", "2026-10-31")
    assert past["figures"]["opened"]["value"] == 0
    rows = figures(desk, "response", "--by", "agent")["by_agent"]
    assert {row["agent"]: row["first_reply_median_seconds"] for row in rows} == {"lan": 10800, "bob": 3600}  # fmt: skip


def test_an_undone_reply_is_in_no_figure(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    desk.customer("eve@customer.example").writes("support@desk.example", subject="A", text="B")
    desk.runs("reply", "1", "-m", "Oh.", "--close")
    desk.runs("undo")
    found = figures(desk, "summary")["figures"]
    assert (found["closed"]["value"], found["reopened"]["value"], found["answered"]["value"]) == (0, 0, 0)  # fmt: skip


def test_wrong_calls_say_how_to_mend_them(desk: Desk) -> None:
    for given, said in (
        (("report",), "which report?"),
        (("report", "sumary"), "did you mean `summary`?"),
        (("report", "hours", "--by", "tag"), "`hours` is never grouped"),
        (("report", "trend", "--by", "tag"), "there are day, week, month"),
        (("report", "summary", "--json", "--csv"), "choose one of"),
        (("report", "summary", "--mail", "nobody"), "is no mail address"),
        (("report", "summary", "dept:nowhere"), "there is no department"),
    ):
        code = 1 if given[-1] == "dept:nowhere" else 2
        assert said in desk.runs(*given, code=code), given
    assert "write 7d, 4w" in desk.runs("report", "summary", "--last", "soon", code=1)


@pytest.mark.in_process
def test_charts_fit_eighty_columns(make_desk: DeskMaker) -> None:
    desk = make_desk(**NAMES, sla=[{"name": "all", "first_reply": "6h"}])
    a_week(desk)
    for language in ("en", "th", "vi"):
        for name in SECTIONS:
            said = desk.runs("report", name, "--chart", "--language", language)
            assert max(map(cell_len, said.splitlines())) <= 80, (name, language, said)
        said = desk.runs("report", "agents", "--chart", "--language", language)
        lines = [line for line in said.splitlines() if re.match(r" +1\. ", line)]
        assert len({cell_len(line.partition("█")[0]) for line in lines}) == 1
        assert len(lines) == 2


def test_csv_holds_no_formula(desk: Desk) -> None:
    eve = desk.customer("eve@customer.example")
    eve.writes("support@desk.example", subject="=HYPERLINK(1)", text="x")
    desk.runs("set", "1", "severity=high")
    rows = list(csv.reader(io.StringIO(desk.runs("report", "severe", "--csv"))))
    table = rows[rows.index([]) + 1 :]
    assert table[1][table[0].index("subject")] == "'=HYPERLINK(1)"


def test_a_page_stands_alone_and_escapes(make_desk: DeskMaker, tmp_path: Path) -> None:
    desk = make_desk(**NAMES)
    a_week(desk)
    file = tmp_path / "page.html"
    desk.runs("report", "severe", "--html", str(file), "--language", "vi")
    page = file.read_text("utf-8")
    assert "&lt;b&gt;&quot;Login&quot;&lt;/b&gt;" in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=|url\(", page)
    assert 'lang="vi"' in page
    said = desk.runs("report", "severe", "--html", str(tmp_path / "no" / "page.html"), code=1)
    assert "cannot be written" in said


# -- by mail -----------------------------------------------------------------------------------


def test_a_report_goes_to_any_address(desk: Desk) -> None:
    a_week(desk)
    assert "would be sent" in desk.runs(
        "report", "summary", "--mail", "boss@company.example", "--dry-run"
    )
    assert desk.customer("boss@company.example").mails == []
    desk.runs("report", "summary", "--mail", "boss@company.example")
    mail = desk.customer("boss@company.example").last_mail
    assert mail.is_automatic
    assert "bgcolor" in mail.html
    assert "<img" not in mail.html
    assert "█" in mail.text
    (file,) = mail.message.iter_attachments()
    assert file.get_content_type() == "text/csv"
    assert "opened,3,0," in str(file.get_content())
    assert mail.mail_from.startswith("b+")
    mail_to = desk.customer("boss@company.example")
    mail_to.bounces(mail)


def weekly(**more: Any) -> dict[str, Any]:
    return {"reports": [{"every": "mon 08:00", "to": ["boss@company.example"], **more}]}


def mails_to(desk: Desk, address: str) -> list[Mail]:
    return [mail for mail in desk.all_captured() if mail.rcpt_to == address]


def test_monday_morning(make_desk: DeskMaker) -> None:
    desk = make_desk(timezone="Asia/Bangkok", **weekly(sections=["summary", "agents"]))
    desk.rests()
    a_week(desk)
    desk.clock.now = datetime(2026, 11, 9, 0, 59, tzinfo=UTC)
    desk.rests()
    boss = desk.customer("boss@company.example")
    assert boss.mails == []
    desk.clock.passes(minutes=1)
    desk.rests()
    assert len(boss.mails) == 1
    assert "2026-11-02 – 2026-11-08" in boss.last_mail.subject
    assert len(list(boss.last_mail.message.iter_attachments())) == 2
    desk.clock.passes(hours=20)
    desk.rests()
    assert len(boss.mails) == 1


def test_who_unsubscribes_gets_no_more(make_desk: DeskMaker) -> None:
    desk = make_desk(**weekly(to=["boss@company.example", "ceo@company.example"]))
    desk.rests()
    desk.clock.now = datetime(2026, 11, 9, 8, tzinfo=UTC)
    desk.rests()
    boss, ceo = (desk.customer(f"{name}@company.example") for name in ("boss", "ceo"))
    field = str(boss.last_mail.message["list-unsubscribe"])
    address = field.strip("<>").removeprefix("mailto:").partition("?")[0]
    ceo.writes(address, subject="x", text="Not mine to end.")
    boss.writes(address, subject="stop", text="-")
    before = len(boss.mails)
    desk.clock.passes(days=7)
    desk.rests()
    assert len(boss.mails) == before == 1
    reports = [mail for mail in ceo.mails if "csv" in str(mail.message)]
    assert len(reports) == 2


def test_nothing_happened_and_nobody_wants_to_hear_of_it(make_desk: DeskMaker) -> None:
    desk = make_desk(**weekly(sections=["severe"], skip_empty=True))
    desk.rests()
    desk.clock.now = datetime(2026, 11, 9, 8, tzinfo=UTC)
    desk.rests()
    assert desk.all_captured() == []


def test_an_agents_morning_with_links_that_act(make_desk: DeskMaker) -> None:
    desk = make_desk(
        reports=[{"every": "weekday 08:00", "to": "agents", "sections": "day", "format": ["html"]}]
    )
    desk.rests()
    eve = desk.customer("eve@customer.example")
    eve.writes("support@desk.example", subject="Printer", text="It is on fire.")
    desk.runs("assign", "1", "bob")
    desk.clock.now = datetime(2026, 11, 3, 8, tzinfo=UTC)
    desk.rests()
    bob = desk.agent("bob")
    mail = next(m for m in reversed(bob.mails) if "Your day" in m.subject)
    assert "Printer" in mail.html
    assert [*mail.message.iter_attachments()] == []
    link = next(a for a in re.findall(r'href="mailto:([^"]+)"', mail.html) if "%23close" in a)
    bob.writes(link.partition("?")[0], subject="Re: Printer", text="#close\n")
    assert desk.ticket(1)["status"] == "closed"


@pytest.mark.in_process
@pytest.mark.system
def test_a_year_of_restarts_two_daemons_and_changed_clocks(make_desk: DeskMaker) -> None:
    """Berlin's clock changes twice; 02:30 exists not at all on one day, and twice on another."""
    desk = make_desk(
        timezone="Europe/Berlin",
        reports=[
            {"every": "sun 02:30", "to": "sunday@company.example", "sections": "severe", "format": ["html"]},
            {"every": "mon 08:00", "to": "weekly@company.example", "sections": "severe", "format": ["html"]},
        ],
    )  # fmt: skip
    steady = [0.0]
    tools = desk.intake.desk
    leaders = [Timers(tools, desk.clock, lambda: steady[0]) for _ in range(2)]
    start = desk.clock.now
    for step in range(365):
        desk.clock.passes(days=1)
        steady[0] += 86_400
        if step % 37 == 0:
            leaders = [Timers(tools, desk.clock, lambda: steady[0]) for _ in range(2)]
        if step % 90 == 45:
            # Off for two days: what was missed meanwhile is told once, the newest.
            desk.clock.passes(days=2)
            steady[0] += 2 * 86400
        for leader in leaders:
            leader.step()
        if step % 50 == 0:
            # Both saw that it is due before either had sent it.
            for schedule, day in scheduled.due(tools, desk.clock() + timedelta(days=7)):
                for _ in range(2):
                    scheduled.send_due(tools, schedule, day, desk.clock())
    while desk.sender.step():
        pass
    for name in ("sunday", "weekly"):
        subjects = [m.subject for m in mails_to(desk, f"{name}@company.example")]
        assert len(subjects) == len(set(subjects))
        weeks = (desk.clock.now - start).days // 7
        assert len(subjects) in range(weeks - 1, weeks + 2), name


def test_a_wrong_schedule_is_named_with_its_line(desk: Desk) -> None:
    text = desk.config_path.read_text("utf-8")
    for entry, said in (
        ("{every: moonday 08:00, to: a@b.example}", "says no time"),
        ("{every: mon 08:00, to: nobody}", "is no mail address"),
        ("{every: mon 08:00, to: a@b.example, sections: sumary}", "did you mean summary?"),
        ("{every: mon 08:00, to: a@b.example, sections: day}", "is about its reader"),
        ("{every: mon 08:00, to: a@b.example, query: 'dept:nowhere'}", "there is no department"),
        ("{evry: mon 08:00, every: mon 08:00, to: a@b.example}", "did you mean `every`?"),
    ):
        desk.config_path.write_text(f"{text}reports:\n- {entry}\n", "utf-8")
        assert said in desk.runs("check", code=78), entry
