"""The arguments of MAIL and RCPT: a path and its parameters (RFC 5321, 4.1.2; RFC 3461; RFC 6531)."""

import re
from dataclasses import dataclass

_PATH = re.compile(r"\s*<([^<>]*)>(?:\s+(.*))?\s*|\s*([^\s<>]+)(?:\s+(.*))?\s*")
_SOURCE_ROUTE = re.compile(r"@[^:]*:")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Path:
    """A forward- or reverse-path; `address == ""` is the null path."""

    address: str
    parameters: dict[str, str]


def parse_path(argument: str | None, keyword: str) -> Path | None:
    """`FROM:<a@b> SIZE=1` -> its path; None where it breaks the grammar.

    Missing angle brackets and a blank behind the colon are taken, as all servers do.
    """
    if not argument or argument[: len(keyword)].upper() != keyword:
        return None
    match = _PATH.fullmatch(argument[len(keyword) :])
    if match is None:
        return None
    address = match[1] if match[1] is not None else match[3]
    # A source route says nothing about whom the mail is for (RFC 5321, C).
    address = _SOURCE_ROUTE.sub("", address.strip(), count=1) if address.startswith("@") else address.strip()
    parameters: dict[str, str] = {}
    for word in (match[2] or match[4] or "").split():
        name, equals, value = word.partition("=")
        if not name.replace("-", "").isalnum() or (equals and not value):
            return None
        parameters[name.upper()] = value
    return Path(address, parameters)


def original_recipient(parameter: str) -> str:
    """The address in ORCPT: `rfc822;` and xtext taken off (RFC 3461, 4.2), `utf-8;` too (RFC 6533)."""
    kind, _, text = parameter.partition(";")
    if kind.strip().lower() not in {"rfc822", "utf-8"}:
        return ""
    data = _XTEXT.sub(lambda m: chr(int(m[1], 16)), text)
    return re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", _unicode, data).strip()


def _unicode(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def is_utf8(text: str) -> bool:
    """Whether an address came as valid UTF-8 (aiosmtpd keeps other bytes as surrogates)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
