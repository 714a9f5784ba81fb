"""`ticketd doctor`: everything that may keep mail from coming in, being answered, or leaving; each with its remedy."""

import click

from ticketd.cli.app import App, Failure
from ticketd.cli.findings import Finding, show


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON for programs.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.option(
    "--send-test",
    metavar="ADDRESS",
    help="Send a mail from this address (yours) and follow it to its ack.",
)
@click.option(
    "--seconds",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    help="How long to follow it.",
)
@click.pass_obj
def doctor(app: App, *, as_json: bool, quiet: bool, send_test: str | None, seconds: int) -> int:
    """Look at everything between the mail server and the answer; exit 1 where something fails."""
    if send_test is not None:
        from ticketd.cli.send_test import follow

        return follow(app, send_test, seconds)
    return show(examine(app), as_json=as_json, quiet=quiet)


def examine(app: App) -> list[Finding]:
    """All findings; where the configuration is wrong, those about it alone."""
    from ticketd.cli import examine_files as files
    from ticketd.cli import examine_mail as mail
    from ticketd.cli import examine_running as running

    try:
        path = app.config_path
    except Failure as error:
        return [Finding("fail", "config", str(error), "ticketd init")]
    try:
        _ = app.config
    except Failure as error:
        fix = f"mend that line of {path}, then run this again"
        return [Finding("fail", "config", line, fix) for line in str(error).splitlines()]
    looks = (
        files.configuration, files.state, files.database, files.backups, running.work, running.doors,
        mail.postfix, mail.outgoing, mail.dns, files.templates, running.trust, files.disk, running.python,
    )  # fmt: skip
    return [one for look in looks for one in look(app)]
