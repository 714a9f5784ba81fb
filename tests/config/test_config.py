"""The configuration: its faults, its defaults, its example."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from tests.process import ROOT
from ticketd.config import load as loading
from ticketd.config.document import ConfigError, read
from ticketd.config.keys import NO_KEYS, make_keys, read_keys
from ticketd.config.load import NoConfig, find, load, validate
from ticketd.config.schema import Config
from ticketd.config.secrets import SecretPlace, secret
from ticketd.config.settings import settings_of

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_a_bad_file_is_told_with_its_line_and_the_remedy(path: Path) -> None:
    """The comments at the top of each file are the complaints, all of them at once."""
    wanted = [
        line.removeprefix("# ")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("# ")
    ]
    with pytest.raises(ConfigError) as caught:
        load(path)
    got = [str(fault).replace(f"{path}", "FILE") for fault in caught.value.faults]
    assert got == wanted


def example() -> str:
    return (ROOT / "config.example.yaml").read_text("utf-8")


def uncommented() -> str:
    """The example with every key that is commented out switched on."""
    return re.sub(r"(?m)^(\s*)#(?=[a-z_]+:|  ?- )", r"\1", example())


def test_the_example_is_a_working_configuration(tmp_path: Path) -> None:
    config = load(ROOT / "config.example.yaml")
    assert set(config.departments) == {"sales", "support", "service"}


def test_the_example_shows_every_key_with_its_default(tmp_path: Path) -> None:
    shown = yaml.safe_load(uncommented())
    path = tmp_path / "all.yaml"
    path.write_text(uncommented(), "utf-8")
    config, defaults = load(path), Config()
    assert set(shown) == set(Config.model_fields)
    for name in set(Config.model_fields) - {
        "name",
        "domain",
        "departments",
        "agents",
        "database",
        "postmaster",
        "maildir",
        "custom_fields",
        "tag_groups",
        "views",
        "calendars",
        "sla",
        "hooks",
        "monitoring",
    }:
        if name == "outgoing":
            assert set(shown[name]) | {"capture"} == set(type(defaults.outgoing).model_fields)
            continue
        value, default = getattr(config, name), getattr(defaults, name)
        assert value == default, name
        if hasattr(default, "model_fields_set"):
            assert set(shown[name]) == set(type(default).model_fields), name


def test_units() -> None:
    config = Config.model_validate(
        {
            "undo_window": "2h",
            "limits": {"max_size": "1GB", "min_free": "5 kib"},
            "reopen_within": "1w",
        }
    )
    assert config.undo_window == timedelta(hours=2)
    assert (config.limits.max_size, config.limits.min_free) == (10**9, 5 * 1024)
    assert config.reopen_within == timedelta(days=7)


def test_yaml_traps_are_none(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("a: no\nb: 22:22\nc: 2026-11-02\nd: true\ne: 12\nf: on\n")
    assert read([path]).values == {
        "a": "no",
        "b": "22:22",
        "c": "2026-11-02",
        "d": True,
        "e": 12,
        "f": "on",
    }


def test_snippets_are_merged_and_a_clash_is_told(tmp_path: Path) -> None:
    main, more = tmp_path / "config.yaml", tmp_path / "conf.d"
    more.mkdir()
    main.write_text("name: Acme\ndepartments: {a: {name: A, address: a@x.example}}\n")
    (more / "b.yaml").write_text(
        "departments: {b: {name: B, address: b@x.example}}\nauth: {authserv_ids: [mx]}\n"
    )
    assert set(load(main).departments) == {"a", "b"}
    (more / "c.yaml").write_text("name: Other\n")
    with pytest.raises(ConfigError, match="another file sets this key too"):
        load(main)


def test_where_the_configuration_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SYSTEM", tmp_path / "etc.yaml")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("TICKETD_CONFIG", raising=False)
    with pytest.raises(NoConfig):
        find(None)
    pointer = loading.demo_pointer()
    pointer.parent.mkdir()
    (tmp_path / "demo.yaml").write_text("")
    import os

    pointer.write_text(f"{os.getpid()} {tmp_path / 'demo.yaml'}")
    assert find(None) == tmp_path / "demo.yaml"
    pointer.write_text(f"999999999 {tmp_path / 'demo.yaml'}")
    with pytest.raises(NoConfig):
        find(None)
    (tmp_path / "etc.yaml").write_text("")
    assert find(None) == tmp_path / "etc.yaml"
    monkeypatch.setenv("TICKETD_CONFIG", "/env.yaml")
    assert find(None) == Path("/env.yaml")
    assert find("/named.yaml") == Path("/named.yaml")


def test_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pw").write_text("from a file\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("PW", "from the environment")
    assert secret(None, "outgoing.password") is None
    assert secret("plain", "outgoing.password") == "plain"
    assert secret(SecretPlace(file=tmp_path / "pw"), "outgoing.password") == "from a file"
    assert secret(SecretPlace(credential="pw"), "outgoing.password") == "from a file"
    assert secret(SecretPlace(env="PW"), "outgoing.password") == "from the environment"
    for place in (SecretPlace(file=tmp_path / "no"), SecretPlace(env="NO"), SecretPlace()):
        with pytest.raises(ConfigError):
            secret(place, "outgoing.password")


def test_keys_are_made_once_and_kept_to_ourselves(tmp_path: Path) -> None:
    today = date(2026, 11, 25)
    keys = make_keys(tmp_path, today)
    assert make_keys(tmp_path, today) == keys == read_keys(tmp_path)
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
    assert len(keys.keys[0][1]) == 32
    for damage in ("", "instance x\n", "instance x\na zz\n", "nonsense"):
        (tmp_path / "keys").write_text(damage)
        with pytest.raises(ConfigError):
            read_keys(tmp_path)


def test_settings_say_what_the_configuration_says() -> None:
    config = validate(read([ROOT / "config.example.yaml"]))
    settings = settings_of(config, NO_KEYS)
    assert settings.department("sales").name == "Sales"
    assert settings.department("gone").name == "Sales"
    assert settings.agent("ann") is not None
    assert settings.agent_by_address("ann@example.com") == settings.agent("ann")
    assert settings.agent("nobody") is None
