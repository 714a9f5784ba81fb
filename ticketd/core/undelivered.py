"""What a delivery notice says of one mail of ours: which of its lines is meant, and what it comes to."""

import re
from collections.abc import Sequence
from datetime import timedelta

from ticketd.core.inbound import BounceReport
from ticketd.core.smtp_status import is_permanent, status_of

BAD_AFTER = 2
"""So many permanent bounces ..."""
BAD_WITHIN = timedelta(days=30)
"""... in this time mark an address bad: it gets no acks (mail.md 7)."""
_WORST_FIRST = ("failed", "delayed")
_CODES = re.compile(
    r"(?<![\w.])(?:[245][0-9]{2}[ \-:]{1,2}(?:[245]\.[0-9]{1,3}\.[0-9]{1,3}[ \-:]{1,3})?"
    r"|[245]\.[0-9]{1,3}\.[0-9]{1,3}[ :])"
)


def report_about(recipient: str, reports: Sequence[BounceReport]) -> BounceReport | None:
    """What is said of our recipient. Where a forwarder complains of its own one, that is ours all the same."""
    ours = [r for r in reports if recipient in {r.recipient, r.original}] or reports
    return min(ours, key=_rank, default=None)


def _rank(report: BounceReport) -> int:
    """Worst first: one of several places behind an address that failed is what people have to know."""
    known = report.action in _WORST_FIRST
    return _WORST_FIRST.index(report.action) if known else len(_WORST_FIRST)


def reason(report: BounceReport) -> str:
    """`5.1.1 user unknown`: the status once, then what the server said."""
    said = report.diagnostic.strip()
    codes = _CODES.search(said[:160])
    if report.status and codes:
        said = said[codes.end() :].lstrip(" :-")
    return f"{report.status} {said}".strip()[:200] or "no reason given"


def marks_address(report: BounceReport) -> bool:
    """Whether it counts against the address: given up because of an error that will last."""
    status = report.status or status_of(report.diagnostic)
    return report.action == "failed" and is_permanent(status)
