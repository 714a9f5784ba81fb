"""Who stands behind an address, for budgets: a loop must not get new ones by changing its local part.

Only budgets, rounds, mutes and storms ask this. Who takes part in a ticket, and who is an agent, is
decided by the exact address alone: what is folded here proves nothing.
"""

import re

from ticketd.core.addresses import normalise

_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_SPLIT = re.compile(r"([-._=])")
_WORD_AND_NUMBER = re.compile(r"(ticket|case|request|issue|incident|reply|inc|req|ref|bug)[0-9]+")
_HEX = re.compile(r"[0-9a-f]{8,}")


def correspondent(address: str) -> str:
    """The one mailbox or program that several spellings of an address lead to.

    Taken off: details (`desk+1042@`, RFC 5233), the dots that Gmail ignores. Numbers and hexadecimal ids
    between marks become `#`: a desk may write as `case-1042@` once and as `case-1043@` next. A local part
    that is a number as a whole stays: those are people (`12345678@qq.com`), and so does `anna1990@`.
    """
    local, at, domain = normalise(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _GMAIL:
        return f"{local.replace('.', '')}{at}gmail.com"
    parts = _SPLIT.split(local)
    return f"{''.join(map(_folded, parts)) if len(parts) > 1 else _folded_word(local)}{at}{domain}"


def _folded(part: str) -> str:
    is_id = part.isdecimal() or (_HEX.fullmatch(part) and any(c.isdecimal() for c in part))
    return "#" if is_id else _folded_word(part)


def _folded_word(part: str) -> str:
    found = _WORD_AND_NUMBER.fullmatch(part)
    return f"{found[1]}#" if found else part
