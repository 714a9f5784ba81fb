"""Config -> the plain values that the rest of the desk works with."""

from ticketd.config.labels import labels_of
from ticketd.config.machines import monitor_of
from ticketd.config.people import agents_of, departments_of
from ticketd.config.queries import schedule_of, views_of
from ticketd.config.rules import rule_of
from ticketd.config.schema import Config
from ticketd.config.targets import sla_of
from ticketd.config.texts import read_texts
from ticketd.core.acks import Budgets
from ticketd.core.addresses import Own
from ticketd.core.custom import CustomField, TagGroup
from ticketd.core.hooks import Hook
from ticketd.core.senders import Senders
from ticketd.core.settings import Lookup, Settings
from ticketd.core.spam import SpamRules
from ticketd.core.tokens import Keys
from ticketd.core.trust import TrustRules


def settings_of(config: Config, keys: Keys) -> Settings:
    """What decisions and acts need of the configuration."""
    own = Own(config.domain, departments_of(config), config.postmaster or "")
    auth = config.auth
    return Settings(
        name=config.name,
        domain=config.domain,
        own=own,
        agents=agents_of(config),
        keys=keys,
        trust=TrustRules(
            frozenset(i.lower() for i in auth.authserv_ids),
            auth.trusted_hops,
            auth.local_submission,
            _logins(config),
        ),
        budgets=Budgets(**config.budgets.model_dump()),
        languages=config.languages,
        timezone=config.timezone,
        first_number=config.first_number,
        agents_minimum=auth.agents_minimum or ("dkim" if auth.authserv_ids else "token"),
        undo_window=config.undo_window,
        reopen_within=config.reopen_within,
        also_to=config.also_to,
        cc_follow=config.cc_follow,
        asks_ratings=config.ratings,
        custom_fields=tuple(
            CustomField(name, f.type, f.choices, f.required_on_close, f.departments)
            for name, f in config.custom_fields.items()
        ),
        tag_groups=tuple(
            TagGroup(name, tuple(t.lower() for t in g.tags), g.one, g.required_on_close)
            for name, g in config.tag_groups.items()
        ),
        only_known_tags=config.only_known_tags,
        web_forms=frozenset(config.web_forms),
        lookup=Lookup(config.lookup.command, config.lookup.within, config.lookup.keep),
        after_reply=config.after_reply,
        receipts=config.receipts,
        sla=sla_of(config),
        attach_up_to=config.notify.attach_limit if config.notify.attach else 0,
        rules=tuple(map(rule_of, config.rules)),
        texts=read_texts(config).texts,
        senders=Senders(
            frozenset(config.blocked), config.customers, frozenset(config.known_customers)
        ),
        labels=labels_of(config.labels),
        monitors=tuple(monitor_of(name, keys) for name, keys in config.monitoring.items()),
        spam=SpamRules(tuple(f.lower() for f in config.spam.fields), config.spam.then),
        hooks=tuple(
            Hook(name, frozenset(keys.when), keys.query) for name, keys in config.hooks.items()
        ),
        reports=tuple(schedule_of(keys) for keys in config.reports),
        views=views_of(config),
    )


def _logins(config: Config) -> frozenset[tuple[str, str]]:
    """Addresses of agents, each with the logins that prove it: at many mail servers an address is the login."""
    return frozenset(
        (address, login.lower())
        for agent in config.agents.values()
        if agent.active
        for address in (agent.address, *agent.other_addresses)
        for login in (agent.login, agent.address, *agent.other_addresses)
        if login
    )
