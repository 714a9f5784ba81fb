"""Fills a demo with 200 tickets of 60 days, by mails and acts that go the same way as real ones."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ticketd import build
from ticketd.cli import seeding
from ticketd.core.inbound import Envelope, Mailbox, Recipient
from ticketd.core.settings import Settings
from ticketd.desk import replies
from ticketd.desk.act import act
from ticketd.desk.tickets import existing
from ticketd.desk.work import Desk
from ticketd.intake import Intake
from ticketd.mail.compose import Draft, compose
from ticketd.mail.markup import text_html
from ticketd.mail.parse import parse
from ticketd.mail.render import Rendered, shipped
from ticketd.store import inbox, outbox, tickets
from ticketd.store.blobs import Spool
from ticketd.store.database import Database

if TYPE_CHECKING:
    from ticketd.config.schema import Config
    from ticketd.core.addresses import Agent

COUNT, DAYS = 200, 60
_PEOPLE = (
    ("en", "Eve Miller", "eve@customer.example"), ("en", "Tom Baker", "tom@shop.example"),
    ("en", "Priya Nair", "priya@works.example"), ("th", "สมชาย ใจดี", "somchai@raan.example"),
    ("th", "อรทัย ศรีสุข", "orathai@bakery.example"), ("th", "วิภา ทองดี", "wipa@clinic.example"),
    ("vi", "Nguyễn Văn Hùng", "hung@cuahang.example"), ("vi", "Trần Thị Lan", "lan@tiembanh.example"),
    ("vi", "Phạm Minh Đức", "duc@xuong.example"),
)  # fmt: skip
_MATTERS = {
    "en": (
        (
            "support",
            "Printer prints blank pages",
            "Since this morning our receipt printer prints blank pages only.",
        ),
        ("support", "Cannot log in", "The login page says that my password is wrong. It is not."),
        ("sales", "Price for 20 seats", "What would 20 seats for one year cost us?"),
        ("support", "Export is empty", "The monthly export has a header and no rows."),
        ("sales", "Invoice address", "Please put our new address on the next invoice."),
    ),
    "th": (
        ("support", "เครื่องพิมพ์ใบเสร็จไม่ทำงาน", "ตั้งแต่เช้าเครื่องพิมพ์ใบเสร็จพิมพ์ออกมาเป็นกระดาษเปล่าค่ะ"),
        ("support", "ลืมรหัสผ่าน", "เข้าสู่ระบบไม่ได้ รบกวนช่วยตั้งรหัสผ่านใหม่ให้ด้วยครับ"),
        ("sales", "ขอใบเสนอราคา", "ขอใบเสนอราคาสำหรับ 10 สาขาครับ"),
    ),
    "vi": (
        (
            "support",
            "Máy in hóa đơn không hoạt động",
            "Từ sáng nay máy in hóa đơn chỉ in ra giấy trắng.",
        ),
        ("support", "Không đăng nhập được", "Tôi quên mật khẩu, nhờ anh chị cấp lại giúp."),
        ("sales", "Báo giá cho 5 cửa hàng", "Cho tôi xin báo giá cho 5 cửa hàng nhé."),
    ),
}
_ANSWERS = {
    "en": "Thank you for telling us. We have looked into it; please try again now.",
    "th": "ขอบคุณที่แจ้งมาค่ะ เราตรวจสอบแล้ว รบกวนลองใหม่อีกครั้งนะคะ",
    "vi": "Cảm ơn anh chị đã báo. Chúng tôi đã kiểm tra, mời anh chị thử lại.",
}


@dataclass(slots=True)
class _Moment:
    """A clock that stands where it was put."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def fill(config: "Config", now: datetime) -> None:
    """Make the tickets; what they would have sent stays in the outbox as sent long ago."""
    settings = build.prepare(config)
    database = build.open_database(config)
    chance = random.Random(7)  # noqa: S311 - the same demo every time
    moment = _Moment(now)
    desk = _Desk(settings, database, moment)
    try:
        for number, at in enumerate(_moments(chance, now)):
            moment.now = at
            _one(
                desk, chance, number, min(at + timedelta(minutes=chance.randint(5, 600)), now), now
            )
        with database.transaction() as session:
            outbox.count_as_sent(session)
    finally:
        database.close()


def _moments(chance: random.Random, now: datetime) -> Iterator[datetime]:
    """More in the morning than at night, more on weekdays than on Sundays."""
    found: list[datetime] = []
    while len(found) < COUNT:
        at = now - timedelta(seconds=chance.randint(600, DAYS * 86400))
        busy = 3 if 8 <= at.hour < 18 else 1
        if chance.random() * 3 < busy * (0.4 if at.weekday() > 4 else 1):
            found.append(at)
    yield from sorted(found)


class _Desk:
    """Intake and acts on the demo's database."""

    def __init__(self, settings: Settings, database: Database, moment: _Moment) -> None:
        self.settings, self.database, self.moment = settings, database, moment
        self.desk = Desk(database, settings, shipped())
        self.intake = Intake(self.desk, parse, "seed", moment)
        self.agents: tuple[Agent, ...] = settings.agents

    def take(self, raw: bytes, sender: str, department: str) -> None:
        spool = Spool(self.database.blobs)
        spool.write(raw)
        to = (Recipient(self.settings.department(department).address),)
        envelope = Envelope(sender, to, "smtp", self.moment(), "seed")
        inbox.put(self.database, [inbox.Delivery(envelope, spool.finish())], self.moment())
        while self.intake.step():
            pass


def _one(desk: _Desk, chance: random.Random, number: int, later: datetime, now: datetime) -> None:
    language, name, address = chance.choice(_PEOPLE)
    department, subject, text = chance.choice(_MATTERS[language])
    draft = Draft(
        author=Mailbox(name, address),
        to=(Mailbox("", desk.settings.department(department).address),),
        subject=subject,
        body=Rendered(text + "\n", text_html(text)),
        message_id=f"<seed.{number}@{address.partition('@')[2]}>",
        date=desk.moment(),
    )
    desk.take(compose(draft), address, department)
    with act(desk.desk, desk.moment()) as work:
        ticket = tickets.newest(work.session)
    agent = chance.choices(desk.agents, range(len(desk.agents), 0, -1))[0]
    seeding.sort_out(desk.desk, chance, ticket, agent, subject, desk.moment())
    if chance.random() < 0.85:
        desk.moment.now = later
        with act(desk.desk, later) as work:
            its = existing(work, ticket)
            said = seeding.canned(work, its, agent) if department == "support" else ""
            new = replies.Reply(said or _ANSWERS[language], closing=chance.random() < 0.7)
            replies.reply(work, its, agent, new)
        seeding.afterwards(
            desk.desk, chance, ticket, min(later + timedelta(hours=chance.randint(1, 60)), now)
        )
    elif chance.random() < 0.5:
        seeding.alone(desk.desk, ticket, later)
