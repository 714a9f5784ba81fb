"""Whose mail is it? Read from a trusted server's Authentication-Results alone (RFC 8601)."""

import re
from dataclasses import dataclass
from enum import IntEnum

from ticketd.core.addresses import domain_of
from ticketd.core.inbound import InboundMail


class Trust(IntEnum):
    """How sure we are that the author is who From says; computed once, stored with the message."""

    FAIL = 0
    NONE = 1
    WEAK = 2
    SPF = 3
    DKIM = 4
    SASL = 5
    LOCAL = 6

    @property
    def word(self) -> str:
        """The name that stands in JSON and on screens."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class TrustRules:
    """Which servers' results count (`auth` in the configuration)."""

    authserv_ids: frozenset[str] = frozenset()
    trusted_hops: int = 0
    local_submission: bool = False
    logins: frozenset[tuple[str, str]] = frozenset()
    """Addresses and logins of agents: `auth=pass` for another login proves nothing of the author."""

    @property
    def configured(self) -> bool:
        """Whether there is any trust data to go by."""
        return bool(self.authserv_ids)


@dataclass(frozen=True, slots=True)
class Result:
    """One `method=result` with its properties (RFC 8601, 2.2)."""

    method: str
    result: str
    properties: dict[str, str]


_RESULT = re.compile(
    r"^\s*([a-z][a-z0-9-]*)(?:/[0-9]+)?\s*=\s*([a-z]+)\b(.*)$", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(r'([a-z0-9-]+\.[a-z0-9_-]+)\s*=\s*("[^"]*"|[^\s;"]+)', re.IGNORECASE)


def without_comments(text: str) -> str:
    """A structured field body without its comments, quoted strings kept (RFC 5322, 3.2.2)."""
    out, depth, quoted, escaped = [], 0, False, False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"' and not depth:
            quoted = not quoted
        elif not quoted and sign == "(":
            depth += 1
            continue
        elif not quoted and sign == ")" and depth:
            depth -= 1
            continue
        if not depth:
            out.append(sign)
    return "".join(out)


def parse_results(body: str) -> tuple[str, list[Result]]:
    """The authserv-id and the results of one Authentication-Results field."""
    head, *parts = without_comments(body[:20_000]).split(";")
    words = head.split()
    results = []
    for part in parts[:50]:
        match = _RESULT.match(part)
        if match:
            found = {k.lower(): v.strip('"').lower() for k, v in _PROPERTY.findall(match[3])}
            results.append(Result(match[1].lower(), match[2].lower(), found))
    return (words[0].lower() if words else ""), results


def trusted_results(mail: InboundMail, rules: TrustRules) -> list[Result]:
    """Results of configured servers that stand above the first Received which is not our own."""
    found, hops = [], 0
    for name, body in mail.fields:
        if name == "received":
            hops += 1
            if hops > rules.trusted_hops:
                break
        elif name == "authentication-results":
            authserv_id, results = parse_results(body)
            if authserv_id in rules.authserv_ids:
                found += results
    return found


def aligned(domain: str, author_domain: str) -> bool:
    """Relaxed alignment (RFC 7489, 3.1): equal, or one lies below the other and is no bare suffix."""
    a, b = domain.rpartition("@")[2].strip("."), author_domain
    if not a or not b:
        return False
    shorter = min(a, b, key=len)
    return a == b or ("." in shorter and (a.endswith("." + b) or b.endswith("." + a)))


def trust_of(mail: InboundMail, rules: TrustRules, *, submitted_locally: bool = False) -> Trust:
    """The trust level of a mail's author."""
    if mail.author_is_ambiguous or not mail.author.address:
        return Trust.NONE
    if rules.local_submission and submitted_locally and not mail.first("received"):
        return Trust.LOCAL
    if not rules.configured:
        return Trust.NONE
    author_domain = domain_of(mail.author.address)
    results = trusted_results(mail, rules)
    by_method: dict[str, set[str]] = {}
    for result in results:
        by_method.setdefault(result.method, set()).add(result.result)
    # Several DKIM signatures are normal; any other method with two results is a contradiction.
    if any(len(told) > 1 for method, told in by_method.items() if method != "dkim"):
        return Trust.FAIL
    if "fail" in by_method.get("dmarc", ()):
        return Trust.FAIL
    if _logged_in(results, mail.author.address, rules):
        return Trust.SASL
    return _passed(results, author_domain)


def _logged_in(results: list[Result], address: str, rules: TrustRules) -> bool:
    return any(
        r.method == "auth"
        and r.result == "pass"
        and (address, r.properties.get("smtp.auth", "")) in rules.logins
        for r in results
    )


def _passed(results: list[Result], author_domain: str) -> Trust:
    def says(method: str, prop: str) -> bool:
        return any(
            r.method == method
            and r.result == "pass"
            and aligned(r.properties.get(prop, ""), author_domain)
            for r in results
        )

    dkim = says("dkim", "header.d") or says("dkim", "header.i")
    spf = says("spf", "smtp.mailfrom")
    dmarc = any(
        r.method == "dmarc"
        and r.result == "pass"
        and r.properties.get("header.from", author_domain) == author_domain
        for r in results
    )
    if dkim:
        return Trust.DKIM
    if dmarc:
        return Trust.SPF
    return Trust.WEAK if spf else Trust.NONE
