"""People in Cc, and mails that verify somebody's account elsewhere: what they get to read, and what not."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, texts

SERVER = "mx.desk.example"
AUTH = {"authserv_ids": [SERVER]}
PASS = {"Authentication-Results": f"{SERVER}; dkim=pass header.d=example.org"}
CARL = "Carl <carl@example.net>"


def test_people_in_cc_take_no_part_by_default(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    anna, carl = desk.customer("anna@example.org"), desk.customer("carl@example.net")
    anna.writes("sales@desk.example", subject="Offer", text="How much?", cc=[CARL], headers=PASS)
    desk.runs("reply", "1", "-m", "100 euros.")
    assert "100 euros." in anna.last_mail.text
    assert carl.mails == []


def test_people_in_cc_of_a_trusted_mail_get_what_is_said_from_then_on(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH, cc_follow=True)
    anna, carl = desk.customer("anna@example.org", "Anna"), desk.customer("carl@example.net")
    anna.writes("sales@desk.example", subject="Offer", text="How much?", headers=PASS)
    desk.runs("reply", "1", "-m", "100 euros.")
    cc = [CARL, "bob@agents.example", "support@desk.example", "no address"]
    anna.writes(
        anna.last_mail.reply_to, subject="Re: [#1] Offer", text="Carl pays.", cc=cc, headers=PASS
    )
    assert desk.events(1).count("person_added") == 1
    assert carl.mails == [], "nobody is told of it"
    desk.runs("reply", "1", "-m", "Thank you.")
    assert "Thank you." in carl.last_mail.text
    assert "How much?" not in carl.last_mail.text
    assert "100 euros." not in carl.last_mail.text
    assert "Carl pays." not in carl.last_mail.text
    carl.replies(carl.last_mail, "I paid.")
    assert "I paid." in list(texts(desk.ticket(1), "customer", "unverified"))


@pytest.mark.parametrize("way", ["unproven", "a stranger on the ticket", "failed"])
def test_nobody_follows_by_a_mail_that_is_not_trusted(make_desk: DeskMaker, way: str) -> None:
    desk = make_desk(auth=AUTH, cc_follow=True)
    anna, carl = desk.customer("anna@example.org"), desk.customer("carl@example.net")
    anna.writes("sales@desk.example", subject="Offer", text="How much?", headers=PASS)
    token = anna.last_mail.reply_to
    who = desk.customer("eve@evil.example") if way.startswith("a stranger") else anna
    proof = {"Authentication-Results": f"{SERVER}; dkim=pass header.d=evil.example"}
    fields = {"unproven": {}, "failed": {"Authentication-Results": f"{SERVER}; dmarc=fail"}}.get(
        way, proof
    )
    to = "sales@desk.example" if way == "unproven" else token
    who.writes(to, subject="Re: [#1] Offer", text="Tell Carl.", cc=[CARL], headers=fields)
    desk.runs("reply", "1", "-m", "100 euros.")
    assert carl.mails == []


def test_without_trust_data_an_answer_to_our_mail_is_trusted(make_desk: DeskMaker) -> None:
    desk = make_desk(cc_follow=True)
    anna, carl = desk.customer("anna@example.org"), desk.customer("carl@example.net")
    anna.writes("sales@desk.example", subject="Offer", text="How much?", cc=[CARL])
    assert "person_added" not in desk.events(1)
    anna.writes(anna.last_mail.reply_to, subject="Re: [#1] Offer", text="Well?", cc=[CARL])
    desk.runs("reply", "1", "-m", "100 euros.")
    assert "100 euros." in carl.last_mail.text


def test_ten_people_of_one_mail_and_no_more(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH, cc_follow=True)
    anna = desk.customer("anna@example.org")
    many = [f"p{n}@example.net" for n in range(30)]
    anna.writes("sales@desk.example", subject="Offer", text="How much?", cc=many, headers=PASS)
    assert desk.events(1).count("person_added") == 10


CODES = {
    "en": ("Your verification code", "Your verification code is 482913. It expires in 10 minutes."),
    "th": ("รหัสยืนยันของคุณ", "รหัสยืนยันของคุณคือ 482913"),
    "vi": ("Mã xác minh", "Mã xác minh của bạn là 482913."),
    "link": ("Confirm your email address", "Press here: https://service.example/confirm/0123456789abcdef0123"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CODES)
def test_a_mail_that_verifies_an_account_goes_to_agents_alone(
    make_desk: DeskMaker, kind: str
) -> None:
    """Eve opens an account elsewhere with her reply address, and waits for the code."""
    desk = make_desk(auth=AUTH, cc_follow=True)
    eve = desk.customer("eve@evil.example")
    proof = {"Authentication-Results": f"{SERVER}; dkim=pass header.d=evil.example"}
    eve.writes("support@desk.example", subject="Hello", text="Help.", headers=proof)
    service = desk.customer("team@service.example")
    subject, text = CODES[kind]
    signed = {"Authentication-Results": f"{SERVER}; dkim=pass header.d=service.example"}
    for to in (eve.last_mail.reply_to, "support@desk.example"):
        service.writes(to, subject=subject, text=text, cc=["eve@evil.example"], headers=signed)
    assert service.mails == [], "no ack"
    assert "it looks like the mail that verifies an account" in str(desk.ticket(2)["activity"])
    assert list(texts(desk.ticket(1), "third-party")) == [text]
    for number in ("1", "2"):
        desk.runs("reply", number, "-m", "We are on it.")
    assert "We are on it." in eve.last_mail.text
    for code in ("482913", "0123456789abcdef0123"):
        assert not any(code in str(mail.message) for mail in desk.captured())
    assert any(text[:20] in mail.text for mail in desk.agent("bob").mails)


def test_who_only_speaks_of_codes_gets_an_ack(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    anna.writes(
        "support@desk.example", subject="No code", text="I get no verification code from you."
    )
    assert len(anna.mails) == 1
