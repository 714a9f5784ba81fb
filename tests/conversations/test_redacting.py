"""A password or a card number goes for good: out of messages, raw mails, files, the search, and what has not left."""

import base64
import json
from pathlib import Path

import pytest

from tests.conftest import DeskMaker
from tests.conversations.test_customers_words import presses
from tests.desk import Desk
from ticketd.core.errors import Refused
from ticketd.core.redaction import GONE, Redactor, Wanted, wanted_of
from ticketd.mail.redact import redacted
from ticketd.store import blobs, outbox
from ticketd.store.tables import Blob, Outbox

SECRET = "Hunter2-geheim"
CARD = "4111 1111 1111 1111"


def everything(desk: Desk) -> bytes:
    """All bytes that the desk keeps: blobs, raw mails, outgoing mails, rows."""
    found = []
    with desk.database.reading() as session:
        folder = desk.database.blobs
        found += [blobs.get(session, folder, blob.sha256) for blob in session.query(Blob)]
        found += [row.content for row in session.query(Outbox)]
        for table in ("ticket", "message", "activity", "search_text", "waiting_act", "inbox"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}")
            found.append(repr(rows.all()).encode())
    for path in (desk.database.blobs or Path()).rglob("*"):
        found += [path.read_bytes()] if path.is_file() else []
    return b"\n".join(found)


def holds(desk: Desk, secret: str) -> bool:
    kept = everything(desk)
    forms = (secret, secret.casefold(), base64.b64encode(secret.encode()).decode().rstrip("="))
    return any(form.encode() in kept for form in forms)


def test_a_password_goes_everywhere(make_desk: DeskMaker) -> None:
    desk = make_desk(undo_window="60s")
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes(
        "support@desk.example", subject=f"My password is {SECRET}", text=f"It is {SECRET}!",
        html=f"<p>It is <b>{SECRET}</b>!</p>",
        attachments=[("secret.txt", f"pw={SECRET}".encode()), ("big.bin", SECRET.encode() * 9000)],
    )  # fmt: skip
    desk.runs("note", "1", "-m", f"She told us {SECRET}.")
    desk.runs("reply", "1", "-m", f"Do not mail us {SECRET}.")
    assert holds(desk, SECRET)
    assert "add --yes" in desk.runs("redact", "1", "-m", SECRET, code=2)
    desk.runs("redact", "1", "-m", SECRET, "--dry-run")
    assert holds(desk, SECRET), "a dry run does nothing"
    desk.runs("redact", "1", "-m", SECRET, "--yes")
    assert not holds(desk, SECRET)
    for end in ("", "-wal") if desk.database.path is not None else ():
        file = Path(f"{desk.database.path}{end}").read_bytes()
        assert b"unter2-ge" not in file, "not even in what SQLite has thrown away"
    ticket = desk.ticket(1)
    assert ticket["subject"] == f"My password is {GONE}"
    assert ticket["messages"][0]["text"].startswith(f"It is {GONE}!")
    assert [a["name"] for a in ticket["messages"][0]["attachments"]] == ["secret.txt", "big.bin"]
    assert desk.runs("search", "Hunter2", "-q") == ""
    assert desk.runs("search", "told", "-q").strip() == "1", "the rest is still found"
    data = ticket["activity"][-1]["data"]
    assert (data["what"], data["messages"], data["files"], data["mails"]) == ("text", 3, 2, 1)
    assert "cannot be taken back" in desk.runs("undo", "1", code=1)
    desk.clock.passes(minutes=2)
    desk.rests()
    assert f"mail us {GONE}" in anna.last_mail.text, "what had not left leaves without it"
    assert "found nowhere" in desk.runs("redact", "1", "-m", SECRET, "--yes", code=1)


def test_what_a_hook_has_not_been_told_yet_goes_too(make_desk: DeskMaker) -> None:
    closed_port = "http://127.0.0.1:9/"
    desk = make_desk(hooks={"crm": {"when": ["opened"], "url": closed_port}})
    secret = 'pa"ss1\\word'
    desk.customer("anna@example.org").writes("support@desk.example", subject=f"It is {secret}")
    with desk.database.reading() as session:
        (call,) = [row for row in outbox.of_ticket(session, 1) if row.kind == "hook"]
        assert secret in json.loads(call.content)["ticket"]["subject"]
    desk.runs("redact", "1", "-m", secret, "--yes")
    with desk.database.reading() as session:
        (call,) = [row for row in outbox.of_ticket(session, 1) if row.kind == "hook"]
        assert json.loads(call.content)["ticket"]["subject"] == f"It is {GONE}"
    assert not holds(desk, secret)


def test_it_goes_from_what_was_merged_too(make_desk: DeskMaker) -> None:
    hook = {"when": ["opened"], "url": "http://127.0.0.1:9/"}
    desk = make_desk(hooks={"crm": hook}, undo_window="60s")
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="Lamp", text="It is dark.")
    for nth in (2, 3):
        anna.writes("support@desk.example", subject=f"{nth} {SECRET}", text=f"{nth}: {SECRET}")
    desk.runs("merge", "3", "2")
    desk.runs("merge", "2", "1")
    assert desk.runs("search", "Hunter2", "-q") != ""
    desk.runs("redact", "1", "-m", SECRET, "--yes")
    assert not holds(desk, SECRET)
    assert desk.runs("search", "Hunter2", "-q") == ""
    data = desk.ticket(1)["activity"][-1]["data"]
    assert (data["messages"], data["mails"]) == (2, 2)


def test_cards_and_files_go_by_mail_and_the_mail_that_names_them_too(make_desk: DeskMaker) -> None:
    desk = make_desk(auth={"local_submission": True})
    anna, bob = desk.customer("anna@example.org", "Anna"), desk.agent("bob")
    anna.writes(
        "support@desk.example", subject="Pay", text=f"Card {CARD}\nOrder 4111 1111 1111 1112, code {SECRET}",
        attachments=[("Card.jpg", b"\x89PNG a picture of it")],
    )  # fmt: skip
    bob.replies(bob.last_mail, "#redact cards\n#redact file card.jpg")
    text = desk.ticket(1)["messages"][0]["text"]
    assert text.startswith(f"Card {GONE}\nOrder 4111 1111 1111 1112"), (
        "no card: its check digit is wrong"
    )
    assert b"a picture" not in everything(desk)
    bob.writes("desk@desk.example", subject="x", text=f"1 redact {SECRET}")
    assert not holds(desk, SECRET)
    assert SECRET not in bob.last_mail.text
    assert "redacted (text): 1 messages" in bob.last_mail.text
    assert "anna@example.org" not in bob.last_mail.text.partition("called back")[2]


def test_who_is_asked_back_leaves_no_trace_of_it(make_desk: DeskMaker) -> None:
    desk = make_desk()
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text=SECRET)
    bob = desk.agent("bob")
    bob.writes(
        "desk@desk.example", subject="x", text=f"1 tag +x\n#redact {SECRET}\n1 redact {SECRET}"
    )
    question = bob.last_mail
    assert "- 1 tag +x\n- redact …\n- 1 redact …" in question.text
    bob.replies(question, "OK")
    assert "about which ticket?" in bob.last_mail.text
    assert "redacted (text): 1 messages" in bob.last_mail.text
    assert SECRET not in bob.last_mail.text + question.text
    assert not holds(desk, SECRET)


def test_what_an_earlier_question_kept_goes_too(make_desk: DeskMaker) -> None:
    desk = make_desk()
    desk.customer("anna@example.org").writes("support@desk.example", subject="x", text=SECRET)
    bob = desk.agent("bob")
    bob.writes("desk@desk.example", subject="x", text=f"1 redact {SECRET}")
    desk.clock.passes(minutes=31)
    bob.replies(bob.last_mail, "OK")
    assert "it waited for longer than" in bob.last_mail.text
    assert holds(desk, SECRET)
    desk.runs("redact", "1", "-m", SECRET, "--yes")
    assert not holds(desk, SECRET)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
         base64.encodebytes(f"x {SECRET} สวัสดี".encode()).decode()),
        ("Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64",
         base64.encodebytes(f"x {SECRET}".encode("utf-16")).decode()),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", "x Hunter2=\n-geheim"),
        ("Content-Type: text/html", f"<p>{SECRET}</p>"),
        ("Content-Type: text/plain; charset=nonsense", SECRET),
        (f"Content-Type: application/pdf; name=\"{SECRET}.pdf\"", "no text"),
        ("Content-Type: message/rfc822", f"Subject: =?utf-8?b?{base64.b64encode(SECRET.encode()).decode()}?=\n\nhi"),
        ("Content-Type: multipart/mixed; boundary=B", f"{SECRET}\n--B\n\nhi\n--B--\n{SECRET}\n"),
        (f"Content-Type: multipart/mixed; boundary={SECRET}", f"--{SECRET}\n\nhi\n--{SECRET}--\n"),
    ],
)  # fmt: skip
def test_a_raw_mail_however_it_is_written(head: str, body: str) -> None:
    raw = f"From: a@x.example\nSubject: hi\n{head}\n\n{body}".replace("\n", "\r\n").encode()
    redactor = Redactor(Wanted(SECRET))
    new = redacted(raw, redactor)
    assert new is not None
    assert redacted(new, redactor) is None
    assert b"From: a@x.example" in new
    assert redacted(b"From: a@x.example\r\n\r\nnothing here", redactor) is None


def test_too_little_is_refused() -> None:
    assert wanted_of("Cards") == Wanted(cards=True)
    assert wanted_of("file a b.jpg") == Wanted(file="a b.jpg")
    with pytest.raises(Refused, match="at least 4 signs"):
        wanted_of("a")
    assert Redactor(Wanted("4111111111111111")).text("> 4111-1111\n1111.1111") == f"> {GONE}"
    assert Redactor(Wanted("open sesame")).text("Open\n> Sesame") == GONE


def test_what_a_customer_said_to_a_rating_is_in_no_report_any_more(desk: Desk) -> None:
    """And an agent, a status or a moment that reads like it stays what it is."""
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="Login", text="I cannot log in.")
    desk.runs("take", "1")
    desk.runs("reply", "1", "-m", "Done.", "--close")
    presses(anna, anna.last_mail, "rate-2", f"My password was {SECRET}, bob closed it.")
    desk.runs("redact", "1", "-m", SECRET, "--yes")
    desk.runs("redact", "1", "-m", "closed", "--yes")
    assert not holds(desk, SECRET)
    assert SECRET not in desk.runs("report", "ratings", "--json")
    moves = [row["data"] for row in desk.ticket(1)["activity"] if row["event"] == "status_changed"]
    assert moves[-1]["new"] == "closed"
    assert desk.ticket(1)["assignee"] == "bob"
