"""One example for each command: at the end of its help, and in the manual."""

import click

EXAMPLES = {
    "list": "ticketd list assignee:me updated:<3d",
    "show": "ticketd show 1042 --full",
    "reply": "ticketd reply 1042 -m 'It is mended.' --close",
    "note": "ticketd note 1042 -m 'Ask Lan first'",
    "new": "ticketd new --customer eve@x.example --department sales -s 'Called' -m 'Wants a price'",
    "take": "ticketd take 1042 1043",
    "assign": "ticketd assign 1042 bob",
    "close": "ticketd close 1042 --reason duplicate --no-mail",
    "reopen": "ticketd reopen 1042",
    "pending": "ticketd pending 1042 --until 'fri 9:00'",
    "set": "ticketd set 1042 priority=high severity=critical",
    "tag": "ticketd tag 1042 +hw -spam",
    "follow": "ticketd follow 1042",
    "unfollow": "ticketd unfollow 1042",
    "undo": "ticketd undo --dry-run",
    "cc": "ticketd cc 1042 +carl@example.org",
    "search": "ticketd search printer 'paper jam'",
    "log": "ticketd log 1042",
    "history": "ticketd history eve@x.example",
    "attach": "ticketd attach 1042 1 -o photo.jpg",
    "serve": "ticketd serve --log-level debug",
    "demo": "ticketd demo --seed",
    "check": "ticketd check",
    "status": "ticketd status --check",
    "explain": "ticketd explain mail.eml --rcpt support@example.com",
    "templates check": "ticketd templates check",
    "templates preview": "ticketd templates preview ack --lang th",
    "queue list": "ticketd queue list --all",
    "queue show": "ticketd queue show 812",
    "queue retry": "ticketd queue retry 812",
    "queue hold": "ticketd queue hold 812",
    "queue release": "ticketd queue release --all",
    "queue drop": "ticketd queue drop 812",
    "queue unmute": "ticketd queue unmute robot@x.example",
    "quarantine list": "ticketd quarantine list",
    "quarantine show": "ticketd quarantine show 17",
    "quarantine export": "ticketd quarantine export 17 odd.eml",
    "quarantine retry": "ticketd quarantine retry --all",
    "quarantine drop": "ticketd quarantine drop 17",
    "agent list": "ticketd agent list",
    "agent deactivate": "ticketd agent deactivate ann --reassign bob --dry-run",
    "ssh-key add": "ticketd ssh-key add ann ann.pub --to /var/lib/ticketd/.ssh/authorized_keys",
    "agent-shell": "ticketd agent-shell list assignee:me",
    "backup": "ticketd backup /var/backups/ticketd --keep 14",
    "verify": "ticketd verify /var/backups/ticketd/ticketd-20261125-030000.tar.gz",
    "restore": "ticketd restore desk.tar.gz --config-to /etc/ticketd",
    "import mbox": "ticketd import mbox old-desk.mbox --department support --dry-run",
    "import maildir": "ticketd import maildir /home/support/Maildir",
    "export": "ticketd export --format mbox everything.mbox",
    "db status": "ticketd db status",
    "db upgrade": "ticketd db upgrade",
    "db copy-to": "ticketd db copy-to postgresql://ticketd@localhost/ticketd",
    "man": "ticketd man 5",
    "completion": "ticketd completion bash > /etc/bash_completion.d/ticketd",
}


def with_examples(name: str, command: click.Command) -> click.Command:
    """The command with its example under its help, and those below it with theirs."""
    if name in EXAMPLES:
        command.epilog = f"Example: {EXAMPLES[name]}"
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            with_examples(f"{name} {below}", one)
    return command
