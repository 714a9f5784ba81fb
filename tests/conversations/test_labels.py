"""eDesk 1.01, Oho 4.01: a desk that says "case", and calls its statuses in its own words."""

from tests.conftest import DeskMaker

LABELS = {
    "ticket": {"en": "Case", "th": "เคส", "vi": "Hồ sơ"},
    "pending": {"en": "on hold", "th": "รอลูกค้าตอบกลับ"},
    "open": "working",
}


def test_a_desk_of_cases(make_desk: DeskMaker) -> None:
    desk = make_desk(labels=LABELS, auth={"local_submission": True})
    anna, bob = desk.customer("anna@example.org", "Anna"), desk.agent("bob")
    anna.writes("support@desk.example", subject="Ticket to Rome", text="My ticket is lost.")
    text = bob.last_mail.text
    assert "A new case for Support." in text
    assert "Case:        [#1] Ticket to Rome" in text
    assert "> My ticket is lost." in text, "what people say stays"
    assert "ticketd show 1" in text, "and so does the command"
    desk.runs("set", "1", "language=th")
    desk.runs("close", "1")
    assert "เราได้ปิดเคส [#1]" in anna.last_mail.text
    desk.runs("reopen", "1")
    desk.runs("pending", "1")
    bob.writes("desk@desk.example", subject="x", text="1 show\n1 open")
    assert "on hold" in bob.last_mail.text
    assert "[working, " in bob.last_mail.text
    assert desk.tickets()[0]["status"] == "open", "scripts read what they always did"
    assert "เคสต่อไปนี้" in desk.runs("templates", "preview", "digest", "--lang", "th")
