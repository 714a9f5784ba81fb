"""What goes along with an answer: signatures, files, pictures, and how Outlook keeps a conversation together."""

from base64 import b64decode, b64encode
from email.message import EmailMessage

from tests.conftest import DeskMaker
from tests.desk import CONFIG, Desk, Mail, Person, merged, texts

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
BOB = CONFIG["agents"]["bob"]


def opened(desk: Desk, **more: object) -> Person:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes("support@desk.example", subject="No sound", text="The speaker is silent.", **more)  # type: ignore[arg-type]
    return anna


def files(mail: Mail) -> list[tuple[str, bytes]]:
    return [(str(p.get_filename()), p.get_content()) for p in mail.message.iter_attachments()]


class TestSignatures:
    def test_of_the_agent_then_of_the_department(self, make_desk: DeskMaker) -> None:
        departments = merged(
            CONFIG["departments"],
            {"support": {"signature": "Your {department}\n\n{company}, Bangkok\n"}},
        )
        agents = merged(
            CONFIG["agents"],
            {"lan": {"departments": ["support"], "signature": "{agent} ({department})\n+66 2 123"}},
        )
        desk = make_desk(name="Acme", departments=departments, agents=agents)
        anna = opened(desk)
        desk.agent("bob").replies(desk.agent("bob").last_mail, "Plug it in.")
        assert "\n-- \nYour Support\nAcme, Bangkok\n" in anna.last_mail.text
        assert '<p class="signature">Your Support<br>\nAcme, Bangkok</p>' in anna.last_mail.html
        desk.runs("reply", "1", "-m", "And press the button.", agent="lan")
        assert "\n-- \nLan (Support)\n+66 2 123\n" in anna.last_mail.text
        assert "The speaker is silent." in anna.last_mail.text.partition("\n-- \n")[2]

    def test_what_is_said_without_one(self, make_desk: DeskMaker) -> None:
        desk = make_desk(name="Acme")
        anna = opened(desk)
        desk.runs("reply", "1", "-m", "Plug it in.")
        assert "\n-- \nBob\nSupport, Acme\n" in anna.last_mail.text


class TestFiles:
    def test_an_agents_files_reach_the_customer(self, desk: Desk) -> None:
        anna, bob = opened(desk), desk.agent("bob")
        notice = bob.last_mail
        bob.writes(notice.reply_to, subject=f"Re: {notice.subject}", text="See the manual.", attachments=[("คู่มือ.pdf", b"%PDF")])  # fmt: skip
        assert files(anna.last_mail) == [("คู่มือ.pdf", b"%PDF")]
        assert desk.ticket(1)["messages"][-1]["attachments"][0]["name"] == "คู่มือ.pdf"

    def test_a_first_mail_to_a_customer_has_its_files_too(self, make_desk: DeskMaker) -> None:
        desk = make_desk(auth={"authserv_ids": ["mx.desk.example"]})
        proof = {"Authentication-Results": "mx.desk.example; dkim=pass header.d=agents.example"}
        desk.agent("bob").writes(
            "support@desk.example", subject="Your offer", text="#to eve@example.org\n\nHere it is.",
            headers=proof, attachments=[("offer.pdf", b"%PDF")],
        )  # fmt: skip
        assert files(desk.customer("eve@example.org").last_mail) == [("offer.pdf", b"%PDF")]

    def test_notices_carry_a_customers_files_where_that_is_wished(
        self, make_desk: DeskMaker
    ) -> None:
        desk = make_desk(notify={"attach": True, "attach_limit": "1KB"})
        opened(
            desk,
            attachments=[
                ("big.bin", b"x" * 2000),
                ("log.txt", b"silence"),
                ("more.txt", b"y" * 995),
            ],
        )
        notice = desk.agent("bob").last_mail
        assert files(notice) == [("log.txt", b"silence")]
        assert "big.bin (2.0 kB)" in notice.text or "big.bin (2 kB)" in notice.text
        assert "more.txt" in notice.text

    def test_they_carry_none_of_themselves(self, desk: Desk) -> None:
        opened(desk, attachments=[("log.txt", b"silence")])
        assert files(desk.agent("bob").last_mail) == []
        assert "log.txt (7 B)" in desk.agent("bob").last_mail.text


def with_pictures(bob: Person, notice: Mail, first: str = "") -> EmailMessage:
    """As Outlook makes it: one picture in the text, one in the signature, both named by their Content-ID alone."""
    message = EmailMessage()
    message["From"], message["To"] = "Bob <bob@agents.example>", notice.reply_to
    message["Subject"], message["Message-ID"] = f"Re: {notice.subject}", "<o1@outlook.example>"
    message.set_content("x")
    message.clear_content()
    message.set_content(
        f'{first}<p>Press here:</p><img alt="A screenshot of a button" src="cid:shot@01DC"><p>and wait.</p>'
        '<div id="Signature">--&nbsp;<br>Bob<br><img alt="logo" src="cid:logo@01DC"></div>'
        '<div id="divRplyFwdMsg">From: Support<br>Sent: Monday<br>To: Bob<br>Subject: x<br><br>Old words.</div>',
        subtype="html",
    )
    for name, content_id in (("image001.png", "shot@01DC"), ("image002.png", "logo@01DC")):
        message.add_related(
            PICTURE, "image", "png", cid=f"<{content_id}>", filename=name, disposition="inline"
        )
    return message


def test_a_picture_keeps_its_place_and_a_logo_stays_here(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    message = with_pictures(bob, bob.last_mail)
    bob.sends(message, str(message["to"]))
    answer = anna.last_mail
    pictures = [p for p in answer.message.walk() if p.get_content_maintype() == "image"]
    assert [p.get_filename() for p in pictures] == ["image001.png"]
    content_id = str(pictures[0]["content-id"]).strip("<>")
    assert f'<img src="cid:{content_id}" alt="image001.png">' in answer.html
    assert "Press here:\n\n[image: image001.png]\n\nand wait." in answer.text
    assert "01DC" not in answer.message.as_string(), "an agent's Content-ID says where it was made"
    assert answer.message.get_content_type() == "multipart/related"
    assert "logo" not in answer.html
    assert list(texts(desk.ticket(1), "reply")) == [
        "Press here:\n\n[image: image001.png]\n\nand wait."
    ]


def test_a_draft_keeps_its_picture(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    notice = bob.last_mail
    message = with_pictures(bob, notice, "<p>#draft</p>")
    bob.sends(message, str(message["to"]))
    assert len(anna.mails) == 1
    bob.replies(notice, "#send")
    assert '<img src="cid:' in anna.last_mail.html
    assert "[image: image001.png]" in anna.last_mail.text


# 24 Nov 2026 in the form of Outlook 2007, and that of Outlook 2010 and later ([MS-OXOMSG] 2.2.1.3, note 2).
OLD = bytes.fromhex("01DD5B9C0000") + bytes(16)
NEW = bytes.fromhex("0101DD5B9C00") + bytes(16)


class TestOutlook:
    def _answered(self, desk: Desk, index: bytes) -> bytes:
        given = b64encode(index).decode()
        anna = opened(desk, headers={"Thread-Topic": "No sound", "Thread-Index": given})
        assert "thread-index" not in anna.last_mail.message, (
            "an ack says nothing of the sender's choosing"
        )
        desk.agent("bob").replies(desk.agent("bob").last_mail, "Plug it in.")
        answer = anna.last_mail.message
        assert answer["thread-topic"] == "No sound"
        return b64decode(str(answer["thread-index"] or ""))

    def test_an_answer_is_one_level_deeper(self, desk: Desk) -> None:
        got = self._answered(desk, OLD + b"\x80\0\0\x01\x10")
        assert got[:27] == OLD + b"\x80\0\0\x01\x10"
        assert len(got) == 32

    def test_what_is_no_thread_index_is_left_out(self, desk: Desk) -> None:
        assert self._answered(desk, b"\x01" + bytes(30)) == b""

    def test_the_last_mail_counts(self, desk: Desk) -> None:
        self._answered(desk, NEW)
        anna, bob = desk.customer("anna@example.org"), desk.agent("bob")
        deeper = b64encode(NEW + bytes(5)).decode()
        anna.replies(anna.last_mail, "Still silent.", headers={"Thread-Index": deeper})
        bob.replies(bob.last_mail, "And now?")
        assert len(b64decode(str(anna.last_mail.message["thread-index"]))) == 32


def test_a_long_thread_keeps_its_first_and_its_last_reference(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    first = str(anna.written[0]["message-id"])
    for _ in range(12):
        bob.replies(bob.last_mail, "And now?")
        anna.replies(anna.last_mail, "Still silent.")
    bob.replies(bob.last_mail, "One more time.")
    references = str(anna.last_mail.message["references"])
    assert len(references) <= 1000
    assert references.split(maxsplit=1)[0] == first
    assert references.rsplit(maxsplit=1)[-1] == str(anna.written[-1]["message-id"])
    assert 5 < len(references.split()) < 26


def test_our_long_lines_are_folded_for_any_window(desk: Desk) -> None:
    anna, bob = opened(desk), desk.agent("bob")
    said = (
        "One line of an agent stays as it is, " * 4
        + "whatever its length.\n  indented\nFrom here on: a word."
    )
    bob.replies(bob.last_mail, f"#close\n{said}")
    body = anna.last_mail.message.get_body(("plain",))
    assert body is not None
    assert body.get_param("format") == "flowed"
    lines = str(body.get_content()).split("\n")
    assert all(len(line) <= 78 for line in lines if not line.startswith("One line"))
    assert said.split("\n", maxsplit=1)[0] in lines
    assert "   indented" in lines
    assert " From here on: a word." in lines
    assert "-- " in lines
    assert said in anna.last_mail.text
    closing = "With this answer we close your request [#1]. If something is still open, simply reply to this email and it opens again."
    assert closing in anna.last_mail.text
