"""What the desk makes of a mail: the same pure functions as intake, so it cannot lie. Stores nothing."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ticketd.cli.app import App, Failure
from ticketd.core.addresses import is_address, normalise, path
from ticketd.core.classify import Kind, classify
from ticketd.core.decide import decide, name_of
from ticketd.core.inbound import Envelope, InboundMail, Recipient
from ticketd.core.language import choose
from ticketd.core.route import route
from ticketd.core.settings import Settings
from ticketd.core.threads import Found, place
from ticketd.core.trust import trust_of
from ticketd.mail.worker import ParserCrashed, ParserProcess


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each file.")
@click.option(
    "--rcpt", multiple=True, help="The envelope recipient (else the delivery fields, then To)."
)
@click.option("--mail-from", help="The reverse-path (else Return-Path).")
@click.pass_obj
def explain(
    app: App, files: Sequence[str], rcpt: Sequence[str], mail_from: str | None, *, as_json: bool
) -> None:
    """Say what the desk makes of mails: kind, text, department, ticket, and why. Stores nothing."""
    settings = _settings(app)
    parser = ParserProcess()
    try:
        for file in files:
            answer = _explained(app, settings, parser, file, tuple(rcpt), mail_from)
            print(json.dumps(answer, ensure_ascii=False) if as_json else _for_people(answer))
    finally:
        parser.stop()


def _settings(app: App) -> Settings:
    """Of the desk where there is one, else defaults: no department, no key."""
    from ticketd.config.load import NoConfig, find
    from ticketd.config.schema import Config
    from ticketd.config.settings import NO_KEYS, settings_of

    try:
        find(app.config_name)
    except NoConfig:
        return settings_of(Config(), NO_KEYS)
    try:
        return app.settings
    except Failure:
        # A desk that was never started has no keys yet; a faulty configuration is told here.
        return settings_of(app.config, NO_KEYS)


def _explained(
    app: App,
    settings: Settings,
    parser: ParserProcess,
    file: str,
    rcpt: tuple[str, ...],
    mail_from: str | None,
) -> dict[str, Any]:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from None
    try:
        mail = parser.parse(raw)
    except ParserCrashed as error:
        mail = InboundMail(truncated=True, defects=(str(error),))
    envelope = _envelope(app, settings, mail, rcpt, mail_from)
    target = route(envelope.rcpt_to, settings.own)
    trust = trust_of(mail, settings.trust, submitted_locally=True)
    verdict = classify(mail, envelope, settings.own, settings.keys)
    found = _found(app, settings, mail, envelope)
    where = place(found, trust, configured=settings.trust.configured)
    step = decide(mail, verdict.kind, target.departments, found, where)
    home = settings.department(target.departments[0]).language if target.departments else "en"
    failed = [b.recipient for b in mail.bounces] if verdict.kind is Kind.BOUNCE else []
    return {
        "file": file,
        "kind": verdict.kind.value,
        "sender": mail.author.address,
        "sender_name": mail.author.name,
        "subject": mail.subject,
        "text": mail.text,
        "full_text": mail.full_text,
        "html": mail.has_html,
        "attachments": [
            {"name": a.name, "type": a.type, "size": len(a.content)} for a in mail.attachments
        ],
        "failed_recipients": list(dict.fromkeys(failed)),
        "language": choose((mail.text, mail.subject), "", home, settings.languages),
        "charset_guessed": mail.charset_guessed,
        "truncated": mail.truncated,
        "defects": list(mail.defects),
        "trust": trust.word,
        "department": target.departments[0] if target.departments else None,
        "ticket": found.number if found else None,
        "evidence": found.by.value if found else None,
        "step": name_of(step),
        "reasons": list(verdict.reasons),
    }


def _envelope(
    app: App, settings: Settings, mail: InboundMail, rcpt: tuple[str, ...], mail_from: str | None
) -> Envelope:
    """A file has no envelope: the one that is given, else what the delivery agent wrote."""
    recipients = [normalise(r) for r in rcpt]
    for name in ("x-original-to", "delivered-to", "envelope-to"):
        recipients = recipients or [normalise(body) for body in mail.all(name)]
    recipients = recipients or [
        b.address for b in (*mail.to, *mail.cc) if settings.own.is_ours(b.address)
    ]
    sender = path(mail_from if mail_from is not None else mail.first("return-path"))
    ours = tuple(Recipient(r) for r in recipients if is_address(r))
    return Envelope(sender, ours, "file", app.now())


def _found(app: App, settings: Settings, mail: InboundMail, envelope: Envelope) -> Found | None:
    """The ticket that it claims, where there is a database to ask."""
    from ticketd.config.settings import NO_KEYS
    from ticketd.desk.find import find_ticket

    if settings.keys is NO_KEYS:
        return None
    with app.database.reading() as session:
        return find_ticket(
            session, settings, mail, route(envelope.rcpt_to, settings.own), app.now()
        )


def _for_people(answer: dict[str, Any]) -> str:
    from ticketd.cli import output

    shown = (
        "kind",
        "trust",
        "department",
        "ticket",
        "evidence",
        "step",
        "language",
        "sender",
        "sender_name",
        "subject",
    )
    lines = [output.colour(str(answer["file"]), "1")]
    lines += [f"  {name:12} {output.safe(str(answer[name]))}" for name in shown if answer[name]]
    lines += [f"  because      {output.safe(reason)}" for reason in answer["reasons"]]
    lines += [
        f"  attachment   {output.safe(a['name'])} ({a['type']}, {a['size']} bytes)"
        for a in answer["attachments"]
    ]
    lines += [f"  failed       {output.safe(r)}" for r in answer["failed_recipients"]]
    lines += [f"  defect       {output.safe(d)}" for d in answer["defects"]]
    lines += [f"  | {line}" for line in output.safe(answer["text"]).split("\n")]
    return "\n".join(lines)
