"""Asks Postfix how it is configured, with its own tools; it is never changed from here."""

import contextlib
import os
import re
import shutil
import subprocess
from functools import cached_property

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


class Postfix:
    """The Postfix of this machine (`MAIL_CONFIG` where it is another one)."""

    @staticmethod
    def is_here() -> bool:
        """Whether there is one."""
        return shutil.which("postconf", path=_PATH) is not None

    @cached_property
    def own(self) -> dict[str, str]:
        """What its main.cf sets."""
        return self._read("-n")

    @cached_property
    def all(self) -> dict[str, str]:
        """What counts, defaults too, with references followed."""
        return self._read("-x")

    def _read(self, option: str) -> dict[str, str]:
        lines = self._run("postconf", option).splitlines()
        return {k.strip(): v.strip() for k, _, v in (line.partition("=") for line in lines)}

    def lookup(self, tables: str, key: str) -> str:
        """What the first of these tables says of a key; empty where none does."""
        for table in re.findall(r"[a-z]+:(?:\{.*?\}\s*\}|[^\s,]+)", tables):
            if found := self._run("postmap", "-q", key, table).strip():
                return found
        return ""

    def lists(self, value: str, name: str) -> bool:
        """Whether a list of names and tables holds a name."""
        plain = re.sub(r"[a-z]+:\{.*?\}\s*\}", " ", value)
        return name in re.split(r"[\s,]+", plain) or bool(self.lookup(value, name))

    def is_chrooted(self, service: str) -> bool:
        """Whether a client of master.cf runs in the queue directory."""
        words = self._run("postconf", "-M", f"{service}/unix").split()
        return len(words) > 4 and words[4] in {"y", "-"} and (words[4] == "y" or self._old_default)

    @property
    def _old_default(self) -> bool:
        """Before level 1 of compatibility, `-` in that column was yes."""
        with contextlib.suppress(ValueError):
            return float(self.all.get("compatibility_level", "0")) < 1
        return False

    @classmethod
    def queue(cls) -> str:
        """What `postqueue -p` prints: what waits, and why."""
        return cls._run("postqueue", "-p")

    @staticmethod
    def _run(*command: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - Postfix's own tools, from fixed words
                command, capture_output=True, text=True, check=False, timeout=20, env={**os.environ, "PATH": _PATH},
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout
