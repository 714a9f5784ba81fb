"""An archive of mail becomes tickets and nobody hears of it; everything goes out again."""

import json
import mailbox
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.desk import Desk, texts

pytestmark = pytest.mark.in_process


def letter(sender: str, to: str, subject: str, text: str, day: int, **fields: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = f"{day:02} Mar 2025 09:00:00 +0700"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def archive() -> list[EmailMessage]:
    """What an RT, an osTicket and a Zammad have left, in no order at all."""
    support, rt = "support@desk.example", "[old.example #77]"
    return [
        letter("eve@x.example", support, f"Re: {rt} Máy in", "Vẫn hỏng", 5, Message_ID="<3@x>", In_Reply_To="<2@old>"),
        letter("Bob <bob@agents.example>", "eve@x.example", f"{rt} Máy in", "Bật lại nhé", 4, Message_ID="<2@old>", References="<1@x>"),
        letter("Eve <eve@x.example>", support, "Máy in", "Máy in bị hỏng rồi\n\nFrom đây trở đi không in được", 3, Message_ID="<1@x>"),
        letter("tom@y.example", "sales@desk.example", "Price [#846203]", "How much?", 6, Message_ID="<4@y>"),
        letter("tom@y.example", "sales@desk.example", "Re: Price [#846203]", "Hello?", 8, Message_ID="<5@y>"),
        letter("sales@desk.example", "zoe@z.example", "[Ticket#31001] Offer", "Here it is", 9, Message_ID="<6@old>"),
        letter("zoe@z.example", "info@old.example", "AW: [Ticket#31001] Offer", "Danke", 10),
        letter("bob@agents.example", "lan@agents.example", "Lunch", "?", 11, Message_ID="<8@old>"),
    ]  # fmt: skip


def as_mbox(path: Path, mails: list[EmailMessage]) -> Path:
    box = mailbox.mbox(path)
    for mail in mails:
        box.add(mail)
    box.close()
    return path


def as_maildir(path: Path, mails: list[EmailMessage]) -> Path:
    box = mailbox.Maildir(path)
    sent = box.add_folder("Sent")
    for mail in mails:
        (sent if "bob@" in mail["From"] else box).add(mail)
    return path


@pytest.mark.parametrize("kind", ["mbox", "maildir"])
def test_threads_come_back_and_nothing_is_sent(desk: Desk, tmp_path: Path, kind: str) -> None:
    path = (as_mbox if kind == "mbox" else as_maildir)(tmp_path / "archive", archive())
    told = json.loads(desk.runs("import", kind, str(path), "--dry-run", "--json"))
    assert (told["mails"], told["tickets"]) == (8, 4)
    assert desk.tickets() == []

    told = json.loads(desk.runs("import", kind, str(path), "--json"))
    assert (told["imported"], told["tickets"], told["closed"]) == (7, 3, 3)
    assert "nobody outside" in told["left_out"][0]
    assert desk.all_captured() == []
    assert json.loads(desk.runs("queue", "list", "--json"))["mails"] == []

    printer, price, offer = (desk.ticket(n) for n in (1, 2, 3))
    assert [m["kind"] for m in printer["messages"]] == ["customer", "reply", "customer"]
    assert [m["text"].strip() for m in printer["messages"]][1:] == ["Bật lại nhé", "Vẫn hỏng"]
    assert "From đây" in next(texts(printer))
    assert printer["opened_at"].startswith("2025-03-03T02:00")
    assert printer["first_reply_at"].startswith("2025-03-04")
    assert printer["closed_at"].startswith("2025-03-05")
    assert printer["language"] == "vi"
    assert printer["customer"] == {"address": "eve@x.example", "name": "Eve"}
    assert (price["department"], len(price["messages"])) == ("sales", 2)
    assert (offer["customer"]["address"], offer["department"]) == ("zoe@z.example", "sales")
    assert [m["kind"] for m in offer["messages"]] == ["reply", "customer"]


def test_an_import_goes_on_where_it_ended(desk: Desk, tmp_path: Path) -> None:
    mails = archive()
    desk.runs("import", "mbox", str(as_mbox(tmp_path / "first", mails[:4])))
    told = json.loads(desk.runs("import", "mbox", str(as_mbox(tmp_path / "all", mails)), "--json"))
    assert (told["already"], told["imported"], told["tickets"]) == (4, 3, 1)
    told = json.loads(desk.runs("import", "mbox", str(tmp_path / "all"), "--json"))
    assert (told["already"], told["imported"], told["tickets"]) == (7, 0, 0)
    assert [len(desk.ticket(n)["messages"]) for n in (1, 2, 3)] == [3, 2, 2]


def test_young_tickets_stay_open_and_their_customers_go_on(desk: Desk, tmp_path: Path) -> None:
    young = letter("eve@x.example", "support@desk.example", "Late", "Still", 1, Message_ID="<9@x>")
    del young["Date"]
    young["Date"] = "Fri, 30 Oct 2026 09:00:00 +0000"
    desk.runs("import", "mbox", str(as_mbox(tmp_path / "a", [*archive(), young])))
    assert [t["subject"] for t in desk.tickets("status:new")] == ["Late"]
    eve = desk.customer("eve@x.example")
    eve.writes(
        "support@desk.example", subject="Re: Late", text="More", headers={"In-Reply-To": "<9@x>"}
    )
    assert [m["text"].strip() for m in desk.ticket(4)["messages"]] == ["Still", "More"]
    desk.runs("reply", "4", "-m", "Done")
    assert str(eve.last_mail.message["in-reply-to"])
    assert eve.last_mail.text.count("Done") == 1


def test_what_is_no_archive_is_said(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Hello\n")
    assert "no mbox" in desk.runs("import", "mbox", str(tmp_path / "text"), code=1)
    assert "cannot be read" in desk.runs("import", "mbox", str(tmp_path / "none"), code=1)
    assert "no Maildir" in desk.runs("import", "maildir", str(tmp_path), code=1)
    wrong = desk.runs("import", "mbox", str(tmp_path / "text"), "--department", "x", code=2)
    assert "there are sales, support" in wrong


def test_everything_goes_out_and_comes_in_again(desk: Desk, tmp_path: Path) -> None:
    eve = desk.customer("eve@x.example", "Eve")
    eve.writes(
        "support@desk.example",
        subject="Printer",
        text="From the start:\n\nFrom one day to the next",
    )
    desk.clock.passes(minutes=5)
    desk.runs("reply", "1", "-m", "On my way")
    desk.runs("note", "1", "-m", "A secret")
    desk.clock.passes(minutes=5)
    eve.replies(eve.last_mail, "Thanks")
    out = tmp_path / "out"
    assert "1 tickets" in desk.runs("export", str(out))
    (line,) = out.read_text("utf-8").splitlines()
    assert json.loads(line) == desk.ticket(1)

    box = tmp_path / "out.mbox"
    desk.runs("export", "--format", "mbox", str(box))
    with closing(mailbox.mbox(box)) as opened:
        mails = list(opened)
    # Her two mails, our ack and our answer; no note, and nothing that agents were told.
    assert [m["X-Ticketd-Ticket"] for m in mails] == ["1"] * 4
    assert [m["From"].rpartition("<")[2].rstrip(">") for m in mails] == [
        "eve@x.example", "support@desk.example", "support@desk.example", "eve@x.example",
    ]  # fmt: skip
    assert "secret" not in box.read_text()
    assert "exists already" in desk.runs("export", str(out), code=1)
    told = json.loads(desk.runs("import", "mbox", str(box), "--dry-run", "--json"))
    assert told["tickets"] == 0
