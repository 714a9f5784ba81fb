"""The arguments of MAIL and RCPT: a path and its parameters (RFC 5321, 4.1.2; RFC 3461; RFC 6531)."""

import re
from dataclasses import dataclass

from ticketd.core.addresses import is_address

_PATH = re.compile(
    r'\s*<((?:"(?:[^"\\]|\\.)*"|[^<>"])*)>(?:\s+(.*))?\s*|\s*([^\s<>]+)(?:\s+(.*))?\s*'
)
_SOURCE_ROUTE = re.compile(r"@[^:]*:")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")

_MAIL_KEYS = frozenset({"SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "AUTH"})
_RCPT_KEYS = frozenset({"NOTIFY", "ORCPT"})


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
    address = (
        _SOURCE_ROUTE.sub("", address.strip(), count=1)
        if address.startswith("@")
        else address.strip()
    )
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


def _is_utf8(text: str) -> bool:
    """Whether an address came as valid UTF-8 (other bytes are kept as surrogates)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def mail_fault(reverse: Path | None) -> str:
    """What is wrong with MAIL, or an empty text."""
    if reverse is None:
        return "501 5.5.4 Syntax: MAIL FROM:<address>"
    # Any path that can be stored is taken: whether it can be answered is another matter.
    if not _is_utf8(reverse.address) or any(sign < " " for sign in reverse.address):
        return "553 5.1.7 This is no address"
    if not reverse.parameters.keys() <= _MAIL_KEYS:
        return "555 5.5.4 Unknown parameter"
    if not re.fullmatch(r"[0-9]{0,15}", reverse.parameters.get("SIZE", "")):
        return "501 5.5.4 SIZE takes a number"
    if reverse.parameters.get("BODY", "7BIT").upper() not in {"7BIT", "8BITMIME"}:
        return "501 5.5.4 BODY is 7BIT or 8BITMIME"
    return ""


def rcpt_fault(forward: Path | None) -> str:
    """What is wrong with RCPT, or an empty text."""
    if forward is None or not forward.address:
        return "501 5.5.4 Syntax: RCPT TO:<address>"
    if not forward.parameters.keys() <= _RCPT_KEYS:
        return "555 5.5.4 Unknown parameter"
    bare_postmaster = forward.address.lower() == "postmaster"
    if not bare_postmaster and not (is_address(forward.address) and _is_utf8(forward.address)):
        return "553 5.1.3 This is no address"
    return ""
