"""Subjects, tokens, safe texts, trust."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_addresses import OWN
from ticketd.core.inbound import InboundMail, Mailbox, Recipient
from ticketd.core.route import Route, route
from ticketd.core.subjects import (
    claimed_number,
    plain_subject,
    subject_tag,
    ticket_subject,
    without_prefixes,
)
from ticketd.core.text import clean_text, file_name, fold, header_text, log_text
from ticketd.core.threads import Evidence, pointers
from ticketd.core.tokens import Claim, Keys, claim_in_address, claim_in_message_id
from ticketd.core.trust import Trust, TrustRules, covers, parse_results, trust_of

KEYS = Keys("here", (("b", b"new" * 11), ("a", b"old" * 11)))


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: [#42] No sound", 42), ("[#42] AW: [#7] No sound", 42), ("Invoice #42", None), ("[#0] zero", None),
        ("[ # 42 ] x", 42), ("[#99999999999] x", None), ("[#๔๒] x", None), ("[Acme #42] x", None), ("", None), ("[#42", None),
    ],
)  # fmt: skip
def test_the_number_a_subject_claims(subject: str, number: int | None) -> None:
    assert claimed_number(subject) == number


def test_a_desk_with_a_name_takes_its_own_tag_and_the_bare_one() -> None:
    assert claimed_number("Re: [Acme #42] x", "Acme") == 42
    assert claimed_number("Re: [acme #42] x", "Acme") == 42
    assert claimed_number("Re: [#42] x", "Acme") == 42
    assert claimed_number("Re: [Other #42] x", "Acme") is None
    assert ticket_subject(42, "x", "Acme") == "[Acme #42] x"
    assert subject_tag(42) == "[#42]"


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Hi",
        "RE: AW: Fwd: Hi",
        "ตอบกลับ: Hi",
        "ส่งต่อ: Hi",
        "Trả lời: Hi",
        "Chuyển tiếp: Hi",
        "Re[2]: Hi",
        "SV: [#7] Hi",
        "回复：Hi",
    ],
)
def test_prefixes_pile_up_harmlessly(subject: str) -> None:
    assert plain_subject(subject) == "Hi"
    assert without_prefixes("Reply: Hi") == "Reply: Hi"


def test_tokens_prove_whom_they_were_made_for() -> None:
    address = KEYS.reply_address("sales", "t.example.com", 42, "Anna@Example.org", "customer")
    claim = claim_in_address(address)
    assert claim is not None
    assert claim.number == 42
    assert KEYS.verifies(claim, "reply", "customer", "anna@example.org")
    assert claim_in_address(address.upper()) == claim, "some servers change the case of local parts"
    for purpose, parts in (
        ("reply", ("agent", "anna@example.org")),
        ("reply", ("customer", "eve@x")),
        ("note", ("customer", "anna@example.org")),
    ):
        assert not KEYS.verifies(claim, purpose, *parts)  # type: ignore[arg-type]
    assert not Keys("elsewhere", KEYS.keys).verifies(claim, "reply", "customer", "anna@example.org")
    assert not KEYS.verifies(
        Claim(43, claim.version, claim.mac), "reply", "customer", "anna@example.org"
    )
    assert len(claim.mac) == 20, "100 bits"
    assert claim_in_address("sales@t.example.com") is None


def test_an_old_key_still_verifies_and_no_longer_signs() -> None:
    old = Keys("here", (("a", b"old" * 11),))
    claim = claim_in_address(old.reply_address("sales", "d", 1, "x@y", "customer"))
    assert claim is not None
    assert KEYS.verifies(claim, "reply", "customer", "x@y")
    assert not Keys("here", (("b", b"new" * 11),)).verifies(claim, "reply", "customer", "x@y")
    assert claim_in_address(KEYS.reply_address("sales", "d", 1, "x@y", "customer")) != claim


def test_message_ids_of_ours() -> None:
    message_id = KEYS.message_id("desk.example", 7, "12x3f", "x@y", "customer")
    found = claim_in_message_id(message_id, "desk.example")
    assert found is not None
    assert KEYS.verifies(found.claim, "message-id", found.serial, "customer", "x@y")
    assert claim_in_message_id(message_id, "other.example") is None
    assert claim_in_message_id("<x@desk.example>", "desk.example") is None
    assert KEYS.is_own_loop_mark(KEYS.loop_mark())
    assert not KEYS.is_own_loop_mark("here; b" + "a" * 20)
    assert not KEYS.is_own_loop_mark("")


def test_claims_are_ordered_strongest_first() -> None:
    mine = KEYS.reply_address("sales", "t.example.com", 1, "anna@x", "customer")
    others = KEYS.reply_address("sales", "t.example.com", 2, "carl@x", "customer")
    mail = InboundMail(
        author=Mailbox("", "anna@x"),
        subject="[#4] x",
        in_reply_to=("<k@x>",),
        references=("<j@x>", "<k@x>"),
    )
    target = route((Recipient(others), Recipient(mine)), OWN)
    found = pointers(mail, target, KEYS, "t.example.com", "")
    assert [(p.by, p.number or p.message_id) for p in found] == [
        (Evidence.TOKEN, 1), (Evidence.TOKEN_OF_ANOTHER, 2), (Evidence.MESSAGE_ID, "<k@x>"), (Evidence.MESSAGE_ID, "<j@x>"),
        (Evidence.TAG, 4),
    ]  # fmt: skip
    ours = KEYS.message_id("t.example.com", 9, "1", "anna@x", "customer")
    (first, *_) = pointers(
        InboundMail(author=Mailbox("", "anna@x"), in_reply_to=(ours,)),
        Route(()),
        KEYS,
        "t.example.com",
        "",
    )
    assert (first.by, first.number) == (Evidence.TOKEN, 9)


@given(st.text())
def test_texts_are_safe_whatever_they_were(text: str) -> None:
    clean = clean_text(text)
    assert "\x00" not in clean
    clean.encode("utf-8")
    line = header_text(text)
    assert not any(c in line for c in "\r\n\x00\u2028")
    assert len(line) <= 250
    name = file_name(text)
    assert name
    assert len(name) <= 120
    assert not set(name) & set("/\\:\r\n\x00\u202e\u200b")
    assert not name.startswith(".")
    assert "\n" not in log_text(text)


def test_file_names_keep_their_ending() -> None:
    assert file_name("x" * 200 + ".pdf").endswith(".pdf")
    assert file_name("../../etc/passwd") == "_.._etc_passwd"
    assert file_name("photo\u202egpj.exe") == "photogpj.exe"
    assert file_name("x" * 200) == "x" * 120
    assert file_name("") == "attachment"


def test_folding_keeps_thai_and_drops_latin_accents() -> None:
    assert fold("Đơn Hàng") == "don hang"
    assert fold("ที่นี่") == "ที่นี่"


RULES = TrustRules(
    frozenset({"mx.example.com"}), 0, False, frozenset({("bob@corp.example", "bob")})
)


def judged(
    *fields: tuple[str, str],
    author: str = "anna@example.org",
    rules: TrustRules = RULES,
    ambiguous: bool = False,
) -> Trust:
    mail = InboundMail(author=Mailbox("", author), fields=fields, author_is_ambiguous=ambiguous)
    return trust_of(mail, rules, submitted_locally=True)


AR, RECEIVED = "authentication-results", ("received", "from a by b")


@pytest.mark.parametrize(
    ("body", "trust"),
    [
        ("mx.example.com; dkim=pass header.d=example.org", Trust.DKIM),
        ("mx.example.com (x; y) 1; dmarc=pass (p=none) header.from=example.org", Trust.SPF),
        ("mx.example.com; spf=pass smtp.mailfrom=bounce@example.org", Trust.WEAK),
        ("mx.example.com; dkim=pass header.d=evil.example", Trust.NONE),
        ("mx.example.com; dmarc=pass header.from=evil.example", Trust.NONE),
        (
            "mx.example.com; dmarc=fail header.from=example.org; dkim=pass header.d=example.org",
            Trust.FAIL,
        ),
        (
            "mx.example.com; spf=pass smtp.mailfrom=example.org; spf=fail smtp.mailfrom=example.org",
            Trust.FAIL,
        ),
        ("evil.example; dkim=pass header.d=example.org", Trust.NONE),
        ("mx.example.com; none", Trust.NONE),
        ("; ;;=", Trust.NONE),
        ("mx.example.com; auth=pass smtp.auth=bob", Trust.NONE),
        ("mx.example.com 2; dkim=pass header.d=example.org", Trust.NONE),
        ("mx.example.com dkim=pass; dkim=pass header.d=example.org", Trust.NONE),
    ],
)
def test_trust_by_authentication_results(body: str, trust: Trust) -> None:
    assert judged((AR, body)) is trust


def test_where_results_count() -> None:
    good = (AR, "mx.example.com; dkim=pass header.d=example.org")
    assert judged(good, RECEIVED) is Trust.DKIM
    assert judged(RECEIVED, good) is Trust.NONE
    assert judged(RECEIVED, good, rules=TrustRules(frozenset({"mx.example.com"}), 1)) is Trust.DKIM
    assert judged(good, ambiguous=True) is Trust.NONE
    assert judged(good, author="") is Trust.NONE
    assert judged(good, rules=TrustRules()) is Trust.NONE


def test_an_agents_login_proves_that_agent_alone() -> None:
    login = (AR, "mx.example.com; auth=pass smtp.auth=bob")
    assert judged(login, author="bob@corp.example") is Trust.SASL
    assert judged(login, author="ann@corp.example") is Trust.NONE


def test_mail_written_on_this_machine() -> None:
    local = TrustRules(local_submission=True)
    assert judged(rules=local) is Trust.LOCAL
    assert judged(RECEIVED, rules=local) is Trust.NONE
    assert Trust.LOCAL.word == "local"


def test_alignment_and_comments() -> None:
    assert covers("example.org", "example.org")
    assert covers("bounce@example.org", "mail.example.org")
    assert not covers("evil.github.io", "github.io")
    assert not covers("org", "example.org")
    assert not covers("", "example.org")
    assert not covers("example.org.evil.example", "example.org")
    assert parse_results("id; dkim=pass header.d=corp.example" + "x" * 20_000) == ("", [])
    assert parse_results("id; dkim=pass header.d=corp.example" + "x" * 2000)[1] == []
    assert parse_results('id (a (b) \\) "c") ; x=pass')[0] == "id"
    assert parse_results('"a(b" 1; dkim=pass (ok) header.d="x;y"')[1][0].result == "pass"
