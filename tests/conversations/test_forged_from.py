"""From fields that one program reads as the agent and another as somebody else: none of them acts, whatever was signed."""

import pytest

from tests.conftest import DeskMaker
from tests.desk import Desk, texts

SERVER = "mx.desk.example"
# The worst case: the server that checks has read the field as the forger wished.
PASS = f"{SERVER}; dkim=pass header.d=agents.example; dmarc=pass header.from=agents.example"
B, E = "bob@agents.example", "eve@evil.example"
FORMS = {
    "two fields": f"From: {B}\nFrom: {E}",
    "two fields, the other way round": f"From: {E}\nFrom: {B}",
    "one field, in two spellings": f"From: {E}\nfrom : {B}",
    "two mailboxes": f"From: {B}, {E}",
    "two mailboxes by a semicolon": f"From: {B}; {E}",
    "a name that is an address": f"From: {B} <{E}>",
    "the other as the name": f"From: {E} <{B}>",
    "a quoted name that is an address": f'From: "{B}" <{E}>',
    "an encoded name that is an address": f"From: =?utf-8?q?bob=40agents=2Eexample?= <{E}>",
    "two angles": f"From: <{E}> <{B}>",
    "an address behind the angle": f"From: <{B}> {E}",
    "an angle without its end": f"From: Bob <{B}",
    "a comment behind": f"From: Bob <{B}> ({E})",
    "a comment in the address": "From: bob(eve@evil.example)@agents.example",
    "a comment at the mark": "From: bob@(x)agents.example",
    "a closing bracket (CVE-2023-27043)": f"From: {B}){E}",
    "a closing square bracket (CVE-2023-27043)": f"From: {B}]{E}",
    "a group": f"From: Agents: {B};",
    "a route": f"From: <@evil.example:{B}>",
    "an encoded address": "From: =?utf-8?q?bob=40agents.example?=",
    "an encoded address with a NUL": "From: =?utf-8?q?bob=40agents.example=00?=@evil.example",
    "an encoded local part": "From: <=?utf-8?q?bob?=@agents.example>",
    "a quoted local part": 'From: "bob"@agents.example',
    "two marks": f"From: {B}@evil.example",
    "a backslash": f"From: {B}\\",
    "a folded second one": f"From: {B}\n\t{E}",
    "a comma behind": f"From: {B},",
    "a wide dot": "From: bob@agents\u3002example",
    "a wide letter": "From: \uff42ob@agents.example",
    "a Cyrillic letter": "From: b\u043eb@agents.example",
    "no From, but Sender": f"Sender: {B}",
    "an empty From, and Sender": f"From:\nSender: {B}",
    "somebody else's, and Reply-To": f"From: {E}\nReply-To: {B}",
    "somebody else's, and Resent-From": f"Resent-From: {B}\nFrom: {E}",
}  # fmt: skip


@pytest.mark.parametrize("minimum", ["dkim", "token"])
def test_no_form_acts_for_the_agent(make_desk: DeskMaker, minimum: str) -> None:
    desk = make_desk(auth={"authserv_ids": [SERVER], "agents_minimum": minimum})
    anna, bob = desk.customer("anna@example.org", "Anna"), desk.agent("bob")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    notice, outside = bob.last_mail, len(desk.captured())
    for serial, field in enumerate(FORMS.values()):
        raw = (
            f"Authentication-Results: {PASS}\n{field}\nTo: {notice.reply_to}\nSubject: Re: {notice.subject}\n"
            f"Message-ID: <{serial}@forged.example>\n\n#close\n\nCANARY {serial}\n"
        )
        desk.takes(raw.encode(), "eve@evil.example", notice.reply_to, rest=False)
    desk.rests()
    assert len(desk.captured()) == outside
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["assignee"]) == ("new", None)
    assert list(texts(ticket, "reply", "note")) == []
    assert len(list(texts(ticket, "unverified", "third-party"))) == len(FORMS), (
        "agents see them all"
    )

    anna.writes("sales@desk.example", subject="Another", text="And this?")
    to = bob.last_mail.reply_to
    raw = f"Authentication-Results: {PASS}\nFrom: Bob <{B}>\nTo: {to}\n\n#close\n\n100 euros.\n"
    desk.takes(raw.encode(), B, to)
    assert desk.ticket(2)["status"] == "closed", "read in one way alone it is Bob"


def test_an_agent_is_shown_the_address_behind_a_name_that_is_another_address(desk: Desk) -> None:
    """In a notice, in the answer to `#show`, and where a reply waits because of it."""
    anna, bob = desk.customer("anna@example.org", "Anna"), desk.agent("bob")
    anna.writes("sales@desk.example", subject="Offer", text="How much?")
    notice, who = bob.last_mail, f"bob@agents.example <{E}>"
    raw = f'From: "{B}" <{E}>\nTo: {notice.reply_to}\n\nGive them 90 percent off.\n'
    desk.takes(raw.encode(), E, notice.reply_to)
    assert f"{who} wrote" in bob.last_mail.text
    bob.replies(bob.last_mail, "#show 1")
    assert f"{who} · third-party" in bob.last_mail.text
    bob.replies(notice, "100 euros.")
    assert "waits" in bob.last_mail.text
    assert f"{who} wrote" in bob.last_mail.text
