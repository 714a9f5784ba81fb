"""The views that agents have saved for themselves."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketd.core.views import View
from ticketd.store.agent_tables import SavedView
from ticketd.store.rows import append


def of_agent(session: Session, agent: str) -> tuple[View, ...]:
    """An agent's own views, by name."""
    statement = select(SavedView).where(SavedView.agent == agent).order_by(SavedView.name)
    return tuple(
        View(row.name, row.query, tuple(row.columns), row.agent)
        for row in session.execute(statement).scalars()
    )


def save(session: Session, view: View) -> None:
    """Keep a view, in the place of one of that name."""
    remove(session, view.owner, view.name)
    row = {"agent": view.owner, "name": view.name, "query": view.query, "columns": [*view.columns]}
    append(session, SavedView, row)


def remove(session: Session, agent: str, name: str) -> bool:
    """Forget a view; whether there was one."""
    where = SavedView.agent == agent, SavedView.name == name
    found = session.execute(select(SavedView.name).where(*where)).first() is not None
    session.execute(delete(SavedView).where(*where))
    return found
