"""Who logged in, by the Received field of our own server: real fields, and what strangers can write into them."""

import pytest

from ticketd.core.inbound import InboundMail, Mailbox
from ticketd.core.received import authenticated_sender
from ticketd.core.trust import Trust, TrustRules, trust_of

BY = "by mx.desk.example (Postfix) with ESMTPSA id 3C0A522E0BD for <support@desk.example>; Wed, 25 Nov 2026 15:01:42 +0000 (UTC)"
FROM = "from [192.0.2.7] (unknown [192.0.2.7])"
TLS = "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519)"
LOGIN = "(Authenticated sender: bob)"
FOR = f"{FROM} {BY}".replace("support", f'"{LOGIN}"')
RULES = TrustRules(
    frozenset({"mx.desk.example"}), 0, False, frozenset({("bob@agents.example", "bob")})
)


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (f"{FROM} {LOGIN} {BY}", ("mx.desk.example", "bob")),
        (f"{FROM} {TLS} (No client certificate requested) {LOGIN} {BY}", ("mx.desk.example", "bob")),
        (f"{FROM} (Authenticated sender: Bob@Agents.example) {BY}", ("mx.desk.example", "bob@agents.example")),
        (f"{FROM} {BY}", ("", "")),
        (f"{FROM} {BY} {LOGIN}", ("", "")),
        (f"{FROM} {LOGIN} {LOGIN} {BY}", ("", "")),
        (f"{FROM} {LOGIN} (Authenticated sender: carl) {BY}", ("", "")),
        (f"{FROM} (Client CN \"x {LOGIN}\", Issuer \"y\" (not verified)) {BY}", ("", "")),
        (FOR, ("", "")),
        (f"from x(Authenticated_sender:_bob) (unknown [192.0.2.7]) {BY}", ("", "")),
        (f"{FROM} (Authenticated sender: bob, carl) {BY}", ("", "")),
        (f"{FROM} (Authenticated sender: bob {BY}", ("", "")),
        (f"{FROM} {LOGIN} by", ("", "")),
        (f"{LOGIN} {BY}", ("", "")),
        (f"{FROM} {LOGIN} {BY} {'x' * 2000}", ("", "")),
        (f"{'(' * 1000} {LOGIN} {BY}", ("", "")),
        ("", ("", "")),
    ],
)  # fmt: skip
def test_the_login_that_a_received_field_names(received: str, told: tuple[str, str]) -> None:
    assert authenticated_sender(received) == told


@pytest.mark.parametrize(
    ("author", "fields", "trust"),
    [
        ("bob@agents.example", [f"{FROM} {LOGIN} {BY}"], Trust.SASL),
        ("lan@agents.example", [f"{FROM} {LOGIN} {BY}"], Trust.NONE),
        ("bob@agents.example", [f"{FROM} {LOGIN} {BY.replace('mx.', 'evil.')}"], Trust.NONE),
        ("bob@agents.example", [f"{FROM} {BY}", f"{FROM} {LOGIN} {BY}"], Trust.NONE),
        ("bob@agents.example", [f"{FROM} {LOGIN} {BY}", f"{FROM} {BY}"], Trust.SASL),
    ],
)  # fmt: skip
def test_only_the_topmost_field_of_a_server_that_is_believed(
    author: str, fields: list[str], trust: Trust
) -> None:
    given = tuple(("received", field) for field in fields)
    assert trust_of(InboundMail(author=Mailbox("", author), fields=given), RULES) is trust
