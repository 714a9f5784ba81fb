"""`ticketd init`: a configuration from questions or flags, the database, and the mail server's lines."""

import json
import os
import pwd
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from ticketd.cli.app import App, Failure
from ticketd.cli.founding import create_database_as, found_desk, service_owner

_TEXT = """\
# Written by `ticketd init`. A running desk takes up changes by itself; `ticketd check` names every fault,
# `ticketd doctor` looks at everything around it. All keys: docs/reference/config.md.

name: {name}    # stands in mails and in the subject tag: [{tag}#1042]
domain: {domain}    # reply addresses, bounces and Message-IDs live here
timezone: {timezone}
languages: [{languages}]    # of the mails that we write; the first one is the default

departments:    # who customers write to; the key stands in commands and reply addresses
{departments}

agents:    # who answers: notices go to the address, `login` is the Unix user in the terminal
{agents}

state_dir: {state_dir}    # signing keys, the database, large attachments
{database}
listen:    # where the mail server hands mail over; with ticketd.socket enabled systemd listens there
  lmtp: {lmtp}
  smtp: {smtp}

outgoing:    # the mail server that takes our mail; a login: tls: starttls, user: …, password: {{file: …}}
  smtp: {outgoing}

# Who wrote a mail is proven by results that your own mail server writes (OpenDKIM, Rspamd):
#auth:
#  authserv_ids: [mx.example.com]

# A mail to a person when the desk itself is in trouble, and a page for monitoring:
#ops:
#  alert_to: you@elsewhere.example
#metrics:
#  listen: 127.0.0.1:9142
"""
_PAIR = re.compile(r"([^=@\s][^=@]*)=(\S+@\S+)")


@click.command()
@click.option("--name", help="Of the company, as it stands in mails.")
@click.option("--domain", help="Of reply addresses; best one of its own: tickets.example.com")
@click.option("--dept", "departments", multiple=True, metavar="NAME=ADDRESS", help="Several times.")
@click.option("--agent", "agents", multiple=True, metavar="NAME=ADDRESS", help="Several times.")
@click.option("--lang", type=click.Choice(["en", "th", "vi"]), help="Of the mails that we write.")
@click.option("--timezone", default="UTC", show_default=True)
@click.option(
    "--mta",
    type=click.Choice(["postfix", "exim", "opensmtpd", "none"]),
    help="Whose lines to print.",
)
@click.option(
    "--state-dir",
    type=click.Path(path_type=Path),
    default=Path("/var/lib/ticketd"),
    show_default=True,
)
@click.option("--database", metavar="URL", help="PostgreSQL instead of a SQLite file.")
@click.option("--lmtp", default="127.0.0.1:8024", show_default=True)
@click.option("--smtp", default="127.0.0.1:8025", show_default=True)
@click.option("--outgoing", default="127.0.0.1:25", show_default=True)
@click.option(
    "--user", help="Who the daemon runs as  [default: ticketd, or you where you are not root]"
)
@click.option(
    "--print-mta-config",
    is_flag=True,
    help="Only print the mail server's lines for what is configured.",
)
@click.option(
    "--create-database", is_flag=True, help="Only create the database that is configured."
)
@click.option("--dry-run", is_flag=True, help="Print everything, write nothing.")
@click.pass_obj
def init(
    app: App, /, *, departments: Sequence[str], agents: Sequence[str], mta: str | None, user: str | None,
    print_mta_config: bool, create_database: bool, dry_run: bool, **given: str | Path | None,
) -> None:  # fmt: skip
    """Write a configuration, create the database, and say what the mail server has to be told."""
    if print_mta_config:
        print("\n".join(mta_lines(app, mta or _mta_here())))
        return
    owner = service_owner(user)
    if create_database:
        if not dry_run:
            create_database_as(app, owner)
        print(f"database  {app.config.database_url}, of {owner.pw_name}")
        return
    path = Path(app.config_name or os.environ.get("TICKETD_CONFIG") or "/etc/ticketd/config.yaml")
    if path.exists():
        what = f"{path} is there already: edit it, and see `ticketd check`; its mail server lines: --print-mta-config"
        raise Failure(what)
    text = _text(_asked({**given, "departments": departments, "agents": agents}))
    app.config_name = str(path)
    found_desk(app, path, text, owner, dry_run=dry_run)
    _next_steps(app, mta or _mta_here())


Given = dict[str, str | Path | Sequence[str] | None]


def _asked(given: Given) -> Given:
    """What is missing is asked for on a terminal; elsewhere it is an error."""
    missing = [
        f"--{n}" for n, v in (("domain", given["domain"]), ("dept", given["departments"])) if not v
    ]
    if missing and not sys.stdin.isatty():
        raise click.UsageError(f"{' and '.join(missing)} is needed where nobody can be asked")
    if not missing:
        return given
    given["name"] = given["name"] or click.prompt(
        "Name of the company", default="", show_default=False
    )
    given["domain"] = given["domain"] or click.prompt(
        "Domain of the desk's own addresses, such as tickets.example.com"
    )
    given["departments"] = given["departments"] or _several(
        "Department and address, such as support=support@example.com", least=1
    )
    given["agents"] = given["agents"] or _several(
        "Agent and address, such as ann=ann@example.com", least=0
    )
    given["lang"] = given["lang"] or click.prompt(
        "Language", type=click.Choice(["en", "th", "vi"]), default="en"
    )
    return given


def _several(question: str, least: int) -> list[str]:
    found: list[str] = []
    while True:
        more = " (empty: no more)" if len(found) >= least else ""
        answer = click.prompt(
            f"{question}{more}", default="" if more else None, show_default=False
        ).strip()
        if not answer:
            return found
        if _PAIR.fullmatch(answer):
            found.append(answer)
        else:
            print(f"'{answer}' is not NAME=ADDRESS")


def _text(given: Given) -> str:
    """The file."""
    departments = [_pair("--dept", one) for one in given["departments"] or ()]  # type: ignore[union-attr]
    agents = [_pair("--agent", one) for one in given["agents"] or ()]  # type: ignore[union-attr]
    first = str(given["lang"] or "en")
    name = str(given["name"] or "")
    keys = ", ".join(_key(n) for n, _ in departments)
    return _TEXT.format(
        name=json.dumps(name, ensure_ascii=False), tag=f"{name} " if name else "",
        domain=given["domain"], timezone=given["timezone"],
        languages=", ".join(dict.fromkeys([first, "en", "th", "vi"])),
        departments="\n".join(f"  {_key(n)}: {{name: {_shown(n)}, address: {a}}}" for n, a in departments),
        agents="\n".join(
            f"  {_key(n)}: {{name: {_shown(n)}, address: {a}, departments: [{keys}]{_login(n)}}}" for n, a in agents
        ) or "  {}",
        state_dir=json.dumps(str(given["state_dir"])), lmtp=given["lmtp"], smtp=given["smtp"],
        outgoing=given["outgoing"],
        database=f"database: {json.dumps(given['database'])}\n" if given["database"] else "",
    )  # fmt: skip


def _pair(option: str, text: str) -> tuple[str, str]:
    match = _PAIR.fullmatch(text)
    if not match:
        raise click.UsageError(
            f"{option} '{text}' is not NAME=ADDRESS, such as support=support@example.com"
        )
    return match[1].strip(), match[2]


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")[:20] or "desk"


def _shown(name: str) -> str:
    """A key given in small letters is a name with a capital."""
    return json.dumps(name.capitalize() if name == name.lower() else name, ensure_ascii=False)


def _login(name: str) -> str:
    """The Unix user of that name, if there is one."""
    try:
        return f", login: {pwd.getpwnam(_key(name)).pw_name}"
    except KeyError:
        return ""


def _mta_here() -> str:
    """Which mail server this machine has."""
    import shutil

    for program, name in (
        ("postconf", "postfix"),
        ("exim4", "exim"),
        ("exim", "exim"),
        ("smtpctl", "opensmtpd"),
    ):
        if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
            return name
    return "postfix"


def mta_lines(app: App, mta: str) -> list[str]:
    """What the mail server has to be told, with this desk's values."""
    from ticketd.cli.examine_mail import route_of
    from ticketd.cli.postfix import Postfix
    from ticketd.core import mta as lines

    route = route_of(app.config)
    match mta:
        case "postfix":
            return lines.postfix_lines(route, Postfix().own if Postfix.is_here() else {})
        case "exim":
            return lines.exim_lines(route)
        case "opensmtpd":
            return lines.opensmtpd_lines(route)
        case _:
            return [f"hand mail for {route.domain} to LMTP {route.lmtp} or SMTP {route.smtp}"]


def _next_steps(app: App, mta: str) -> None:
    from ticketd.cli.findings import command

    print(
        f"\nTell the mail server ({mta}); to go back, take these lines out again: mail that waits is not lost.\n"
    )
    print("\n".join(f"  {line}" for line in mta_lines(app, mta)))
    print("\nThen:\n\n  systemctl enable --now ticketd.socket ticketd ticketd-backup.timer")
    print(f"  {command(app, 'doctor')}\n  {command(app, 'doctor', '--send-test', 'YOUR@ADDRESS')}")
