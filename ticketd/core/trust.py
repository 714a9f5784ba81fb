"""Whose mail is it? Read from what trusted servers say alone: Authentication-Results (RFC 8601), who logged in."""

import re
from dataclasses import dataclass
from enum import IntEnum

from ticketd.core.addresses import domain_of
from ticketd.core.inbound import InboundMail
from ticketd.core.received import authenticated_sender


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
    """Addresses and logins of agents: a login of somebody else proves nothing of the author."""

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


_LONGEST, _LONGEST_PART = 20_000, 2000
_RESULT = re.compile(
    r"^\s*([a-z][a-z0-9-]*)(?:/[0-9]+)?\s*=\s*([a-z]+)\b(.*)$", re.IGNORECASE | re.DOTALL
)
_PROPERTY = re.compile(
    r'(?:^|(?<=\s))([a-z0-9-]+\.[a-z0-9_-]+)\s*=\s*((?:"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[^\s;"])+)',
    re.IGNORECASE | re.DOTALL,
)
"""A quote without its end takes the rest: linear, and nothing in it becomes a property."""


def parts_of(text: str) -> list[str]:
    """A field body at its semicolons, comments taken off; both only outside quoted strings (RFC 5322, 3.2).

    An honest server quotes what a stranger wrote: nothing in quotes may become a result of its own.
    """
    parts: list[str] = []
    part: list[str] = []
    depth, quoted, escaped = 0, False, False
    for sign in text:
        keep = not depth
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"' and not depth:
            quoted = not quoted
        elif not quoted and sign == "(":
            depth, keep = depth + 1, False
        elif not quoted and sign == ")" and depth:
            depth, keep = depth - 1, False
        elif not quoted and not depth and sign == ";":
            parts.append("".join(part))
            part, keep = [], False
        if keep:
            part.append(sign)
    return [*parts, "".join(part)]


def parse_results(body: str) -> tuple[str, list[Result]]:
    """The authserv-id and the results of one Authentication-Results field."""
    # Cut in the middle, `d=corp.example.evil.example` would say something else.
    if len(body) > _LONGEST:
        return "", []
    head, *parts = parts_of(body)
    words = head.split()
    # The version of the field (RFC 8601, 2.2): we know one.
    if words[1:] not in ([], ["1"]):
        return "", []
    results = []
    for part in parts[:50]:
        match = _RESULT.match(part) if len(part) <= _LONGEST_PART else None
        if match:
            results.append(Result(match[1].lower(), match[2].lower(), _properties(match[3])))
    return (words[0].lower() if words else ""), results


def _properties(text: str) -> dict[str, str]:
    """`ptype.property=value` words; what follows a quoted value directly belongs to it."""
    return {name.lower(): value.lower() for name, value in _PROPERTY.findall(text)}


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


def covers(domain: str, author_domain: str) -> bool:
    """Whether a domain that was proven is the author's, or stands above it (RFC 7489, 3.1).

    A domain below the author's proves nothing by itself: whoever has a name under `github.io` is not
    `github.io`. Where the server says dmarc=pass, it has looked that up in the list of public suffixes.
    """
    proven = domain.rpartition("@")[2].strip('".')
    return (
        bool(proven)
        and "." in proven
        and (author_domain == proven or author_domain.endswith(f".{proven}"))
    )


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
    if _logged_in(mail, results, rules):
        return Trust.SASL
    return _passed(results, author_domain)


def _logged_in(mail: InboundMail, results: list[Result], rules: TrustRules) -> bool:
    """Whether a trusted server says that the author logged in: as a result, or in the topmost Received.

    Only the topmost one is certainly of the server that handed the mail to us; whatever stands below may be forged.
    """
    logins = [
        r.properties.get("smtp.auth", "")
        for r in results
        if r.method == "auth" and r.result == "pass"
    ]
    server, login = authenticated_sender(mail.first("received"))
    if server in rules.authserv_ids:
        logins.append(login)
    return any((mail.author.address, login) in rules.logins for login in logins if login)


def _passed(results: list[Result], author_domain: str) -> Trust:
    def says(method: str, prop: str) -> bool:
        return any(
            r.method == method
            and r.result == "pass"
            and covers(r.properties.get(prop, ""), author_domain)
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
    if dkim or (dmarc and _signed_below(results, author_domain)):
        return Trust.DKIM
    if dmarc:
        return Trust.SPF
    return Trust.WEAK if spf else Trust.NONE


def _signed_below(results: list[Result], author_domain: str) -> bool:
    """A signature of a subdomain of the author's: counts together with dmarc=pass."""
    return any(
        r.method == "dkim"
        and r.result == "pass"
        and r.properties.get("header.d", "").endswith(f".{author_domain}")
        for r in results
    )
