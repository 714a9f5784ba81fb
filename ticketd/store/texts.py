"""How often canned replies and articles were used."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketd.store.rows import append
from ticketd.store.text_tables import TextUse


def use(
    session: Session, kind: str, name: str, ticket: int | None, act: str, now: datetime
) -> None:
    """Count one use; no ticket where none was opened."""
    row = {"kind": kind, "name": name, "ticket": ticket or 0, "act": act, "at": now}
    append(session, TextUse, row)


def uses(session: Session, kinds: Sequence[str]) -> dict[tuple[str, str], int]:
    """(kind, name) -> how often."""
    statement = select(TextUse.kind, TextUse.name, func.count()).where(TextUse.kind.in_(kinds))
    rows = session.execute(statement.group_by(TextUse.kind, TextUse.name))
    return {(kind, name): int(count) for kind, name, count in rows}


def suggested(session: Session, ticket: int) -> list[str]:
    """The articles that the ack of a ticket has named."""
    statement = select(TextUse.name).where(TextUse.ticket == ticket, TextUse.kind == "suggested")
    return list(session.execute(statement).scalars())
