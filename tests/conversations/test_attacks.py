"""What an attacker tries against agents by mail, each with what happens instead."""

import yaml
from sqlalchemy import text as sql

from tests.conftest import DeskMaker
from tests.desk import Desk, Mail, Person, merged, texts
from ticketd.config.load import load
from ticketd.store.cleaning import clean

SERVER = "mx.desk.example"
PASS = {"Authentication-Results": f"{SERVER}; dkim=pass header.d=agents.example"}
AUTH = {"authserv_ids": [SERVER]}


def forges(desk: Desk, to: str, text: str, number: int = 1) -> None:
    """A mail in Bob's name that proves nothing."""
    serial = desk.serial()
    raw = (
        f"From: Bob <bob@agents.example>\nTo: {to}\nSubject: Re: [#{number}]\n"
        f"Message-ID: <{serial}@forged.example>\n\n{text}\n"
    )
    desk.takes(raw.encode(), "bob@agents.example", to)


def told(person: Person, event: str) -> list[Mail]:
    return [mail for mail in person.mails if mail.message["x-ticketd-event"] == event]


def reconfigures(desk: Desk, **more: object) -> None:
    """The same desk with another configuration."""
    values = merged(yaml.safe_load(desk.config_path.read_text("utf-8")), more)
    values["agents"] = {key: one for key, one in values["agents"].items() if one}
    desk.config_path.write_text(yaml.safe_dump(values), "utf-8")
    desk.config = load(desk.config_path)
    desk.reloads()


def asks(desk: Desk, to: str = "sales@desk.example", text: str = "How much?") -> Person:
    anna = desk.customer("anna@example.org", "Anna")
    anna.writes(to, subject="Offer", text=text)
    return anna


def test_a_forger_causes_five_questions_an_hour_and_one_word(desk: Desk) -> None:
    asks(desk)
    bob = desk.agent("bob")
    for serial in range(30):
        forges(desk, "sales@desk.example", f"#close\n\nCANARY {serial}")
    assert len(told(bob, "confirm")) == 5
    assert len(told(bob, "unproven")) == 1
    desk.clock.passes(minutes=61)
    forges(desk, "sales@desk.example", "#close\n\nlater")
    assert len(told(bob, "confirm")) == 6
    assert desk.ticket(1)["status"] == "new"


def test_a_forgers_typo_comes_back_without_a_prefilled_mail(desk: Desk) -> None:
    asks(desk)
    bob = desk.agent("bob")
    for serial in range(30):
        forges(desk, "sales@desk.example", f"#clsoe\n#reply\n\nPay to CANARY {serial}")
    held = told(bob, "held")
    assert 1 <= len(held) <= 5
    assert not any("CANARY" in mail.text or "CANARY" in mail.html for mail in held)


def test_what_waits_for_a_confirmation_is_nobodys_draft(desk: Desk) -> None:
    asks(desk)
    forges(desk, "sales@desk.example", "Pay to CANARY.")
    ticket = desk.ticket(1)
    assert list(texts(ticket, "draft")) == []
    assert list(texts(ticket, "unverified")) == ["Pay to CANARY."]
    assert "bob" not in ticket["involved"]
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "OK")
    ticket = desk.ticket(1)
    assert list(texts(ticket, "note")) == ["Pay to CANARY."]
    assert list(texts(ticket, "unverified")) == []


def test_a_question_shows_no_more_of_a_mail_than_its_commands(desk: Desk) -> None:
    asks(desk)
    forges(desk, "sales@desk.example", f"#title {'win money at evil.example ' * 20}")
    question = told(desk.agent("bob"), "confirm")[-1]
    assert "#title" in question.text
    assert question.text.count("evil.example") <= 3


def test_a_machine_that_answers_every_letter_stops(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH, budgets={"notices_per_hour": 10})
    asks(desk)
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "#clsoe", headers=PASS)
    for serial in range(30):
        bob.replies(told(bob, "held")[-1], f"#clsoe {serial}", headers=PASS)
    assert len(told(bob, "held")) == 10
    for serial in range(30):
        bob.writes("desk@desk.example", subject="x", text=f"nonsense {serial}", headers=PASS)
    assert len(told(bob, "transcript")) == 0


def test_nothing_of_a_ticket_reaches_an_agent_who_may_not_see_it(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    desk.customer("anna@example.org").writes(
        "support@desk.example", subject="CANARY illness", text="CANARY text"
    )
    lan = desk.agent("lan")
    for text in ("#clsoe", "#close", "#show", "hello"):
        lan.writes("support@desk.example", subject="Re: [#1]", text=text, headers=PASS)
    lan.writes("support@desk.example", subject="Re: [#1]", text="forged")
    assert len(told(lan, "held")) == 4
    assert len(told(lan, "unproven")) == 1
    assert not any("CANARY" in str(mail.message) for mail in lan.mails)
    assert not any("x-ticketd-department" in mail.message for mail in lan.mails)


def test_a_confirmation_asks_again_what_the_agent_may(desk: Desk) -> None:
    asks(desk)
    bob = desk.agent("bob")
    forges(desk, "sales@desk.example", "#close")
    question = told(bob, "confirm")[-1]
    reconfigures(desk, agents={"bob": {"role": "viewer"}})
    bob.replies(question, "OK")
    assert desk.ticket(1)["status"] == "new"
    assert "viewer" in bob.last_mail.text


def test_an_unmarked_vacation_note_confirms_and_says_nothing(desk: Desk) -> None:
    anna = asks(desk)
    bob, got = desk.agent("bob"), len(anna.mails)
    forges(desk, "sales@desk.example", "#close")
    question = told(bob, "confirm")[-1]
    for to in (question.reply_to, bob.mails[0].reply_to):
        bob.writes(to, subject="Out of office: Offer", text="CANARY I am at the sea.")
    ticket = desk.ticket(1)
    assert ticket["status"] == "new"
    assert len(anna.mails) == got
    assert not any("CANARY" in text for text in texts(ticket, "note", "reply", "unverified"))


def test_no_agent_reaches_a_foreign_ticket_through_a_link(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    desk.customer("carl@example.org").writes("support@desk.example", subject="Mine", text="x")
    asks(desk)
    lan = desk.agent("lan")
    lan.replies(lan.last_mail, "#link 1", headers=PASS)
    assert "belongs to support" in lan.last_mail.text
    assert desk.ticket(1)["links"] == []
    assert desk.ticket(2)["links"] == []


def test_a_viewer_follows_alone(make_desk: DeskMaker) -> None:
    desk = make_desk(agents={"lan": {"role": "viewer"}})
    asks(desk)
    lan = desk.agent("lan")
    lan.replies(lan.last_mail, "#follow bob")
    assert desk.ticket(1)["followers"] == []
    lan.replies(lan.mails[0], "#follow")
    assert desk.ticket(1)["followers"] == ["lan"]


def test_whoever_is_told_in_a_chain_of_deputies_may_act(make_desk: DeskMaker) -> None:
    kim = {"name": "Kim", "address": "kim@agents.example", "departments": []}
    desk = make_desk(auth=AUTH, agents={"kim": kim})
    bob, lan = desk.agent("bob"), desk.agent("lan")
    bob.writes(
        "desk@desk.example", subject="x", text="away until 2030-01-01 deputy lan", headers=PASS
    )
    lan.writes(
        "desk@desk.example", subject="x", text="away until 2030-01-01 deputy kim", headers=PASS
    )
    asks(desk, "support@desk.example")
    deputy = desk.agent("kim")
    deputy.replies(deputy.last_mail, "#take", headers=PASS)
    assert desk.ticket(1)["assignee"] == "kim"


def test_a_follower_gets_no_more_status_mails_than_anybody(desk: Desk) -> None:
    anna = asks(desk)
    desk.runs("cc", "1", "+carl@example.org")
    carl = desk.customer("carl@example.org")
    for _ in range(12):
        carl.writes("sales@desk.example", subject="status 1", text="")
        desk.clock.passes(minutes=3)
    assert len(carl.mails) == 5
    anna.writes("sales@desk.example", subject="status 1", text="")
    assert "his is how your request stands" in anna.last_mail.text
    assert len(anna.mails) == 2, "the budget of the one is not the other's"


def test_a_bounce_address_is_no_reply_address(desk: Desk) -> None:
    anna = asks(desk)
    desk.runs("reply", "1", "-m", "100 euros.", "--close")
    eve = desk.customer("eve@evil.example", "Eve")
    eve.writes(anna.last_mail.mail_from, subject="Hello", text="Open it again.")
    ticket = desk.ticket(1)
    assert ticket["status"] == "closed"
    assert list(texts(ticket)) == ["How much?"]
    assert list(texts(ticket, "third-party")) == ["Open it again."]


def test_who_is_no_agent_any_more_is_a_stranger(desk: Desk) -> None:
    asks(desk)
    lan = desk.agent("lan")
    notice = lan.last_mail
    desk.runs("close", "1")
    reconfigures(desk, agents={"lan": None})
    lan.replies(notice, "#reopen\n\nI am still here.")
    ticket = desk.ticket(1)
    assert ticket["status"] == "closed"
    assert list(texts(ticket)) == ["How much?"]
    assert desk.ticket(2)["customer"]["address"] == "lan@agents.example"


def test_no_card_and_no_signature_of_an_agent_leaves(desk: Desk) -> None:
    anna = asks(desk)
    bob = desk.agent("bob")
    raw = (
        f"From: Bob <bob@agents.example>\nTo: {bob.last_mail.reply_to}\nSubject: Re: [#1]\nMessage-ID: <s@x>\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain\n\n100 euros.\n"
        "--B\nContent-Type: text/vcard; name=bob.vcf\nContent-Disposition: attachment; filename=bob.vcf\n\n"
        "BEGIN:VCARD\nEMAIL:bob@agents.example\nEND:VCARD\n"
        "--B\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Disposition: attachment; filename=smime.p7s\n\nbob@agents.example\n"
        "--B\nContent-Type: text/plain; name=price.txt\nContent-Disposition: attachment; filename=price.txt\n\n100\n--B--\n"
    )
    desk.takes(raw.encode(), "bob@agents.example", bob.last_mail.reply_to)
    names = [part.get_filename() for part in anna.last_mail.message.iter_attachments()]
    assert names == ["price.txt"]


def test_no_address_that_acts_for_an_agent_stands_in_an_answer(desk: Desk) -> None:
    anna = asks(desk)
    bob = desk.agent("bob")
    mine, back = bob.last_mail.reply_to, bob.last_mail.mail_from
    bob.replies(bob.last_mail, f"100 euros. Write to {mine.upper()} or <{back}>.")
    assert "100 euros. Write to sales@desk.example or <sales@desk.example>." in anna.last_mail.text


def _merges(desk: Desk, source: int, target: int) -> None:
    with desk.database.transaction() as session:
        session.execute(
            sql("UPDATE ticket SET merged_into = :t, status = 'closed' WHERE number = :s"),
            {"t": target, "s": source},
        )


def test_the_answer_to_a_notice_of_a_merged_ticket_is_an_answer(desk: Desk) -> None:
    anna = asks(desk)
    anna.writes("sales@desk.example", subject="Again", text="How much, please?")
    _merges(desk, 2, 1)
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "100 euros.")
    assert list(texts(desk.ticket(1), "reply")) == ["100 euros."]
    assert "100 euros." in anna.last_mail.text


def test_a_mail_for_two_tickets_is_done_on_none(desk: Desk) -> None:
    anna = asks(desk)
    carl = desk.customer("carl@example.org")
    bob = desk.agent("bob")
    first = bob.last_mail
    carl.writes("sales@desk.example", subject="Other", text="x")
    got = len(anna.mails), len(carl.mails)
    bob.writes(first.reply_to, bob.last_mail.reply_to, subject="Re: [#1]", text="100 euros.")
    assert (len(anna.mails), len(carl.mails)) == got
    assert "(#1, #2)" in bob.last_mail.text


def test_of_two_addresses_the_one_that_stays_inside_counts(desk: Desk) -> None:
    anna = asks(desk)
    bob, lan = desk.agent("bob"), desk.agent("lan")
    desk.runs("follow", "1")
    public = bob.last_mail.reply_to
    lan.replies(lan.last_mail, "#note\nBe careful.")
    got = len(anna.mails)
    bob.writes(public, bob.last_mail.reply_to, subject="Re: [#1]", text="I do not trust her.")
    assert len(anna.mails) == got
    assert "I do not trust her." in list(texts(desk.ticket(1), "note"))


def test_an_old_mail_that_is_replayed_is_not_done_again(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    anna = asks(desk)
    bob = desk.agent("bob")
    mail = bob.replies(bob.last_mail, "100 euros.", headers=PASS)
    got = len(anna.mails)
    desk.clock.passes(hours=24 * 9)
    mail["X-Another-Way"] = "1"
    bob.sends(mail, str(mail["to"]))
    assert len(anna.mails) == got
    assert "too long ago" in bob.last_mail.text


def test_words_that_are_not_proven_are_not_quoted_to_the_customer(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    anna = asks(desk)
    anna.writes("sales@desk.example", subject="Re: [#1]", text="CANARY pay to evil.example")
    assert list(texts(desk.ticket(1), "unverified")) == ["CANARY pay to evil.example"]
    desk.runs("reply", "1", "-m", "100 euros.")
    assert "100 euros." in anna.last_mail.text
    assert "CANARY" not in anna.last_mail.text


def test_a_customers_message_id_is_in_no_agents_mail(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    bob, lan = desk.agent("bob"), desk.agent("lan")
    bob.writes(
        "sales@desk.example",
        subject="Offer",
        text="#to anna@example.org\n\nOur price.",
        headers=PASS,
    )
    anna = desk.customer("anna@example.org")
    anna.replies(anna.last_mail, "Too much.")
    made = str(anna.mails[0].message["message-id"])
    assert lan.mails
    assert not any(made in str(mail.message) for mail in (*lan.mails, *bob.mails))


def test_a_reminder_of_a_ticket_that_one_may_see_no_longer_is_empty(make_desk: DeskMaker) -> None:
    desk = make_desk(auth=AUTH)
    asks(desk, text="CANARY")
    lan = desk.agent("lan")
    lan.replies(lan.last_mail, "#remind 2d", headers=PASS)
    reconfigures(desk, agents={"lan": {"departments": []}})
    got = len(lan.mails)
    desk.clock.passes(hours=49)
    desk.rests()
    desk.rests()
    assert not any("CANARY" in mail.text for mail in lan.mails[got:])


def test_questions_that_nobody_answered_are_forgotten_after_a_month(desk: Desk) -> None:
    asks(desk)
    forges(desk, "sales@desk.example", "#close")
    clean(desk.database, desk.clock())
    question = told(desk.agent("bob"), "confirm")[-1]
    desk.agent("bob").replies(question, "OK")
    assert desk.ticket(1)["status"] == "closed"
    desk.clock.passes(hours=24 * 31)
    assert clean(desk.database, desk.clock()) > 0
    with desk.database.reading() as session:
        assert session.execute(sql("SELECT count(*) FROM waiting_act")).scalar() == 0
