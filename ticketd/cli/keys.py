"""The signing keys: looked at, rotated each year, dropped when nothing that they have signed can come back."""

import hashlib
from collections.abc import Callable
from typing import Any

import click

from ticketd.cli import output
from ticketd.cli.app import EX_CONFIG, EX_NOPERM, App, Failure
from ticketd.core.key_ring import Key, KeyRing

_SOON = "a running daemon takes it up within half a minute (`systemctl reload ticketd`: at once)"


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing."),
        click.option("--json", "as_json", is_flag=True, help="JSON for programs."),
        click.pass_obj,
    ):
        command = option(command)
    return command


@click.group()
def keys() -> None:
    """The keys that sign reply addresses, Message-IDs and bounce addresses."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.pass_obj
def keys_list(app: App, *, as_json: bool) -> None:
    """List the keys, the one that signs first. Secrets are not shown; equal fingerprints are equal keys."""
    _show(app, _read(app), as_json=as_json)


@keys.command("new")
@_common
def keys_new(app: App, *, dry_run: bool, as_json: bool) -> None:
    """Make a key that verifies at once and signs after the next `rotate`.

    With several daemons: copy the keys file to all of them in between, so that each knows what another signs.
    """
    from ticketd.config.keys import new_secret

    made = _change(app, lambda ring: ring.with_new(new_secret(), app.now().date()), dry_run=dry_run)
    said = f"key {made.keys[-1].version} verifies, and signs after `ticketd keys rotate`; {_SOON}"
    _show(app, made, as_json=as_json, said=said, dry_run=dry_run)


@keys.command("rotate")
@_common
def keys_rotate(app: App, *, dry_run: bool, as_json: bool) -> None:
    """Sign with another key from now on: the one that waits, or a new one. What the old one has signed holds."""
    from ticketd.config.keys import new_secret

    made = _change(app, lambda ring: ring.rotated(new_secret(), app.now().date()), dry_run=dry_run)
    said = f"key {made.keys[0].version} signs, and the others still verify; {_SOON}"
    _show(app, made, as_json=as_json, said=said, dry_run=dry_run)


@keys.command("drop")
@click.argument("versions", nargs=-1)
@click.option(
    "--force", "by_force", is_flag=True, help="Also younger ones: somebody else has them."
)
@_common
def keys_drop(
    app: App, versions: tuple[str, ...], *, by_force: bool, dry_run: bool, as_json: bool
) -> None:
    """Drop the keys that have signed nothing for 400 days, or those of VERSIONS."""
    before = _read(app)
    today = app.now().date()
    left = _change(
        app, lambda ring: ring.without(versions, today, by_force=by_force), dry_run=dry_run
    )
    gone = [k.version for k in before.keys if k.version not in {o.version for o in left.keys}]
    said = f"dropped: {', '.join(gone)}; {_SOON}" if gone else "no key is too old: nothing dropped"
    _show(app, left, as_json=as_json, said=said, dry_run=dry_run)


def _read(app: App) -> KeyRing:
    import os

    from ticketd.config.document import ConfigError
    from ticketd.config.keys import keys_file, read_ring

    state_dir = app.config.state_dir
    try:
        if not keys_file(state_dir).exists():
            what = f"there are no keys in {state_dir} yet; `ticketd serve` makes them"
            raise Failure(what, EX_CONFIG)
        return read_ring(state_dir)
    except PermissionError:
        what = f"{state_dir} may not be read; run this as the daemon's user or root"
        raise Failure(what, EX_NOPERM) from None
    except ConfigError as error:
        raise Failure(str(error), EX_NOPERM if os.geteuid() else EX_CONFIG) from None


def _change(app: App, change: Callable[[KeyRing], KeyRing], *, dry_run: bool) -> KeyRing:
    from ticketd.config.keys import changing, write_ring

    _read(app)
    state_dir = app.config.state_dir
    try:
        with changing(state_dir):
            old = _read(app)
            new = change(old)
            if new != old and not dry_run:
                write_ring(state_dir, new)
    except OSError as error:
        what = f"{state_dir} cannot be written to: {error.strerror}; run this as the daemon's user or root"
        raise Failure(what, EX_NOPERM) from None
    return new


def _show(app: App, ring: KeyRing, *, as_json: bool, said: str = "", dry_run: bool = False) -> None:
    if as_json:
        shown = [_shape(app, ring, key) for key in ring.keys]
        more = {"dry_run": True} if dry_run else {}
        output.print_json({"schema": 1, "keys": shown, **more})
        return
    if said:
        print(f"{'nothing is changed (--dry-run): ' if dry_run else ''}{said}")
        return
    titles = ("KEY", "STATE", "MADE", "SIGNED UNTIL", "FINGERPRINT", "")
    shapes = [_shape(app, ring, key) for key in ring.keys]
    rows = [
        [s["version"], s["state"], s["made"], s["retired"] or "-", s["fingerprint"],
         "may be dropped" if s["may_be_dropped"] else ""]
        for s in shapes
    ]  # fmt: skip
    output.table(titles, rows)


def _shape(app: App, ring: KeyRing, key: Key) -> dict[str, Any]:
    return {
        "version": key.version,
        "state": ring.state(key),
        "made": key.made.isoformat(),
        "retired": key.retired.isoformat() if key.retired else None,
        "fingerprint": hashlib.sha256(key.secret).hexdigest()[:12],
        "may_be_dropped": ring.too_old(key, app.now().date()),
    }
