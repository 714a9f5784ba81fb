"""What `doctor` looks at beside the desk: Postfix in front, the way out, the domain's MX."""

import shutil
import subprocess

from ticketd.build import way_out
from ticketd.cli.app import App
from ticketd.cli.findings import Finding, Findings
from ticketd.cli.postfix import Postfix
from ticketd.config.schema import Config
from ticketd.core import mta
from ticketd.core.addresses import domain_of
from ticketd.core.mta import Route, Setting
from ticketd.send.probe import NoAnswer, ask
from ticketd.send.smarthost import Away, Smtp

_RESERVED = (
    ".example",
    ".test",
    ".invalid",
    ".localhost",
    "example.com",
    "example.net",
    "example.org",
)


def route_of(config: Config) -> Route:
    """What leads to the desk, by its configuration."""
    return Route(
        config.domain,
        next(iter(config.listen.lmtp), "127.0.0.1:8024"),
        next(iter(config.listen.smtp), "127.0.0.1:8025"),
        tuple(a for d in config.departments.values() for a in (d.address, *d.aliases)),
    )


def postfix(app: App) -> Findings:
    """Whether mail for the desk is taken, handed over and answered."""
    if not Postfix.is_here():
        yield Finding(
            "note",
            "postfix",
            "there is none on this machine; for another mail server see `ticketd init --mta`",
        )
        return
    there, route = Postfix(), route_of(app.config)
    if app.config.outgoing.capture is not None and not _knows(there, route):
        what = f"it knows nothing of {route.domain}; a desk whose mail is captured needs none"
        yield Finding("note", "postfix", what)
        return
    found = [
        *_domain(there, route),
        *_handed_over(there, route, app.config),
        *_addresses(there, route),
        *_size(there, app),
    ]
    yield from found
    if not any(one.level == "fail" for one in found):
        yield Finding("ok", "postfix", f"hands {route.domain} over to {route.lmtp}")


def _knows(there: Postfix, route: Route) -> bool:
    """Whether anything in its configuration is about the desk."""
    takes = ("relay_domains", "virtual_mailbox_domains", "virtual_alias_domains", "mydestination")
    hosted = " ".join(there.all.get(key, "") for key in takes)
    return there.lists(hosted, route.domain) or bool(
        there.lookup(there.all.get("transport_maps", ""), route.domain)
    )


def _fix(*settings: Setting) -> str:
    return " && ".join([*(one.command for one in settings), "postfix reload"])


def _domain(there: Postfix, route: Route) -> Findings:
    local = there.all.get("mydestination", "")
    if there.lists(local, route.domain):
        kept = ", ".join(w for w in local.replace(",", " ").split() if w != route.domain)
        what = f"{route.domain} is in mydestination: its mail goes to the users of this machine"
        yield Finding("fail", "postfix", what, _fix(Setting("mydestination", kept)))
    hosted = f"{there.all.get('relay_domains', '')} {there.all.get('virtual_mailbox_domains', '')}"
    if not there.lists(hosted, route.domain):
        what = f"{route.domain} is not in relay_domains: mail for it is refused"
        yield Finding(
            "fail",
            "postfix",
            what,
            _fix(mta.relay_domains(route, there.own.get("relay_domains", ""))),
        )
    delimiter = there.all.get("recipient_delimiter", "")
    if "+" not in delimiter:
        what = "recipient_delimiter has no +: answers to tickets are refused as unknown addresses"
        yield Finding("fail", "postfix", what, _fix(mta.delimiter(delimiter)))


def _handed_over(there: Postfix, route: Route, config: Config) -> Findings:
    tables = there.all.get("transport_maps", "")
    leads = there.lookup(tables, route.domain)
    if not leads and there.lists(there.all.get("virtual_mailbox_domains", ""), route.domain):
        leads = there.all.get("virtual_transport", "")
    mend = mta.transport(route, there.own.get("transport_maps", ""))
    if config.maildir is not None and (leads or "local").startswith(("virtual", "local")):
        # It lays mail down where the desk picks it up.
        return
    if not leads:
        yield Finding(
            "fail", "postfix", f"no transport leads {route.domain} to the desk", _fix(mend)
        )
    elif not _is_ours(leads, (*config.listen.lmtp, *config.listen.smtp)):
        what = f"the transport of {route.domain} is {leads}, the desk listens on {route.lmtp}"
        yield Finding("fail", "postfix", what, _fix(mend))
    elif leads.startswith("lmtp:unix:/") and there.is_chrooted("lmtp"):
        what = f"lmtp runs in a chroot and does not find {leads.removeprefix('lmtp:unix:')}"
        by_port = next((p for p in config.listen.lmtp if not p.startswith("/")), "127.0.0.1:8024")
        listens = Route(route.domain, by_port, route.smtp, route.addresses)
        yield Finding(
            "fail",
            "postfix",
            what,
            _fix(mta.transport(listens, there.own.get("transport_maps", ""))),
        )


def _is_ours(leads: str, places: tuple[str, ...]) -> bool:
    """Whether a transport leads to one of our doors, or to the pipe."""
    ports = {p.rpartition(":")[2] for p in places if not p.startswith("/")}
    paths = {p for p in places if p.startswith("/")}
    paths |= {p.removeprefix("/var/spool/postfix/") for p in paths}
    if leads.startswith("lmtp:unix:"):
        return leads.removeprefix("lmtp:unix:") in paths
    is_known = leads.startswith(("lmtp:", "smtp:", "relay:"))
    return leads.startswith("ticketd") or (is_known and leads.rpartition(":")[2] in ports)


def _addresses(there: Postfix, route: Route) -> Findings:
    aliases = there.all.get("virtual_alias_maps", "")
    homes = " ".join(
        there.all.get(k, "")
        for k in (
            "mydestination",
            "virtual_alias_domains",
            "virtual_mailbox_domains",
            "relay_domains",
        )
    )
    missing = tuple(
        a
        for a in route.elsewhere
        if there.lists(homes, domain_of(a))
        and not there.lookup(aliases, a)
        and not there.lookup(there.all.get("transport_maps", ""), domain_of(a))
    )
    if missing:
        what = f"{', '.join(missing)}: Postfix keeps this mail to itself"
        own = there.own.get("virtual_alias_maps", "")
        yield Finding("fail", "postfix", what, _fix(mta.aliases(route, missing, own)))
    checks = f"{there.all.get('smtpd_recipient_restrictions', '')} {there.all.get('smtpd_relay_restrictions', '')}"
    if "reject_unverified_recipient" not in checks:
        what = "unknown addresses are taken and bounced afterwards, to whom a spammer forged"
        settings = mta.verify(route, there.own.get("smtpd_recipient_restrictions", ""))
        yield Finding("warn", "postfix", what, _fix(*settings))


def _size(there: Postfix, app: App) -> Findings:
    theirs, ours = there.all.get("message_size_limit", ""), app.config.limits.max_size
    if theirs.isdigit() and (int(theirs) > ours or int(theirs) == 0):
        least = f"{-(-int(theirs) // 1024**2)}MiB" if int(theirs) else "as large as you like"
        what = f"Postfix takes {theirs} bytes, the desk {ours}: larger mails bounce"
        yield Finding("warn", "size", what, f"set limits.max_size: {least} in {app.config_path}")


def outgoing(app: App) -> Findings:
    """Whether mail can leave; nothing is sent."""
    config = app.config
    if config.outgoing.capture is not None:
        what = f"all mail is kept in {config.outgoing.capture}, nobody gets any"
        yield Finding(
            "warn", "outgoing", what, f"write outgoing: {{smtp: 127.0.0.1:25}} in {app.config_path}"
        )
        return
    place = config.outgoing.smtp if ":" in config.outgoing.smtp else f"{config.outgoing.smtp}:25"
    start = (
        "postfix start"
        if Postfix.is_here() and place.startswith(("127.", "localhost"))
        else f"start that server, or name another under `outgoing` in {app.config_path}"
    )
    way = way_out(config)
    if (config.outgoing.tls != "none" or config.outgoing.user) and isinstance(way, Smtp):
        try:
            way.check()
        except Away as error:
            yield Finding(
                "fail",
                "outgoing",
                f"{place} does not let us in: {error}",
                f"look at outgoing in {app.config_path}",
            )
        else:
            yield Finding("ok", "outgoing", f"{place} lets us in")
        return
    reader = next((a.address for a in config.agents.values()), f"postmaster@{config.domain}")
    try:
        said = ask(place, reader, f"b+0@{config.domain}")
    except NoAnswer as error:
        yield Finding("fail", "outgoing", f"{place} does not answer: {error}", start)
        return
    if said.to_recipient.startswith("2"):
        yield Finding("ok", "outgoing", f"{place} ({said.banner}) takes mail for {reader}")
    elif said.to_recipient.startswith("4"):
        yield Finding(
            "warn",
            "outgoing",
            f"{place} puts mail for {reader} off: {said.to_recipient}",
            "look at its log",
        )
    else:
        what = f"{place} refuses mail for {reader}: {said.to_recipient}"
        yield Finding(
            "fail", "outgoing", what, "let it relay for this machine (Postfix: mynetworks)"
        )


def dns(app: App) -> Findings:
    """Whether the world finds us. Only where a tool is here and the domain can have an MX at all."""
    domain = app.config.domain
    if domain == "localhost" or domain.endswith(_RESERVED):
        yield Finding(
            "note",
            "dns",
            f"{domain} is no domain of the world: nobody outside can answer",
            f"set `domain` in {app.config_path}",
        )
        return
    tool = shutil.which("host") or shutil.which("dig")
    if tool is None:
        yield Finding("note", "dns", "not looked at: neither host nor dig is here")
        return
    words = (
        [tool, "-W", "3", "-t", "MX", domain]
        if tool.endswith("host")
        else [tool, "+short", "+time=3", "+tries=1", "MX", domain]
    )
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603 - fixed words and our own domain
    except subprocess.TimeoutExpired:
        yield Finding("note", "dns", "not looked at: no name server answers")
        return
    if done.returncode and "NXDOMAIN" not in done.stdout:
        yield Finding("note", "dns", "not looked at: no name server answers")
    elif "mail is handled" in done.stdout or (tool.endswith("dig") and done.stdout.strip()):
        yield Finding("ok", "dns", f"{domain} has an MX")
    else:
        yield Finding(
            "warn",
            "dns",
            f"{domain} has no MX: bounces and answers go to its A record, or nowhere",
            f"add an MX record for {domain} that leads to this mail server",
        )
