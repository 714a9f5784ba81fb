"""File -> Config; all faults at once, each with its file, its line and how to mend it."""

import difflib
import os
import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from ticketd.config import queries, targets
from ticketd.config.document import ConfigError, Document, Fault, Path_, read
from ticketd.config.hooks import hook_faults
from ticketd.config.schema import Config
from ticketd.config.texts import read_texts
from ticketd.core import custom, events
from ticketd.core.fields import KNOWN_FIELDS
from ticketd.core.query import FIELDS

SYSTEM = Path("/etc/ticketd/config.yaml")


class NoConfig(Exception):
    """There is no configuration at any of the usual places."""


def find(named: str | None) -> Path:
    """Which file to read: `--config`, `$TICKETD_CONFIG`, the system's, or the running demo's.

    NoConfig where there is none of them.
    """
    chosen = named or os.environ.get("TICKETD_CONFIG")
    if chosen:
        return Path(chosen)
    if SYSTEM.exists():
        return SYSTEM
    demo = running_demo()
    if demo is None:
        raise NoConfig
    return demo


def demo_pointer() -> Path:
    """The file that names the demo which runs right now."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ticketd" / "demo"


def running_demo() -> Path | None:
    """The configuration of a demo that is alive."""
    try:
        pid, _, path = demo_pointer().read_text("utf-8").partition(" ")
        os.kill(int(pid), 0)
    except (OSError, ValueError, RuntimeError):
        return None
    found = Path(path.strip())
    return found if found.exists() else None


def load(path: Path) -> Config:
    """Read a file and the snippets beside it (`conf.d/*.yaml`). ConfigError with every fault."""
    return validate(lines_of(path))


def lines_of(path: Path) -> Document:
    """The same as plain data, with the line of each key."""
    snippets = sorted((path.parent / "conf.d").glob("*.yaml")) if path.name == SYSTEM.name else []
    return read([path, *snippets])


def validate(document: Document) -> Config:
    """Plain data -> Config. ConfigError with every fault."""
    try:
        config = Config.model_validate(document.values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=True)
        faults = [_fault(e, document) for e in found] + _unknown_departments(document)
        raise ConfigError(_unique(faults)) from None
    faults = _cross_checks(config, document)
    if faults:
        raise ConfigError(faults)
    return config


def _unknown_departments(document: Document) -> list[Fault]:
    """What can be said of the whole although a part of it is wrong: agents of departments that do not exist."""
    departments, agents = (document.values.get(name) for name in ("departments", "agents"))
    if not isinstance(departments, dict) or not isinstance(agents, dict):
        return []
    known = ", ".join(map(str, departments))
    return [
        Fault(
            document.where(("agents", key, "departments")),
            f"there is no department '{name}'; there are {known}",
        )
        for key, agent in agents.items()
        if isinstance(agent, dict) and isinstance(agent.get("departments"), list)
        for name in agent["departments"]
        if name not in departments
    ]


def _unique(faults: list[Fault]) -> list[Fault]:
    """A union's members fail one by one; one sentence about the key is enough."""
    return _in_order(list({fault.where: fault for fault in reversed(faults)}.values()))


def _in_order(faults: list[Fault]) -> list[Fault]:
    """As they stand in the file."""

    def line(fault: Fault) -> tuple[str, int]:
        match = re.match(r"(.*?):([0-9]+)", fault.where)
        return (match[1], int(match[2])) if match else ("", 0)

    return sorted(faults, key=line)


def _fault(error: Any, document: Document) -> Fault:
    path: Path_ = tuple(
        p for p in error["loc"] if p not in {"str", "SecretPlace"} and "[" not in str(p)
    )
    kind = error["type"]
    if kind == "extra_forbidden":
        return Fault(document.where(path), _unknown(path))
    if kind == "missing":
        return Fault(document.where(path), f"missing; add `{path[-1]}: …` here")
    if kind == "value_error":
        return Fault(document.where(path), str(error["ctx"]["error"]))
    given = error.get("input")
    shown = f" ('{given}' is given)" if isinstance(given, str | int | float | bool) else ""
    return Fault(document.where(path), error["msg"][:1].lower() + error["msg"][1:] + shown)


def _unknown(path: Path_) -> str:
    fields = _model_at(path[:-1]).model_fields
    names = sorted(field.alias or name for name, field in fields.items())
    near = difflib.get_close_matches(str(path[-1]), names, 1, 0.5)
    return (
        f"unknown key; did you mean `{near[0]}`?"
        if near
        else f"unknown key; there are {', '.join(names)}"
    )


def _model_at(path: Path_) -> type[BaseModel]:
    """The section that a path leads to."""
    model: Any = Config
    for step in path:
        if isinstance(model, type) and issubclass(model, BaseModel):
            known = {field.alias or name: field for name, field in model.model_fields.items()}
            model = known[str(step)].annotation if step in known else model
        # Below a mapping or a union: the model among its arguments.
        for argument in get_args(model):
            if isinstance(argument, type) and issubclass(argument, BaseModel):
                model = argument
    return model if isinstance(model, type) and issubclass(model, BaseModel) else Config


def _cross_checks(config: Config, document: Document) -> list[Fault]:
    """What no key alone can tell."""
    found = [
        *_department_faults(config), *_agent_faults(config), *_custom_faults(config), *targets.faults(config),
        *queries.faults(config), *hook_faults(config.hooks, queries.asker_of(config, queries.EPOCH)),
    ]  # fmt: skip
    if config.postmaster is not None and config.postmaster not in config.departments:
        found.append(
            (("postmaster",), f"there is no department '{config.postmaster}'; {_known(config)}")
        )
    for place in config.metrics.listen:
        host = place.rpartition(":")[0].strip("[]")
        if not (place.startswith("/") or host.startswith("127.") or host in {"::1", "localhost"}):
            what = "anybody could read it there; write 127.0.0.1:9142 or a socket's full path"
            found.append((("metrics", "listen"), what))
    owners = {a for d in config.departments.values() for a in (d.address, *d.aliases)}
    if config.ops.alert_to in owners:
        what = f"{config.ops.alert_to} is a department's address: an alert would be a ticket; write a person's"
        found.append((("ops", "alert_to"), what))
    if config.database and not config.database.startswith(("sqlite:///", "postgresql+psycopg://")):
        found.append(
            (("database",), "write sqlite:////full/path.db or postgresql+psycopg://user@host/name")
        )
    faults = _in_order([Fault(document.where(path), what) for path, what in found])
    texts = (
        Fault(document.where((fault.where,)), fault.what)
        if fault.where in {"canned", "kb"}
        else fault
        for fault in read_texts(config).faults
    )
    return [*faults, *texts]


Found = list[tuple[Path_, str]]


def _department_faults(config: Config) -> Found:
    faults: Found = []
    owners: dict[str, str] = {}
    for key, department in config.departments.items():
        here = ("departments", key)
        for address in (department.address, *department.aliases):
            other = owners.setdefault(address, key)
            if other != key:
                faults.append(
                    (here, f"{address} belongs to department {other} too; keep it in one")
                )
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,19}", key):
            rule = "a department's key is made of a-z, 0-9, - and _, at most 20 signs (it stands in reply addresses)"
            faults.append((here, rule))
        if department.auto_close and department.auto_close <= department.auto_close_warning:
            what = "`auto_close` has to be longer than `auto_close_warning`, which comes before it"
            faults.append(((*here, "auto_close"), what))
        faults += _language_fault(config, department.language, here)
    return faults


def _custom_faults(config: Config) -> Found:
    faults: Found = []
    for name, field in config.custom_fields.items():
        here = ("custom_fields", name)
        if not custom.NAME.fullmatch(name):
            faults.append(
                (here, "a field's name is made of a-z, 0-9, - and _ and begins with a letter")
            )
        if name in {*FIELDS, *KNOWN_FIELDS}:
            faults.append((here, f"there is a field '{name}' already; choose another name"))
        if (field.type == "choice") != bool(field.choices):
            faults.append((here, "`choices` belong to `type: choice`, and that needs them"))
        faults += [
            ((*here, "departments"), f"there is no department '{n}'; {_known(config)}")
            for n in field.departments
            if n not in config.departments
        ]
    return faults


def _agent_faults(config: Config) -> Found:
    faults: Found = []
    owners: dict[str, str] = {}
    for key, department in config.departments.items():
        for address in (department.address, *department.aliases):
            owners.setdefault(address, key)
    people: dict[str, str] = {}
    for key, agent in config.agents.items():
        here = ("agents", key)
        if key in {events.CUSTOMER, events.SYSTEM, "none", "me"}:
            faults.append(
                (
                    here,
                    f"'{key}' means something else in commands and histories; choose another key",
                )
            )
        unknown = [name for name in agent.departments if name not in config.departments]
        faults += [
            ((*here, "departments"), f"there is no department '{n}'; {_known(config)}")
            for n in unknown
        ]
        for address in (agent.address, *agent.other_addresses):
            if address in owners:
                what = f"{address} is the address of department {owners[address]}; an agent needs another"
                faults.append((here, what))
            if people.setdefault(address, key) != key:
                faults.append(
                    (here, f"{address} belongs to agent {people[address]} too; keep it in one")
                )
        faults += _language_fault(config, agent.language, here)
    return faults


def _language_fault(config: Config, language: str | None, here: Path_) -> Found:
    if language is None or language in config.languages:
        return []
    return [
        (
            (*here, "language"),
            f"'{language}' is not among `languages` ({', '.join(config.languages)})",
        )
    ]


def _known(config: Config) -> str:
    names = ", ".join(config.departments)
    return f"there are {names}" if names else "there are none yet"
