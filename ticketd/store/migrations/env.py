"""How alembic gets its connection: from `store.schema`, inside its transaction."""

from alembic import context

import ticketd.store.agent_tables
import ticketd.store.customers
import ticketd.store.report_tables
import ticketd.store.text_tables  # noqa: F401 - the same
from ticketd.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
