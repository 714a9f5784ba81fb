"""What the mail server in front has to be told, with the desk's own values: Postfix, Exim, OpenSMTPD.

Pure text; docs/howto has the same recipes with their reasons.
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from ticketd.core.addresses import domain_of, local_of


@dataclass(frozen=True, slots=True)
class Route:
    """What leads to the desk."""

    domain: str
    lmtp: str
    """host:port, or the path of a socket."""
    smtp: str
    addresses: tuple[str, ...]
    """Of all departments, aliases too."""

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """Public addresses of other domains: the mail server rewrites them to ours."""
        return tuple(a for a in self.addresses if domain_of(a) != self.domain)

    @property
    def nexthop(self) -> str:
        """As Postfix's transport table has it (transport(5))."""
        below = "/var/spool/postfix/"
        if self.lmtp.startswith(below):
            return f"lmtp:unix:{self.lmtp.removeprefix(below)}"
        return f"lmtp:unix:{self.lmtp}" if self.lmtp.startswith("/") else f"lmtp:inet:{self.lmtp}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of Postfix's main.cf, as it should be."""

    key: str
    value: str

    @property
    def command(self) -> str:
        """What writes it."""
        return f"postconf -e {shlex.quote(f'{self.key} = {self.value}')}"


def inline(pairs: Mapping[str, str]) -> str:
    """A table that needs no file (Postfix 3.0 and later)."""
    return f"inline:{{ {', '.join(f'{{ {key} = {value} }}' for key, value in pairs.items())} }}"


def relay_domains(route: Route, now: str) -> Setting:
    """Mail for the domain is taken. `now` is what stands there, empty where it is the default."""
    return Setting("relay_domains", ", ".join(filter(None, (now, route.domain))))


def transport(route: Route, now: str) -> Setting:
    """It is handed to the desk; in front of what stands there, as the first table that knows wins."""
    table = inline({route.domain: route.nexthop})
    return Setting("transport_maps", ", ".join(filter(None, (table, now))))


def aliases(route: Route, addresses: tuple[str, ...], now: str) -> Setting:
    """Public addresses lead to the desk's domain; the `+` part survives."""
    table = inline({a: f"{local_of(a)}@{route.domain}" for a in addresses})
    return Setting("virtual_alias_maps", ", ".join(filter(None, (now, table))))


def delimiter(now: str) -> Setting:
    """Reply addresses carry their token behind a `+`."""
    return Setting("recipient_delimiter", now if "+" in now else f"{now}+")


def verify(route: Route, now: str) -> tuple[Setting, Setting]:
    """Unknown addresses are refused while their sender is still there, not bounced to whom a spammer forged."""
    check = f"check_recipient_access {inline({route.domain: 'reject_unverified_recipient'})}"
    return (
        Setting("smtpd_recipient_restrictions", ", ".join(filter(None, (check, now)))),
        Setting("unverified_recipient_reject_code", "550"),
    )


def postfix_lines(route: Route, now: Mapping[str, str]) -> list[str]:
    """All commands for a Postfix that has these settings of its own (`postconf -n`) and knows nothing of us."""
    settings = [
        relay_domains(route, now.get("relay_domains", "")),
        transport(route, now.get("transport_maps", "")),
        delimiter(now.get("recipient_delimiter", "")),
    ]
    if route.elsewhere:
        settings.append(aliases(route, route.elsewhere, now.get("virtual_alias_maps", "")))
    settings += verify(route, now.get("smtpd_recipient_restrictions", ""))
    return [*(one.command for one in settings), "postfix reload"]


def exim_lines(route: Route) -> list[str]:
    """Files of Debian's split configuration, and how to make it count."""
    lines = [
        "# /etc/exim4/conf.d/router/180_ticketd",
        "ticketd:",
        "  driver = accept",
        f"  domains = {route.domain}",
        "  transport = ticketd_lmtp",
        "# /etc/exim4/conf.d/transport/30_ticketd",
        "ticketd_lmtp:",
        *(_exim_socket(route) if route.lmtp.startswith("/") else _exim_port(route)),
        "# /etc/exim4/update-exim4.conf.conf: these two lines; other domains stay, with a colon between",
        "dc_use_split_config='true'",
        f"dc_relay_domains='{route.domain}'",
    ]
    if route.elsewhere:
        lines += ["# /etc/aliases, where Exim is the mail server of that domain"]
        lines += [f"{local_of(a)}: {local_of(a)}@{route.domain}" for a in route.elsewhere]
    return [*lines, "# then: update-exim4.conf && systemctl restart exim4"]


def _exim_port(route: Route) -> list[str]:
    """The transport over TCP; with it unknown addresses are refused while their sender is still there."""
    host, _, port = route.lmtp.rpartition(":")
    return [
        "  driver = smtp",
        "  protocol = lmtp",
        f"  hosts = {host.strip('[]').replace(':', '::')}",
        "  hosts_override",
        "  allow_localhost",
        f"  port = {port}",
        "# /etc/exim4/conf.d/main/00_ticketd",
        "CHECK_RCPT_LOCAL_ACL_FILE = /etc/exim4/ticketd_acl",
        "# /etc/exim4/ticketd_acl: unknown addresses are refused while their sender is still there",
        "deny",
        f"  domains = {route.domain}",
        "  !verify = recipient/callout=5s,defer_ok,use_sender",
    ]


def _exim_socket(route: Route) -> list[str]:
    """The transport over a socket that the group of Exim may use; Exim asks nobody before it takes a mail."""
    return [
        "  driver = lmtp",
        f"  socket = {route.lmtp}",
        "  user = Debian-exim",
        "  batch_max = 50",
    ]


def opensmtpd_lines(route: Route) -> list[str]:
    """Lines of /etc/smtpd.conf. By SMTP: its LMTP client tries refused mail again for days."""
    lines = ["# /etc/smtpd.conf", f'action "ticketd" relay host smtp://{route.smtp}']
    lines += [f'match from any for domain "{route.domain}" action "ticketd"']
    if route.elsewhere:
        lines += ["# /etc/aliases, where OpenSMTPD is the mail server of that domain"]
        lines += [f"{local_of(a)}: {local_of(a)}@{route.domain}" for a in route.elsewhere]
    return [*lines, "# then: smtpd -n && systemctl restart opensmtpd"]
