"""`ticketd install --systemd`: from a virtual environment to a service, and back."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from ticketd.cli.app import EX_NOPERM, Failure
from ticketd.cli.completion import script_of
from ticketd.cli.manual import PAGES, text_of

_UNITS = (
    "ticketd.service", "ticketd.socket", "ticketd-smtp.socket", "ticketd-chroot.socket",
    "ticketd-backup.service", "ticketd-backup.timer",
)  # fmt: skip
_HIDDEN = ("/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/")  # noqa: S108 - the unit sees none of them
_PLACES = {
    "ticketd.sysusers": "/etc/sysusers.d/ticketd.conf",
    "ticketd.tmpfiles": "/etc/tmpfiles.d/ticketd.conf",
}
_COMPLETIONS = {
    "bash": "/usr/share/bash-completion/completions/ticketd",
    "zsh": "/usr/share/zsh/vendor-completions/_ticketd",
    "fish": "/usr/share/fish/vendor_completions.d/ticketd.fish",
}
_PROGRAMS = ("ticketd", "ticketd-deliver")
EX_UNAVAILABLE = 69


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that is put in its place: a file with this text, or a link to this program."""

    path: Path
    text: str = ""
    target: Path | None = None

    @property
    def is_there(self) -> bool:
        """Whether it stands there as we would put it."""
        if self.target is not None:
            return self.path.is_symlink() and self.path.readlink() == self.target
        return self.path.is_file() and self.path.read_text("utf-8") == self.text

    def put(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_name(f".{self.path.name}.new")
        new.unlink(missing_ok=True)
        if self.target is not None:
            new.symlink_to(self.target)
        else:
            new.write_text(self.text, "utf-8")
            new.chmod(0o644)
        new.rename(self.path)


def units_folder() -> Path:
    """The units that came with the program: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "systemd"
    return inside if inside.is_dir() else package.parent / "systemd"


def _places(root: Path, program: click.Command) -> Iterator[_Place]:
    shipped = units_folder()

    def below(path: str) -> Path:
        return root / path.lstrip("/")

    for name, path in _PLACES.items():
        yield _Place(below(path), (shipped / name).read_text("utf-8"))
    for name in _UNITS:
        yield _Place(below(f"/etc/systemd/system/{name}"), (shipped / name).read_text("utf-8"))
    for name in _PROGRAMS:
        yield _Place(below(f"/usr/local/bin/{name}"), target=Path(sys.prefix) / "bin" / name)
    for section, name in PAGES.items():
        yield _Place(below(f"/usr/local/share/man/man{section}/{name}"), text_of(section))
    for shell, path in _COMPLETIONS.items():
        yield _Place(below(path), f"{script_of(program, shell)}\n")


_options = (
    click.option(
        "--systemd", is_flag=True, required=True, help="The one kind of service there is."
    ),
    click.option(
        "--root",
        type=click.Path(path_type=Path),
        default=Path("/"),
        help="Below this folder, running nothing: for packages.",
    ),
    click.option("--dry-run", is_flag=True, help="Say what would be done."),
)


@click.command()
@_options[0]
@_options[1]
@_options[2]
@click.pass_context
def install(context: click.Context, *, systemd: bool, root: Path, dry_run: bool) -> None:
    """Put units, user, program, manual pages and completion in their places; twice is once."""
    assert systemd  # noqa: S101 - required
    _may_begin(root, dry_run=dry_run)
    for place in _places(root, context.find_root().command):
        _say("is there" if place.is_there else "writes", place, dry_run=dry_run)
        if not place.is_there and not dry_run:
            _do(place.put)
    _run(root, ["systemd-sysusers", _PLACES["ticketd.sysusers"]], dry_run=dry_run)
    _run(root, ["systemd-tmpfiles", "--create", _PLACES["ticketd.tmpfiles"]], dry_run=dry_run)
    _reload(root, dry_run=dry_run)
    print(
        "\nNext:\n  ticketd init --help    (writes /etc/ticketd/config.yaml and creates the database)"
    )
    print("  systemctl enable --now ticketd.socket ticketd ticketd-backup.timer\n  ticketd doctor")


@click.command()
@_options[1]
@_options[2]
@click.pass_context
def uninstall(context: click.Context, *, root: Path, dry_run: bool) -> None:
    """Take away what `install` has put; configuration, data and user stay."""
    _may_begin(root, dry_run=dry_run)
    _run(root, ["systemctl", "disable", "--now", *_UNITS], dry_run=dry_run, is_needed=False)
    for place in _places(root, context.find_root().command):
        if not place.is_there:
            if place.path.exists() or place.path.is_symlink():
                print(f"keeps     {place.path}: it is not as we put it there")
            continue
        _say("removes", place, dry_run=dry_run)
        if not dry_run:
            _do(place.path.unlink)
    _reload(root, dry_run=dry_run)
    print(
        "\nLeft as they are: /etc/ticketd, /var/lib/ticketd (all mail and tickets) and the user ticketd."
    )


def _may_begin(root: Path, *, dry_run: bool) -> None:
    prefix = f"{Path(sys.prefix)}/"
    if prefix.startswith(_HIDDEN) and root == Path("/"):
        what = f"a service cannot see {sys.prefix} (ProtectHome, PrivateTmp): make the environment in /opt/ticketd"
        raise Failure(what, EX_UNAVAILABLE)
    python = Path(sys.executable).resolve()
    if str(python).startswith(_HIDDEN) and root == Path("/"):
        what = f"a service cannot see {python}, which {sys.prefix} leads to: make the environment with /usr/bin/python3"
        raise Failure(what, EX_UNAVAILABLE)
    if not (Path(sys.prefix) / "bin" / "ticketd").exists():
        raise Failure(
            f"there is no {sys.prefix}/bin/ticketd: install ticketd into this environment first",
            EX_UNAVAILABLE,
        )
    if root == Path("/") and os.geteuid() and not dry_run:
        raise Failure("only root may do this; run it with sudo, or look with --dry-run", EX_NOPERM)


def _say(word: str, place: _Place, *, dry_run: bool) -> None:
    shown = f"would {word.rstrip('s')}" if dry_run and word != "is there" else word
    print(f"{shown:13} {place.path}" + (f" -> {place.target}" if place.target else ""))


def _do(act: Callable[[], None]) -> None:
    try:
        act()
    except OSError as error:
        raise Failure(f"{error.filename}: {error.strerror}", EX_NOPERM) from None


def _reload(root: Path, *, dry_run: bool) -> None:
    if Path("/run/systemd/system").is_dir():
        _run(root, ["systemctl", "daemon-reload"], dry_run=dry_run)


def _run(root: Path, words: list[str], *, dry_run: bool, is_needed: bool = True) -> None:
    """A tool of systemd; below another root nothing is run."""
    if root != Path("/"):
        return
    print(f"{'would run' if dry_run else 'runs':13} {' '.join(words)}")
    if dry_run:
        return
    if shutil.which(words[0]) is None:
        raise Failure(f"there is no {words[0]}: this needs systemd", EX_UNAVAILABLE)
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode and is_needed:
        raise Failure(f"{' '.join(words)}: {done.stderr.strip() or done.returncode}")
