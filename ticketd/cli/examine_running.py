"""What `doctor` looks at of the running desk: loops, doors, queues, silence, clock, trust."""

import contextlib
import sys
from datetime import timedelta

from ticketd.cli.app import App
from ticketd.cli.findings import Finding, Findings, command
from ticketd.core import health
from ticketd.core.addresses import domain_of
from ticketd.core.errors import Temporary
from ticketd.send.probe import NoAnswer, ask
from ticketd.store import gauges, inbox_counts, outbox, schema, workers

_AHEAD = timedelta(minutes=2)
_GOOD_PYTHON = (3, 11, 10)


def doors(app: App) -> Findings:
    """Whether they answer, take what is ours and refuse what is not."""
    config = app.config
    places = [(place, True) for place in config.listen.lmtp] + [
        (p, False) for p in config.listen.smtp
    ]
    for place, is_lmtp in places:
        area = "lmtp" if is_lmtp else "smtp"
        known = next(
            (d.address for d in config.departments.values()), f"postmaster@{config.domain}"
        )
        try:
            taken = ask(place, known, is_lmtp=is_lmtp)
            refused = ask(place, f"no-such-address@{config.domain}", is_lmtp=is_lmtp)
        except NoAnswer as error:
            yield Finding(
                "fail", area, f"nobody answers at {place}: {error}", "systemctl restart ticketd"
            )
            continue
        if "ticketd" not in taken.banner:
            what = f"another program answers at {place}: {taken.banner}"
            yield Finding(
                "fail",
                area,
                what,
                f"choose another port under `listen` in {app.config_path}, or stop it",
            )
        elif not taken.to_recipient.startswith("250"):
            yield Finding(
                "fail",
                area,
                f"{place} does not take {known}: {taken.to_recipient}",
                "systemctl reload ticketd",
            )
        else:
            yield Finding(
                "ok",
                area,
                f"{place} takes {known}, and says {refused.to_recipient[:9]} to unknown ones",
            )
        if not place.startswith(("127.", "[::1]", "localhost:", "/")):
            what = f"{place} is open to the network: who reaches it may write in anybody's name"
            yield Finding(
                "warn",
                area,
                what,
                f"listen on 127.0.0.1 or a socket in {app.config_path}, or let a firewall in front",
            )


def work(app: App) -> Findings:
    """Loops and queues, with the limits of `status --check`."""
    opened = app.any_database()
    with contextlib.suppress(Temporary):
        if (opened.path is not None and not opened.path.exists()) or schema.version(
            opened
        ) != schema.HEAD:
            # `database` says what to do about it.
            return
        with opened.reading() as session:
            coming, going = inbox_counts.totals(session), outbox.totals(session)
            seen = [
                health.LoopSeen(w.name, w.step_at, w.error) for w in workers.all_workers(session)
            ]
            newest = max(gauges.last_received(session).values(), default=None)
        now = app.now()
        troubles = [
            *health.queues(coming.oldest, going.oldest, now),
            *health.loops(seen, now),
        ]
        for one in troubles:
            yield Finding("fail", "work", one.what, one.remedy)
        for one in health.quarantine(coming.quarantined):
            yield Finding("warn", "work", one.what, command(app, "quarantine", "list"))
        if going.failed or going.in_doubt:
            what = f"{going.failed} outgoing mails failed, {going.in_doubt} are in doubt"
            yield Finding("warn", "work", what, command(app, "queue", "list"))
        if not troubles:
            yield Finding(
                "ok",
                "work",
                f"{coming.waiting} mails wait to be worked in, {going.waiting} to leave",
            )
        for one in health.silence(newest, app.config.ops.silence_after, now):
            yield Finding("warn", "silence", one.what, one.remedy)
        if newest is not None and newest - now > _AHEAD:
            yield Finding(
                "warn",
                "clock",
                f"the newest mail came at {newest.isoformat()}, which is yet to come",
                "timedatectl set-ntp true",
            )
        else:
            yield Finding(
                "ok", "clock", f"{now:%Y-%m-%d %H:%M} UTC; the desk shows {app.config.timezone}"
            )


def trust(app: App) -> Findings:
    """Whose word is taken, and whether somebody can lend our addresses (the ticket trick)."""
    config = app.config
    if not config.auth.authserv_ids:
        what = "no authserv_ids: agents are proven by the token of a notice, customers not at all"
        yield Finding(
            "note",
            "trust",
            what,
            f"name your mail server's under `auth` in {app.config_path} if it writes Authentication-Results",
        )
    else:
        yield Finding("ok", "trust", f"believes {', '.join(config.auth.authserv_ids)}")
    open_places = [
        p
        for p in (*config.listen.smtp, *config.listen.lmtp)
        if not p.startswith(("127.", "[::1]", "/"))
    ]
    if config.auth.local_submission and open_places:
        what = f"auth.local_submission believes whoever reaches {open_places[0]}"
        yield Finding(
            "fail", "trust", what, f"set auth.local_submission: false in {app.config_path}"
        )
    agents = {domain_of(a) for g in config.agents.values() for a in (g.address, *g.other_addresses)}
    if config.domain in agents:
        what = (
            f"customers' answers come to {config.domain}, where your people have their addresses: services that "
            "trust any address of that domain can be entered by a ticket (the ticket trick)"
        )
        yield Finding(
            "warn",
            "domain",
            what,
            f"set `domain` in {app.config_path} to one of its own, such as tickets.{config.domain}",
        )
    else:
        yield Finding("ok", "domain", f"{config.domain} is no agent's domain")


def python(_: App) -> Findings:
    """Old patch levels parse addresses wrongly (CVE-2023-27043); we do not rely on them, other things may."""
    if sys.version_info[:3] < _GOOD_PYTHON:
        yield Finding(
            "note",
            "python",
            f"{sys.version.split()[0]} is older than 3.11.10",
            "update it with your system",
        )
