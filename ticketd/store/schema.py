"""The schema's history: create it, upgrade it, say how old it is."""

from pathlib import Path

import ticketd.store.agent_tables
import ticketd.store.customers
import ticketd.store.report_tables
import ticketd.store.text_tables  # noqa: F401 - its tables are part of the schema
from ticketd.store.database import Database
from ticketd.store.search_index import statements
from ticketd.store.tables import Base

HEAD = "0016"
"""The newest migration; a test holds it against the migrations folder."""
_IS_THERE = "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
_MIGRATIONS = Path(__file__).parent / "migrations"


def why_it_may_lose(database: Database) -> str:
    """Why this PostgreSQL may forget what it has committed when its machine loses power; empty if it does not."""
    if database.is_sqlite:
        return ""
    with database.reading() as session:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            value = session.connection().exec_driver_sql(f"SHOW {setting}").scalar()
            if value == "off":
                return f"PostgreSQL runs with {setting}=off and would lose mail that was answered 250; turn it on"
    return ""


def version(database: Database) -> str | None:
    """The version that the database has, or None where it is empty."""
    with database.reading() as session:
        connection = session.connection()
        # One question for what each command asks first; an inspector would ask the catalogue four.
        there = _IS_THERE if database.is_sqlite else "SELECT to_regclass('alembic_version')"
        if connection.exec_driver_sql(there).scalar() is None:
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return str(row[0]) if row else None


def misfit(found: str | None) -> str:
    """Why this program cannot work with a database of this version, and what to do; empty where it can."""
    if found == HEAD:
        return ""
    what = f"the database has schema {found or 'none'}, this program needs {HEAD}"
    if found is not None and found > HEAD:
        return (
            f"{what}: a newer ticketd made it; install that version again, "
            "or restore the backup that was made before its upgrade"
        )
    return f"{what}; run `ticketd db upgrade`"


def create(database: Database) -> None:
    """Create all tables at once in an empty database; the same as all migrations (a test shows it)."""
    with database.writing() as connection:
        Base.metadata.create_all(connection)
        for statement in statements(connection.dialect.name):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL"
            " CONSTRAINT alembic_version_pkc PRIMARY KEY)"
        )
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")  # noqa: S608 - a constant


def upgrade(database: Database, to: str = "head") -> None:
    """Run the migrations that are missing."""
    # alembic is heavy: only this act pays for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def remove(database: Database) -> None:
    """Take all tables of an empty desk away, so that another one can take their place."""
    if database.path is not None:
        database.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{database.path}{end}").unlink(missing_ok=True)
        return
    with database.writing() as connection:
        Base.metadata.drop_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
