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
from ticketd.core.decide import AddMessage, FileOnly, OpenTicket, decide, name_of
from ticketd.core.inbound import Envelope, InboundMail, Recipient
from ticketd.core.language import choose, language_of
from ticketd.core.route import route
from ticketd.core.senders import listed
from ticketd.core.settings import Settings
from ticketd.core.text import cut_of
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
    from ticketd.config.keys import NO_KEYS
    from ticketd.config.load import NoConfig, find
    from ticketd.config.schema import Config
    from ticketd.config.settings import settings_of

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
    mail = _read(parser, raw, settings.hint(()))
    envelope = _envelope(app, settings, mail, rcpt, mail_from)
    target = route(envelope.rcpt_to, settings.own)
    if mail.charset_guessed:
        # As intake reads it: the department breaks ties.
        mail = _read(parser, raw, settings.hint(target.departments))
    trust = trust_of(mail, settings.trust, submitted_locally=True)
    verdict = classify(mail, envelope, settings.own, settings.keys)
    found, known = _stored(app, settings, mail, envelope)
    where = place(found, trust, configured=settings.trust.configured)
    step = decide(mail, verdict.kind, target.departments, found, where)
    blocked = listed(mail.author.address, settings.senders.blocked)
    if blocked and isinstance(step, OpenTicket | AddMessage):
        step = FileOnly(f"{blocked} is blocked")
    home = settings.department(target.departments[0]).language if target.departments else "en"
    is_bounce = verdict.kind is Kind.BOUNCE
    failed = [b.recipient for b in mail.bounces if is_bounce and b.is_failure and b.recipient]
    return {
        "file": file,
        "kind": verdict.kind.value,
        **_content(mail),
        "failed_recipients": list(dict.fromkeys(failed)),
        "language": choose((mail.text, mail.subject), known, home, settings.languages),
        "trust": trust.word,
        "department": target.departments[0] if target.departments else None,
        "ticket": found.number if found else None,
        "evidence": found.by.value if found else None,
        "step": name_of(step),
        "reasons": [
            *verdict.reasons,
            *mail.doubts,
            *([step.why] if isinstance(step, FileOnly) else []),
        ],
    }


def _read(parser: ParserProcess, raw: bytes, hint: str) -> InboundMail:
    try:
        return parser.parse(raw, hint)
    except ParserCrashed as error:
        return InboundMail(truncated=True, defects=(str(error),))


def _content(mail: InboundMail) -> dict[str, Any]:
    """What stands in the mail itself."""
    return {
        "sender": mail.author.address,
        "sender_name": mail.author.name,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "full_text": mail.full_text,
        "cut": cut_of(mail.full_text, mail.text),
        "html": mail.has_html,
        "attachments": [
            {"name": a.name, "type": a.type, "size": len(a.content)} for a in mail.attachments
        ],
        "text_language": language_of(mail.text),
        "charset_guessed": mail.charset_guessed,
        "truncated": mail.truncated,
        "ambiguous": mail.author_is_ambiguous,
        "defects": list(mail.defects),
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "returned_ids": list(mail.returned_ids),
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


def _stored(
    app: App, settings: Settings, mail: InboundMail, envelope: Envelope
) -> tuple[Found | None, str]:
    """The ticket that it claims and its author's language, where there is a database to ask."""
    from ticketd.config.keys import NO_KEYS
    from ticketd.desk.find import find_ticket
    from ticketd.store.tickets import language_of_customer

    if settings.keys is NO_KEYS:
        return None, ""
    with app.database.reading() as session:
        target = route(envelope.rcpt_to, settings.own)
        found = find_ticket(session, settings, mail, target, app.now())
        return found, language_of_customer(session, mail.author.address)


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
        "date",
        "message_id",
    )
    lines = [output.colour(str(answer["file"]), "1")]
    lines += [f"  {name:12} {output.safe(str(answer[name]))}" for name in shown if answer[name]]
    for name in ("in_reply_to", "references", "returned_ids"):
        lines += [f"  {name:12} {output.safe(one)}" for one in answer[name]]
    lines += [f"  because      {output.safe(reason)}" for reason in answer["reasons"]]
    lines += [
        f"  attachment   {output.safe(a['name'])} ({a['type']}, {a['size']} bytes)"
        for a in answer["attachments"]
    ]
    lines += [f"  failed       {output.safe(r)}" for r in answer["failed_recipients"]]
    lines += [f"  defect       {output.safe(d)}" for d in answer["defects"]]
    lines += [f"  | {line}" for line in output.safe(answer["text"]).split("\n")]
    cut = output.safe(answer["cut"])
    lines += [f"  cut| {line}" for line in cut.split("\n")] if cut else []
    return "\n".join(lines)
