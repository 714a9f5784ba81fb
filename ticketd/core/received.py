"""What our own mail server says in its Received field of who handed a mail in (RFC 5321, 4.4)."""

import re

_LONGEST = 2000
_WORD = re.compile(r"\s*(\((?:[^()]|\([^()]*\))*\)|[^\s()]+)")
"""A comment, or anything without blanks; a comment in a comment stays a part of the outer one."""
_LOGIN = re.compile(r"\(Authenticated sender: ([^\s(),]{1,200})\)", re.IGNORECASE)


def authenticated_sender(received: str) -> tuple[str, str]:
    """The server that wrote the field, and the login that it names; both empty where it names none, or is odd.

    Postfix writes the login with `smtpd_sasl_authenticated_header`: a comment of its own between `from` and `by`.
    What a stranger chose stands in the words themselves (HELO, the recipient), or deeper in a comment (the name in
    a certificate).
    """
    if len(received) > _LONGEST:
        return "", ""
    told: list[str] = []
    at = 0
    while (word := _WORD.match(received, at)) and word[1].lower() != "by":
        told.append(word[1])
        at = word.end()
    server = _WORD.match(received, word.end()) if word else None
    logins = [login[1] for comment in told if (login := _LOGIN.fullmatch(comment))]
    if server is None or len(logins) != 1 or told[0].lower() != "from":
        return "", ""
    return server[1].lower(), logins[0].lower()
