"""Secrets: best not in the configuration itself, but where only the daemon reads them."""

import os
from pathlib import Path

from ticketd.config.document import ConfigError, Fault
from ticketd.config.values import Section


class SecretPlace(Section):
    """Where a secret lies, so that it stands in no file that many can read."""

    file: Path | None = None
    credential: str | None = None
    env: str | None = None


Secret = str | SecretPlace | None


def secret(value: Secret, where: str) -> str | None:
    """The secret of a key (`where`). ConfigError where its place cannot be read."""
    if not isinstance(value, SecretPlace):
        return value
    try:
        if value.file is not None:
            return value.file.read_text("utf-8").strip()
        if value.credential is not None:
            folder = os.environ.get("CREDENTIALS_DIRECTORY", "/run/credentials")
            return (Path(folder) / value.credential).read_text("utf-8").strip()
    except OSError as error:
        raise ConfigError([Fault(where, f"cannot be read: {error}")]) from None
    if value.env is not None and value.env in os.environ:
        return os.environ[value.env]
    raise ConfigError([Fault(where, "its place holds nothing; write file, credential or env")])
