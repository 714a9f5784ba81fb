"""`ticketd demo`: a whole desk in one folder, nothing of which leaves this machine."""

import contextlib
import os
import pwd
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ticketd.cli import demo_texts
from ticketd.cli.app import App, Failure
from ticketd.cli.run import run_daemon, start_log

if TYPE_CHECKING:
    from ticketd.config.schema import Config

_CONFIG = """\
# Written by `ticketd demo`. Change it as you like; it is kept when the demo starts again.
name: Demo
domain: demo.example
state_dir: {folder}
undo_window: 5s
templates: {folder}/templates
canned: {folder}/canned
kb: {folder}/kb
listen:
  smtp: {smtp}
  lmtp: {lmtp}
outgoing:
  capture: {folder}/outgoing
departments:
  support: {{name: Support, address: support@demo.example}}
  sales: {{name: Sales, address: sales@demo.example}}
agents:
  ann: {{name: Ann, address: ann@agents.example, departments: [support, sales], role: lead, login: {login}}}
  somchai: {{name: สมชาย ใจดี, address: somchai@agents.example, departments: [support], language: th}}
  lan: {{name: Trần Thị Lan, address: lan@agents.example, departments: [sales], language: vi}}
calendars:
  office: {{hours: {{mon-fri: [08:00-12:00, 13:00-17:30], sat: 08:00-12:00}}}}
sla:
  - {{name: urgent, priorities: [urgent], calendar: office, first_reply: 2h, resolution: 16h}}
  - {{name: everybody, calendar: office, first_reply: 4h, next_reply: 8h, resolution: 24h}}
limits:
  min_free: 20MiB
"""


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("ticketd-demo"),
    show_default=True,
)
@click.option("--smtp", help="HOST:PORT  [default: 127.0.0.1:8025, or the next free port]")
@click.option("--lmtp", help="HOST:PORT  [default: 127.0.0.1:8024, or the next free port]")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="End after so many.")
@click.option("--seed", is_flag=True, help="Begin with 200 tickets of 60 days in three languages.")
@click.pass_obj
def demo(
    app: App, folder: Path, smtp: str | None, lmtp: str | None, minutes: float | None, *, seed: bool
) -> int:
    """Run a desk to play with: mail goes in by SMTP and LMTP, what goes out is captured."""
    from ticketd.config.document import ConfigError
    from ticketd.config.load import load

    folder = folder.absolute()
    path = folder / "config.yaml"
    try:
        _own_folder(folder)
        _write_config(path, folder, smtp, lmtp)
        config = load(path)
    except ConfigError as error:
        raise Failure(str(error), 78) from None
    except OSError as error:
        raise Failure(f"{folder} cannot be used: {error.strerror}") from None
    if os.geteuid() == 0:
        print(
            "ticketd: the demo runs as root here; a real desk has a user of its own",
            file=sys.stderr,
        )
    if seed:
        _seed(config, app)
    start_log("info")
    print(_greeting(path, folder, config.listen.smtp[0], config.listen.lmtp[0]), flush=True)
    with _pointer(path):
        code = run_daemon(path, config, minutes, is_demo=True)
    print(f"\nThe demo has ended. Everything is in {folder}: remove the folder and it is gone.")
    return code


def _seed(config: "Config", app: App) -> None:
    """Fill a desk that is empty and not running."""
    from ticketd import build
    from ticketd.cli.seed import fill
    from ticketd.store import tickets

    lock = build.lock(config)
    lock.acquire()
    try:
        build.prepare(config)
        database = build.open_database(config)
        with database.reading() as session:
            is_empty = not tickets.newest(session)
        database.close()
        if is_empty:
            print(f"filling {config.state_dir} with 200 tickets of 60 days ...")
            fill(config, app.now())
        else:
            print(f"{config.state_dir} holds tickets already: nothing was added")
    finally:
        lock.release()


def _own_folder(folder: Path) -> None:
    """Make it, for nobody else to look into; what was there before and is no demo's keeps its mode."""
    is_ours = not folder.exists() or (folder / "config.yaml").exists()
    folder.mkdir(parents=True, exist_ok=True)
    if is_ours:
        folder.chmod(0o700)


def _write_config(path: Path, folder: Path, smtp: str | None, lmtp: str | None) -> None:
    """A new configuration, or the old one with places to listen on that are free."""
    import re

    from ticketd.receive.sockets import next_free

    chosen = {
        "smtp": smtp or next_free("127.0.0.1:8025"),
        "lmtp": lmtp or next_free("127.0.0.1:8024"),
    }
    if chosen["smtp"] == chosen["lmtp"]:
        chosen["smtp"] = next_free(f"127.0.0.1:{int(chosen['lmtp'].rpartition(':')[2]) + 1}")
    if path.exists():
        text = path.read_text("utf-8")
        for name, place in chosen.items():
            text = re.sub(rf"(?m)^(  {name}:) \S+$", rf"\g<1> {place}", text, count=1)
    else:
        login = os.environ.get("SUDO_USER") or pwd.getpwuid(os.geteuid()).pw_name
        text = _CONFIG.format(folder=folder, login=login, **chosen)
        demo_texts.write(folder)
    path.write_text(text, "utf-8")


@contextlib.contextmanager
def _pointer(path: Path) -> Iterator[None]:
    """While the demo runs, the other commands find it by themselves."""
    from ticketd.config.load import demo_pointer

    pointer = demo_pointer()
    with contextlib.suppress(OSError):
        pointer.parent.mkdir(parents=True, exist_ok=True)
        pointer.write_text(f"{os.getpid()} {path}", "utf-8")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if pointer.read_text("utf-8").startswith(f"{os.getpid()} "):
                pointer.unlink()


def _greeting(path: Path, folder: Path, smtp: str, lmtp: str) -> str:
    program = Path(sys.argv[0])
    ticketd = program if program.name == "ticketd" else Path("ticketd")
    host, _, port = smtp.rpartition(":")
    return f"""\
ticketd demo: everything is in {folder}; nothing leaves this machine.

  in    SMTP {smtp}   LMTP {lmtp}   for support@demo.example and sales@demo.example
  out   captured in {folder}/outgoing/new, not sent

Send the first mail, from another terminal, with curl:

  printf 'From: Eve <eve@customer.example>\\nTo: support@demo.example\\nSubject: Printer on fire\\n\\nPlease help.\\n' | \
curl -sS smtp://{smtp} --mail-from eve@customer.example --mail-rcpt support@demo.example --crlf --upload-file -

or with two lines of Python:

  import smtplib
  smtplib.SMTP("{host}", {port}).sendmail("eve@customer.example", "support@demo.example", \
"From: Eve <eve@customer.example>\\nTo: support@demo.example\\nSubject: Printer on fire\\n\\nPlease help.\\n")

Then, in that terminal:

  {ticketd} list                          what waits for an answer
  {ticketd} show 1                        the first ticket
  {ticketd} reply 1 -m "On my way."       answer its customer (leaves after 5 s)
  {ticketd} close 1                       close it
  ls {folder}/outgoing/new                the mails that a customer would get

Stop with Ctrl-C. The configuration is {path}.
"""
