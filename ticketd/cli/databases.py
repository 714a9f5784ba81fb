"""The database as such: how old it is, bring it up to date, move it."""

from typing import TYPE_CHECKING

import click

from ticketd.cli import output
from ticketd.cli.app import EX_CONFIG, App, Failure
from ticketd.cli.progress import progress

if TYPE_CHECKING:
    from ticketd.store.database import Database


@click.group()
def db() -> None:
    """The database: its schema, and the way to another one."""


@db.command("status")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def db_status(app: App, *, as_json: bool) -> int:
    """Say which database it is, and whether its schema is the one that this program needs."""
    from ticketd.store import schema

    database = app.any_database()
    version = None if app.is_absent(database) else schema.version(database)
    told = {
        "schema": 1,
        "database": database.kind,
        "version": version,
        "needed": schema.HEAD,
        "ok": version == schema.HEAD,
    }
    if as_json:
        output.print_json(told)
    else:
        print(f"{database.kind}: schema {version or 'none'}, this program needs {schema.HEAD}")
    return 0 if version == schema.HEAD else 1


@db.command("upgrade")
@click.option("--no-backup", is_flag=True, help="Make no backup before.")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def db_upgrade(app: App, *, no_backup: bool, dry_run: bool) -> None:
    """Bring the schema up to date; a backup is made before (state_dir/backups)."""
    from ticketd.cli.alone import alone
    from ticketd.store import schema

    database = app.any_database()
    if app.is_absent(database):
        what = f"there is no database at {database.path} yet; `ticketd serve` creates it"
        raise Failure(what, EX_CONFIG)
    before = schema.version(database)
    if before is not None and before > schema.HEAD:
        raise Failure(schema.misfit(before), EX_CONFIG)
    if before == schema.HEAD or dry_run:
        print(f"schema {before or 'none'} -> {schema.HEAD}{_remark(before, dry_run=dry_run)}")
        return
    # Nobody works on a schema that changes under him.
    with alone(app.config):
        if before is not None and not no_backup:
            _backup_before(app, database, before)
        schema.upgrade(database)
    print(f"schema {before or 'none'} -> {schema.version(database)}")


def _remark(before: str | None, *, dry_run: bool) -> str:
    from ticketd.store import schema

    if before == schema.HEAD:
        return ": nothing to do"
    return " (dry run: nothing was done)" if dry_run else ""


def _backup_before(app: App, database: "Database", before: str) -> None:
    from ticketd.cli.backups import beside, write_backup
    from ticketd.store import schema

    folder = app.config.state_dir / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    path = folder / f"before-{schema.HEAD}-{before}-{app.now():%Y%m%d-%H%M%S}.tar.gz"
    write_backup(database, beside(app.config, app.config_path), path, app.now())
    print(f"backup   {path}")


@db.command("rebuild")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where something differs.")
@click.pass_obj
def db_rebuild(app: App, *, check: bool) -> None:
    """Make anew from the history what is kept beside each ticket for reports; it may be done while the daemon runs."""
    from ticketd.store import stories

    database = app.database
    with database.reading() as session, progress("read", stories.count(session)) as tell:
        wrong = stories.wrong(session, tell)
        found = [(number, opened_at) for number, opened_at, _ in wrong]
    numbers = ", ".join(f"#{number}" for number, _ in found[:20])
    told = f"{len(found)} tickets{': ' if found else ''}{numbers}{', …' if len(found) > 20 else ''}"
    if check and found:
        raise Failure(f"not as the history says: {told}; say it without --check", 1)
    for number, opened_at in found:
        # One by one: mail that comes meanwhile does not wait for all of them.
        with database.transaction() as session:
            stories.rebuild(session, number, opened_at)
    print(f"{'as the history says' if check else 'made anew'}: {told}")


@db.command("copy-to")
@click.argument("url")
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.pass_obj
def db_copy_to(app: App, url: str, *, dry_run: bool) -> None:
    """Copy the desk to the database at URL, and hold both against each other row by row.

    It may be done while the daemon runs; once it is stopped, a second time brings only what has come since.
    """
    from ticketd.cli.alone import alone_if_possible
    from ticketd.store import moving, schema

    source = app.database
    target = _target(app, url)
    if dry_run:
        version = None if app.is_absent(target) else schema.version(target)
        rows = moving.total(source)
        print(f"{rows} rows would go to {target.kind}, which has schema {version or 'none'}")
        return
    with alone_if_possible(app.config) as is_still:
        _prepare(target)
        total = moving.total(source)
        with progress("copy", total) as tell:
            written, rows = moving.copy(source, target, tell)
        print(f"{target.kind}: {written} rows written, {rows} in all")
        if not is_still:
            print(
                "the daemon runs, so this copy is of the moment when it began; stop the daemon and say this again:\n"
                "only what has come since will be brought, and both will be held against each other"
            )
            return
        with progress("check", total) as tell:
            where = moving.first_difference(source, target, tell)
    if where:
        raise Failure(f"the copy is not the same at {where}; say it again, and keep the old one")
    print("equal, row by row; now set `database:` to that URL and start the daemon")


def _target(app: App, url: str) -> "Database":
    """The other database; `postgresql://` is enough of a name."""
    from ticketd.store.database import Database

    full = url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not full.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise click.UsageError(
            f"'{url}' is no database; write postgresql://user@host/name or sqlite:////full/path.db"
        )
    if full == app.config.database_url:
        raise Failure("that is the database that the desk is in already")
    return app.also(Database(full, app.config.blob_folder))


def _prepare(target: "Database") -> None:
    """The tables, where there are none yet. Failure where the schema is another."""
    from ticketd.store import schema

    if target.path is not None:
        target.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    version = schema.version(target)
    if version is None:
        schema.create(target)
        target.protect()
    elif why := schema.misfit(version):
        raise Failure(f"{target.kind}: {why}", EX_CONFIG)
