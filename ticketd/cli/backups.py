"""One file with the whole desk, and the way back: backup, verify, restore."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ticketd import __version__
from ticketd.cli import output
from ticketd.cli.app import EX_CONFIG, App, Failure
from ticketd.cli.progress import progress

if TYPE_CHECKING:
    from ticketd.config.schema import Config
    from ticketd.store.backup import Beside, Manifest
    from ticketd.store.database import Database

FOLDERS = ("templates", "canned", "kb")
"""Keys of the configuration that name a folder of texts."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="FILE is a folder: leave the newest so many.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def backup(app: App, file: Path, keep: int | None, *, as_json: bool) -> None:
    """Write the whole desk into a new FILE (or a new file in a folder), while it runs."""
    if keep is not None and not file.is_dir():
        raise click.UsageError(f"--keep needs a folder; {file} is none")
    config, now = app.config, app.now()
    path = file / f"ticketd-{now:%Y%m%d-%H%M%S}.tar.gz" if file.is_dir() else file
    manifest = write_backup(app.database, beside(config, app.config_path), path, now)
    removed = _rotate(file, keep) if keep is not None else []
    told = _told(path, manifest) | {"removed": [str(p) for p in removed]}
    if as_json:
        output.print_json(told)
        return
    print(f"{path}: {_summary(manifest)}, {path.stat().st_size} bytes")
    for sha256 in manifest.missing:
        click.echo(f"ticketd: the file of blob {sha256} is gone; the rest is whole", err=True)
    for old in removed:
        print(f"{old} removed")


def write_backup(database: "Database", own: "Beside", path: Path, now: datetime) -> "Manifest":
    """A backup with a bar. Failure where the file cannot be written."""
    from ticketd.store import backup as backups
    from ticketd.store.moving import total

    try:
        with progress("backup", total(database)) as tell:
            return backups.write(database, own, path, now, __version__, tell)
    except FileExistsError:
        raise Failure(f"{path} exists already; name another file") from None
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror or error}") from None


def beside(config: "Config", path: Path) -> "Beside":
    """The keys, the configuration with its snippets, and the folders of texts that it names."""
    from ticketd.store.backup import Beside

    files, keys = [("config/config.yaml", path)], config.state_dir / "keys"
    if keys.exists():
        files.append(("keys", keys))
    snippets = sorted((path.parent / "conf.d").glob("*.yaml"))
    files += [(f"config/conf.d/{p.name}", p) for p in snippets]
    for name in FOLDERS:
        folder = getattr(config, name, None)
        if isinstance(folder, Path) and folder.is_dir():
            found = sorted(p for p in folder.rglob("*") if p.is_file())
            files += [(f"config/{name}/{p.relative_to(folder)}", p) for p in found]
    try:
        return Beside(tuple((name, p.read_bytes()) for name, p in files))
    except OSError as error:
        raise Failure(f"{error.filename} cannot be read: {error.strerror}", 77) from None


def _rotate(folder: Path, keep: int) -> list[Path]:
    old = sorted(folder.glob("ticketd-*.tar.gz"))[:-keep]
    for path in old:
        path.unlink()
    return old


def _summary(manifest: "Manifest") -> str:
    tickets, blobs = manifest.rows.get("ticket", 0), manifest.rows.get("blob", 0)
    return f"{tickets} tickets, {sum(manifest.rows.values())} rows, {blobs} blobs"


def _told(path: Path, manifest: "Manifest") -> dict[str, object]:
    return {
        "schema": 1,
        "file": str(path),
        "made_at": manifest.made_at,
        "program": manifest.program,
        "database_schema": manifest.schema,
        "rows": manifest.rows,
        "missing": manifest.missing,
        "size": path.stat().st_size,
    }


@contextmanager
def _plainly() -> Iterator[None]:
    """What is wrong with a backup is one sentence."""
    from ticketd.store.backup import BadBackup

    try:
        yield
    except BadBackup as error:
        raise Failure(str(error)) from None


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
def verify(file: Path, *, as_json: bool) -> None:
    """Read a backup from end to end and say whether all of it is as it was written."""
    manifest = _verified(file)
    if as_json:
        output.print_json(_told(file, manifest))
        return
    made = datetime.fromisoformat(manifest.made_at)
    by = f"ticketd {manifest.program}, schema {manifest.schema}, {manifest.database}"
    print(f"{file}: whole; {_summary(manifest)}; made {made:%Y-%m-%d %H:%M} UTC by {by}")


def _verified(file: Path) -> "Manifest":
    from ticketd.store.backup import verify as verify_file

    with _plainly(), progress("verify", None) as tell:
        return verify_file(file, tell)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--config-to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the configuration of the backup into this folder first, and restore by it.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def restore(app: App, file: Path, config_to: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Make the desk of a backup again, in an empty database; its outgoing mail is held."""
    manifest = _verified(file)
    if config_to is not None:
        _write_config(file, config_to, dry_run=dry_run)
        if dry_run:
            print(f"{file}: whole; its configuration would be written to {config_to}")
            return
        app.config_name = str(config_to / "config.yaml")
    from ticketd.cli.alone import alone
    from ticketd.store import restoring

    config = app.config
    config.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(config):
        database = app.any_database()
        if why := restoring.why_not_empty(database):
            what = f"{why}; restore into an empty database, or move that one away"
            raise Failure(what, EX_CONFIG)
        if dry_run:
            print(f"{file}: whole; {_summary(manifest)} would go to {database.kind}")
            return
        _write_keys(file, config)
        with _plainly(), progress("restore", len(manifest.parts)) as tell:
            came = restoring.restore(file, manifest, database, tell)
    if as_json:
        told = {"tickets": came.tickets, "waiting": came.waiting, "held": came.held}
        output.print_json({"schema": 1, "database": database.kind} | told)
        return
    print(f"{database.kind}: {came.tickets} tickets, {came.waiting} mails to be worked in")
    print(
        f"{came.held} outgoing mails are held, and every new one will be. Look at `ticketd queue list`, drop what the\n"
        "old desk has sent since the backup, and then let them go: ticketd queue release --all"
    )


def _write_config(file: Path, folder: Path, *, dry_run: bool) -> None:
    """The files of the configuration, into a folder that has none."""
    if (folder / "config.yaml").exists():
        raise Failure(f"{folder / 'config.yaml'} exists already; name another folder", EX_CONFIG)
    for name, content in _beside(file, "config/"):
        target = folder / name.removeprefix("config/")
        if not target.resolve().is_relative_to(folder.resolve()):
            raise Failure(f"{file}: {name} leads out of the folder; this is no backup of ours")
        if not dry_run:
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, content, 0o640)


def _write_keys(file: Path, config: "Config") -> None:
    """Links and reply addresses in customers' mailboxes are good for these keys alone."""
    path = config.state_dir / "keys"
    for _, content in _beside(file, "keys"):
        if path.exists() and path.read_bytes() != content:
            path.rename(path.with_name("keys.before-restore"))
        _write(path, content, 0o600)


def _beside(file: Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    from ticketd.store.backup import parts

    with _plainly():
        yield from ((n, content) for n, content in parts(file) if n.startswith(prefix))


def _write(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
