"""Agents choose when the digest of their day comes, and ask for figures, by mail."""

import json
import re
from datetime import UTC, datetime

from tests.conftest import DeskMaker
from tests.conversations.test_reports import a_week
from tests.desk import Mail
from ticketd.timers import Timers


def test_an_agent_chooses_when_the_digest_of_the_day_comes(make_desk: DeskMaker) -> None:
    desk = make_desk(agents={"bob": {"timezone": "Asia/Bangkok", "language": "vi", "role": "lead"}})
    desk.clock.now = datetime(2026, 11, 9, 9, tzinfo=UTC)
    eve = desk.customer("eve@customer.example")
    eve.writes("support@desk.example", subject="Printer", text="It is on fire.")
    eve.writes(
        "support@desk.example", subject="Weekly news", text="-", headers={"Precedence": "bulk"}
    )
    bob = desk.agent("bob")
    first = bob.last_mail
    bob.replies(first, "#digest teatime")
    assert "'teatime' không phải giờ; hãy viết 8:00" in bob.last_mail.text
    bob.replies(first, "#remind 2h")
    assert "nhắc lúc 2026-11-09 18:00" in bob.last_mail.text, "by the agent's clock"
    bob.replies(first, "#take\n#điểmtin 8h30")
    assert "day 08:30 (Asia/Bangkok)" in bob.last_mail.text

    def digests_by(day: int, hour: int, minute: int) -> list[Mail]:
        desk.clock.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC)
        desk.reloads()
        desk.rests()
        Timers(desk.timers._desk, desk.clock, lambda: desk.clock().timestamp()).step()
        desk.rests()
        return [m for m in bob.mails if "Ngày của bạn" in m.subject]

    assert digests_by(10, 1, 29) == []
    (digest,) = digests_by(10, 1, 31)
    assert "Printer" in digest.text
    assert re.search(r"thư tự động, không thuộc yêu cầu nào +1\b", digest.text)
    assert "#nhận" in digest.html
    assert "Gửi lệnh cho từng yêu cầu đến (#nhận, #đóng, #hoãn 1d):\n#1  support+1" in digest.text
    named = re.search(r"^#1  (\S+)$", digest.text, re.MULTILINE)
    assert named
    bob.writes(named[1], subject="x", text="#hoãn 30d")
    assert desk.ticket(1)["status"] == "pending"
    assert re.search(
        r"^Thôi nhận báo cáo này: unsubscribe\+\S+@desk.example$", digest.text, re.MULTILINE
    )
    assert digest.reply_to == "desk@desk.example"
    assert len(digests_by(10, 16, 0)) == 1
    assert len(digests_by(11, 2, 0)) == 2
    assert json.loads(desk.runs("digest", "weekday", "7:00", "--json"))["every"] == "weekday 07:00"
    assert len(digests_by(12, 1, 0)) == 3, "07:00 in Bangkok"
    assert len(digests_by(14, 5, 0)) == 4, "Friday's, as nobody was there; none of Saturday"
    desk.runs("away", "3d")
    assert len(digests_by(16, 5, 0)) == 4
    desk.runs("back")
    assert len(digests_by(16, 6, 0)) == 5
    field = str(bob.last_mail.message["list-unsubscribe"])
    bob.writes(
        field.strip("<>").removeprefix("mailto:").partition("?")[0], subject="stop", text="-"
    )
    assert len(digests_by(17, 6, 0)) == 5
    assert json.loads(desk.runs("digest", "--json"))["every"] is None
    assert desk.runs("digest", "25:00", code=1).count("8:00") > 1


def test_an_agent_asks_for_figures_by_mail(make_desk: DeskMaker) -> None:
    proven = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=agents.example"}
    desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]}, agents={"lan": {"language": "vi"}})
    a_week(desk)
    bob, lan = desk.agent("bob"), desk.agent("lan")
    first = bob.mails[0]
    bob.replies(first, "#report weather", headers=proven)
    assert "there is no report 'weather'; there are summary" in bob.last_mail.text
    desk.runs("view", "save", "prices", "tag:price")
    bob.replies(first, "#report tags 90d view:prices", headers=proven)
    desk.clock.passes(seconds=10)
    desk.rests()
    receipt, report = bob.mails[-2:]
    assert "the report comes in a mail of its own" in receipt.text
    assert "Topics" in report.subject
    assert re.search(r"price +1\b", report.text)
    before = len(bob.mails)
    desk.clock.passes(minutes=5)
    desk.rests()
    assert len(bob.mails) == before, "once"
    lan.writes("desk@desk.example", subject="x", text="báocáo month", headers=proven)
    desk.clock.passes(seconds=10)
    desk.rests()
    assert "Tổng quan" in lan.last_mail.subject
    assert re.search(r"mới mở +1\b", lan.last_mail.text), "sales alone: what she may see"
