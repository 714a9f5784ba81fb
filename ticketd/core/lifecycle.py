"""Every status and every move between them, as a table."""

from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    CLOSED = "closed"


class Happening(StrEnum):
    """What can move a ticket."""

    CUSTOMER_WROTE = "customer_wrote"
    AGENT_REPLIED = "agent_replied"
    AGENT_KEEPS_OPEN = "agent_keeps_open"
    """Replied, and has more to do."""
    AGENT_CLOSED = "agent_closed"
    AGENT_REOPENED = "agent_reopened"
    AGENT_WAITS = "agent_waits"
    CUSTOMER_SOLVED = "customer_solved"
    QUIET_FOR_LONG = "quiet_for_long"
    ANSWER_FAILED = "answer_failed"
    WAIT_IS_OVER = "wait_is_over"


_S, _H = Status, Happening
AFTER: dict[tuple[Status, Happening], Status] = {
    (_S.NEW, _H.CUSTOMER_WROTE): _S.NEW,
    (_S.OPEN, _H.CUSTOMER_WROTE): _S.OPEN,
    (_S.PENDING, _H.CUSTOMER_WROTE): _S.OPEN,
    (_S.CLOSED, _H.CUSTOMER_WROTE): _S.OPEN,
    (_S.NEW, _H.AGENT_REPLIED): _S.PENDING,
    (_S.OPEN, _H.AGENT_REPLIED): _S.PENDING,
    (_S.PENDING, _H.AGENT_REPLIED): _S.PENDING,
    (_S.CLOSED, _H.AGENT_REPLIED): _S.CLOSED,
    (_S.NEW, _H.AGENT_KEEPS_OPEN): _S.OPEN,
    (_S.OPEN, _H.AGENT_KEEPS_OPEN): _S.OPEN,
    (_S.PENDING, _H.AGENT_KEEPS_OPEN): _S.OPEN,
    (_S.CLOSED, _H.AGENT_KEEPS_OPEN): _S.CLOSED,
    (_S.NEW, _H.AGENT_CLOSED): _S.CLOSED,
    (_S.OPEN, _H.AGENT_CLOSED): _S.CLOSED,
    (_S.PENDING, _H.AGENT_CLOSED): _S.CLOSED,
    (_S.CLOSED, _H.AGENT_CLOSED): _S.CLOSED,
    (_S.NEW, _H.AGENT_REOPENED): _S.NEW,
    (_S.OPEN, _H.AGENT_REOPENED): _S.OPEN,
    (_S.PENDING, _H.AGENT_REOPENED): _S.OPEN,
    (_S.CLOSED, _H.AGENT_REOPENED): _S.OPEN,
    (_S.NEW, _H.AGENT_WAITS): _S.PENDING,
    (_S.OPEN, _H.AGENT_WAITS): _S.PENDING,
    (_S.PENDING, _H.AGENT_WAITS): _S.PENDING,
    (_S.CLOSED, _H.AGENT_WAITS): _S.CLOSED,
    (_S.NEW, _H.CUSTOMER_SOLVED): _S.CLOSED,
    (_S.OPEN, _H.CUSTOMER_SOLVED): _S.CLOSED,
    (_S.PENDING, _H.CUSTOMER_SOLVED): _S.CLOSED,
    (_S.CLOSED, _H.CUSTOMER_SOLVED): _S.CLOSED,
    (_S.NEW, _H.QUIET_FOR_LONG): _S.NEW,
    (_S.OPEN, _H.QUIET_FOR_LONG): _S.OPEN,
    (_S.PENDING, _H.QUIET_FOR_LONG): _S.CLOSED,
    (_S.CLOSED, _H.QUIET_FOR_LONG): _S.CLOSED,
    (_S.NEW, _H.ANSWER_FAILED): _S.NEW,
    (_S.OPEN, _H.ANSWER_FAILED): _S.OPEN,
    (_S.PENDING, _H.ANSWER_FAILED): _S.OPEN,
    (_S.CLOSED, _H.ANSWER_FAILED): _S.OPEN,
    (_S.NEW, _H.WAIT_IS_OVER): _S.NEW,
    (_S.OPEN, _H.WAIT_IS_OVER): _S.OPEN,
    (_S.PENDING, _H.WAIT_IS_OVER): _S.OPEN,
    (_S.CLOSED, _H.WAIT_IS_OVER): _S.CLOSED,
}


def after(status: str, happening: Happening) -> Status:
    """The status that follows; every pair is in the table."""
    return AFTER[Status(status), happening]
